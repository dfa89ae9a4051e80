"""What is taken of the execution stream for one batch, piece by piece: each piece is decoded while it is fresh, and its messages let go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from backbone.kafka.batches import Fetched
from backbone.kafka.dead import Message
from backbone.kafka.fence import Claim, Partition, advance, moment_of
from backbone.record.events import Connection
from backbone.record.reading import Standing
from services.monitoring.bulk.fold import Batch, sort_out


class Move(NamedTuple):
    """How far a batch moves a partition: its claim with the offset that it starts from, and the last message of it in the batch."""

    claim: Claim
    last: Message

    @property
    def moved(self) -> Claim:
        """The claim with its offset behind the batch."""
        return replace(self.claim, next_offset=self.last.offset + 1, event_id=id_of(self.last))


def advance_all(conn: Connection, moves: Mapping[Partition, Move]) -> None:
    """Move the offsets of a batch's partitions inside the open transaction, in the order in which a claim takes them."""
    for _, move in sorted(moves.items()):
        moved = move.moved
        advance(
            conn,
            move.claim,
            start=move.claim.next_offset,
            next_offset=moved.next_offset,
            event_id=moved.event_id,
            message_time=moment_of(move.last.timestamp),
        )


def id_of(message: Standing) -> str | None:
    """The id of a voucher's event as its headers say it, stored beside the offset; None where they say none."""
    id_ = dict(message.headers).get("ce_id")
    return id_.decode("utf-8", "replace")[:200] if id_ else None


class Taking:
    """A batch in the making. `held` are the claims, which the stream changes while more is taken: what was taken of a partition under
    another claim is dropped, because the new owner, ourselves perhaps, reads it once more."""

    def __init__(self, held: Mapping[Partition, Claim]) -> None:
        self.batch = Batch()
        self.moves: dict[Partition, Move] = {}
        self._held = held
        self._claims: dict[Partition, Claim] = {}
        self._next: dict[Partition, int] = {}

    def add(self, fetched: Fetched) -> None:
        """Decode what is wanted of some messages: none of a partition that is not held, and none twice."""
        self._follow()
        next_offsets = {number: offset for (_, number), offset in self._next.items()}
        wanted: list[int] = []
        last: dict[int, int] = {}
        for place, (number, offset) in enumerate(zip(fetched.partitions, fetched.offsets, strict=True)):
            if offset >= next_offsets.get(number, offset + 1):
                wanted.append(place)
                next_offsets[number] = offset + 1
                last[number] = place
        if wanted:
            sort_out(fetched, self.batch, wanted)
        for message in map(fetched.message, last.values()):
            partition = (message.topic, message.partition)
            self._next[partition] = message.offset + 1
            self.moves[partition] = Move(self._claims[partition], message)

    def _follow(self) -> None:
        """Begin at the claims as they stand now."""
        for place in [place for place, claim in self._claims.items() if self._held.get(place) is not claim]:
            self._drop(place)
        for place, claim in self._held.items():
            if place not in self._claims:
                self._claims[place], self._next[place] = claim, claim.next_offset

    def _drop(self, place: Partition) -> None:
        del self._claims[place], self._next[place]
        if self.moves.pop(place, None):
            batch, (topic, number) = self.batch, place
            batch.pieces[:] = [piece.filter(pl.col("partition") != number) for piece in batch.pieces]
            batch.dead[:] = [
                each for each in batch.dead if (each.message.topic, each.message.partition) != (topic, number)
            ]
