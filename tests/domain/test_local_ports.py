"""Ports: the next free one where nobody named one; never one that another start has chosen a moment ago."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest

from deploy.local import ports
from deploy.local.refusal import Refused


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_the_next_free_port_is_taken(taken: int) -> None:
    with ports.reserved({"goals_port": taken, "publishing_port": taken}, {}) as chosen:
        assert taken < chosen["goals_port"] < chosen["publishing_port"]


def test_a_named_port_in_use_is_refused(taken: int) -> None:
    named = pytest.raises(Refused, match=f"port {taken} is in use.*JIXIAO_GOALS_PORT")
    with named, ports.reserved({"goals_port": 1}, {"goals_port": taken}):
        pytest.fail("it was given away twice")


def test_a_port_named_twice_is_refused(taken: int) -> None:
    free = _free_after(taken)
    with pytest.raises(Refused, match="named twice"), ports.reserved({}, {"goals_port": free, "publishing_port": free}):
        pytest.fail("it was given away twice")


@pytest.mark.skipif(sys.platform != "linux", reason="claims are sockets in Linux' abstract namespace")
def test_two_starts_at_once_choose_different_ports(taken: int) -> None:
    with ports.reserved({"goals_port": taken}, {}) as first, ports.reserved({"goals_port": taken}, {}) as second:
        assert first["goals_port"] != second["goals_port"]
    with ports.reserved({"goals_port": first["goals_port"]}, {}) as later:
        assert later["goals_port"] == first["goals_port"], "a claim ends with its block"


def _free_after(port: int) -> int:
    return next(number for number in range(port + 1, 65536) if ports.is_free(number))
