"""What is generated from the events is fresh, and says what the events say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contracts import generate
from contracts.asyncapi import asyncapi, example, label
from contracts.catalogue import BY_TYPE, PUBLIC, TOPICS
from contracts.event import PublicEvent

EVERY_EVENT = pytest.mark.parametrize("event", PUBLIC, ids=label)


def test_nothing_generated_is_stale() -> None:
    assert [path.name for path in generate.find_stale()] == [], "run `make schemas` and commit what it writes"


def test_a_stale_a_missing_and_an_orphaned_file_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "HERE", tmp_path)
    monkeypatch.setattr(generate, "SCHEMAS", tmp_path / "schemas")
    monkeypatch.setattr(generate, "SAMPLES", tmp_path / "samples")
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0

    schemas = tmp_path / "schemas"
    (schemas / "GoalApproved.v1.json").write_text("{}")
    (schemas / "DayBegan.v1.json").unlink()
    (schemas / "Forgotten.v1.json").write_text("{}")
    assert {path.name for path in generate.find_stale()} == {
        "GoalApproved.v1.json",
        "DayBegan.v1.json",
        "Forgotten.v1.json",
    }
    assert generate.main(["--check"]) == 1


def test_a_frozen_sample_is_never_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "HERE", tmp_path)
    monkeypatch.setattr(generate, "SCHEMAS", tmp_path / "schemas")
    monkeypatch.setattr(generate, "SAMPLES", tmp_path / "samples")
    generate.main([])
    frozen = tmp_path / "samples" / "DayBegan.v1.json"
    frozen.write_text('{"day": "2020-01-01"}')
    generate.main([])
    assert json.loads(frozen.read_text()) == {"day": "2020-01-01"}


@EVERY_EVENT
def test_the_schema_accepts_the_example_and_refuses_what_lacks_a_field(event: type[PublicEvent]) -> None:
    schema = generate.schema(event)
    written = event.model_validate(example(event)).model_dump(mode="json")
    validator = jsonschema_rs.validator_for(schema)
    assert validator.is_valid(written)
    for field in schema["required"]:
        assert not validator.is_valid({name: value for name, value in written.items() if name != field}), field


@EVERY_EVENT
def test_every_event_tells_its_source_and_where_it_belongs(event: type[PublicEvent]) -> None:
    assert "Source: " in (event.__doc__ or "")
    assert event.owner and event.topic
    assert event.model_validate(example(event)).stream()
    assert BY_TYPE[event.type_name()] is event


def test_asyncapi_has_a_channel_a_topic_and_a_message_an_event() -> None:
    document = asyncapi(PUBLIC)
    assert set(document["channels"]) == set(TOPICS)
    assert {message["name"] for message in document["components"]["messages"].values()} == set(BY_TYPE)
    assert "ExecutionReported.v1.binary" in document["channels"]["execution.reported"]["messages"]
    actions = {
        operation["channel"]["$ref"].rsplit("/", 1)[-1]: operation["action"]
        for operation in document["operations"].values()
    }
    assert actions == {
        topic: "receive" if topic in ("execution.reported", "progress.reported", "clock.days") else "send"
        for topic in TOPICS
    }


def test_every_reference_in_asyncapi_leads_somewhere() -> None:
    document = asyncapi(PUBLIC)
    for reference in _references(document):
        target: Any = document
        for step in reference.removeprefix("#/").split("/"):
            assert step in target, reference
            target = target[step]


@EVERY_EVENT
def test_a_message_of_asyncapi_accepts_a_real_message(event: type[PublicEvent]) -> None:
    from datetime import UTC, datetime

    from contracts.envelope import seal

    document = asyncapi(PUBLIC)
    payload = document["components"]["messages"][label(event)]["payload"]
    validator = jsonschema_rs.validator_for({**payload, "components": document["components"]})
    sealed = seal(event.model_validate(example(event)), id="1", time=datetime(2026, 7, 1, tzinfo=UTC), number=1)
    assert validator.is_valid(json.loads(sealed.to_bytes()))
    assert not validator.is_valid({**json.loads(sealed.to_bytes()), "type": "jixiao.other.Event.v1"})


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [reference for part in value.values() for reference in _references(part)]
    if isinstance(value, list):
        return [reference for part in value for reference in _references(part)]
    return []
