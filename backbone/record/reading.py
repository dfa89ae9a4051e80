"""What Kafka holds, asked from outside every consumer group: the id of a topic, the ends of a partition, the message at an offset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

Place = tuple[str, int]
"""A partition: topic and number."""


class Standing(Protocol):
    """A message as it stands in Kafka."""

    @property
    def value(self) -> bytes | None: ...

    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


class Ends(NamedTuple):
    """The offset of the first message that a partition still has, and the one behind its last; equal where it is empty."""

    first: int
    behind: int


class Reading(Protocol):
    """Asks Kafka; raises where Kafka does not answer."""

    def topic_id(self, topic: str) -> str | None:
        """Kafka's own id of a topic, another one where the topic was made anew; None where the broker gives none."""
        ...

    def ends(self, place: Place) -> Ends: ...

    def at(self, place: Place, offset: int) -> Standing | None:
        """The message at `offset`; None where none stands there."""
        ...
