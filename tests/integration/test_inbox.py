"""The inbox on real PostgreSQL: once, in order, behind the fence, with every kind of failure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

import psycopg
import pytest

from backbone.identity import Identity, NotAuthenticated
from backbone.kafka import dead
from backbone.kafka.dead import Brake, Message
from backbone.kafka.deadlines import Deadlines
from backbone.kafka.fence import Claim, Fenced, claim, refresh
from backbone.kafka.inbox import BrakeCount, Defect, Inbox
from backbone.record.clock import begin_day, confirmed_day
from backbone.record.events import record_of
from backbone.record.transact import Transact
from backbone.record.transaction import Transaction
from contracts.clock import DayBegan
from contracts.decision import NotPermitted, Refusal
from contracts.envelope import Envelope
from contracts.event import PublicEvent
from contracts.monitoring import ProjectResumed
from contracts.reporting import ProgressSubmitted
from deploy.local import tokens
from tests.integration.recording import NOW, RECORD, StandingClock, changed, message, raw, resumed, submitted
from tests.integration.servers import Servers

PLACE = ("monitoring.events", 0)


@dataclass
class Ear:
    """An inbox with what it heard."""

    conn: psycopg.Connection[Any]
    clock: StandingClock = field(default_factory=StandingClock)
    heard: list[str] = field(default_factory=list)
    fail: bool = False
    fail_at: int | None = None
    refuse_at: int | None = None

    def hear(self, tx: Transaction, event: PublicEvent, envelope: Envelope) -> Refusal | None:
        if self.fail or envelope.streamnumber == self.fail_at:
            raise KeyError("a defect")
        assert isinstance(event, ProjectResumed)
        if envelope.streamnumber == self.refuse_at:
            return NotPermitted("system", "jixiao", "order-resumption", event.project)
        tx.hear(event.stream(), event, envelope)
        self.heard.append(f"{event.project}:{envelope.streamnumber}")
        return None

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.conn, RECORD, self.clock, self.hear, {ProjectResumed.type_name(): ProjectResumed})

    def claimed(self) -> Claim:
        return claim(self.conn, {PLACE})[PLACE]

    def letters(self) -> list[tuple[str, str]]:
        return [(letter.kind, letter.reason) for letter in dead.waiting(self.conn)]


@pytest.fixture
def ear(servers: Servers) -> Iterator[Ear]:
    with psycopg.connect(servers.fresh("goals").url, autocommit=True) as conn:
        yield Ear(conn)


def test_a_message_is_taken_once_however_often_it_comes(ear: Ear) -> None:
    held = ear.claimed()
    for offset in (0, 1, 2):
        held = ear.inbox.receive(held, message(resumed("CS-1"), 1, offset))
    assert ear.heard == ["CS-1:1"]
    assert held.next_offset == 3
    assert ear.inbox.receive(held, message(resumed("CS-1"), 1, 1)) == held
    assert ear.letters() == []


def test_the_trace_and_the_actor_follow_the_event(ear: Ear) -> None:
    ear.inbox.receive(ear.claimed(), message(resumed("CS-1"), 1, 0))
    row = ear.conn.execute("select trace, actor, origin, number from record.event").fetchone()
    assert row is not None
    assert row[0].startswith("00-" + "a" * 32) and row[1:] == ("赵强", "monitoring", None)


def test_what_comes_too_early_is_parked_until_the_gap_is_filled(ear: Ear) -> None:
    held = ear.claimed()
    for offset, number in enumerate((3, 2, 1)):
        held = ear.inbox.receive(held, message(resumed("CS-1"), number, offset))
    assert ear.heard == ["CS-1:1", "CS-1:2", "CS-1:3"]
    assert ear.conn.execute("select count(*) from record.parked").fetchone() == (0,)


def test_a_dead_letter_holds_back_what_follows_it_and_replay_keeps_the_order(ear: Ear) -> None:
    held = ear.claimed()
    ear.fail = True
    with pytest.raises(Defect) as defect:
        ear.inbox.receive(held, message(resumed("CS-1"), 1, 0))
    ear.fail = False
    ear.inbox.receive(defect.value.claim, message(resumed("CS-1"), 2, 1))
    assert ear.heard == []
    assert ear.letters() == [("defect", "KeyError")]
    [letter] = dead.waiting(ear.conn)
    assert ear.inbox.replay(letter) == "heard"
    assert ear.heard == ["CS-1:1", "CS-1:2"]
    assert ear.letters() == []


def test_every_unreadable_message_is_set_aside_with_its_reason_and_the_next_good_one_passes(ear: Ear) -> None:
    good = message(resumed("CS-1"), 1, 0)
    bad = {
        None: "empty",
        b"\xff\xfe\x00": "not-utf-8",
        b"{": "not-json",
        b"[]": "not-a-cloudevent",
        b'{"specversion":"0.3"}': "not-a-cloudevent",
        b"[" * 100_000: "too-deep",
        b'{"a": NaN}': "not-json",
        (good.value or b"").replace(b"ProjectResumed.v1", b"ProjectResumed.v7"): "unknown-version",
        (good.value or b"").replace(b"ProjectResumed.v1", b"ProjectMelted.v1"): "unknown-type",
        (good.value or b"").replace(b'"year":2026', b'"year":"x"'): "invalid-data",
        (good.value or b"").replace(b'"streamnumber":1', b'"streamnumber":null'): "no-streamnumber",
        (good.value or b"").replace(b'"year":2026', b'"year":2026,"\\udc00":"\\ud800"'): "not-unicode",
    }
    held = ear.claimed()
    for offset, value in enumerate(bad):
        held = ear.inbox.receive(held, raw(value, offset))
    assert ear.letters() == [("unreadable", reason) for reason in bad.values()]
    ear.inbox.receive(held, message(resumed("CS-1"), 1, len(bad)))
    assert ear.heard == ["CS-1:1"]


def test_a_text_that_no_index_can_hold_is_set_aside_and_not_taken_for_an_outage(ear: Ear) -> None:
    """To psycopg it is an operational error, as a lost connection is: the consumer would stand on the message for ever."""
    endless = "".join(Random(1).choices("0123456789abcdef", k=30_000))
    held = ear.inbox.receive(ear.claimed(), message(resumed(endless), 1, 0))
    held = ear.inbox.receive(held, message(resumed(endless), 2, 1))
    assert {kind for kind, _ in ear.letters()} <= {"unreadable"}
    ear.inbox.receive(held, message(resumed("CS-1"), 1, 2))
    assert ear.heard == ["CS-1:1"]


def test_a_known_id_with_another_body_is_set_aside(ear: Ear) -> None:
    first = message(resumed("CS-1"), 1, 0)
    held = ear.inbox.receive(ear.claimed(), first)
    ear.inbox.receive(held, changed(first, 1, reason="改过的理由"))
    assert ear.letters() == [("unreadable", "same-id-other-body")]


def test_an_owner_that_was_replaced_writes_nothing(ear: Ear) -> None:
    old = ear.claimed()
    new = ear.claimed()
    with pytest.raises(Fenced):
        ear.inbox.receive(old, message(resumed("CS-1"), 1, 0))
    assert ear.conn.execute("select count(*) from record.event").fetchone() == (0,)
    ear.inbox.receive(new, message(resumed("CS-1"), 1, 0))
    with pytest.raises(Fenced):
        refresh(ear.conn, old)
    assert refresh(ear.conn, new).next_offset == 1


def test_the_brake_stops_after_three_defects_in_a_row() -> None:
    count = BrakeCount()
    count.bad()
    count.bad()
    count.good()
    count.bad()
    count.bad()
    with pytest.raises(Brake):
        count.bad()


def test_the_business_clock_moves_forward_only_and_only_who_follows_it(ear: Ear) -> None:
    held = claim(ear.conn, {("clock.days", 0)})["clock.days", 0]
    for offset, day in enumerate((date(2026, 7, 11), date(2026, 7, 10))):
        held = ear.inbox.receive(
            held, message(DayBegan(day=day), None, offset, id=f"00000000-0000-0000-0000-00000000000{offset}")
        )
    assert ear.clock.day(ear.conn) == date(2026, 7, 11)
    ear.clock.follows_topic = False
    ear.inbox.receive(held, message(DayBegan(day=date(2026, 8, 1)), None, 2, id="00000000-0000-0000-0000-000000000009"))
    assert ear.clock.day(ear.conn) == date(2026, 7, 11)
    assert ear.letters() == [("unreadable", "clock-not-followed")]


def test_another_event_under_a_number_already_heard_is_set_aside(ear: Ear) -> None:
    held = ear.inbox.receive(ear.claimed(), message(resumed("CS-1"), 1, 0))
    held = ear.inbox.receive(
        held, message(resumed("CS-1", "另一件事"), 1, 1, id="00000000-0000-0000-0000-000000000001")
    )
    first = message(resumed("CS-1"), 1, 2)
    ear.inbox.receive(held, message(resumed("CS-1"), 2, 2, id=json.loads(first.value or b"")["id"]))
    assert [reason for _, reason in ear.letters()] == ["number-taken", "same-id-other-number"]


def test_a_parked_event_that_cannot_be_taken_leaves_its_predecessor_taken(ear: Ear) -> None:
    early = message(resumed("CS-1"), 2, 0)
    held = ear.inbox.receive(ear.claimed(), early)
    ear.fail_at = 2
    ear.inbox.receive(held, message(resumed("CS-1"), 1, 1))
    assert ear.heard == ["CS-1:1"]
    assert ear.letters() == [("defect", "KeyError")]


def test_a_parked_event_that_is_refused_is_told_as_refused(ear: Ear) -> None:
    held = ear.inbox.receive(ear.claimed(), message(resumed("CS-1"), 2, 0))
    ear.refuse_at = 2
    ear.inbox.receive(held, message(resumed("CS-1"), 1, 1))
    assert ear.heard == ["CS-1:1"]
    assert [kind for kind, _ in ear.letters()] == ["refused"]


def test_a_message_that_comes_out_of_turn_is_not_taken_over_the_ones_before_it(ear: Ear) -> None:
    held = ear.inbox.receive(ear.claimed(), message(resumed("CS-1"), 1, 0))
    with pytest.raises(Fenced):
        ear.inbox.receive(held, message(resumed("CS-1"), 3, 2))


def test_a_header_of_any_bytes_is_kept_with_the_dead_letter(ear: Ear) -> None:
    odd = Message(PLACE[0], 0, 0, b"k\x00", b"{", [("trace", b"\x00\xff%"), ("x\x00", None)])
    ear.inbox.receive(ear.claimed(), odd)
    [letter] = dead.waiting(ear.conn)
    assert letter.message.headers == [("trace", b"\x00\xff%"), ("x\N{SYMBOL FOR NULL}", b"")]


def test_a_day_is_confirmed_only_after_one_has_begun(ear: Ear) -> None:
    """A worker that follows the business clock does not confirm the wall clock's day before the first day was told."""
    seen: list[date] = []

    def due(transact: Transact, day: date) -> int:
        seen.append(day)
        return 0

    deadlines = Deadlines(ear.conn, RECORD, ear.clock, due)
    assert (deadlines.step(), confirmed_day(ear.conn)) == (0, None)
    begin_day(ear.conn, date(2026, 7, 11))
    assert (deadlines.step(), deadlines.step(), confirmed_day(ear.conn)) == (1, 0, date(2026, 7, 11))
    assert seen == [date(2026, 7, 11)]


