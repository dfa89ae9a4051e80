"""An event version never changes incompatibly: today's readers read yesterday's events, yesterday's readers today's."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import jsoncompat
import pytest

from contracts.catalogue import PUBLIC
from contracts.generate import SAMPLES, label, schema

Schema = dict[str, Any]
EVERY_EVENT = pytest.mark.parametrize("event", PUBLIC, ids=label)


@EVERY_EVENT
def test_the_event_is_compatible_with_the_version_that_was_frozen(event: Any) -> None:
    frozen = json.loads((SAMPLES / f"{label(event)}.schema.json").read_text("utf-8"))
    assert breaks(frozen, schema(event)) == [], (
        f"make it version {event.version + 1}: a consumer holds us to version {event.version}"
    )


def add_optional(new: Schema) -> None:
    new["properties"]["remark"] = {"type": "string", "default": ""}


def add_required(new: Schema) -> None:
    add_optional(new)
    new["required"].append("remark")


def remove_field(new: Schema) -> None:
    new["required"].remove("reason")
    del new["properties"]["reason"]


def make_optional(new: Schema) -> None:
    new["required"].remove("reason")


def change_type(new: Schema) -> None:
    new["properties"]["unspent"] = {"type": "string"}


def narrow(new: Schema) -> None:
    new["properties"]["reason"]["maxLength"] = 20


def widen(new: Schema) -> None:
    new["properties"]["reason"]["maxLength"] = 9000


def change_a_part(new: Schema) -> None:
    new["$defs"]["Measure"]["required"].append("until")


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (add_optional, []),
        (add_required, ["new readers refuse old events"]),
        (remove_field, ["old readers refuse new events"]),
        (make_optional, ["old readers refuse new events"]),
        (change_type, ["new readers refuse old events", "old readers refuse new events"]),
        (narrow, ["new readers refuse old events"]),
        (widen, ["old readers refuse new events"]),
        (change_a_part, ["new readers refuse old events"]),
    ],
)
def test_what_is_incompatible_is_found(change: Callable[[Schema], None], broken: list[str]) -> None:
    frozen = json.loads((SAMPLES / "ProjectSuspended.v1.schema.json").read_text("utf-8"))
    new = copy.deepcopy(frozen)
    change(new)
    assert breaks(frozen, new) == broken


def breaks(old: Schema, new: Schema) -> list[str]:
    """In which directions `new` is incompatible with `old`. Old events hold no field that their version did not know."""
    ways = {
        "new readers refuse old events": (_closed(_bare(old)), _bare(new), "deserializer"),
        "old readers refuse new events": (_bare(old), _bare(new), "serializer"),
    }
    return [
        way for way, (a, b, role) in ways.items() if not jsoncompat.check_compat(json.dumps(a), json.dumps(b), role)
    ]


def _bare(value: Schema) -> Schema:
    return {key: part for key, part in value.items() if key not in ("$id", "examples")}


def _closed(value: Any) -> Any:
    if isinstance(value, list):
        return [_closed(part) for part in value]
    if not isinstance(value, dict):
        return value
    closed = {key: _closed(part) for key, part in value.items()}
    if value.get("type") == "object" and "properties" in value:
        closed["additionalProperties"] = False
    return closed
