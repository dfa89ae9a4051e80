"""What an event is: a past fact, immutable, with a name and a version.

An event's home decides who hears it. A `PublicEvent` is defined in `contracts/` and relayed to Kafka; a `PrivateEvent`
is defined in a service's `domain/` and never leaves its database.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A part of an event. Unknown fields are ignored on reading, so that a newer writer can add some."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Value):
    """A past fact. Its class name is its name for ever; `version` rises when its meaning changes."""

    owner: ClassVar[str] = ""
    version: ClassVar[int] = 1

    @classmethod
    def type_name(cls) -> str:
        """The CloudEvents `type`: `jixiao.goals.GoalApproved.v1`."""
        return f"jixiao.{cls.owner}.{cls.__name__}.v{cls.version}"

    def stream(self) -> str:
        """The stream that the fact belongs to, such as `project/CS-001/2026`; also its Kafka key."""
        raise NotImplementedError(type(self).__name__)


class PublicEvent(Event):
    """A fact that other services may hear, on the topic of its owner."""

    topic: ClassVar[str] = ""
    signed: ClassVar[bool] = False
    """Whether a message of it is taken for its sender, whom the signed token in its header names, and not from another service."""


class PrivateEvent(Event):
    """A fact that stays in its service: a draft, a mark, a note."""


def project_stream(project: str, year: int) -> str:
    """The stream of a spending project in a fiscal year."""
    return f"project/{project}/{year}"


class OfProject(Value):
    """The part that all events of a project share: which project, in which fiscal year."""

    project: str
    year: int

    def stream(self) -> str:
        return project_stream(self.project, self.year)
