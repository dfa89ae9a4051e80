"""What monitoring knows of one project in one fiscal year: the fold of its stream `project/{project}/{year}`.

`evolve` takes every event of the stream, those heard from goals too, and never refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from contracts.event import Event
from contracts.goals import GoalAdjusted, GoalApproved
from contracts.monitoring import (
    AdjustmentUrged,
    CorrectionOrdered,
    DeviationDetected,
    FindingLevel,
    Measure,
    MonthFinding,
    MonthJudged,
    ProgressDisputed,
    ProgressReported,
    ProgressVouched,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
    Recommendation,
    StopRecommended,
    SuspensionRecommended,
)
from services.monitoring.domain.events import (
    CorrectionAccepted,
    CorrectionAnswered,
    CorrectionEscalated,
    CorrectionOverdue,
    CorrectionReturned,
    CorrectionWithdrawn,
    DeadlinePassed,
    DeviationDismissed,
    DeviationExplained,
    DeviationReopened,
    ReportChased,
    WatchBegan,
    WatchEnded,
)
from services.monitoring.domain.judging import Goal, Report, monitored
from services.monitoring.domain.scopes import Place
from services.monitoring.domain.thresholds import gravity

Grave = Literal["none", "suspend", "stop"]


@dataclass(frozen=True, slots=True)
class Month:
    """The latest judgement of a month."""

    judgement: int
    closed: bool
    budget: int
    paid: int
    vouchers: int
    attainment: Decimal
    values: Mapping[str, Decimal]
    findings: tuple[MonthFinding, ...]
    recommendation: Recommendation


@dataclass(frozen=True, slots=True)
class Deviation:
    """A rule found (偏差), named by month and rule. It is open until a closed month of the same day or later is free of it.
    `over_on` is the day on which that was judged; `dismissal` the reason and the document by which an official dismissed it;
    `explanation` what the unit says of it, with its evidence."""

    deviation: str
    rule: str
    level: FindingLevel
    period: str
    open: bool = True
    over_on: date | None = None
    dismissal: tuple[str, str | None] | None = None
    explanation: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """An ordered correction (整改) and how far it has come. `measure` has the deadline that counts now, `asked` is what was ordered first;
    `returned` the measure and reason with which an answer was sent back last, `refusals` how often one was."""

    order: int
    deviations: tuple[str, ...]
    measure: Measure
    reason: str
    ordered_by: str
    asked: Measure
    answer: tuple[str, tuple[str, ...]] | None = None
    acceptance: str | None = None
    overdue: bool = False
    returned: tuple[Measure, str] | None = None
    refusals: int = 0
    escalated: bool = False
    withdrawn: bool = False

    @property
    def holds(self) -> bool:
        """Whether something is still to be done: neither accepted nor withdrawn."""
        return self.acceptance is None and not self.withdrawn


@dataclass(frozen=True, slots=True)
class Urging:
    """An adjustment urged (督促调整). It is open until goals announces an adjustment."""

    cause: str
    reason: str
    document: str
    until: date | None
    open: bool = True
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """A spending project as monitoring sees it. `standing` is the gravest recommendation that nobody has answered yet, `grounds` the
    rules that it rests on; `watched` are the entries of the watch list (重点监控) that cover it: `project` or `unit`, and the code."""

    unit: str = ""
    goal: Goal | None = None
    indicators: frozenset[str] = frozenset()
    reports: tuple[Report, ...] = ()
    reported: tuple[ProgressReported, ...] = ()
    vouchings: Mapping[int, tuple[str, str | None]] = field(default_factory=dict[int, tuple[str, str | None]])
    chased: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    months: Mapping[str, Month] = field(default_factory=dict[str, Month])
    judgements: int = 0
    deviations: tuple[Deviation, ...] = ()
    corrections: Mapping[int, Correction] = field(default_factory=dict[int, Correction])
    urged: tuple[Urging, ...] = ()
    status: Literal["active", "suspended", "stopped"] = "active"
    order: ProjectSuspended | ProjectStopped | ProjectResumed | None = None
    standing: Grave = "none"
    grounds: tuple[str, ...] = ()
    answered: Grave = "none"
    closed_at_resumption: frozenset[str] | None = None
    judged_on: date | None = None
    recommended_on: Mapping[str, date] = field(default_factory=dict[str, date])
    order_passed: bool = False
    watched: frozenset[tuple[str, str]] = frozenset()

    @property
    def closed(self) -> frozenset[str]:
        """The months that have been closed."""
        return frozenset(period for period, month in self.months.items() if month.closed)

    @property
    def disputed(self) -> tuple[int, ...]:
        """The numbers of the reports in dispute (异议): disputed, and neither vouched for nor corrected since."""
        latest = {each.period: each.report for each in self.reported}
        return tuple(sorted(n for n in latest.values() if self.vouchings.get(n, ("", None))[0] == "disputed"))

    def last_deviation(self, rule: str) -> Deviation | None:
        """The deviation of a rule that was found last, open or over."""
        return next((each for each in reversed(self.deviations) if each.rule == rule), None)

    def open_deviation(self, rule: str) -> Deviation | None:
        """The deviation of a rule that is open now, at the gravest level found since it opened."""
        return next((each for each in reversed(self.deviations) if each.rule == rule and each.open), None)


INITIAL = Project()
"""Nothing is known yet: no goal was approved."""


def evolve(state: Project, event: Event) -> Project:
    """The state after one more event; an event that says nothing to monitoring changes nothing."""
    match event:
        case GoalApproved():
            goal = Goal(event.budget, event.currency, event.approved_on, monitored(event.annual), _place(event))
            return replace(state, unit=event.unit, goal=goal, indicators=frozenset(each.id for each in event.annual))
        case GoalAdjusted():
            return _adjusted(state, event)
        case ProgressReported() | ProgressVouched() | ProgressDisputed() | ReportChased():
            return _reported(state, event)
        case MonthJudged():
            return _judged(state, event)
        case DeviationDetected():
            return _deviated(state, event)
        case DeviationDismissed():
            return _dismissed(state, event)
        case DeviationReopened():
            return _with_deviation(state, event.deviation, open=True, over_on=None)
        case DeviationExplained():
            return _with_deviation(state, event.deviation, explanation=(event.text, event.evidence))
        case DeadlinePassed(of="urging"):
            passed = (
                replace(each, passed=each.passed or (each.until or date.max) <= event.until) for each in state.urged
            )
            return replace(state, urged=tuple(passed))
        case DeadlinePassed():
            return replace(state, order_passed=True)
        case SuspensionRecommended() | StopRecommended():
            level: Grave = "stop" if isinstance(event, StopRecommended) else "suspend"
            grounds = tuple(finding.rule for finding in event.grounds)
            made = {**state.recommended_on, level: state.judged_on} if state.judged_on else state.recommended_on
            return replace(
                state,
                standing=level,
                grounds=grounds,
                answered="none",
                closed_at_resumption=None,
                recommended_on=made,
            )
        case ProjectSuspended() | ProjectStopped() | ProjectResumed():
            return _ordered(state, event)
        case CorrectionOrdered():
            return _correction_ordered(state, event)
        case (
            CorrectionAnswered()
            | CorrectionAccepted()
            | CorrectionOverdue()
            | CorrectionReturned()
            | CorrectionEscalated()
            | CorrectionWithdrawn()
        ):
            return _corrected(state, event)
        case WatchBegan() | WatchEnded():
            return replace(state, watched=_watched(state, event))
        case AdjustmentUrged():
            urging = Urging(event.cause, event.reason, event.document, event.until)
            return replace(state, urged=(*state.urged, urging))
        case _:
            return state


def _watched(state: Project, event: WatchBegan | WatchEnded) -> frozenset[tuple[str, str]]:
    entry = {(event.kind, event.subject)}
    return state.watched | entry if isinstance(event, WatchBegan) else state.watched - entry


def _place(event: GoalApproved) -> Place:
    return Place(event.project, event.unit, event.department, frozenset(event.tags), event.transfer_to)


def _reported(state: Project, event: ProgressReported | ProgressVouched | ProgressDisputed | ReportChased) -> Project:
    """A report that the data-collecting unit supplied itself is vouched for from the start."""
    match event:
        case ProgressReported():
            report = Report(event.period, event.received, event.values, event.expected, event.serious_problem)
            vouchings = {**state.vouchings, event.report: ("vouched", None)} if event.vouched_by else state.vouchings
            reports, reported = (*state.reports, report), (*state.reported, event)
            return replace(state, reports=reports, reported=reported, vouchings=vouchings)
        case ProgressVouched() | ProgressDisputed():
            verdict = "vouched" if isinstance(event, ProgressVouched) else "disputed"
            reports = tuple(
                replace(report, disputed=verdict == "disputed") if each.report == event.report else report
                for report, each in zip(state.reports, state.reported, strict=True)
            )
            vouchings = {**state.vouchings, event.report: (verdict, event.reason)}
            return replace(state, reports=reports, vouchings=vouchings)
        case ReportChased():
            return replace(state, chased={**state.chased, event.period: (event.working_day, event.reminder)})


def _adjusted(state: Project, event: GoalAdjusted) -> Project:
    """Budget and indicators are replaced together; what was approved when, stays."""
    before = state.goal
    goal = Goal(
        event.budget,
        before.currency if before else "CNY",
        before.approved_on if before else event.adjusted_on,
        monitored(event.annual),
        before.place if before else Place(event.project),
    )
    urged = tuple(replace(each, open=False) for each in state.urged)
    return replace(state, goal=goal, indicators=frozenset(each.id for each in event.annual), urged=urged)


def _judged(state: Project, event: MonthJudged) -> Project:
    month = Month(
        event.judgement,
        event.closed,
        event.budget,
        event.paid,
        event.vouchers,
        event.attainment,
        event.values,
        event.findings,
        event.recommendation,
    )
    deviations = _closing(state, event) if event.closed else state.deviations
    return replace(
        state,
        months={**state.months, event.period: month},
        judgements=event.judgement,
        deviations=deviations,
        judged_on=event.as_of,
    )


def _closing(state: Project, event: MonthJudged) -> tuple[Deviation, ...]:
    """A closed month free of a rule closes its deviation, unless that was last found in a later month."""
    found = {finding.rule for finding in event.findings}
    over = {
        each.rule
        for each in state.deviations
        if each.rule not in found and (last := state.open_deviation(each.rule)) and last.period <= event.period
    }
    return tuple(
        replace(each, open=False, over_on=event.as_of) if each.open and each.rule in over else each
        for each in state.deviations
    )


def _deviated(state: Project, event: DeviationDetected) -> Project:
    others = tuple(each for each in state.deviations if each.deviation != event.deviation)
    found = Deviation(event.deviation, event.rule, event.level, event.period)
    return replace(state, deviations=(*others, found))


def _dismissed(state: Project, event: DeviationDismissed) -> Project:
    standing: Grave = "none" if event.sets_aside != "none" else state.standing
    return replace(_with_deviation(state, event.deviation, dismissal=(event.reason, event.document)), standing=standing)


def _with_deviation(state: Project, deviation: str, **changed: Any) -> Project:
    deviations = tuple(replace(each, **changed) if each.deviation == deviation else each for each in state.deviations)
    return replace(state, deviations=deviations)


def _ordered(state: Project, event: ProjectSuspended | ProjectStopped | ProjectResumed) -> Project:
    """An order answers the standing recommendation. A resumption remembers what it set aside, and which months were closed."""
    if isinstance(event, ProjectResumed):
        set_aside: Grave = max(state.standing, state.answered, key=gravity)
        return replace(
            state,
            status="active",
            order=event,
            order_passed=False,
            standing="none",
            answered=set_aside,
            closed_at_resumption=state.closed,
        )
    ordered: Grave = "stop" if isinstance(event, ProjectStopped) else "suspend"
    answered: Grave = max(state.standing, ordered, key=gravity)
    status: Literal["suspended", "stopped"] = "stopped" if ordered == "stop" else "suspended"
    return replace(state, status=status, order=event, order_passed=False, standing="none", answered=answered)


def _correction_ordered(state: Project, event: CorrectionOrdered) -> Project:
    correction = Correction(
        event.order, event.deviations, event.measure, event.reason, event.ordered_by, asked=event.measure
    )
    return replace(state, corrections={**state.corrections, event.order: correction})


def _corrected(
    state: Project,
    event: CorrectionAnswered
    | CorrectionAccepted
    | CorrectionOverdue
    | CorrectionReturned
    | CorrectionEscalated
    | CorrectionWithdrawn,
) -> Project:
    known = state.corrections.get(event.order)
    if known is None:
        return state
    match event:
        case CorrectionAnswered():
            known = replace(known, answer=(event.text, event.evidence))
        case CorrectionAccepted():
            known = replace(known, acceptance=event.reason)
        case CorrectionReturned():
            sent_back = (event.measure, event.reason)
            known = replace(
                known, measure=event.measure, answer=None, overdue=False, returned=sent_back, refusals=event.refusal
            )
        case CorrectionOverdue():
            known = replace(known, overdue=True)
        case CorrectionEscalated():
            known = replace(known, escalated=True)
        case CorrectionWithdrawn():
            known = replace(known, withdrawn=True)
    return replace(state, corrections={**state.corrections, event.order: known})
