"""Traces: a W3C `traceparent` that follows an event through all services and stands in every log line."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

_FORM = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def new() -> str:
    """A traceparent of a trace that begins here."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child(parent: str | None) -> str:
    """A step of the parent's trace; a new trace where the parent is missing or malformed."""
    match = _FORM.match(parent or "")
    return f"00-{match[1]}-{secrets.token_hex(8)}-01" if match else new()


def trace_id(parent: str | None) -> str | None:
    """The 32 hex digits that all steps of a trace share."""
    match = _FORM.match(parent or "")
    return match[1] if match else None


def enter(parent: str | None) -> str:
    """Make a step of `parent`'s trace this context's current one and return it."""
    value = child(parent)
    _current.set(value)
    return value


def current() -> str | None:
    """The traceparent of what this context is doing, if anything."""
    return _current.get()
