"""The checker finds each violation that is planted in a small, true story of monitoring, and nothing in the story itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest

from backbone.record.events import COLUMNS, Connection
from contracts.envelope import seal
from contracts.event import PublicEvent
from services.monitoring.app import RECORD
from tests.integration.monitored import Monitoring, approved, monitoring, voucher
from tests.integration.servers import Servers
from tests.nemesis.check import judged
from tests.nemesis.evidence import Entry, Evidence, Told
from tests.nemesis.log import ACKNOWLEDGED, FAILED, UNKNOWN
from tests.nemesis.vouchers import SOURCE

STREAM = "project/CS-1/2026"
PAID = {"V-1": 50_00, "V-2": 70_00, "V-3": -20_00}
URGING = {"cause": "policy", "reason": "提高标准", "document": "省财农〔2026〕8号", "until": "2026-02-10"}


@dataclass
class Story:
    """The evidence of it, and an owner's connection by which it is spoiled; rolled back after each test."""

    evidence: Evidence
    conn: Connection

    def spoil(self, statement: str, *values: Any) -> None:
        """Change a table as nobody may."""
        assert self.conn.execute(statement, values).rowcount > 0

    def log(self, *lines: dict[str, Any]) -> None:
        """Let the log tell so much more."""
        for line in lines:
            self.evidence.told.take(line)

    def found(self) -> list[str]:
        """The invariants that are violated."""
        return sorted({sentence.split(":")[0] for sentence in judged(self.evidence)["violations"]})


@pytest.fixture(scope="module")
def told(servers: Servers) -> Iterator[Monitoring]:
    """A goal heard, three vouchers and a repetition counted, an urging whose day passes, a report."""
    with monitoring(servers) as story:
        story.hear(approved())
        story.pay(*(_voucher(number) for number in PAID), _voucher("V-1"))
        assert story.post("urging", URGING, idempotency_key="urged").status_code == 200
        report = {"period": "2026-01", "values": {"canal": "10"}}
        assert story.post("reports", report, who="unit", idempotency_key="reported").status_code == 200
        story.day(date(2026, 2, 11))
        while story.touched.step():
            pass
        story.conn.execute("update record.business_day set confirmed = day")
        yield story


@pytest.fixture
def story(told: Monitoring) -> Iterator[Story]:
    with psycopg.connect(told.owner_url, autocommit=True) as conn, conn.transaction(force_rollback=True):
        operations = [_command("urged", "AdjustmentUrged"), _command("reported", "ProgressReported")]
        sent = [_sent(number, amount) for number, amount in PAID.items()]
        ends = {0: len(PAID) + 1}
        yield Story(
            Evidence(Told.of([*operations, *sent]), {"monitoring": conn}, {"monitoring": _topic(conn)}, ends), conn
        )


def test_nothing_is_found_in_the_story_itself(story: Story) -> None:
    assert judged(story.evidence) == {"lost": 0, "doubled": 0, "excused": {}, "violations": []}


def test_a_command_that_was_acknowledged_and_is_gone(story: Story) -> None:
    story.evidence.told = Told.of([_command("never", "ProjectSuspended")])
    assert "commands" in story.found()


def test_a_command_that_was_carried_out_twice(story: Story) -> None:
    story.spoil(_AGAIN.format(table="audit", columns="day, actor, role, org, command, outcome, stream, detail, trace"))
    assert story.found() == ["commands"]
    assert judged(story.evidence)["doubled"] == 2


def test_a_command_that_failed_and_was_carried_out(story: Story) -> None:
    commands = story.evidence.told.commands
    commands["urged"] = commands["urged"]._replace(fates=(FAILED,))
    assert story.found() == ["commands"]


def test_an_unknown_command_may_be_there_or_not(story: Story) -> None:
    for key in ("urged", "never"):
        story.evidence.told.commands[key] = story.evidence.told.commands["urged"]._replace(fates=(UNKNOWN,))
    assert story.found() == []


def test_a_voucher_that_was_acknowledged_and_is_gone(story: Story) -> None:
    story.evidence.told.vouchers.update(Told.of([_sent("V-4", 1)]).vouchers)
    assert (story.found(), judged(story.evidence)["lost"]) == (["vouchers"], 1)


def test_a_sum_that_is_wrong_by_one_fen(story: Story) -> None:
    story.spoil("update ledger.figure set paid = paid + 1 where paid = 10000")
    assert story.found() == ["folds", "vouchers"]


def test_a_voucher_that_nobody_sent(story: Story) -> None:
    del story.evidence.told.vouchers["V-2"]
    assert story.found() == ["vouchers"]


def test_a_message_that_was_received_and_not_told_apart(story: Story) -> None:
    story.evidence.ends = {0: len(PAID) + 2}
    assert story.found() == ["received"]


def test_a_version_that_is_missing(story: Story) -> None:
    story.spoil("update record.event set version = version + 1 where version = (select max(version) from record.event)")
    assert "order" in story.found()


def test_events_that_come_first_in_another_order(story: Story) -> None:
    first, second, *others = story.evidence.topics["monitoring"]
    story.evidence.topics = {"monitoring": [second, first, *others]}
    assert story.found() == ["order"]


def test_events_that_come_first_in_another_order_in_a_topic_that_a_fault_shook_have_to_come_again_in_order(
    story: Story,
) -> None:
    first, second, *others = story.evidence.topics["monitoring"]
    story.log(_taken(0, 9))
    story.evidence.topics = {"monitoring": [second, first, *others]}
    assert story.found() == ["order"]
    story.evidence.topics = {"monitoring": [second, first, second, *others]}
    assert story.found() == []
    assert list(judged(story.evidence)["excused"]) == ["older log"]


