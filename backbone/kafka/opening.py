"""A message opened: the public event in it, its id, the token in its header."""

from __future__ import annotations

from uuid import UUID

from backbone.kafka.dead import Message
from backbone.record.reading import Standing
from contracts.catalogue import BY_TYPE
from contracts.envelope import Envelope, Unreadable, open_structured
from contracts.event import PublicEvent


def read_event(envelope: Envelope) -> PublicEvent:
    """The public event in an envelope; Unreadable with the reason where its type, version or content is unknown."""
    model = BY_TYPE.get(envelope.type)
    if model is None:
        name = envelope.type.rsplit(".v", 1)[0]
        known = [type_ for type_ in BY_TYPE if type_.rsplit(".v", 1)[0] == name]
        reason = "unknown-version" if known else "unknown-type"
        raise Unreadable(
            reason, f"{envelope.type} is not known here" + (f"; known: {', '.join(known)}" if known else "")
        )
    if not model.signed:
        uuid_of(envelope)
    try:
        return model.model_validate(envelope.data)
    except RecursionError:
        raise Unreadable("too-deep", "the data is nested too deeply") from None
    except ValueError as error:
        problems = getattr(error, "errors", lambda **_: [])(include_url=False)
        first = f"{'.'.join(map(str, problems[0]['loc']))}: {problems[0]['msg']}" if problems else str(error)
        raise Unreadable("invalid-data", f"{envelope.type}: {first}") from None


def bearer(message: Message) -> str | None:
    """The token in a message's header `authorization`."""
    for name, value in message.headers:
        if name.lower() == "authorization" and value is not None:
            scheme, _, token = value.decode("utf-8", "replace").partition(" ")
            return token.strip() if scheme.lower() == "bearer" else None
    return None


def uuid_of(envelope: Envelope) -> UUID:
    try:
        return UUID(envelope.id)
    except ValueError:
        raise Unreadable("invalid-id", f"the id {envelope.id[:80]!r} is no UUID") from None


def id_of(message: Standing) -> str | None:
    """The event id in a message, stored beside the offset and compared when the partition is claimed; None where it cannot be read."""
    try:
        return open_structured(message.value).id
    except Unreadable:
        return None
