"""The inbox: one message of another service, or of an outside system, in one transaction with its effect and its offset.

A message is taken once: by its event's id, and by the contiguous public number of its stream. What comes too early is parked until the
gap before it is filled; what can never be read is a dead letter; an outage is waited for by the caller, unacknowledged; a defect of ours
is a dead letter behind a brake. What an outside system sends (an event that is `signed`) is taken for whom its token names, once by its
own id.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import psycopg
from psycopg.types.json import Jsonb

from backbone.identity import Identity, NotAuthenticated
from backbone.kafka import dead
from backbone.kafka.dead import Brake, Message
from backbone.kafka.fence import Claim, Fenced, advance, moment_of
from backbone.process import metrics, trace
from backbone.process.connections import NOT_HELD, OUTAGES
from backbone.process.logs import log
from backbone.record.clock import Clock, begin_day
from backbone.record.events import Connection, Record
from backbone.record.reading import Standing
from backbone.record.transact import RETRIED
from backbone.record.transaction import Transaction
from contracts.catalogue import BY_TYPE
from contracts.clock import DayBegan
from contracts.decision import SYSTEM, Actor, Context, Refusal
from contracts.envelope import Envelope, Unreadable, open_structured
from contracts.event import PublicEvent

Hear = Callable[[Transaction, PublicEvent, Envelope], Refusal | None]
"""What an event means in a service: appends and decides in the open transaction; None, or a refusal for the dead letters."""

SIGNED_IDS = UUID("8d0a7b52-3c44-5f0e-9c7a-6b1f2d9e4c31")
"""Namespace of the ids of signed messages: a sender's id is unique among its own, so that nobody can take another's."""

NOBODY = Identity(None)
"""Knows no key, and so refuses every signed message."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """A service's ear. Connection and clock are passed in; `receive` takes one message."""

    conn: Connection
    record: Record
    clock: Clock
    hear: Hear
    interest: Mapping[str, type[PublicEvent]]
    identity: Identity = NOBODY

    def receive(self, claim: Claim, message: Message) -> Claim:
        """Take `message` under `claim` and return the claim moved past it. Raises Fenced, Brake is the caller's to count, and
        psycopg's errors for outages: then nothing happened and the same message is to be given again."""
        if message.offset < claim.next_offset:
            return claim
        if message.offset > claim.next_offset > 0:
            raise Fenced(f"{message.topic}[{message.partition}]: {claim.next_offset} is next, {message.offset} came")
        try:
            return self._take(claim, message)
        except NOT_HELD as error:
            return self._bury(claim, message, "unreadable", "invalid-data", f"PostgreSQL can't hold it: {error}")
        except (Fenced, *OUTAGES, *RETRIED):
            raise
        except Unreadable as error:
            return self._bury(claim, message, "unreadable", error.reason, error.detail)
        except Refused as error:
            return self._bury(claim, message, "refused", type(error.refusal).__name__, repr(error.refusal))
        except NotAuthenticated as error:
            return self._bury(
                claim, message, "refused", f"token-{error.reason}", "the message names nobody whom we know"
            )
        except Exception as error:
            log.error(
                "defect", topic=message.topic, offset=message.offset, error="".join(traceback.format_exception(error))
            )
            return self._bury(
                claim, message, "defect", type(error).__name__, "".join(traceback.format_exception_only(error))
            )

    def replay(self, letter: dead.DeadLetter) -> str:
        """Take a dead letter's message again; what became of it in a word. Raises what stands in the way."""
        with self.conn.transaction():
            outcome = self._effect(letter.message)
            dead.replayed(self.conn, letter.id)
        return outcome

    def _take(self, claim: Claim, message: Message) -> Claim:
        with self.conn.transaction():
            outcome = self._effect(message)
            moved = self._advance(claim, message)
        metrics.HEARD.labels(message.topic, outcome).inc()
        return moved

    def _effect(self, message: Message) -> str:
        envelope = open_structured(message.value)
        trace.enter(envelope.traceparent)
        event = read_event(envelope)
        if isinstance(event, DayBegan):
            return self._day(event)
        if event.signed:
            return self._signed(message, envelope, event)
        return self._number(message, envelope, event)

    def _day(self, event: DayBegan) -> str:
        if not self.clock.follows_topic:
            raise Unreadable(
                "clock-not-followed", f"this process goes by the wall clock and is not moved to {event.day}"
            )
        return "heard" if begin_day(self.conn, event.day) else "repeated"

    def _signed(self, message: Message, envelope: Envelope, event: PublicEvent) -> str:
        """Take what an outside system says, for whom its token names: nothing in the envelope says who speaks, or when."""
        actor = self.identity.actor(_bearer(message), event.topic)
        id_ = str(uuid5(SIGNED_IDS, "\x1f".join((actor.org, envelope.source, envelope.id))))
        own = envelope.model_copy(
            update={"id": id_, "actor": str(actor), "time": None, "businessday": None, "streamnumber": None}
        )
        self._one_at_a_time(event.owner, id_)
        if self._same_or_unreadable(own):
            return "repeated"
        if event.type_name() in self.interest:
            self._handle(own, event, actor)
        return "heard"

    def _number(self, message: Message, envelope: Envelope, event: PublicEvent) -> str:
        """Take the event where its number is the next of its stream; park it where one is missing before it."""
        if envelope.streamnumber is None:
            raise Unreadable("no-streamnumber", "a service's event carries its public number in `streamnumber`")
        stream = event.stream()
        self._one_at_a_time(event.owner, stream)
        last = self._last_heard(event.owner, stream)
        if envelope.streamnumber <= last:
            self._same_or_unreadable(envelope)
            self._number_free_or_unreadable(envelope, event.owner, stream)
            return "repeated"
        if envelope.streamnumber > last + 1:
            self._park(message, event.owner, stream, envelope.streamnumber)
            return "parked"
        self._hear(envelope, event, stream)
        self._unpark(event.owner, stream, envelope.streamnumber)
        return "heard"

    def _hear(self, envelope: Envelope, event: PublicEvent, stream: str) -> None:
        if event.type_name() in self.interest:
            if self._same_or_unreadable(envelope):
                raise Unreadable("same-id-other-number", f"the event {envelope.id} was heard under another number")
            self._handle(envelope, event, SYSTEM)
        self.conn.execute(
            "insert into record.heard (origin, stream, number) values (%s, %s, %s)"
            " on conflict (origin, stream) do update set number = excluded.number",
            (event.owner, stream, envelope.streamnumber),
        )

    def _handle(self, envelope: Envelope, event: PublicEvent, actor: Actor) -> None:
        context = Context(now=self.clock.now(), day=self.clock.day(self.conn), actor=actor)
        tx = Transaction(self.conn, self.record, context, trace.current() or trace.new())
        refusal = self.hear(tx, event, envelope)
        if refusal is not None:
            raise Refused(refusal)

    def _one_at_a_time(self, origin: str, stream: str) -> None:
        """A stream's numbers are taken by one transaction at a time, a replay beside a worker included."""
        self.conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{origin}/{stream}",))

    def _number_free_or_unreadable(self, envelope: Envelope, origin: str, stream: str) -> None:
        """A number that was heard with another event is no repetition: its service gave it twice, after a restore perhaps."""
        row = self.conn.execute(
            "select 1 from record.event where stream = %s and origin = %s and origin_number = %s and id <> %s",
            (stream, origin, envelope.streamnumber, _uuid(envelope)),
        ).fetchone()
        if row is not None:
            raise Unreadable("number-taken", f"number {envelope.streamnumber} of {stream} was heard with another event")

    def _same_or_unreadable(self, envelope: Envelope) -> bool:
        """Whether the id is known; with another body it is no repetition: somebody writes under a taken id."""
        row = self.conn.execute(
            "select data = %s from record.event where id = %s", (Jsonb(envelope.data), _uuid(envelope))
        ).fetchone()
        if row is not None and not row[0]:
            raise Unreadable("same-id-other-body", f"the event {envelope.id} is known with another content")
        return row is not None

    def _last_heard(self, origin: str, stream: str) -> int:
        row = self.conn.execute(
            "select number from record.heard where origin = %s and stream = %s", (origin, stream)
        ).fetchone()
        return row[0] if row else 0

    def _park(self, message: Message, origin: str, stream: str, number: int) -> None:
        self.conn.execute(
            "insert into record.parked (topic, partition, log_offset, origin, stream, number, value) values (%s, %s, %s, %s, %s, %s, %s)"
            " on conflict do nothing",
            (message.topic, message.partition, message.offset, origin, stream, number, message.value),
        )
        log.warning("parked", topic=message.topic, offset=message.offset, stream=stream, number=number)

    def _unpark(self, origin: str, stream: str, number: int) -> None:
        """Take what was parked behind `number`, as far as it is contiguous."""
        while True:
            number += 1
            rows = self.conn.execute(
                "delete from record.parked where origin = %s and stream = %s and number = %s"
                " returning topic, partition, log_offset, value",
                (origin, stream, number),
            ).fetchall()
            if not rows or not self._take_parked(
                Message(rows[0][0], rows[0][1], rows[0][2], None, bytes(rows[0][3])), stream
            ):
                return

    def _take_parked(self, message: Message, stream: str) -> bool:
        """Take a parked event; one that can't be taken is a dead letter of its own, and its predecessor stays taken."""
        try:
            with self.conn.transaction():
                envelope = open_structured(message.value)
                self._hear(envelope, read_event(envelope), stream)
        except Exception as error:
            if isinstance(error, (Fenced, *OUTAGES, *RETRIED)) and not isinstance(error, NOT_HELD):
                raise
            dead.bury(self.conn, message, _kind_of(error), getattr(error, "reason", type(error).__name__), str(error))
            return False
        return True

    def _advance(self, claim: Claim, message: Message) -> Claim:
        id_, moment = id_of(message), moment_of(message.timestamp)
        advance(
            self.conn, claim, start=claim.next_offset, next_offset=message.offset + 1, event_id=id_, message_time=moment
        )
        return replace(claim, next_offset=message.offset + 1, event_id=id_)

    def _bury(self, claim: Claim, message: Message, kind: dead.Kind, reason: str, detail: str) -> Claim:
        with self.conn.transaction():
            dead.bury(self.conn, message, kind, reason, detail)
            moved = self._advance(claim, message)
        metrics.HEARD.labels(message.topic, kind).inc()
        if kind == "defect":
            raise Defect(moved)
        return moved


