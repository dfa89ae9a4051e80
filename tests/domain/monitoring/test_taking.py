"""What is taken for one batch while the partitions change hands."""

from __future__ import annotations

from backbone.kafka.batches import Fetched
from backbone.kafka.dead import Message
from backbone.kafka.fence import Claim, Partition
from services.monitoring.bulk.taking import Taking

TOPIC = "execution.reported"
HEADERS = [
    ("ce_specversion", b"1.0"), ("ce_id", b"e"), ("ce_source", b"/s"), ("ce_type", b"jixiao.execution.ExecutionReported.v1"),
]  # fmt: skip


def message(offset: int, partition: int = 0, *, good: bool = True) -> Message:
    voucher = f'{{"source":"s","number":"{partition}-{offset}","numbering_year":2026,"date":"2026-03-18","amount":1,"project":"P"}}'
    return Message(TOPIC, partition, offset, b"P", voucher.encode() if good else b"{", HEADERS)


def claims(**fences: int) -> dict[Partition, Claim]:
    return {(TOPIC, int(name[1:])): Claim(TOPIC, int(name[1:]), fence, 0, None) for name, fence in fences.items()}


def add(taking: Taking, *messages: Message) -> None:
    taking.add(Fetched.of(messages))


def taken(taking: Taking) -> list[tuple[int, ...]]:
    return taking.batch.vouchers().select("partition", "offset").rows()


def test_each_message_of_a_held_partition_once() -> None:
    taking = Taking(claims(p0=1))
    add(taking, message(0), message(1), message(0), message(0, partition=1))
    add(taking, message(1), message(2))
    assert taken(taking) == [(0, 0), (0, 1), (0, 2)]
    assert taking.moves[TOPIC, 0].moved.next_offset == 3


def test_what_was_taken_of_a_partition_that_is_revoked_meanwhile_is_dropped() -> None:
    held = claims(p0=1, p1=1)
    taking = Taking(held)
    add(taking, message(0), message(0, 1), message(1, 1, good=False))
    del held[TOPIC, 1]
    add(taking, message(1))
    assert (taken(taking), taking.batch.dead, list(taking.moves)) == ([(0, 0), (0, 1)], [], [(TOPIC, 0)])


def test_a_partition_that_is_claimed_anew_meanwhile_is_read_once_more() -> None:
    held = claims(p0=1)
    taking = Taking(held)
    add(taking, message(0), message(1))
    held.update(claims(p0=2))
    add(taking, message(0), message(1), message(2))
    assert taken(taking) == [(0, 0), (0, 1), (0, 2)]
    assert taking.moves[TOPIC, 0].claim.fence == 2


def test_the_last_claim_counts_even_where_nothing_more_came() -> None:
    held = claims(p0=1)
    taking = Taking(held)
    add(taking, message(0))
    held.clear()
    add(taking)
    assert not taken(taking) and not taking.moves
