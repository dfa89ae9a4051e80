"""The door of the finance systems: messages on a topic of a real Kafka, drained by the intake into the ledger, binary and structured."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

import psycopg
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from backbone.kafka.batches import Batches
from backbone.kafka.dead import Brake
from backbone.record.events import Connection
from contracts.execution import ExecutionReported
from services.monitoring.bulk.intake import Claims, Intake
from tests.badinput import corpora
from tests.badinput.door import Fate, Input, Wrong
from tests.badinput.mutations import HURTFUL, mutated
from tests.badinput.trees import Raw, bad_json, dumps, replaced, texts_in
from tests.integration.recording import StandingClock
from tests.integration.servers import Servers

STEPS = 400
"""Steps of the intake in which a batch has to be through."""
LARGEST = 900_000
"""Bytes of a message: Kafka takes a million."""


@dataclass(frozen=True)
class Sent:
    """A message as a producer sends it."""

    value: bytes | None
    headers: list[tuple[str, bytes | None]]
    key: bytes | None = b"CS-1"


def _voucher(number: int, source: str = "treasury-1") -> dict[str, Any]:
    return {
        "source": source, "number": f"记-{number}", "numbering_year": 2026, "date": "2026-03-18", "amount": 4005219, "currency": "CNY",
        "project": f"CS-{number % 50}", "unit": "department-03", "memo": "水渠改造第二期进度款", "functional": "2130305",
        "economic": "30905", "sequence": number,
    }  # fmt: skip


def _binary(number: int) -> list[tuple[str, bytes | None]]:
    said = {
        "specversion": "1.0",
        "id": f"treasury-1/{number}",
        "source": "/finance/treasury-1",
        "type": ExecutionReported.type_name(),
    }
    return [(f"ce_{name}", text.encode()) for name, text in said.items()]


def _structured(number: int, data: Any) -> dict[str, Any]:
    return {**{name[3:]: (value or b"").decode() for name, value in _binary(number)}, "data": data}


@dataclass
class Voucher:
    """The intake between a topic and a ledger."""

    topic: str
    kafka: str
    conn: Connection
    intake: Intake
    name: str = "voucher"
    batch: int = 200
    rest: int = 1
    _good: int = 0
    _offset: int = 0
    _producer: Producer | None = field(default=None, repr=False)

    @cached_property
    def _values(self) -> list[bytes]:
        good = [_voucher(number) for number in range(5)]
        return [json.dumps(each).encode() for each in (*good, *(_structured(1, each) for each in good))]

    @cached_property
    def _texts(self) -> list[tuple[Any, ...]]:
        return list(texts_in(_voucher(1)))

    def fixed(self) -> int:
        """Every naughty string in every text, and every case of the suite as a value and where a text should be."""
        return len(self._texts) * len(corpora.naughty()) + 2 * len(corpora.json_suite())

    def make(self, number: int, chance: Random) -> Input:
        strings, suite = corpora.naughty(), corpora.json_suite()
        if number < 2 * len(suite):
            inside, at = divmod(number, len(suite))
            text = dumps(replaced(_voucher(number), ("memo",), Raw(suite[at][1]))) if inside else suite[at][1]
            return Input(number, suite[at][0], Sent(text.encode("utf-8", "surrogatepass"), _binary(number)))
        if number < self.fixed():
            at, word = divmod(number - 2 * len(suite), len(strings))
            value = dumps(replaced(_voucher(number), self._texts[at], strings[word]), ascii_only=bool(number % 2))
            return Input(
                number,
                f"{self._texts[at][0]} word {word}",
                Sent(value.encode("utf-8", "surrogatepass"), _binary(number)),
            )
        return self._mutation(number, chance)

    def take(self, inputs: Sequence[Input]) -> list[Fate | Wrong]:
        """Send all with good ones between, drain, and look each up among the dead letters."""
        first = self._offset
        try:
            self._drain([each.sent for each in inputs])
        except Wrong as wrong:
            return [wrong, *(["refused"] * (len(inputs) - 1))]
        letters = {
            offset: (kind, reason, detail)
            for offset, kind, reason, detail in self.conn.execute(
                "select log_offset, kind, reason, left(detail, 300) from record.dead_letter where topic = %s and log_offset >= %s",
                (self.topic, first),
            )
        }
        return [_fate(letters.get(first + place)) for place in range(len(inputs))]

    def good(self) -> None:
        """A good voucher is counted."""
        self._good += 1
        self._drain([Sent(json.dumps(_voucher(self._good, "good")).encode(), _binary(10**7 + self._good))])
        row = self.conn.execute(
            "select count(*) from ledger.voucher_by_code where source = 'good' and number = %s", (f"记-{self._good}",)
        ).fetchone()
        if row != (1,):
            raise Wrong(f"voucher {self._good} is not counted")

    def _drain(self, messages: Sequence[Sent]) -> None:
        producer = self._producer = self._producer or Producer({"bootstrap.servers": self.kafka, "linger.ms": 2})
        for each in messages:
            producer.produce(self.topic, each.value, each.key, headers=each.headers, partition=0)
        if producer.flush(20):
            raise Wrong("Kafka did not take the messages")
        self._offset += len(messages)
        for _ in range(STEPS):
            try:
                self.intake.step()
            except Brake as brake:
                self.intake.brake.defects = 0
                raise Wrong(f"the intake stands: {brake}") from None
            except Exception as error:
                raise Wrong(f"the intake falls: {type(error).__name__}: {str(error)[:300]}") from None
            row = self.conn.execute(
                "select next_offset from record.consumed where topic = %s", (self.topic,)
            ).fetchone()
            if row is not None and row[0] >= self._offset:
                return
        raise Wrong(f"the intake does not get to offset {self._offset}")

    def _mutation(self, number: int, chance: Random) -> Input:
        way = chance.choices(("json", "bytes", "structured", "event", "headers"), (35, 25, 15, 10, 15))[0]
        good = _voucher(number)
        value, headers = json.dumps(good, ensure_ascii=False, separators=(",", ":")).encode(), _binary(number)
        match way:
            case "json":
                value = bad_json(good, chance)
            case "bytes":
                value = mutated(value, chance, self._values)
            case "structured":
                data = Raw(bad_json(good, chance).decode("utf-8", "surrogateescape"))
                value = dumps(_structured(number, data), ascii_only=False).encode("utf-8", "surrogateescape")
                headers = []
            case "event":
                value, headers = bad_json(_structured(number, good), chance), []
            case _:
                return Input(number, way, _odd(value, headers, chance))
        return Input(number, way, Sent(value[:LARGEST], headers))


def _fate(letter: tuple[str, str, str] | None) -> Fate | Wrong:
    if letter is None:
        return "accepted"
    kind, reason, detail = letter
    return "dead_lettered" if kind == "unreadable" and reason and detail else Wrong(f"{kind} {reason!r} {detail!r}")


def _odd(value: bytes, headers: list[tuple[str, bytes | None]], chance: Random) -> Sent:
    """Headers exchanged, lost, doubled, of any bytes; a key of any bytes; no value."""
    changed = list(headers)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(changed)) if changed else 0
        said = chance.choice(
            (None, b"", chance.choice(HURTFUL), chance.randbytes(30), b"x" * 5000, mutated(b"1.0", chance, (b"2",)))
        )
        name = chance.choice(
            ("ce_type", "ce_id", "ce_traceparent", "ce_source", "content-type", "ce_", "CE_ID", "x" * 300)
        )
        match chance.randrange(3):
            case 0:
                changed.append((name, said))
            case 1 if changed:
                del changed[at]
            case _ if changed:
                changed[at] = (changed[at][0], said)
            case _:
                pass
    value_ = chance.choice((value, value, value, None, b"", b"\x00", value * 50))
    return Sent(value_, changed, chance.choice((None, b"", b"\xff\x00", b"k" * 9000)))


@contextmanager
def opened(servers: Servers) -> Iterator[Voucher]:
    """The door on a topic and a ledger of its own."""
    fresh = servers.fresh("monitoring")
    topic = f"badinput.{fresh.url.rpartition('/')[2].partition('?')[0]}"
    admin = AdminClient({"bootstrap.servers": servers.kafka})
    for future in admin.create_topics([NewTopic(topic, 1, 1)]).values():
        future.result(30)
    with psycopg.connect(fresh.url, autocommit=True) as conn:
        claims = Claims(conn)
        stream = Batches(servers.kafka, topic, topic, claims.take, claims.drop)
        intake = Intake(conn, stream, claims, StandingClock())
        try:
            yield Voucher(topic, servers.kafka, conn, intake)
        finally:
            intake.close()
