"""The watch list (重点监控): put on by a low result or by decision, taken off likewise; what it does to a
project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from contracts.decision import Context, Refusal
from contracts.event import Event
from contracts.monitoring import DeviationDetected, MonthJudged, PutOnWatchList, TakenOffWatchList
from services.monitoring.domain.events import WatchBegan, WatchEnded
from services.monitoring.domain.refusals import AlreadyOnWatchList, GoalNotApproved, NothingToWatch, NotOnWatchList
from services.monitoring.domain.watch_list import NOT_WATCHED, HearResult, PutOnList, TakeOffList, decide, evolve
from services.monitoring.domain.watching import BeginWatch, EndWatch
from tests.domain.monitoring.examples import APPROVED, ID, OFFICIAL, RULES, given, judge_month, reported

DAY = date(2027, 1, 26)
CS_1: dict[str, Any] = {"kind": "project", "subject": "CS-1"}


@dataclass(frozen=True)
class Entry:
    """An entry of the list after some events."""

    events: tuple[Event, ...] = ()

    def when(self, command: Any) -> tuple[Event, ...] | Refusal:
        context = Context(datetime(2027, 1, 26, 2, tzinfo=UTC), DAY, OFFICIAL)
        result = decide(command, reduce(evolve, self.events, NOT_WATCHED), context)
        if not isinstance(result, Refusal):
            assert decide(command, reduce(evolve, (*self.events, *result), NOT_WATCHED), context) == ()
        return result

    def after(self, command: Any) -> Entry:
        result = self.when(command)
        assert not isinstance(result, Refusal), result
        return Entry((*self.events, *result))


def result(grade: str, year: int = 2026, evaluation: int = 1) -> HearResult:
    low = RULES.watch_list.low(grade, None)
    return HearResult(**CS_1, year=year, evaluation=evaluation, grade=grade, low=low, scheme="mof-2020-10@1")


def put(reason: str = "上级督办", document: str = "文1", known: bool = True) -> PutOnList:
    return PutOnList(**CS_1, reason=reason, document=document, known=known)


def take(reason: str = "整改到位", document: str = "文2") -> TakeOffList:
    return TakeOffList(**CS_1, reason=reason, document=document)


def test_a_low_result_puts_on_the_list_and_a_fair_one_does_not() -> None:
    assert [RULES.watch_list.low(each, None) for each in ("excellent", "good", "fair", "poor", "unqualified")] == [
        False,
        False,
        False,
        True,
        True,
    ]
    assert RULES.watch_list.low("D", "watch"), "a scheme with grades of its own says so by its consequence"
    assert Entry().when(result("fair")) == ()
    (event,) = Entry().after(result("poor")).events
    assert isinstance(event, PutOnWatchList)
    assert (event.stream(), event.cause, event.grade, event.document) == (
        "watch/project/CS-1",
        "evaluation",
        "poor",
        "mof-2020-10@1",
    )


def test_a_later_better_result_takes_off_what_a_result_put_on_and_an_older_one_says_nothing() -> None:
    listed = Entry().after(result("poor", evaluation=2))
    assert listed.when(result("good", evaluation=1)) == ()
    (event,) = listed.after(result("good", year=2027)).events[1:]
    assert isinstance(event, TakenOffWatchList)
    assert (event.cause, event.grade) == ("evaluation", "good")


def test_what_an_official_decided_stays_until_an_official_decides_otherwise() -> None:
    listed = Entry().after(put())
    assert listed.when(result("excellent", year=2027)) == ()
    assert listed.when(put("另一理由")) == AlreadyOnWatchList("project", "CS-1")
    off = listed.after(take())
    assert off.when(take("再说一次")) == NotOnWatchList("project", "CS-1")
    assert isinstance(off.after(put()).events[-1], PutOnWatchList)


def test_a_decision_keeps_on_the_list_what_a_result_put_there() -> None:
    listed = Entry().after(result("poor")).after(put())
    assert listed.when(result("excellent", year=2028)) == ()
    off = listed.after(take())
    assert off.when(result("poor")) == (), "the same evaluation does not put it there again"


def test_nothing_is_watched_that_is_not_monitored() -> None:
    assert Entry().when(put(known=False)) == NothingToWatch("project", "CS-1")
    assert Entry().when(take()) == NotOnWatchList("project", "CS-1")


def test_a_watched_project_is_judged_by_the_stricter_thresholds_from_then_on() -> None:
    began = WatchBegan(**ID, kind="unit", subject="department-03", since=date(2026, 6, 15))
    on_time = reported("2026-03", date(2026, 4, 3), values={"canal": Decimal(0), "quiet": Decimal(4)})
    month = judge_month("2026-03", 300_000, close=True)
    quiet = given(APPROVED, on_time).when(month).then_kinds(MonthJudged, DeviationDetected)
    assert [(each.rule, each.level) for each in quiet[0].findings] == [("mismatch", "notice")]
    strict = given(APPROVED, began, on_time).when(month).then_kinds(MonthJudged, DeviationDetected)
    assert [(each.rule, each.level) for each in strict[0].findings] == [("mismatch", "warning")]
    assert (quiet[0].watched, strict[0].watched) == (False, True)
    applied = strict[1].applied
    assert (applied.measured, applied.at_least, applied.watched) == (Decimal("20.00"), Decimal(20), True)


def test_a_watch_comes_to_a_project_and_leaves_it_once() -> None:
    begin, end = (
        BeginWatch(**ID, kind="unit", subject="department-03"),
        EndWatch(**ID, kind="unit", subject="department-03"),
    )
    watched = given(APPROVED).when(begin).and_so()
    assert watched.state.watched == {("unit", "department-03")}
    also = watched.when(BeginWatch(**ID, kind="project", subject="CS-1")).and_so().when(end).and_so()
    assert also.state.watched == {("project", "CS-1")}
    assert [type(each) for each in also.events[1:]] == [WatchBegan, WatchBegan, WatchEnded]
    given().when(begin).refused(GoalNotApproved("CS-1", 2026))