class Refused(Exception):
    """A handler refused what another service announced."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(repr(refusal))
        self.refusal = refusal


class Defect(Exception):
    """A defect of ours set a message aside; `claim` stands past it. The caller counts these for its brake."""

    def __init__(self, claim: Claim) -> None:
        super().__init__("a defect set a message aside")
        self.claim = claim


class BrakeCount:
    """Counts defects in a row and pulls the brake."""

    def __init__(self, limit: int = dead.BRAKE_AFTER) -> None:
        self.limit = limit
        self.defects = 0

    def good(self) -> None:
        self.defects = 0

    @property
    def pulled(self) -> bool:
        """Whether it stands: only a restart releases it."""
        return self.defects >= self.limit

    def bad(self) -> None:
        self.defects += 1
        if self.pulled:
            raise Brake(
                f"{self.defects} messages in a row failed by a defect: the consumer stops until it is mended and restarted"
            )


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
        _uuid(envelope)
    try:
        return model.model_validate(envelope.data)
    except RecursionError:
        raise Unreadable("too-deep", "the data is nested too deeply") from None
    except ValueError as error:
        problems = getattr(error, "errors", lambda **_: [])(include_url=False)
        first = f"{'.'.join(map(str, problems[0]['loc']))}: {problems[0]['msg']}" if problems else str(error)
        raise Unreadable("invalid-data", f"{envelope.type}: {first}") from None


def _kind_of(error: Exception) -> dead.Kind:
    """Which kind of dead letter an error makes."""
    match error:
        case Unreadable() | psycopg.DataError() | psycopg.errors.ProgramLimitExceeded():
            return "unreadable"
        case Refused():
            return "refused"
        case _:
            return "defect"


def _bearer(message: Message) -> str | None:
    """The token in a message's header `authorization`."""
    for name, value in message.headers:
        if name.lower() == "authorization" and value is not None:
            scheme, _, token = value.decode("utf-8", "replace").partition(" ")
            return token.strip() if scheme.lower() == "bearer" else None
    return None


def _uuid(envelope: Envelope) -> UUID:
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
