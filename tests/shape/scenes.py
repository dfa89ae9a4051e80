"""Histories whose figures fit together, for commands that no single examples make happen: a scored project, a completed county."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache, reduce
from typing import Any

from backbone.process.dated import load_all
from contracts.asyncapi import example
from contracts.event import Event
from contracts.goals import GoalApproved, Indicator
from contracts.monitoring import CorrectionOrdered, DeviationDetected, Measure, MonthJudged, ProgressReported
from services.evaluation.domain import DECIDERS
from services.evaluation.domain import unit_events as facts
from services.evaluation.domain.assessment import CompleteAssessment, DecideTie
from services.evaluation.domain.project import EvaluateProject
from services.evaluation.domain.unit import ReportSatisfaction
from services.evaluation.domain.unit_commands import ClaimBonus
from services.monitoring.domain.corrections import OrderCorrection, ReturnCorrection
from services.monitoring.domain.events import CorrectionAnswered
from services.monitoring.domain.rules import RuleSet
from tests.domain.evaluation.scenario import LEADER, MOF_2020, PLAN5, YEAR, context
from tests.domain.evaluation.test_assessment import LIST, entered, whole_year

PROJECT = "CS-2026-007"

Scene = tuple[list[Event], Any]


@cache
def scenes(subject: str) -> list[Scene]:
    """What has happened and the command that can follow, for the decider of this name (`evaluation.project`)."""
    return {
        "evaluation.project": [_whole_project()],
        "evaluation.unit": [
            ([entered(LIST[3])], ReportSatisfaction(LIST[3].id, YEAR, PLAN5, "Q1", Decimal("0.93"))),
            ([entered(LIST[0])], ClaimBonus(LIST[0].id, YEAR, PLAN5, "b9", "commendation", "province")),
        ],
        "monitoring.project": [_open_deviation(), _answered()],
        "evaluation.assessment": [(whole_year(), CompleteAssessment(YEAR, PLAN5)), _tie()],
    }.get(subject, [])


def _open_deviation() -> Scene:
    """A deviation is open: an official orders its correction by a day that lies ahead of every day of the laws."""
    past: list[Event] = [
        GoalApproved.model_validate(example(GoalApproved)),
        DeviationDetected.model_validate(example(DeviationDetected)),
    ]
    measure = Measure(what="加快施工", by="department-03", until=date(2028, 7, 10), document="县绩效〔2028〕12号")
    deviations = tuple(each.deviation for each in past if isinstance(each, DeviationDetected))
    return past, OrderCorrection(PROJECT, YEAR, deviations, measure, "落后三十个百分点")


def _answered() -> Scene:
    """The ordered correction was answered: an official sends the answer back by a day that lies ahead."""
    past, order = _open_deviation()
    told: list[Event] = [CorrectionOrdered.model_validate(example(CorrectionOrdered))]
    told.append(CorrectionAnswered.model_validate(example(CorrectionAnswered)))  # type: ignore[arg-type]
    rules = load_all("services.monitoring.rules", RuleSet)[-1]
    return [*past, *told], ReturnCorrection(PROJECT, YEAR, 1, order.measure.until, "没有施工进度的证明材料", rules)


def _tie() -> Scene:
    """Two towns are equal on the last place: a leader decides."""
    initial, evolve, decide = DECIDERS["assessment"]
    past = whole_year(a="100", b="100")
    completed = decide(CompleteAssessment(YEAR, PLAN5), reduce(evolve, past, initial), context())
    assert isinstance(completed, tuple)
    assert any(isinstance(event, facts.UnitEntered) for event in past)
    return [*past, *completed], DecideTie(YEAR, PLAN5, "a", True, f"重点工程全部提前完成（{LEADER.name}）")


def _whole_project() -> Scene:
    """A project with every figure that a self-evaluation needs."""
    annual = tuple(
        Indicator(id=name, name=name, dimension=name, target=Decimal(100), weight=Decimal(weight))
        for name, weight in (("output", 50), ("benefit", 30), ("satisfaction", 10))
    )
    of: dict[str, Any] = {"project": PROJECT, "year": YEAR}
    approved = GoalApproved(
        **of, submission=1, name="渠道", unit="department-03", department="department-03", budget=480_000_000,
        approved_on=date(2026, 1, 20), document="县财预〔2026〕3号", annual=annual, approved_by="王芳",
    )  # fmt: skip
    values = {indicator.id: Decimal(90) for indicator in annual}
    reported = ProgressReported(
        **of, period="2026-12", report=1, received=date(2027, 1, 5), values=values, supplied_by="department-03"
    )
    judged = MonthJudged(
        **of, period="2026-12", judgement=12, as_of=date(2027, 1, 11), closed=True, rules="dual-monitoring-1@1",
        budget=480_000_000, paid=470_000_000, vouchers=391, digest="0" * 64, execution=Decimal("97.92"),
        attainment=Decimal("90.00"), time=Decimal("100.00"), mismatch=Decimal("7.92"), values=values, findings=(),
        recommendation="none",
    )  # fmt: skip
    return [approved, reported, judged], EvaluateProject(PROJECT, YEAR, MOF_2020)
