"""What `jixiao emit` puts on Kafka: CloudEvents in the binary mode, the same ids each time a file is sent, nothing lost in an outage."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, Message, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from kafka.errors import KafkaTimeoutError

from backbone.process.settings import settings
from cli.emitting import sending
from cli.emitting.sending import Sending
from cli.emitting.words import Refused
from contracts.envelope import voucher_id
from contracts.execution import ExecutionReported
from tests.integration.emitting import USUAL, emit, sheet
from tests.integration.servers import Servers

OXFORD = Path(__file__).parent.parent / "data" / "oxford"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Each test in a folder of its own, with settings read anew before and after."""
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.fixture
def topic(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> str:
    """An execution stream of this test's own, of three partitions."""
    name = f"execution.reported.{uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": servers.kafka})
    admin.create_topics([NewTopic(name, 3)])[name].result(30)
    monkeypatch.setattr(ExecutionReported, "topic", name)
    monkeypatch.setenv("JIXIAO_KAFKA", servers.kafka)
    return name


def on(servers: Servers, topic: str) -> list[Message]:
    """All messages of a topic."""
    consumer = Consumer({"bootstrap.servers": servers.kafka, "group.id": uuid4().hex, "enable.auto.commit": False})
    partitions = [TopicPartition(topic, partition, 0) for partition in range(3)]
    count = sum(consumer.get_watermark_offsets(partition, timeout=30)[1] for partition in partitions)
    consumer.assign(partitions)
    found: list[Message] = []
    while len(found) < count:
        found += consumer.consume(count - len(found), timeout=1)
    consumer.close()
    return found


def headers(message: Message) -> dict[str, str]:
    return {name: value.decode() for name, value in message.headers() or []}


def test_a_voucher_is_sent_as_a_cloudevent_in_the_binary_mode(servers: Servers, topic: str, here: Path) -> None:
    said = emit(sheet(here / "a.csv", USUAL, "记-1,2026-03-18,40.05,CS-1,水利局,水渠"), "--source", "财政-1", dry=False)
    assert (said.status, said.line["sent"]) == (0, 1)
    (message,) = on(servers, topic)
    found = headers(message)
    assert datetime.fromisoformat(found.pop("ce_time")).utcoffset() == timedelta(0)
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", found.pop("ce_traceparent"))
    voucher = ExecutionReported.model_validate_json(message.value() or b"")
    assert voucher.model_dump(exclude_none=True, mode="json") == {
        "source": "财政-1",
        "number": "记-1",
        "numbering_year": 2026,
        "date": "2026-03-18",
        "amount": 4005,
        "currency": "CNY",
        "project": "CS-1",
        "unit": "水利局",
        "memo": "水渠",
    }
    assert message.key() == b"CS-1"
    assert found == {
        "ce_specversion": "1.0",
        "ce_id": voucher_id(voucher),
        "ce_source": "/finance/财政-1",
        "ce_type": "jixiao.execution.ExecutionReported.v1",
        "content-type": "application/json",
    }


def test_a_real_quarter_sent_twice_has_the_same_ids_and_sums(servers: Servers, topic: str) -> None:
    file, map = str(OXFORD / "oxford-jan-mar-2014.csv"), str(OXFORD / "oxford.toml")
    first, second = (emit(file, "--map", map, dry=False) for _ in range(2))
    assert (first.status, first.line["sent"], first.line) == (3, 3859, second.line)
    messages = on(servers, topic)
    assert len(messages) == 2 * 3859
    amounts: dict[str, int] = {}
    for message in messages:
        value = json.loads(message.value() or b"")
        assert amounts.setdefault(headers(message)["ce_id"], value["amount"]) == value["amount"]
    assert (len(amounts), sum(amounts.values())) == (3859, 1341346798)


def test_nothing_is_sent_where_every_row_is_refused_or_the_run_is_dry(servers: Servers, topic: str, here: Path) -> None:
    bad = sheet(here / "a.csv", USUAL, "1,2026-02-31,5,P,,")
    assert (emit(bad, "--source", "s", dry=False).status, emit(bad, "--source", "s").status) == (2, 2)
    good = sheet(here / "b.csv", USUAL, "1,2026-02-28,5,P,,")
    assert emit(good, "--source", "s").line["sent"] == 0
    assert emit(good, "--source", "s", dry=False).line["sent"] == 1
    assert len(on(servers, topic)) == 1


