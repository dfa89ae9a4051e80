"""The inbox: one message of another service, or of an outside system, in one transaction with its effect and its offset.

A message is taken once: by its event's id, and by the contiguous public number of its stream. What comes too early is parked until the
gap before it is filled; what can never be read is a dead letter; an outage is waited for by the caller, unacknowledged; a defect of ours
is a dead letter behind a brake. What an outside system sends (an event that is `signed`) is taken for whom its token names, once by its
own id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from psycopg.types.json import Jsonb

from backbone.identity import Identity, NotAuthenticated
from backbone.kafka import dead, waiting
from backbone.kafka.dead import Brake, Message
from backbone.kafka.failures import Refused, passes, told
from backbone.kafka.fence import Claim, Fenced, advance, moment_of
from backbone.kafka.opening import bearer, id_of, read_event, uuid_of
from backbone.kafka.waiting import Place
from backbone.process import metrics, trace
from backbone.process.logs import log
from backbone.record.clock import Clock, begin_day
from backbone.record.events import Connection, Record
from backbone.record.transact import Asked, audit
from backbone.record.transaction import Transaction
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
        except Exception as error:
            if passes(error):
                raise
            return self._bury(claim, message, *told(error))

    def replay(self, letter: dead.DeadLetter) -> str:
        """Take a dead letter's message again, by the token that it had when it came, and what waited behind it; what became of it in a
        word. Raises what stands in the way."""
        with self.conn.transaction():
            if not dead.replayed(self.conn, letter.id):
                raise WaitsNoMore(letter.id)
            outcome = self._effect(letter.message, letter.arrived)
            self._take_held(letter)
        return outcome

    def dismiss(self, letter: dead.DeadLetter, by: Actor, reason: str, place: Place | None = None) -> None:
        """Give a dead letter up for good, in the name of a person, and take what waited behind it.

        `place` says where an event stood that can't be read. Raises NotNext where an earlier number is missing still.
        """
        with self.conn.transaction():
            if not dead.dismissed(self.conn, letter.id, str(by), reason):
                raise WaitsNoMore(letter.id)
            place = self.place(letter.message) or place
            stream = letter.line.stream if letter.line else place and place.stream
            asked = Asked("dismiss-dead-letter", str(letter.id), {})
            audit(self._transaction(by), asked, "done", stream, {"letter": letter.id, "reason": reason})
            if letter.line is not None:
                self._one_at_a_time(*letter.line)
                self._take_held(letter)
            elif place is not None:
                self._pass_over(letter, place)

    def place(self, message: Message) -> Place | None:
        """Where the event in a message stands; None where that can't be read, or it has no number."""
        try:
            envelope = open_structured(message.value)
            event = read_event(envelope)
        except Unreadable:
            return None
        number = None if event.signed else envelope.streamnumber
        return None if number is None else Place(event.owner, event.stream(), number)

    def _take(self, claim: Claim, message: Message) -> Claim:
        with self.conn.transaction():
            outcome = self._effect(message)
            moved = self._advance(claim, message)
        metrics.HEARD.labels(message.topic, outcome).inc()
        return moved

    def _effect(self, message: Message, arrived: datetime | None = None) -> str:
        """Do what a message means, in a word; `arrived` is when it came, if not now."""
        envelope = open_structured(message.value)
        trace.enter(envelope.traceparent)
        event = read_event(envelope)
        if isinstance(event, DayBegan):
            return self._day(event)
        if event.signed:
            return self._signed(message, envelope, event, arrived)
        return self._number(message, envelope, event)

    def _day(self, event: DayBegan) -> str:
        if not self.clock.follows_topic:
            raise Unreadable(
                "clock-not-followed", f"this process goes by the wall clock and is not moved to {event.day}"
            )
        return "heard" if begin_day(self.conn, event.day) else "repeated"

    def _signed(self, message: Message, envelope: Envelope, event: PublicEvent, arrived: datetime | None) -> str:
        """Take what an outside system says, for whom its token names: nothing in the envelope says who speaks, or when.

        What comes after a message of the same sender about the same stream that met a defect of ours waits behind it.
        """
        actor = self.identity.actor(bearer(message), event.topic, at=arrived)
        line = dead.Line(actor.org, event.stream())
        self._one_at_a_time(*line)
        letter = waiting.holding(self.conn, line)
        if letter is not None:
            waiting.hold(self.conn, letter, message)
            return "held-back"
        id_ = str(uuid5(SIGNED_IDS, "\x1f".join((actor.org, envelope.source, envelope.id))))
        own = envelope.model_copy(
            update={"id": id_, "actor": str(actor), "time": None, "businessday": None, "streamnumber": None}
        )
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
            self._not_given_up_or_unreadable(message, Place(event.owner, stream, envelope.streamnumber))
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
        self._count_as_heard(event.owner, stream, envelope.streamnumber)

    def _count_as_heard(self, origin: str, stream: str, number: int | None) -> None:
        self.conn.execute(
            "insert into record.heard (origin, stream, number) values (%s, %s, %s)"
            " on conflict (origin, stream) do update set number = excluded.number",
            (origin, stream, number),
        )

    def _handle(self, envelope: Envelope, event: PublicEvent, actor: Actor) -> None:
        refusal = self.hear(self._transaction(actor), event, envelope)
        if refusal is not None:
            raise Refused(refusal)

    def _transaction(self, actor: Actor) -> Transaction:
        context = Context(now=self.clock.now(), day=self.clock.day(self.conn), actor=actor)
        return Transaction(self.conn, self.record, context, trace.current() or trace.new())

    def _one_at_a_time(self, origin: str, stream: str) -> None:
        """A stream's numbers are taken by one transaction at a time, a replay beside a worker included."""
        self.conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{origin}/{stream}",))

    def _number_free_or_unreadable(self, envelope: Envelope, origin: str, stream: str) -> None:
        """A number that was heard with another event is no repetition: its service gave it twice, after a restore perhaps."""
        row = self.conn.execute(
            "select 1 from record.event where stream = %s and origin = %s and origin_number = %s and id <> %s",
            (stream, origin, envelope.streamnumber, uuid_of(envelope)),
        ).fetchone()
        if row is not None:
            raise Unreadable("number-taken", f"number {envelope.streamnumber} of {stream} was heard with another event")

    def _not_given_up_or_unreadable(self, message: Message, place: Place) -> None:
        """An event whose number was passed over is no repetition, unless it is the one that was dismissed."""
        letter = waiting.given_up(self.conn, place)
        if letter is not None and not dead.is_of(self.conn, letter, message):
            raise Unreadable(
                "number-given-up", f"number {place.number} of {place.stream} was passed over with dead letter {letter}"
            )

    def _same_or_unreadable(self, envelope: Envelope) -> bool:
        """Whether the id is known; with another body it is no repetition: somebody writes under a taken id."""
        row = self.conn.execute(
            "select data = %s from record.event where id = %s", (Jsonb(envelope.data), uuid_of(envelope))
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
            if passes(error):
                raise
            dead.bury(self.conn, message, *told(error))
            return False
        return True

    def _pass_over(self, letter: dead.DeadLetter, place: Place) -> None:
        """Count a dismissed event's number as heard, and take what was parked behind it."""
        self._one_at_a_time(place.origin, place.stream)
        next_ = self._last_heard(place.origin, place.stream) + 1
        if place.number > next_:
            raise NotNext(place, next_)
        if place.number == next_:
            waiting.give_up(self.conn, place, letter.id)
            self._count_as_heard(*place)
            self._unpark(*place)

    def _take_held(self, letter: dead.DeadLetter) -> None:
        """Take what was held behind a dead letter, in its order; where one meets a defect, the rest waits behind that."""
        while found := waiting.first_held(self.conn, letter.id):
            message, arrived = found
            try:
                with self.conn.transaction():
                    self._effect(message, arrived)
            except Exception as error:
                if passes(error):
                    raise
                kind, reason, detail = told(error)
                line = letter.line if kind == "defect" else None
                another = dead.bury(self.conn, message, kind, reason, detail, line=line, arrived=arrived)
                if line is not None:
                    waiting.hold_behind_another(self.conn, letter.id, another)
                    return

    def _line(self, message: Message) -> dead.Line | None:
        """Whose later messages a message of an outside system holds back, and about which stream; None for a service's event."""
        try:
            event = read_event(open_structured(message.value))
            return (
                dead.Line(self.identity.actor(bearer(message), event.topic).org, event.stream())
                if event.signed
                else None
            )
        except (Unreadable, NotAuthenticated):
            return None

    def _advance(self, claim: Claim, message: Message) -> Claim:
        id_, moment = id_of(message), moment_of(message.timestamp)
        advance(
            self.conn, claim, start=claim.next_offset, next_offset=message.offset + 1, event_id=id_, message_time=moment
        )
        return replace(claim, next_offset=message.offset + 1, event_id=id_)

    def _bury(self, claim: Claim, message: Message, kind: dead.Kind, reason: str, detail: str) -> Claim:
        with self.conn.transaction():
            dead.bury(self.conn, message, kind, reason, detail, line=self._line(message) if kind == "defect" else None)
            moved = self._advance(claim, message)
        metrics.HEARD.labels(message.topic, kind).inc()
        if kind == "defect":
            raise Defect(moved)
        return moved


class WaitsNoMore(Exception):
    """A dead letter has been replayed or dismissed meanwhile."""

    def __init__(self, letter: int) -> None:
        super().__init__(f"the dead letter {letter} waits no more")


class NotNext(Exception):
    """An event's number can't be passed over: an earlier one is missing still."""

    def __init__(self, place: Place, next_: int) -> None:
        super().__init__(
            f"number {place.number} of {place.stream} waits for {next_} itself: replay or dismiss that first"
        )


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
