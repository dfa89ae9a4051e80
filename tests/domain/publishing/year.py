"""A project's year as publishing hears it, for every test of publishing: `given(…).when(approve(…)).then(…)`, and whole years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from contracts.decision import Actor, Context, Refusal
from contracts.evaluation import EvaluationCompleted, ScorePart
from contracts.event import Event, PublicEvent
from contracts.goals import GoalAdjusted, GoalApproved, GoalSubmitted, Indicator
from contracts.kinds import last_day
from contracts.monitoring import (
    CorrectionOrdered,
    DeviationDetected,
    Measure,
    MonthFinding,
    MonthJudged,
    ProgressReported,
    ProjectResumed,
    ProjectSuspended,
    SuspensionRecommended,
)
from services.publishing.domain import result
from services.publishing.domain.result import ApproveResult

YEAR = 2026
OFFICIAL = Actor("赵强", "official", "county")
TODAY = date(2027, 2, 5)
EVALUATION = "7d1f2c7a-2c9f-4a61-9f0c-51d0f1b9a001"
SCORES = {"excellent": "94.08", "good": "86.40", "fair": "71.25", "poor": "48.60"}


@dataclass(frozen=True)
class Decided:
    """What a decision came to."""

    result: tuple[Event, ...] | Refusal

    def refused(self, refusal: Refusal) -> None:
        """Exactly this refusal follows."""
        assert self.result == refusal

    def nothing(self) -> None:
        """The command had happened already."""
        assert self.result == ()

    def events(self) -> tuple[Event, ...]:
        """What happened."""
        assert isinstance(self.result, tuple), self.result
        return self.result


@dataclass(frozen=True)
class Given:
    """A past, in which a command is decided."""

    past: tuple[Event, ...]

    def when(self, command: ApproveResult) -> Decided:
        """Decide `command` after the past."""
        context = Context(datetime(2027, 2, 5, 1, tzinfo=UTC), TODAY, OFFICIAL)
        return Decided(result.decide(command, self.state, context))

    @property
    def state(self) -> result.Result:
        """What the past folds to."""
        return reduce(result.evolve, self.past, result.INITIAL)


def given(*past: Event) -> Given:
    """The events that have happened."""
    return Given(past)


def approve(project: str = "CS-1", **changes: Any) -> ApproveResult:
    """The command that approves the held result."""
    fields: dict[str, Any] = {"document": "县绩效〔2027〕2号", "evaluation": EVALUATION}
    return ApproveResult(project, YEAR, **{**fields, **changes})


def canal(target: str = "120") -> Indicator:
    """An output that is counted."""
    return Indicator(
        id="canal",
        name="改造渠道长度",
        dimension="output",
        kind="quantity",
        target=Decimal(target),
        unit="公里",
        weight=Decimal(50),
        schedule={f"{YEAR}-06": Decimal(40), f"{YEAR}-12": Decimal(target)},
    )


FARMERS = Indicator(
    id="farmers",
    name="受益农户满意程度",
    dimension="satisfaction",
    type="qualitative",
    target_text="满意",
    weight=Decimal(10),
)


def submitted(
    project: str = "CS-1", name: str = "高标准农田灌溉渠改造", unit: str = "department-03", budget: int = 480_000_000
) -> GoalSubmitted:
    """A declaration."""
    return GoalSubmitted(
        project=project, year=YEAR, submission=1, name=name, unit=unit, department=unit, kind="new", years=3, budget=budget,
        tags=("livelihood",), annual=(canal(), FARMERS), submitted_by=f"李明 (unit, {unit})",
    )  # fmt: skip


def approved(
    project: str = "CS-1",
    name: str = "高标准农田灌溉渠改造",
    unit: str = "department-03",
    budget: int = 480_000_000,
    **more: Any,
) -> GoalApproved:
    """A goal approved with its budget (fen)."""
    return GoalApproved(
        **{
            "project": project, "year": YEAR, "submission": 1, "name": name, "unit": unit, "department": unit.split(".")[0],
            "budget": budget, "tags": ("livelihood",), "approved_on": date(YEAR, 1, 20), "document": "县财预〔2026〕3号",
            "annual": (canal(), FARMERS), "approved_by": "王芳 (finance, finance)", **more,
        }
    )  # fmt: skip


def adjusted(project: str = "CS-1", budget: int = 520_000_000, previous: int = 480_000_000) -> GoalAdjusted:
    """Goals and budget adjusted together in August."""
    return GoalAdjusted(
        project=project, year=YEAR, adjustment=1, cause="policy", reason="上级补助标准提高", previous_budget=previous, budget=budget,
        adjusted_on=date(YEAR, 8, 20), document="县财预〔2026〕31号", annual=(canal("130"), FARMERS), adjusted_by="王芳 (finance, finance)",
    )  # fmt: skip


def judged(
    project: str = "CS-1",
    month: int = 12,
    paid: int = 498_000_000,
    budget: int = 520_000_000,
    attainment: str = "96.00",
    judgement: int | None = None,
    findings: tuple[MonthFinding, ...] = (),
) -> MonthJudged:
    """The full judgement of a month; `paid` in fen since January."""
    period = f"{YEAR}-{month:02d}"
    execution = (Decimal(paid) * 100 / budget).quantize(Decimal("0.01"))
    return MonthJudged(
        project=project, year=YEAR, period=period, judgement=judgement or month, as_of=last_day(period), closed=True,
        rules="dual-monitoring-1@1", budget=budget, paid=paid, vouchers=30 * month, digest=f"{month:02d}" * 32, execution=execution,
        attainment=Decimal(attainment), time=(Decimal(month) * 100 / 12).quantize(Decimal("0.01")),
        mismatch=execution - Decimal(attainment),
        values={"canal": (Decimal(attainment) * Decimal("1.2")).quantize(Decimal("0.1"))}, findings=findings, recommendation="none",
    )  # fmt: skip


def reported(project: str = "CS-1", month: int = 12) -> ProgressReported:
    """A month's report."""
    period = f"{YEAR}-{month:02d}"
    return ProgressReported(
        project=project, year=YEAR, period=period, report=1, received=last_day(period), values={"canal": Decimal(10 * month)},
        implementation="按计划推进", evidence=("监理月报.pdf",), supplied_by="department-03",
    )  # fmt: skip


