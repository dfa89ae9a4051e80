"""How events travel: CloudEvents 1.0, structured JSON on the services' topics, the Kafka binary mode for vouchers.

Extension attributes: `streamnumber`, the contiguous public number of the event in its stream, from 1 (a consumer parks on a gap in
it); `traceparent` (W3C), which follows an event through all services; `actor`, who did it; `businessday`, the day it counts for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from contracts.event import PublicEvent
from contracts.execution import ExecutionReported

STRUCTURED = "application/cloudevents+json; charset=UTF-8"
VOUCHER_IDS = UUID("5b1f0f6e-6a1e-5c59-9a3e-0c5b9d7f2a10")
"""Namespace of the ids of vouchers: the same voucher with the same figures has the same id, however often it is sent."""


class Unreadable(Exception):
    """A message that can never be read: `reason` is a stable word, `detail` a sentence for the dead letter."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Envelope(BaseModel):
    """The attributes of one CloudEvent, with its data as plain JSON values."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1, max_length=400)]
    type: Annotated[str, Field(min_length=1, max_length=200)]
    subject: str | None = None
    time: datetime | None = None
    datacontenttype: str = "application/json"
    streamnumber: Annotated[int, Field(ge=1)] | None = None
    traceparent: str | None = None
    actor: str | None = None
    businessday: date | None = None
    data: dict[str, Any]

    def to_bytes(self) -> bytes:
        """Structured mode: the whole event as one JSON object."""
        return self.model_dump_json(exclude_none=True).encode()


def seal(
    event: PublicEvent,
    *,
    id: str,
    time: datetime,
    number: int | None = None,
    traceparent: str | None = None,
    actor: str | None = None,
    day: date | None = None,
) -> Envelope:
    """The envelope of a public event. `time` is aware UTC; `number` the event's public number in its stream."""
    return Envelope(
        id=id,
        source=f"/jixiao/{event.owner}",
        type=event.type_name(),
        subject=event.stream(),
        time=time,
        streamnumber=number,
        traceparent=traceparent,
        actor=actor,
        businessday=day,
        data=event.model_dump(mode="json"),
    )


def open_structured(value: bytes | None) -> Envelope:
    """The envelope in a Kafka message's value; Unreadable with the reason where there is none."""
    if value is None:
        raise Unreadable("empty", "the message has no value")
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable("not-utf-8", f"byte {error.start} is not UTF-8") from None
    try:
        raw = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise Unreadable("too-deep", "the JSON is nested too deeply") from None
    except ValueError as error:
        raise Unreadable("not-json", f"not valid JSON: {error}") from None
    if _half_a_character(text, raw):
        raise Unreadable("not-unicode", "half of a surrogate pair is no character")
    if not isinstance(raw, dict):
        raise Unreadable("not-a-cloudevent", "the message is not a JSON object")
    try:
        return Envelope.model_validate(raw)
    except ValueError as error:
        raise Unreadable("not-a-cloudevent", _first_problem(error)) from None


def binary_headers(
    voucher: ExecutionReported, *, time: datetime, traceparent: str | None = None
) -> list[tuple[str, bytes]]:
    """The Kafka headers of a voucher in binary mode; its value is `voucher.model_dump_json()`, its key the project."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": voucher_id(voucher),
        "ce_source": f"/finance/{voucher.source}",
        "ce_type": ExecutionReported.type_name(),
        "ce_time": time.isoformat(),
        "content-type": "application/json",
    }
    if traceparent:
        headers["ce_traceparent"] = traceparent
    return [(name, value.encode()) for name, value in headers.items()]


def voucher_id(voucher: ExecutionReported) -> str:
    """The deterministic id of a voucher with these figures: sent again it is the same event."""
    key = (
        voucher.source,
        voucher.numbering_year,
        voucher.number,
        voucher.date.isoformat(),
        voucher.amount,
        voucher.currency,
        voucher.project,
    )
    return str(uuid5(VOUCHER_IDS, "\x1f".join(map(str, key))))


def attributes(headers: Iterable[tuple[str, bytes | None]] | None) -> dict[str, str]:
    """The CloudEvents attributes among a Kafka message's headers (`ce_…`), by their plain names."""
    found: dict[str, str] = {}
    for name, value in headers or ():
        if name.startswith("ce_") and value is not None:
            found[name[3:]] = value.decode("utf-8", "replace")
    return found


def _half_a_character(text: str, raw: object) -> bool:
    """Whether an escape stands for half a character, in a name or text that nobody may read before it is written down."""
    if "\\ud" not in text and "\\uD" not in text:
        return False
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON number")


def _first_problem(error: ValueError) -> str:
    problems = getattr(error, "errors", None)
    if problems is None:
        return str(error)
    first = problems(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'event'}: {first['msg']}"
