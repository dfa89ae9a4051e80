"""What waits behind a dead letter: taken in order once it is replayed or dismissed, and told meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from backbone.identity import Identity
from backbone.kafka import dead, waiting
from backbone.kafka.dead import DeadLetter, Line, Message
from backbone.kafka.fence import claim
from backbone.kafka.inbox import Defect, Inbox, NotNext, WaitsNoMore
from backbone.kafka.waiting import Parked, Place
from backbone.record.events import record_of
from backbone.record.transaction import Transaction
from contracts.decision import Actor, NotPermitted, Refusal
from contracts.envelope import Envelope
from contracts.event import PublicEvent
from contracts.monitoring import ProjectResumed
from contracts.reporting import ProgressSubmitted
from deploy.local import tokens
from tests.integration.recording import StandingClock, message, raw, resumed, submitted
from tests.integration.servers import Fresh, Servers

OPERATOR = Actor("周全", "operator", "county")
STREAM = resumed("CS-1").stream()
KINDS = (ProjectResumed, ProgressSubmitted)


@dataclass
class Ear:
    """An inbox that hears services and outside systems; who is in `fails` meets a defect of ours, who is in `refused` is refused."""

    conn: psycopg.Connection[Any]
    key: tuple[str, str] = field(default_factory=tokens.new_key)
    heard: list[str] = field(default_factory=list)
    fails: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def hear(self, tx: Transaction, event: PublicEvent, envelope: Envelope) -> Refusal | None:
        said = str(event.values["canal"]) if isinstance(event, ProgressSubmitted) else str(envelope.streamnumber)
        if said in self.fails:
            raise KeyError("a defect")
        if said in self.refused:
            return NotPermitted("unit", "town-2", "report-progress", "CS-1")
        tx.hear(event.stream(), event, envelope)
        self.heard.append(said)
        return None

    @property
    def inbox(self) -> Inbox:
        record = record_of("goals", KINDS, lambda conn, recorded: None)
        interest: dict[str, type[PublicEvent]] = {kind.type_name(): kind for kind in KINDS}
        return Inbox(self.conn, record, StandingClock(), self.hear, interest, Identity(self.key[1]))

    def receive(self, *messages: Message) -> None:
        for each in messages:
            place = (each.topic, each.partition)
            with suppress(Defect):
                self.inbox.receive(claim(self.conn, {place})[place], each)

    def letter(self) -> DeadLetter:
        [letter] = dead.waiting(self.conn)
        return letter

    def token(self, org: str = "department-03", seconds: int = 60) -> str:
        return tokens.sign(
            self.key[0], name="李明", role="unit", org=org, seconds=seconds, purpose=ProgressSubmitted.topic
        )

    def report(self, offset: int, canal: str, org: str = "department-03", **more: Any) -> Message:
        return submitted(offset, f"id-{offset}", token=self.token(org), canal=canal, **more)


@pytest.fixture
def database(servers: Servers) -> Fresh:
    return servers.fresh("goals")


@pytest.fixture
def ear(database: Fresh) -> Iterator[Ear]:
    with psycopg.connect(database.url, autocommit=True) as conn:
        yield Ear(conn)


def numbered(*numbers: int) -> list[Message]:
    return [message(resumed("CS-1", f"第 {number} 号"), number, number) for number in numbers]


def test_what_follows_a_dead_letter_waits_for_its_number_and_is_told(ear: Ear) -> None:
    ear.fails = {"2"}
    ear.receive(*numbered(1, 2, 3, 4))
    assert ear.heard == ["1"]
    assert waiting.parked(ear.conn) == [Parked("monitoring", STREAM, 2, 2)]
    assert ear.inbox.place(ear.letter().message) == Place("monitoring", STREAM, 2)
    ear.fails = set()
    assert ear.inbox.replay(ear.letter()) == "heard"
    assert ear.heard == ["1", "2", "3", "4"]
    assert waiting.parked(ear.conn) == []


def test_a_dismissed_event_is_passed_over_and_what_waited_is_taken(ear: Ear) -> None:
    ear.fails = {"2"}
    ear.receive(*numbered(1, 2, 3, 4))
    letter = ear.letter()
    ear.inbox.dismiss(letter, OPERATOR, "项目已撤销")
    assert ear.heard == ["1", "3", "4"]
    assert dead.waiting(ear.conn) == []
    kept = ear.conn.execute("select status, dismissed_by, dismissal_reason from record.dead_letter").fetchall()
    assert kept == [("dismissed", "周全 (operator, county)", "项目已撤销")]
    audited = ear.conn.execute("select actor, role, command, stream, detail ->> 'reason' from record.audit").fetchall()
    assert audited == [("周全", "operator", "dismiss-dead-letter", STREAM, "项目已撤销")]
    with pytest.raises(WaitsNoMore):
        ear.inbox.replay(letter)
    with pytest.raises(WaitsNoMore):
        ear.inbox.dismiss(letter, OPERATOR, "再次")


def test_a_number_that_was_passed_over_is_no_repetition_when_another_event_brings_it(ear: Ear) -> None:
    ear.fails = {"1"}
    ear.receive(*numbered(1))
    ear.inbox.dismiss(ear.letter(), OPERATOR, "重复登记")
    [same] = numbered(1)
    ear.receive(Message(same.topic, 0, 2, same.key, same.value))
    assert dead.waiting(ear.conn) == []
    ear.receive(message(resumed("CS-1", "另一事件"), 1, 3, id="0d9c1c58-1f0e-4f43-8f5e-6f2f0a3b7c11"))
    assert ear.letter().reason == "number-given-up"
    assert ear.heard == []


def test_for_an_event_that_cannot_be_read_a_person_says_which_number_it_had(ear: Ear) -> None:
    first, third = numbered(1, 3)
    ear.receive(first, raw(b"{", 2), third)
    letter = ear.letter()
    with pytest.raises(NotNext):
        ear.inbox.dismiss(letter, OPERATOR, "损坏", Place("monitoring", STREAM, 3))
    assert ear.letter() == letter
    ear.inbox.dismiss(letter, OPERATOR, "损坏", Place("monitoring", STREAM, 2))
    assert ear.heard == ["1", "3"]


def test_a_defect_holds_back_the_same_sender_about_the_same_stream_and_nobody_else(ear: Ear) -> None:
    ear.fails = {"11"}
    elsewhere, [event] = ear.report(2, "13", org="town-2"), numbered(1)
    ear.receive(ear.report(0, "11"), ear.report(1, "12"), elsewhere, ear.report(3, "14"), event)
    assert ear.heard == ["13", "1"]
    letter = ear.letter()
    assert (letter.kind, letter.line) == ("defect", Line("department-03", STREAM))
    assert waiting.held_back(ear.conn) == {letter.id: 2}
    ear.fails = set()
    assert ear.inbox.replay(letter) == "heard"
    ear.receive(ear.report(4, "15"))
    assert ear.heard == ["13", "1", "11", "12", "14", "15"]
    assert (dead.waiting(ear.conn), waiting.held_back(ear.conn)) == ([], {})


def test_what_its_sender_is_to_mend_holds_nothing_back(ear: Ear) -> None:
    ear.refused = {"1"}
    ear.receive(
        ear.report(0, "1"),
        submitted(1, "id-1", token=ear.token(seconds=-5), canal="2"),
        submitted(2, "id-2", token=ear.token(), canal="many"),
        ear.report(3, "4"),
    )
    assert ear.heard == ["4"]
    assert [letter.kind for letter in dead.waiting(ear.conn)] == ["refused", "refused", "unreadable"]
    assert {letter.line for letter in dead.waiting(ear.conn)} == {None}


def test_one_that_waited_and_meets_a_defect_itself_holds_the_rest(ear: Ear) -> None:
    ear.fails, ear.refused = {"1", "3"}, {"2"}
    ear.receive(*(ear.report(offset, str(offset + 1)) for offset in range(5)))
    ear.inbox.dismiss(ear.letter(), OPERATOR, "由单位重报")
    refused, defect = sorted(dead.waiting(ear.conn), key=lambda letter: letter.message.offset)
    assert (refused.reason, refused.line) == ("NotPermitted", None)
    assert defect.line == Line("department-03", STREAM)
    assert ear.heard == [] and waiting.held_back(ear.conn) == {defect.id: 2}
    ear.fails = set()
    ear.inbox.replay(defect)
    assert ear.heard == ["3", "4", "5"]


def test_a_dead_letter_is_taken_again_by_the_token_that_counted_when_it_came(ear: Ear) -> None:
    expired = submitted(0, token=ear.token(seconds=-60), canal="1")
    came = datetime.now(UTC) - timedelta(hours=1)
    dead.bury(ear.conn, expired, "defect", "KeyError", "", line=Line("department-03", STREAM), arrived=came)
    assert ear.inbox.replay(ear.letter()) == "heard"
    dead.bury(ear.conn, submitted(1, "id-1", token=ear.token(seconds=-60), canal="2"), "refused", "token-expired", "")
    with pytest.raises(Exception, match="expired"):
        ear.inbox.replay(ear.letter())
    assert ear.heard == ["1"]


def jixiao(database: Fresh, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "JIXIAO_HOME": str(folder), "JIXIAO_GOALS_DATABASE": database.url}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_the_command_line_tells_what_waits_behind_what_and_dismisses_by_name(
    ear: Ear, database: Fresh, tmp_path: Path
) -> None:
    ear.fails = {"2", "7"}
    ear.receive(*numbered(1, 2, 3, 4), ear.report(0, "7"), ear.report(1, "8"))
    event, report = sorted(dead.waiting(ear.conn), key=lambda letter: letter.message.topic)
    told = json.loads(jixiao(database, tmp_path, "replay", "goals", "--json").stdout)
    assert {letter["id"]: letter["holds"] for letter in told["dead_letters"]} == {event.id: 2, report.id: 1}
    assert told["parked"] == [
        {"origin": "monitoring", "stream": STREAM, "waits_for": 2, "events": 2, "behind": event.id}
    ]
    shown = jixiao(database, tmp_path, "replay", "goals").stdout
    assert "其后等待 2 条 · 2 wait behind it" in shown
    assert f"2 条等待第 2 号 · 2 wait for number 2 (死信 · dead letter {event.id})" in shown
    nameless = jixiao(database, tmp_path, "dismiss", "goals", str(event.id), "--by", " ", "--reason", "x")
    assert nameless.returncode == 2 and len(dead.waiting(ear.conn)) == 2
    done = jixiao(database, tmp_path, "dismiss", "goals", str(event.id), "--by", "周全", "--reason", "项目已撤销")
    assert done.returncode == 0, done.stderr
    assert waiting.parked(ear.conn) == []
    assert jixiao(database, tmp_path, "dismiss", "goals", "99", "--by", "周全", "--reason", "x").returncode == 2
