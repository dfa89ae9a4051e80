"""The plan as days: in order, whole, each thing after what it needs."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache

from contracts.authority import AUTHORITY, ROLES
from deploy.demo.facts import Plan
from deploy.demo.plan import make_plan
from deploy.demo.rounds import CLOSED, DECIDED, OPENED
from deploy.demo.script import PUBLISHED, script
from deploy.demo.steps import Day, Post, Workbook


@cache
def year() -> tuple[Plan, tuple[Day, ...]]:
    plan = make_plan()
    return plan, script(plan)


def posts() -> list[tuple[date, Post]]:
    return [(day.day, post) for day in year()[1] for phase in day.phases for post in phase.posts]


def workbooks() -> list[tuple[date, Workbook]]:
    return [(day.day, workbook) for day in year()[1] for phase in day.phases for workbook in phase.workbooks]


def first_day(ending: str, lane: str) -> date:
    posted = [day for day, post in posts() if post.lane == lane and post.path.endswith(ending)]
    handed_in = [day for day, workbook in workbooks() for report in workbook.reports if report.project == lane]
    return min(posted + handed_in if ending == "/reports" else posted)


def test_the_days_rise_and_each_says_what_happens_in_both_languages() -> None:
    days = year()[1]
    assert [day.day for day in days] == sorted({day.day for day in days})
    assert days[-1].day == PUBLISHED
    assert all(day.zh and day.en for day in days)
    assert len(days) < 60  # only the days that matter are played


def test_every_voucher_is_sent_on_its_day_the_re_sent_and_contradicting_ones_too() -> None:
    plan, days = year()
    sent = Counter(
        (day.day, file.source, voucher.number, voucher.amount)
        for day in days
        for phase in day.phases
        for file in phase.files
        for voucher in file.vouchers
    )
    every = (*plan.vouchers, *plan.resent, *plan.conflicting)
    assert sent == Counter((voucher.arrives, voucher.source, voucher.number, voucher.amount) for voucher in every)


def test_every_month_is_closed_on_a_played_day() -> None:
    played = {day.day for day in year()[1]}
    assert {date(2026 + month // 12, month % 12 + 1, 11) for month in range(1, 13)} <= played


def test_each_project_is_declared_reviewed_approved_reported_scored() -> None:
    plan, _ = year()
    for project in plan.projects:
        declared, reviewed = first_day("/declarations", project.code), first_day("/review", project.code)
        approved, reported = first_day("/approval", project.code), first_day("/reports", project.code)
        assert declared < reviewed < approved < reported < first_day("/evaluation", project.code)
        assert approved == project.approved_on
    kinds = Counter(post.path.rsplit("/", 1)[1] for _, post in posts() if post.service == "goals")
    assert kinds["declarations"] == kinds["review"] == 61 + sum(project.fault is not None for project in plan.projects)
    assert not [post for _, post in posts() if post.lane == plan.refused.code and post.path.endswith("/approval")]


def test_all_reports_are_posted_on_the_day_of_their_receipt() -> None:
    plan, _ = year()
    posted = Counter((day, post.lane, post.body["period"]) for day, post in posts() if post.path.endswith("/reports"))
    posted += Counter((day, each.project, each.period) for day, workbook in workbooks() for each in workbook.reports)
    assert posted == Counter((report.received, report.project, report.period) for report in plan.reports)


def test_one_unit_reports_by_workbook_and_gets_one_cell_wrong() -> None:
    plan, _ = year()
    assert {workbook.person.org for _, workbook in workbooks()} == {plan.workbooks.unit}
    assert [workbook.period for _, workbook in workbooks() if workbook.wrong] == [plan.workbooks.period]
    indicators = {row.id for row in plan.project(plan.workbooks.project).indicators if row.quantitative}
    assert plan.workbooks.indicator in indicators


def test_the_round_opens_is_filled_in_reviewed_decided_and_closes() -> None:
    plan, days = year()
    called = [(played.day, call.arguments[1]) for played in days for phase in played.phases for call in phase.commands]
    assert called == [(OPENED, "open"), (CLOSED, "close")]
    acts = Counter(post.path.rsplit("/", 1)[1] for _, post in posts() if post.path.startswith("/api/rounds/"))
    returned = [part for part in plan.parts if part.returned]
    assert acts == {"filling": 60 + len(returned), "return": len(returned), "passing": 60, "decision": 60}
    decided = [(day, post) for day, post in posts() if post.path.endswith("/decision")]
    assert {(day, post.person.name, post.person.role) for day, post in decided} == {(DECIDED, "赵强", "official")}


def test_all_but_the_withheld_are_published_by_an_official() -> None:
    plan, _ = year()
    published = [post for day, post in posts() if post.service == "publishing"]
    assert {post.lane for post in published} == {project.code for project in plan.projects} - set(plan.withheld)
    assert {post.person.role for post in published} == {"official"}


def test_everybody_acts_in_a_role_that_the_authority_table_knows() -> None:
    acting = {post.person.role for _, post in posts()}
    assert acting <= ROLES
    assert acting <= {grant.role for grant in AUTHORITY}
    by_units = [post for _, post in posts() if post.person.role == "unit" and post.service == "monitoring"]
    plan, _ = year()
    assert all(post.person.org == plan.project(post.lane).unit for post in by_units)


def test_every_unit_gets_targets_before_actuals_and_marks_in_each_period() -> None:
    plan, _ = year()
    for each in plan.assessment:
        own = [(day, post) for day, post in posts() if post.lane == each.unit.code]
        for action in ("targets", "actuals"):
            given = [post.body["period"] for _, post in own if post.path.endswith(f"/{action}")]
            assert sorted(given) == sorted(each.indicators)
        marks = Counter(post.body["period"] for _, post in own if post.path.endswith("/leader-marks"))
        assert marks == {period: len(of) for period, of in each.marks.items()}
