"""The benchmark's vouchers: what it says must come out is what counting them one by one comes to."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.monitoring.vouchers import PARTITIONS, Line, Plan, expected, lines, projects, voucher
from contracts.execution import ExecutionReported

PLAN = Plan(events=30_000, projects=400)


@pytest.fixture(scope="module")
def sent() -> list[Line]:
    return list(lines(PLAN))


def test_counted_one_by_one_the_same_sums_come_out(sent: list[Line]) -> None:
    first: dict[tuple[str, int, str], tuple[object, ...]] = {}
    found: Counter[str] = Counter()
    for line in sent:
        event = voucher(PLAN, line)
        figures = (event.date, event.amount, event.project)
        known = first.setdefault((event.source, event.numbering_year, event.number), figures)
        kind = line.kind if known is figures else "again" if known == figures else "conflict"
        assert kind == line.kind, line
        found[kind] += 1
        if known is figures:
            found["amount"] += event.amount
            found[f"{event.project} paid"] += event.amount
    wanted = expected(PLAN)
    assert (found["first"], found["again"], found["conflict"]) == (wanted.counted, wanted.duplicates, wanted.conflicts)
    assert found["amount"] == wanted.amount == sum(wanted.by_project.values()) == sum(wanted.by_month.values())
    assert {
        name.removesuffix(" paid"): paid for name, paid in found.items() if name.endswith(" paid")
    } == wanted.by_project


def test_it_holds_what_it_is_said_to_hold(sent: list[Line]) -> None:
    wanted = expected(PLAN)
    assert wanted.events == len(sent) == PLAN.events
    assert 0.007 < wanted.duplicates / wanted.events < 0.012
    assert 0 < wanted.elsewhere < wanted.duplicates
    assert wanted.reversals > 0
    assert {line.partition for line in sent} == set(range(PARTITIONS))
    assert [line.sent for line in sent] == sorted(line.sent for line in sent)


def test_each_sources_own_numbers_rise_without_a_gap(sent: list[Line]) -> None:
    last: Counter[int] = Counter()
    for line in sent:
        if line.kind == "first":
            assert line.sequence == last[line.source] + 1
            last[line.source] += 1
    assert len(last) == 4


def test_every_message_is_a_valid_voucher_and_the_same_plan_makes_it_again(sent: list[Line]) -> None:
    for line, again in zip(sent[:2000], lines(PLAN), strict=False):
        event = voucher(PLAN, line)
        assert ExecutionReported.model_validate_json(event.model_dump_json()) == event
        assert line == again
    assert next(lines(replace(PLAN, seed=7))) != sent[0]


def test_budgets_follow_the_fate_that_they_are_made_for() -> None:
    spent = expected(PLAN).by_project
    made = projects(PLAN)
    assert len({project.code for project in made}) == PLAN.projects
    for project in made:
        share = spent.get(project.code, 0) / project.budget
        assert project.budget > 10_000_00 or share <= 1
        assert project.fate != "within" or share < 1
        assert project.fate != "far-over" or project.budget == 10_000_00 or share >= 1.1
