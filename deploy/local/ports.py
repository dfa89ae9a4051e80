"""Ports on 127.0.0.1: one that somebody named must be free, one that nobody named is the next free one."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from deploy.local.refusal import Refused


def choose(wanted: Mapping[str, int], named: Mapping[str, int]) -> dict[str, int]:
    """A free port for each name of `wanted`, from that number on; Refused when one of `named` is in use."""
    chosen: dict[str, int] = {}
    for name, port in named.items():
        if port in chosen.values():
            raise Refused(f"port {port} is named twice: once for {_name(name)}")
        if not is_free(port):
            raise Refused(f"port {port} is in use: end what uses it, or name another one for {_name(name)}")
        chosen[name] = port
    for name, first in wanted.items():
        if name not in chosen:
            chosen[name] = next(port for port in range(first, 65536) if port not in chosen.values() and is_free(port))
    return chosen


def is_free(port: int) -> bool:
    """Nobody listens on this port of 127.0.0.1."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _name(setting: str) -> str:
    return f"JIXIAO_{setting.upper()}"
