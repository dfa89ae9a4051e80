"""The public events as one AsyncAPI 3 document: a channel a topic, a message an event version, CloudEvents around them.

What Jixiao sends, anyone may receive; what it receives (`execution.reported`, `progress.reported`, `clock.days`) it does not send itself.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import models_json_schema

from contracts.envelope import STRUCTURED, Envelope, binary_headers
from contracts.event import PublicEvent
from contracts.execution import ExecutionReported

RECEIVED = ("execution", "progress", "clock")
"""Owners whose events come from outside: finance systems, units' systems, and whoever moves the business clock."""

EXAMPLE = "Example::"


def asyncapi(events: Iterable[type[PublicEvent]]) -> dict[str, Any]:
    """The document, as plain JSON values."""
    events = tuple(events)
    topics: dict[str, list[type[PublicEvent]]] = {}
    for event in events:
        topics.setdefault(event.topic, []).append(event)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Jixiao 绩效",
            "version": "1.0.0",
            "description": "The public events of performance management. Every message is a CloudEvent 1.0, keyed by its stream.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "variables": {"bootstrap": {"default": "127.0.0.1:9092", "description": "the value of JIXIAO_KAFKA"}},
            }
        },
        "channels": {topic: _channel(topic, its) for topic, its in topics.items()},
        "operations": {_operation_name(its[0]): _operation(topic, its) for topic, its in topics.items()},
        "components": {
            "messages": {name: message for event in events for name, message in _messages(event).items()},
            "schemas": _schemas(events),
        },
    }


def label(event: type[PublicEvent]) -> str:
    """How files and messages name an event version: `GoalApproved.v1`."""
    return f"{event.__name__}.v{event.version}"


def example(event: type[PublicEvent]) -> dict[str, Any]:
    """The example in the event's docstring; LookupError where it has none."""
    _, found, text = inspect.cleandoc(event.__doc__ or "").partition(EXAMPLE)
    if not found:
        raise LookupError(f"{event.__name__} has no example in its docstring")
    return json.loads(text)


def description(event: type[PublicEvent]) -> str:
    """The event's docstring before its example: what it means, its units, its source."""
    return inspect.cleandoc(event.__doc__ or "").partition(EXAMPLE)[0].strip()


def _channel(topic: str, events: list[type[PublicEvent]]) -> dict[str, Any]:
    names = [name for event in events for name in _messages(event)]
    return {
        "address": topic,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": {"topic": topic, "bindingVersion": "0.5.0"}},
    }


def _operation_name(event: type[PublicEvent]) -> str:
    return f"{'receive' if event.owner in RECEIVED else 'send'}-{event.owner}"


def _operation(topic: str, events: list[type[PublicEvent]]) -> dict[str, Any]:
    return {
        "action": "receive" if events[0].owner in RECEIVED else "send",
        "channel": {"$ref": f"#/channels/{topic}"},
        "summary": f"what {events[0].owner} says on {topic}",
        "messages": [{"$ref": f"#/channels/{topic}/messages/{name}"} for event in events for name in _messages(event)],
    }


def _messages(event: type[PublicEvent]) -> dict[str, dict[str, Any]]:
    """The messages that carry an event: structured, and for vouchers the Kafka binary mode too."""
    messages = {label(event): _structured(event)}
    if event is ExecutionReported:
        messages[f"{label(event)}.binary"] = _binary(event)
    return messages


def _structured(event: type[PublicEvent]) -> dict[str, Any]:
    data = {"$ref": f"#/components/schemas/{event.__name__}"}
    return {
        "name": event.type_name(),
        "title": event.__name__,
        "summary": description(event).splitlines()[0],
        "contentType": STRUCTURED,
        **({"headers": _token()} if event.signed else {}),
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {"type": "object", "properties": {"type": {"const": event.type_name()}, "data": data}},
            ]
        },
        "bindings": _key(),
    }


def _token() -> dict[str, Any]:
    token = {"type": "string", "description": "`Bearer` and a token issued for this topic: for whom the message speaks"}
    return {"type": "object", "properties": {"authorization": token}, "required": ["authorization"]}


def _binary(event: type[PublicEvent]) -> dict[str, Any]:
    attributes = {name: {"type": "string"} for name in _binary_names()}
    return {
        "name": event.type_name(),
        "title": f"{event.__name__}, Kafka binary mode",
        "summary": "the attributes in headers, the voucher alone as the value: plain JSON from a finance system",
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "properties": {**attributes, "ce_type": {"const": event.type_name()}, "ce_specversion": {"const": "1.0"}},
            "required": ["ce_specversion", "ce_id", "ce_source", "ce_type"],
        },
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "bindings": _key(),
    }


def _binary_names() -> list[str]:
    from datetime import UTC, datetime

    voucher = ExecutionReported.model_validate(example(ExecutionReported))
    return [name for name, _ in binary_headers(voucher, time=datetime.fromtimestamp(0, UTC))]


def _key() -> dict[str, Any]:
    return {"kafka": {"key": {"type": "string", "description": "the event's stream"}, "bindingVersion": "0.5.0"}}


def _schemas(events: tuple[type[PublicEvent], ...]) -> dict[str, Any]:
    models = [(model, "serialization") for model in (*events, Envelope)]
    _, found = models_json_schema(models, ref_template="#/components/schemas/{model}")  # pyright: ignore[reportArgumentType]
    schemas: dict[str, Any] = found["$defs"]
    for event in events:
        schemas[event.__name__] = {
            **schemas[event.__name__],
            "description": description(event),
            "examples": [example(event)],
        }
    return schemas