def test_an_event_that_comes_again_is_no_violation(story: Story) -> None:
    entries = story.evidence.topics["monitoring"]
    story.evidence.topics = {"monitoring": [*entries, *entries]}
    assert story.found() == []


def test_an_event_that_is_not_in_kafka(story: Story) -> None:
    story.evidence.topics = {"monitoring": story.evidence.topics["monitoring"][:-1]}
    assert (story.found(), judged(story.evidence)["lost"]) == (["same"], 1)


def test_a_ghost_in_kafka(story: Story) -> None:
    ghost = seal(approved("CS-9"), id="0" * 32, time=_recorded(story.conn)[0].time, number=1).to_bytes()
    story.evidence.topics = {"monitoring": [*story.evidence.topics["monitoring"], Entry(0, 99, ghost)]}
    assert story.found() == ["same"]


def test_an_event_that_says_something_else_in_kafka(story: Story) -> None:
    last = story.evidence.topics["monitoring"][-1]
    assert last.value
    other = last._replace(value=last.value.replace(b'"2026"', b'"2025"').replace(b":2026,", b":2025,"))
    story.evidence.topics = {"monitoring": [*story.evidence.topics["monitoring"][:-1], other]}
    assert story.found() == ["same"]


def test_a_read_model_that_a_rebuild_makes_otherwise(story: Story) -> None:
    story.spoil("update read.project set name = 'another'")
    assert story.found() == ["folds"]


def test_a_deadline_that_passed_unnoticed(story: Story) -> None:
    story.spoil(
        "update record.event set data = jsonb_set(data, '{until}', '\"2026-02-09\"') where type like %s", "%Urged%"
    )
    assert "deadlines" in story.found()


def test_a_deadline_that_was_noticed_twice(story: Story) -> None:
    story.spoil(
        "insert into record.event (stream, version, type, id, time, day, actor, trace, data)"
        " select stream, (select max(version) + 1 from record.event other where other.stream = event.stream), type, gen_random_uuid(),"
        " time, day, actor, trace, data from record.event where type like %s",
        "%DeadlinePassed%",
    )
    assert "deadlines" in story.found()
    assert judged(story.evidence)["doubled"] >= 1


def test_a_voucher_that_a_fault_took_is_excused_by_its_number_with_the_fault(story: Story) -> None:
    story.log(_sent("V-4", 1, place=(0, 4)), _taken(0, 4))
    assert judged(story.evidence)["excused"] == {"older log": ["V-4"]}
    assert story.found() == []


@pytest.mark.parametrize("where", ["before it", "after it", "elsewhere too"])
def test_a_voucher_that_stands_in_kafka_is_not_excused(story: Story, where: str) -> None:
    lines = {
        "before it": [_sent("V-4", 1, (0, 3)), _taken(0, 4)],
        "after it": [_taken(0, 4), _sent("V-4", 1, (0, 4))],
        "elsewhere too": [_sent("V-4", 1, (0, 4)), _sent("V-4", 1, (1, 9)), _taken(0, 4)],
    }
    story.log(*lines[where])
    assert (story.found(), judged(story.evidence)["excused"]) == (["vouchers"], {})


def test_what_was_lost_and_read_again_was_received_twice(story: Story) -> None:
    story.evidence.ends = {0: len(PAID)}
    assert story.found() == ["received"]
    story.spoil(_CHANGE, 3, 2)
    assert story.found() == []
    story.spoil(_CHANGE, 3, 2)
    assert (story.found(), judged(story.evidence)["lost"]) == (["received"], 1)


_CHANGE = (
    "insert into record.topic_change (topic, partition, found, expected_offset, first_offset, end_offset, goes_on_at)"
    " values ('execution.reported', 0, 'tail-lost', %s, 0, 3, %s)"
)
_AGAIN = "insert into record.{table} ({columns}) select {columns} from record.{table}"


def _voucher(number: str) -> dict[str, Any]:
    return voucher(number, "2026-01-09", str(PAID[number] / 100), source=SOURCE)


def _sent(number: str, amount: int, place: tuple[int, int] | None = None) -> dict[str, Any]:
    voucher = [number, amount, "CS-1", "2026-01-09"]
    return {"op": "voucher", "fate": ACKNOWLEDGED, "voucher": voucher, "place": place}


def _taken(partition: int, end: int) -> dict[str, Any]:
    return {"op": "taken", "name": "older log", "topics": ["monitoring.events"], "from": {str(partition): end}}


def _command(key: str, event: str) -> dict[str, Any]:
    return {
        "op": "command",
        "fate": ACKNOWLEDGED,
        "key": key,
        "service": "monitoring",
        "stream": STREAM,
        "event": event,
    }


def _recorded(conn: Connection) -> list[Any]:
    query = f"select {COLUMNS} from record.event where number is not null order by position"  # noqa: S608 - a constant
    return [RECORD.read(row) for row in conn.execute(query)]


def _topic(conn: Connection) -> list[Entry]:
    """The topic as the relay would have filled it."""
    entries: list[Entry] = []
    for offset, each in enumerate(_recorded(conn)):
        assert isinstance(each.event, PublicEvent)
        sealed = seal(each.event, id=str(each.id), time=each.time, number=each.number, actor=each.actor, day=each.day)
        entries.append(Entry(0, offset, sealed.to_bytes()))
    return entries
