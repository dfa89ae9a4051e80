"""The intake on real PostgreSQL: each voucher counted once, across batches, partitions and intakes; contradictions held; sums exact."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backbone.kafka import dead
from backbone.kafka.batches import Fetched
from backbone.kafka.dead import Brake, Message
from backbone.kafka.fence import Fenced, Partition
from backbone.kafka.inbox import BrakeCount
from contracts.envelope import binary_headers
from contracts.execution import ExecutionReported
from services.monitoring.bulk.intake import Claims, Intake, replay
from services.monitoring.handlers.marks import read_marks
from tests.integration.recording import NOW, StandingClock
from tests.integration.servers import Servers
from tests.integration.topics import Topic

TOPIC = ExecutionReported.topic


def voucher(
    number: str, amount: int = 100, *, project: str = "CS-1", day: str = "2026-03-18", source: str = "treasury-1"
) -> ExecutionReported:
    return ExecutionReported(
        source=source, number=number, numbering_year=2026, date=date.fromisoformat(day), amount=amount, project=project
    )


def message(event: ExecutionReported, offset: int, partition: int = 0) -> Message:
    headers = binary_headers(event, time=NOW)
    return Message(
        TOPIC, partition, offset, event.project.encode(), event.model_dump_json().encode(), headers, 1_780_000_000_000
    )


@dataclass
class Given:
    """A stream that gives what it was told to, batch by batch."""

    batches: list[list[Message]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._all = [message for batch in self.batches for message in batch]

    def take(self, limit: int, seconds: float) -> Fetched:
        return Fetched.of(self.batches.pop(0) if self.batches else [])

    def again(self, spans: Mapping[Partition, tuple[int, int]]) -> list[Message]:
        first = {(each.topic, each.partition, each.offset): each for each in self._all}
        return [
            each
            for place, (begin, behind) in spans.items()
            for each in first.values()
            if (each.topic, each.partition) == place and begin <= each.offset < behind
        ]

    def close(self) -> None:
        """Nothing to let go of."""


def drain(conn: psycopg.Connection[Any], *batches: list[Message], partitions: int = 1) -> Intake:
    claims = Claims(conn)
    claims.take({(TOPIC, partition) for partition in range(partitions)})
    intake = Intake(conn, Given(list(batches)), claims, StandingClock())
    for _ in batches:
        intake.step()
    return intake


def tally(conn: psycopg.Connection[Any]) -> Counter[str]:
    row = conn.execute(
        "select coalesce(sum(counted),0), coalesce(sum(duplicate),0), coalesce(sum(conflict),0), coalesce(sum(dead),0) from ledger.tally"
    ).fetchone()
    assert row is not None
    return Counter(dict(zip(("counted", "duplicate", "conflict", "dead"), map(int, row), strict=True)))


def figures(conn: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    return conn.execute(
        "select project, period, paid, vouchers, first_paid from ledger.figure_by_code order by project, period"
    ).fetchall()


def marked(conn: psycopg.Connection[Any]) -> list[tuple[str, str, str]]:
    """What is to be judged: project, earliest month, trace."""
    codes = dict(conn.execute("select id, code from ledger.project").fetchall())
    return [(codes[each.project], each.period, each.trace) for each in read_marks(conn, "", 100)[1]]


FOLD = """
select project, period, sum(amount)::bigint, count(*)::int, min(date) filter (where amount > 0)
from ledger.voucher_by_code group by project, period order by project, period
"""


@pytest.fixture
def conn(servers: Servers) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(servers.fresh("monitoring").url, autocommit=True) as connection:
        yield connection


def test_a_voucher_is_counted_once_however_it_comes_back(conn: psycopg.Connection[Any]) -> None:
    first = voucher("1")
    other_project = voucher("1", project="CS-2")
    drain(
        conn,
        [message(first, 0), message(first, 1)],
        [message(first, 2), message(first, 0, partition=1), message(other_project, 1, partition=1)],
        partitions=2,
    )
    assert tally(conn) == Counter(counted=1, duplicate=3, conflict=1)
    assert figures(conn) == [("CS-1", "2026-03", 100, 1, date(2026, 3, 18))]
    assert conn.execute("select held->>'project', partition, log_offset from ledger.conflict").fetchall() == [
        ("CS-2", 1, 1)
    ]


def test_what_a_rebalance_brings_twice_is_received_once(conn: psycopg.Connection[Any]) -> None:
    """A partition claimed again while a batch is taken is read once more from where PostgreSQL stands."""
    first, second, third = (message(voucher(number), offset) for offset, number in enumerate("123"))
    drain(conn, [first, second, first, second, third])
    assert tally(conn) == Counter(counted=3)
    assert conn.execute("select next_offset from record.consumed").fetchone() == (3,)


def test_the_first_of_a_contradiction_stands_within_a_batch_and_against_the_ledger(
    conn: psycopg.Connection[Any],
) -> None:
    drain(
        conn,
        [message(voucher("1", 100), 0), message(voucher("1", 200), 1)],
        [message(voucher("1", 200), 2), message(voucher("1", 100), 3)],
    )
    assert tally(conn) == Counter(counted=1, conflict=2, duplicate=1)
    assert figures(conn)[0][2:4] == (100, 1)


def read(conn: psycopg.Connection[Any], topic: Topic) -> None:
    """An intake that is given the partition takes all there is."""
    claims = Claims(conn, topic)
    start = claims.take({(TOPIC, 0)})[TOPIC, 0]
    Intake(conn, Given([topic.from_(start)]), claims, StandingClock()).step()


def received(conn: psycopg.Connection[Any]) -> int:
    """How many messages came, by the offset and by what was noted where it changed."""
    row = conn.execute(
        "select (select sum(next_offset) from record.consumed)"
        " + (select coalesce(sum(expected_offset - goes_on_at), 0) from record.topic_change)"
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_an_execution_stream_made_anew_is_read_from_its_beginning_and_each_voucher_counts_once(
    conn: psycopg.Connection[Any],
) -> None:
    first, second = Topic(), Topic(id="second")
    first.put(*(message(voucher(number), 0) for number in "1234"), Message(TOPIC, 0, 0, b"k", b"{"))
    read(conn, first)
    second.put(message(voucher("5"), 0), message(voucher("1", 200), 0), message(voucher("2"), 0))
    read(conn, second)
    read(conn, second.cut(1))
    assert tally(conn) == Counter(counted=5, duplicate=1, conflict=1, dead=1) + Counter(duplicate=1)
    assert received(conn) == sum(tally(conn).values())
    assert conn.execute("select found, goes_on_at from record.topic_change order by id").fetchall() == [
        ("made-anew", 0),
        ("tail-lost", 0),
    ]


def test_conflicts_at_one_place_in_two_topics_are_both_held(conn: psycopg.Connection[Any]) -> None:
    for id_ in ("first", "second"):
        topic = Topic(id=id_)
        topic.put(message(voucher(f"{id_}-1"), 0), message(voucher(f"{id_}-1", 200), 0))
        read(conn, topic)
    assert conn.execute("select number, log_offset from ledger.conflict order by number").fetchall() == [
        ("first-1", 1),
        ("second-1", 1),
    ]


def test_reversals_and_late_vouchers_land_in_their_period_and_touch_the_earliest(conn: psycopg.Connection[Any]) -> None:
    drain(
        conn,
        [message(voucher("1", 500, day="2026-06-02"), 0), message(voucher("2", -120, day="2026-06-09"), 1)],
        [message(voucher("3", 70, day="2026-02-27"), 2)],
    )
    assert figures(conn) == [
        ("CS-1", "2026-02", 70, 1, date(2026, 2, 27)),
        ("CS-1", "2026-06", 380, 2, date(2026, 6, 2)),
    ]
    assert marked(conn) == [("CS-1", "2026-02", "")]


def test_a_touched_project_keeps_the_trace_of_its_voucher(conn: psycopg.Connection[Any]) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    traced = message(voucher("1"), 0)
    headers = binary_headers(voucher("1"), time=NOW, traceparent=trace)
    drain(conn, [Message(TOPIC, 0, 0, traced.key, traced.value, headers)], [message(voucher("2"), 1)])
    assert marked(conn) == [("CS-1", "2026-03", trace)]


def test_what_is_no_voucher_is_set_aside_and_the_next_good_one_counts(conn: psycopg.Connection[Any]) -> None:
    good = message(voucher("1"), 0)
    bad = [
        Message(TOPIC, 0, 1, b"k", b"\xff", good.headers),
        Message(TOPIC, 0, 2, None, None),
        Message(TOPIC, 0, 3, b"k", good.value, ()),
    ]
    drain(conn, [*bad, message(voucher("2"), 4)])
    assert tally(conn) == Counter(counted=1, dead=3)
    assert [letter.reason for letter in dead.waiting(conn)] == ["not-utf-8", "empty", "not-a-cloudevent"]


def test_a_dead_letter_of_the_stream_can_be_replayed_once_it_is_readable(conn: psycopg.Connection[Any]) -> None:
    good = message(voucher("1"), 0)
    drain(conn, [Message(TOPIC, 0, 0, b"k", good.value, ())])
    [letter] = dead.waiting(conn)
    mended = dead.DeadLetter(
        letter.id, Message(TOPIC, 0, 0, b"k", good.value, good.headers), letter.kind, letter.reason, letter.detail
    )
    assert replay(conn, mended, StandingClock()) == "counted"
    assert (tally(conn), dead.waiting(conn)) == (Counter(counted=1, dead=0), [])


def test_a_paused_intake_that_was_replaced_writes_nothing(conn: psycopg.Connection[Any]) -> None:
    claims = Claims(conn)
    claims.take({(TOPIC, 0)})
    paused = Intake(conn, Given([[message(voucher("1"), 0)]]), claims, StandingClock())
    Claims(conn).take({(TOPIC, 0)})
    with pytest.raises(Fenced):
        paused.step()
    assert (tally(conn), figures(conn)) == (Counter(), [])


def test_a_topic_read_again_from_the_start_changes_nothing(conn: psycopg.Connection[Any]) -> None:
    batch = [message(voucher(str(number), number), number) for number in range(50)]
    drain(conn, batch)
    before = figures(conn)
    drain(conn, batch)
    assert (figures(conn), tally(conn)["counted"]) == (before, 50)


def test_two_intakes_with_the_same_vouchers_count_each_once(servers: Servers) -> None:
    url = servers.fresh("monitoring").url
    numbers = [str(number) for number in range(400)]

    def run(partition: int, order: list[str]) -> None:
        with psycopg.connect(url, autocommit=True) as own:
            claims = Claims(own)
            claims.take({(TOPIC, partition)})
            batches = [
                [
                    message(voucher(number), start + place, partition)
                    for place, number in enumerate(order[start : start + 40])
                ]
                for start in range(0, 400, 40)
            ]
            intake = Intake(own, Given(batches), claims, StandingClock())
            for _ in range(10):
                intake.step()

    threads = [threading.Thread(target=run, args=(0, numbers)), threading.Thread(target=run, args=(1, numbers[::-1]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(url, autocommit=True) as own:
        assert tally(own) == Counter(counted=400, duplicate=400)
        assert figures(own) == own.execute(FOLD).fetchall() == [("CS-1", "2026-03", 40_000, 400, date(2026, 3, 18))]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcde"),
            st.sampled_from([-50, 10, 20]),
            st.sampled_from(["CS-1", "CS-2"]),
            st.sampled_from(["2026-01-05", "2026-02-07"]),
        ),
        min_size=1,
        max_size=30,
    ),
    st.integers(1, 7),
)
def test_figures_are_a_fold_of_the_ledger_whatever_comes(
    conn: psycopg.Connection[Any], rows: list[tuple[str, int, str, str]], size: int
) -> None:
    before = sum(tally(conn).values())
    start = conn.execute("select coalesce(max(next_offset), 0) from record.consumed").fetchone()
    offset = start[0] if start else 0
    messages = [
        message(voucher(number, amount, project=project, day=day), offset + place)
        for place, (number, amount, project, day) in enumerate(rows)
    ]
    drain(conn, *[messages[place : place + size] for place in range(0, len(messages), size)])
    assert figures(conn) == conn.execute(FOLD).fetchall()
    assert sum(tally(conn).values()) == before + len(rows)


def test_no_value_of_a_good_voucher_stops_the_intake(conn: psycopg.Connection[Any]) -> None:
    odd = message(voucher("1"), 0)
    headers = [(name, b"a\x00b" if name == "ce_id" else value) for name, value in odd.headers]
    drain(conn, [Message(TOPIC, 0, 0, odd.key, odd.value, headers, 10**18)], [message(voucher("2"), 1)])
    assert tally(conn) == Counter(counted=2)


def test_a_defect_sets_aside_what_it_meets_and_the_brake_stands_however_often_the_loop_starts_anew(
    conn: psycopg.Connection[Any],
) -> None:
    class Broken(StandingClock):
        def now(self) -> Any:
            raise ZeroDivisionError("a defect of ours")

    claims, brake = Claims(conn), BrakeCount(limit=3)
    claims.take({(TOPIC, 0)})
    given = Given([[message(voucher(str(number)), number) for number in range(8)]])
    with pytest.raises(Brake):
        Intake(conn, given, claims, Broken(), brake=brake).step()
    assert len(dead.waiting(conn)) == 3
    with pytest.raises(Brake):
        Intake(conn, Given([[message(voucher("9"), 3)]]), claims, StandingClock(), brake=brake).step()
    assert tally(conn) == Counter(dead=3)


def test_a_fenced_batch_says_whether_it_is_read_again_by_whoever_holds_its_partitions(
    conn: psycopg.Connection[Any],
) -> None:
    """Given out anew to this intake, it reads them again by its new claims; where another took them unheard it begins anew."""
    claims = Claims(conn)
    claims.take({(TOPIC, 0)})
    intake = Intake(conn, Given([[message(voucher("1"), 0)], [message(voucher("1"), 0)]]), claims, StandingClock())
    before = intake.prepare()
    assert before is not None
    claims.take({(TOPIC, 0)})
    with pytest.raises(Fenced):
        intake.flush(before)
    assert not intake.holds(before)
    anew = intake.prepare()
    assert anew is not None
    Claims(conn).take({(TOPIC, 0)})
    with pytest.raises(Fenced):
        intake.flush(anew)
    assert intake.holds(anew)
    assert not tally(conn)["counted"]


def test_the_last_number_that_a_source_may_give_leaves_room_for_the_one_behind_it(
    conn: psycopg.Connection[Any],
) -> None:
    numbered = [voucher("1").model_copy(update={"sequence": last}) for last in (2**63 - 1, 2**63 - 2)]
    drain(conn, [message(each, offset) for offset, each in enumerate(numbered)])
    assert tally(conn) == Counter(counted=1, dead=1)
    assert [letter.kind for letter in dead.waiting(conn)] == ["unreadable"]


def numbers_come(conn: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    return conn.execute("select block, seen::text from ledger.numbering order by source, block").fetchall()


def test_a_sources_numbers_are_noted_in_blocks_whatever_lies_between_them(conn: psycopg.Connection[Any]) -> None:
    def batch(start: int, *sequences: int) -> list[Message]:
        numbered = [voucher(f"v-{each}").model_copy(update={"sequence": each}) for each in sequences]
        return [message(each, start + place) for place, each in enumerate(numbered)]

    drain(conn, batch(0, 4_095, 4_096, 1, 2), batch(4, 3, 4_098, 9_000))
    assert numbers_come(conn) == [(0, "{[1,4),[4095,4096)}"), (1, "{[4096,4097),[4098,4099)}"), (2, "{[9000,9001)}")]


def test_numbers_noted_in_one_row_a_year_are_divided_into_blocks(servers: Servers) -> None:
    step = files("services.monitoring.schema").joinpath("monitoring-0018-numbering-in-blocks.sql").read_text("utf-8")
    with psycopg.connect(servers.fresh("monitoring").owner_url, autocommit=True) as owner:
        owner.execute("drop table ledger.numbering")
        owner.execute("create table ledger.numbering (source smallint, numbering_year smallint, seen int8multirange)")
        owner.execute("insert into ledger.numbering values (1, 2026, '{[1,4),[7,9000)}'), (2, 2026, '{}')")
        owner.execute(step.encode())
        assert numbers_come(owner) == [(0, "{[1,4),[7,4096)}"), (1, "{[4096,8192)}"), (2, "{[8192,9000)}")]


def test_what_is_no_traceparent_marks_without_a_trace(conn: psycopg.Connection[Any]) -> None:
    for number, trace in enumerate((b'"},{\xff', b"00-" + b"A" * 32, b"")):
        sent = message(voucher(f"v-{number}", project=f"P-{number}"), number)
        headers = [*sent.headers, ("ce_traceparent", trace)]
        drain(conn, [Message(TOPIC, 0, number, sent.key, sent.value, headers)])
    assert marked(conn) == [(f"P-{number}", "2026-03", "") for number in range(3)]
