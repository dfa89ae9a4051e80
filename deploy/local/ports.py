"""Ports on 127.0.0.1: one that somebody named must be free, one that nobody named is the next free one.

Between choosing a port and the moment when its server listens, another start on this machine must not choose it too. On Linux each
chosen port is therefore claimed by a socket in the abstract namespace, which vanishes with its process whatever happens.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager

from deploy.local.refusal import Refused


@contextmanager
def reserved(wanted: Mapping[str, int], named: Mapping[str, int]) -> Generator[dict[str, int]]:
    """A free port for each name of `wanted`, from that number on, nobody else's in the block; Refused when one of `named` is in use."""
    chosen: dict[str, int] = {}
    with ExitStack() as claims:
        for name, port in named.items():
            if port in chosen.values():
                raise Refused(f"port {port} is named twice: for {_name(name)} and for another")
            if not _claim(port, claims):
                raise Refused(f"port {port} is in use: end what uses it, or name another one for {_name(name)}")
            chosen[name] = port
        for name, first in wanted.items():
            if name not in chosen:
                free = (port for port in range(first, 65536) if port not in chosen.values() and _claim(port, claims))
                chosen[name] = next(free)
        yield chosen


def is_free(port: int) -> bool:
    """Nobody listens on this port of 127.0.0.1."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _claim(port: int, claims: ExitStack) -> bool:
    if not is_free(port):
        return False
    if sys.platform != "linux":
        return True
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0jixiao-port-{port}")
    except OSError:
        claim.close()
        return False
    claims.callback(claim.close)
    return True


def _name(setting: str) -> str:
    return f"JIXIAO_{setting.upper()}"