@dataclass
class Desk:
    """An inbox for what outside systems send, and who it heard speak."""

    conn: psycopg.Connection[Any]
    key: tuple[str, str] = field(default_factory=tokens.new_key)
    spoke: list[str] = field(default_factory=list)

    def token(
        self, org: str = "department-03", purpose: str | None = ProgressSubmitted.topic, seconds: int = 60
    ) -> str:
        return tokens.sign(self.key[0], name="李明", role="unit", org=org, seconds=seconds, purpose=purpose)

    def hear(self, tx: Transaction, event: PublicEvent, envelope: Envelope) -> Refusal | None:
        self.spoke.append(str(tx.context.actor))
        tx.hear(event.stream(), event, envelope)
        return None

    def receive(self, *messages: Message) -> None:
        record = record_of("goals", (ProgressSubmitted,), lambda conn, recorded: None)
        interest = {ProgressSubmitted.type_name(): ProgressSubmitted}
        inbox = Inbox(self.conn, record, StandingClock(), self.hear, interest, Identity(self.key[1]))
        held = claim(self.conn, {(ProgressSubmitted.topic, 0)})[ProgressSubmitted.topic, 0]
        for each in messages:
            held = inbox.receive(held, each)


@pytest.fixture
def desk(servers: Servers) -> Iterator[Desk]:
    with psycopg.connect(servers.fresh("goals").url, autocommit=True) as conn:
        yield Desk(conn)