def test_a_topic_that_is_not_there_is_said(
    servers: Servers, topic: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "FIRST_PATIENCE", 2.0)
    monkeypatch.setattr(ExecutionReported, "topic", "execution.nowhere")
    said = emit(sheet(here / "a.csv", USUAL, "1,2026-02-28,5,P,,"), "--source", "s", dry=False)
    assert (said.status, said.line["sent"]) == (1, 0)
    assert "has no topic execution.nowhere" in said.stderr


@pytest.mark.parametrize(("address", "words"), [("127.0.0.1:1", "does not answer"), ("127.0.0.1:x", "not right")])
def test_a_kafka_that_is_not_there_is_said_in_one_sentence(
    here: Path, monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    monkeypatch.setattr(sending, "FIRST_PATIENCE", 1.0)
    monkeypatch.setenv("JIXIAO_KAFKA", address)
    file = sheet(here / "a.csv", USUAL, "1,2026-02-28,5,P,,", "2,2026-02-31,5,P,,")
    said = emit(file, "--source", "s", "--json", dry=False)
    assert (said.status, said.line["sent"], said.line["accepted"]) == (1, 0, 1)
    assert said.line["rejects"] == "rejects-a.csv"
    assert words in said.stderr
    assert len(said.stderr.splitlines()) == 2  # 中文 and English


def test_kafka_is_not_asked_where_nothing_is_to_be_sent(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "FIRST_PATIENCE", 1.0)
    monkeypatch.setenv("JIXIAO_KAFKA", "127.0.0.1:1")
    said = emit(sheet(here / "a.csv", USUAL, "1,2026-02-31,5,P,,"), "--source", "s", dry=False)
    assert said.status == 2
    assert "Kafka" not in said.stderr


@dataclass
class Broker:
    """A Kafka in memory. `outages` says of each producer in turn after how many messages it goes silent for ever."""

    outages: list[int]
    written: list[bytes] = field(default_factory=list)
    closed: int = 0

    def producer(self, kafka: str, patience: float) -> Producer:
        if not self.outages:
            raise KafkaTimeoutError("nobody answers")
        return Producer(self, self.outages.pop(0))


@dataclass
class Producer:
    broker: Broker
    left: int

    def partitions_for(self, topic: str) -> set[int]:
        return {0}

    def send(self, topic: str, *, value: bytes, key: bytes, headers: list[tuple[str, bytes]]) -> Future:
        if self.left < -2:
            raise KafkaTimeoutError("the buffer is full")
        self.left -= 1
        if self.left >= 0:
            self.broker.written.append(value)
        return Future(self.left >= 0)

    def flush(self, timeout: float) -> None:
        if self.left < 0:
            raise KafkaTimeoutError("not all was acknowledged")

    def close(self, timeout: float) -> None:
        if self.left < 0:
            raise KafkaTimeoutError("batches are open")  # as kafka-python 3.0.12 does
        self.broker.closed += 1

    @property
    def _sender(self) -> Producer:
        return self

    def force_close(self) -> None:
        self.broker.closed += 1


@dataclass
class Future:
    acknowledged: bool

    def succeeded(self) -> bool:
        return self.acknowledged


def vouchers(count: int) -> list[bytes]:
    given: dict[str, Any] = {"source": "s", "numbering_year": 0, "date": "2026-01-05", "amount": 1, "project": "P"}
    return [json.dumps(given | {"number": str(number)}).encode() for number in range(count)]


def test_what_a_silent_producer_left_is_sent_by_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    broker = Broker([7, 4, 0, 100])
    monkeypatch.setattr(sending, "_producer", broker.producer)
    monkeypatch.setattr(sending, "WINDOW", 5)
    told: list[int] = []
    done = Sending("kafka:9092", told=told.append)
    done.send(vouchers(23))
    assert done.sent == 23
    assert sorted(broker.written) == sorted(vouchers(23))
    assert told == [5, 10, 15, 20, 23]
    assert broker.closed == 4


def test_an_outage_longer_than_the_patience_says_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_producer", Broker([7]).producer)
    monkeypatch.setattr(sending, "WINDOW", 5)
    done = Sending("kafka:9092", patience=0.1)
    with pytest.raises(Refused) as refused:
        done.send(vouchers(23))
    assert refused.value.reason == "kafka-stopped-answering"
    assert done.sent == refused.value.fields["sent"] == 5
