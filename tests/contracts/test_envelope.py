"""The envelope is CloudEvents 1.0: the CloudEvents SDK reads what we write, and we read what it writes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from cloudevents.core.bindings.kafka import (
    KafkaMessage,
    from_binary_event,
    from_structured_event,
    to_binary_event,
    to_structured_event,
)
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from contracts.asyncapi import example, label
from contracts.catalogue import PUBLIC
from contracts.envelope import STRUCTURED, Unreadable, attributes, binary_headers, open_structured, seal, voucher_id
from contracts.evaluation import EvaluationCompleted
from contracts.event import PublicEvent
from contracts.execution import ExecutionReported
from contracts.generate import SAMPLES

NOON = datetime(2026, 7, 15, 4, 0, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
VOUCHER = ExecutionReported.model_validate(example(ExecutionReported))
FORMAT = JSONFormat()


@pytest.mark.parametrize("event", PUBLIC, ids=label)
def test_the_sdk_reads_every_event(event: type[PublicEvent]) -> None:
    fact = event.model_validate(example(event))
    sealed = seal(
        fact, id="e-1", time=NOON, number=3, traceparent=TRACE, actor="赵强 (official, finance)", day=date(2026, 7, 15)
    )
    message = KafkaMessage(headers={"content-type": STRUCTURED.encode()}, key=b"k", value=sealed.to_bytes())

    read = from_structured_event(message, FORMAT)

    assert (read.get_specversion(), read.get_id(), read.get_type()) == ("1.0", "e-1", event.type_name())
    assert (read.get_source(), read.get_subject(), read.get_time()) == (f"/jixiao/{event.owner}", fact.stream(), NOON)
    assert read.get_extension("streamnumber") == 3
    assert read.get_extension("actor") == "赵强 (official, finance)"
    assert event.model_validate(read.get_data()) == fact


def test_we_read_what_the_sdk_writes() -> None:
    written = CloudEvent(
        attributes={
            "id": "a",
            "source": "/finance/t",
            "type": "x.y",
            "specversion": "1.0",
            "time": NOON,
            "datacontenttype": "application/json",
        },
        data={"memo": "水渠"},
    )
    message = to_structured_event(written, FORMAT)

    envelope = open_structured(bytes(message.value or b""))

    assert (envelope.id, envelope.source, envelope.type, envelope.time) == ("a", "/finance/t", "x.y", NOON)
    assert envelope.data == {"memo": "水渠"}


def test_the_sdk_reads_a_voucher_in_binary_mode() -> None:
    headers = dict(binary_headers(VOUCHER, time=NOON, traceparent=TRACE))
    message = KafkaMessage(headers=headers, key=VOUCHER.stream().encode(), value=VOUCHER.model_dump_json().encode())

    read = from_binary_event(message, FORMAT)

    assert (read.get_id(), read.get_type(), read.get_time()) == (
        voucher_id(VOUCHER),
        ExecutionReported.type_name(),
        NOON,
    )
    assert read.get_extension("traceparent") == TRACE
    assert ExecutionReported.model_validate(read.get_data()) == VOUCHER


def test_we_read_the_headers_that_the_sdk_writes() -> None:
    written = CloudEvent(
        attributes={
            "id": "v-1",
            "source": "/finance/t",
            "type": ExecutionReported.type_name(),
            "specversion": "1.0",
            "datacontenttype": "application/json",
        },
        data=VOUCHER.model_dump(mode="json"),
    )
    message = to_binary_event(written, FORMAT)

    found = attributes(list(message.headers.items()))

    assert found["id"] == "v-1"
    assert found["type"] == ExecutionReported.type_name()


def test_what_we_seal_we_open_again() -> None:
    sealed = seal(VOUCHER, id="e-1", time=NOON, number=1, day=date(2026, 7, 15))
    assert open_structured(sealed.to_bytes()) == sealed


def test_the_same_voucher_has_the_same_id_and_other_figures_another() -> None:
    again = ExecutionReported.model_validate(example(ExecutionReported))
    dearer = VOUCHER.model_copy(update={"amount": VOUCHER.amount + 1})
    assert voucher_id(again) == voucher_id(VOUCHER)
    assert voucher_id(dearer) != voucher_id(VOUCHER)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "empty"),
        (b"\xff\xfe{}", "not-utf-8"),
        (b"{", "not-json"),
        (b'{"a": NaN}', "not-json"),
        (b"[" * 200_000, "too-deep"),
        (b"[]", "not-a-cloudevent"),
        (json.dumps({"id": "1"}).encode(), "not-a-cloudevent"),
        (
            json.dumps({"specversion": "0.3", "id": "1", "source": "s", "type": "t", "data": {}}).encode(),
            "not-a-cloudevent",
        ),
        (
            json.dumps({"specversion": "1.0", "id": "1", "source": "s", "type": "t", "data": []}).encode(),
            "not-a-cloudevent",
        ),
    ],
)
def test_what_can_never_be_read_is_said_with_its_reason(value: bytes | None, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        open_structured(value)
    assert refused.value.reason == reason
    assert len(refused.value.detail) > 10


def test_the_score_of_a_project_names_the_project() -> None:
    score = json.loads((SAMPLES / "EvaluationCompleted.v1.json").read_text("utf-8"))
    with pytest.raises(ValueError, match="names the project"):
        EvaluationCompleted.model_validate({**score, "project": None})
    EvaluationCompleted.model_validate({**score, "project": None, "subject_kind": "unit"})