def evaluated(
    project: str = "CS-1",
    unit: str = "department-03",
    grade: str = "excellent",
    budget: int = 520_000_000,
    paid: int = 498_000_000,
    number: int = 1,
    **more: Any,
) -> EvaluationCompleted:
    """A project's score for the public; money in fen."""
    total = Decimal(SCORES[grade])
    parts = (
        ("execution", min(Decimal(10), (Decimal(paid) * 10 / budget).quantize(Decimal("0.01"))), 10),
        ("output", (total * Decimal("0.5")).quantize(Decimal("0.01")), 50),
        ("benefit", (total * Decimal("0.3")).quantize(Decimal("0.01")), 30),
        ("satisfaction", (total * Decimal("0.1")).quantize(Decimal("0.01")), 10),
    )
    consequence = {"excellent": "key_support", "good": "priority", "fair": "tighten", "poor": "watch"}[grade]
    return EvaluationCompleted(
        **{
            "subject_kind": "project", "project": project, "unit": unit, "year": YEAR, "evaluation": number, "scheme": "mof-2020-10@1",
            "audience": "public", "budget": budget, "paid": paid, "vouchers": 360, "total": total, "grade": grade,
            "consequence": consequence,
            "parts": tuple(ScorePart(id=id_, points=points, of=Decimal(most)) for id_, points, most in parts),
            "evaluated_by": "孙丽 (evaluator, finance)", "evaluated_on": date(2027, 1, 25), **more,
        }
    )  # fmt: skip


