"""A topic in memory that can lose its tail, be made anew and let go of its oldest messages; and what the backbone asks of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import msgspec

from backbone.kafka.dead import Message
from backbone.kafka.fence import Partition
from backbone.record.reading import Ends


@dataclass
class Topic:
    """One partition."""

    messages: list[Message] = field(default_factory=list)
    id: str = "first"
    first: int = 0

    def topic_id(self, topic: str) -> str | None:
        return self.id

    def ends(self, place: Partition) -> Ends:
        return Ends(self.first, max(self.first, len(self.messages)))

    def at(self, place: Partition, offset: int) -> Message | None:
        return self.messages[offset] if self.first <= offset < len(self.messages) else None

    def from_(self, offset: int) -> list[Message]:
        """What a consumer is given from `offset` on."""
        return self.messages[max(offset, self.first) :]

    def put(self, *messages: Message) -> None:
        """Write messages behind the last, whatever offset they say."""
        for message in messages:
            self.messages.append(msgspec.structs.replace(message, offset=len(self.messages)))

    def cut(self, end: int) -> Topic:
        """The same topic, its messages from `end` on lost."""
        return replace(self, messages=self.messages[:end])