def test_an_outside_system_speaks_for_whom_its_token_names_and_for_nobody_that_it_claims(desk: Desk) -> None:
    forged = {
        "actor": "赵强 (official, county)",
        "businessday": "2020-01-01",
        "time": "2020-01-01T00:00:00Z",
        "streamnumber": 7,
    }
    desk.receive(submitted(0, token=desk.token(), **forged))
    assert desk.spoke == ["李明 (unit, department-03)"]
    assert desk.conn.execute("select actor, day, time, number, origin_number from record.event").fetchall() == [
        ("李明 (unit, department-03)", date(2026, 7, 1), NOW, None, None)
    ]


def test_a_senders_id_counts_once_and_is_its_own(desk: Desk) -> None:
    mine, other = desk.token(), desk.token(org="town-2")
    desk.receive(
        submitted(0, token=mine),
        submitted(1, token=mine),
        submitted(2, token=other),
        submitted(3, token=mine, canal="99"),
    )
    assert desk.spoke == ["李明 (unit, department-03)", "李明 (unit, town-2)"]
    assert [letter.reason for letter in dead.waiting(desk.conn)] == ["same-id-other-body"]


def test_a_message_without_a_token_that_counts_speaks_for_nobody(desk: Desk) -> None:
    stranger = tokens.sign(
        tokens.new_key()[0], name="x", role="unit", org="y", seconds=60, purpose=ProgressSubmitted.topic
    )
    desk.receive(
        submitted(0, token=None),
        submitted(1, token="nonsense"),
        submitted(2, token=stranger),
        submitted(3, token=desk.token(seconds=-5)),
        submitted(4, token=desk.token(purpose=None)),
        submitted(5, token=desk.token(purpose="goals.events")),
    )
    assert desk.spoke == []
    assert [(letter.kind, letter.reason) for letter in dead.waiting(desk.conn)] == [
        ("refused", f"token-{reason}")
        for reason in ("missing", "malformed", "malformed", "expired", "other-purpose", "other-purpose")
    ]


def test_a_token_for_a_topic_does_not_open_the_api(desk: Desk) -> None:
    with pytest.raises(NotAuthenticated) as refused:
        Identity(desk.key[1]).actor(desk.token())
    assert refused.value.reason == "other-purpose"