def suspended(project: str = "CS-1", unspent: int = 91_200_000) -> ProjectSuspended:
    """An official's order to suspend."""
    return ProjectSuspended(
        project=project, year=YEAR, measures=(Measure(what="暂缓拨付", by="finance", document="县财预〔2026〕22号"),),
        reason="资金与产出严重不匹配", unspent=unspent, ordered_by="赵强 (official, county)", ordered_on=date(YEAR, 7, 15),
    )  # fmt: skip


def resumed(project: str = "CS-1") -> ProjectResumed:
    """The order to go on."""
    return ProjectResumed(
        project=project, year=YEAR, reason="整改完成，产出已追上", document="县财预〔2026〕30号", ordered_by="赵强 (official, county)",
        ordered_on=date(YEAR, 8, 20),
    )  # fmt: skip


def deviation(project: str = "CS-1", month: int = 6, level: str = "suspend") -> DeviationDetected:
    """Money far ahead of results."""
    figures = {"execution": "81.00", "attainment": "22.50", "time": "50.00", "mismatch": "58.50"}
    period = f"{YEAR}-{month:02d}"
    return DeviationDetected.model_validate(
        {
            "project": project, "year": YEAR, "period": period, "deviation": f"{period}/mismatch", "rule": "mismatch", "level": level,
            "judgement": month, "rules": "dual-monitoring-1@1", **figures,
        }
    )  # fmt: skip


def correction(project: str = "CS-1") -> CorrectionOrdered:
    """An order to correct by a day."""
    return CorrectionOrdered(
        project=project, year=YEAR, order=1, deviations=(f"{YEAR}-05/behind-goal",),
        measure=Measure(what="加快二期渠道施工", by="department-03", until=date(YEAR, 7, 10), document="县绩效〔2026〕12号"),
        reason="产出进度落后三十个百分点", ordered_by="赵强 (official, county)", ordered_on=date(YEAR, 6, 15),
    )  # fmt: skip


def recommended(project: str = "CS-1", month: int = 6) -> SuspensionRecommended:
    """The system's recommendation."""
    return SuspensionRecommended(
        project=project, year=YEAR, period=f"{YEAR}-{month:02d}", judgement=month, rules="dual-monitoring-1@1",
        grounds=(MonthFinding(rule="mismatch", level="suspend"),),
    )  # fmt: skip


def whole_year(
    project: str = "CS-1",
    name: str = "高标准农田灌溉渠改造",
    unit: str = "department-03",
    grade: str = "excellent",
    budget: int = 520_000_000,
    share: int = 96,
    troubled: bool = False,
) -> list[PublicEvent]:
    """All that is heard of a project from its declaration to its score; `share` percent of the budget (fen) are paid by December."""
    events: list[PublicEvent] = [
        submitted(project, name, unit, budget),
        approved(project, name, unit, budget),
    ]
    for month in range(1, 13):
        paid = budget * share * (month * month + 6 * month) // (216 * 100)
        ahead = troubled and month == 6
        findings = (MonthFinding(rule="mismatch", level="suspend"),) if ahead else ()
        attainment = "22.50" if ahead else f"{min(100, month * 8 + 1):.2f}"
        events += [reported(project, month), judged(project, month, paid, budget, attainment, findings=findings)]
        if ahead:
            events += [
                deviation(project),
                correction(project),
                recommended(project),
                suspended(project, budget - paid),
                resumed(project),
            ]
    return [*events, evaluated(project, unit, grade, budget, budget * share // 100)]


def business_day(event: PublicEvent) -> date:
    """The day that an event counts for, as its service would have said."""
    for name in ("approved_on", "adjusted_on", "received", "as_of", "ordered_on", "urged_on", "evaluated_on"):
        if name in type(event).model_fields:
            return getattr(event, name)
    period = getattr(event, "period", None)
    return last_day(period) if period else date(YEAR, 1, 8)
