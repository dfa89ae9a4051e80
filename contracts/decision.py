"""What every decider takes and returns: an actor, a context, events or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a name for the audit, a role of `contracts.authority`, and the organisation acted for."""

    name: str
    role: str
    org: str

    def __str__(self) -> str:
        return f"{self.name} ({self.role}, {self.org})"


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may look at besides its state: time, business day, actor. Rules come with the command's own context."""

    now: datetime  # aware UTC
    day: date  # the business day in Asia/Shanghai
    actor: Actor


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that the domain refuses, with the fields that say why; its sentence stands in the service's words.toml."""

    def fields(self) -> dict[str, object]:
        """The refusal's fields by name, as they fill the sentence."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class NotPermitted(Refusal):
    """The actor's role or place does not allow the action (contracts.authority)."""

    role: str
    org: str
    action: str
    place: str


SYSTEM = Actor("jixiao", "system", "jixiao")
"""The system itself: what the clock and the rules do without a person."""
