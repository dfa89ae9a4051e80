"""Which decision answers which command of a project. The decisions are with their subjects; this file only dispatches."""

from __future__ import annotations

from contracts.decision import Context, Refusal
from contracts.event import Event
from services.monitoring.domain.chasing import ChaseReport, chase_report
from services.monitoring.domain.corrections import (
    AcceptCorrection,
    AnswerCorrection,
    MarkOverdue,
    OrderCorrection,
    ReturnCorrection,
    accept_correction,
    answer_correction,
    mark_overdue,
    order_correction,
    return_correction,
)
from services.monitoring.domain.deadlines import MarkPassed, mark_passed
from services.monitoring.domain.deviations import (
    DismissDeviation,
    ExplainDeviation,
    dismiss_deviation,
    explain_deviation,
)
from services.monitoring.domain.months import JudgeMonth, judge_month
from services.monitoring.domain.orders import (
    ResumeProject,
    StopProject,
    SuspendProject,
    UrgeAdjustment,
    resume_project,
    stop_project,
    suspend_project,
    urge_adjustment,
)
from services.monitoring.domain.project import Project
from services.monitoring.domain.reports import ReportProgress, VouchReport, report_progress, vouch_report
from services.monitoring.domain.watching import BeginWatch, EndWatch, begin_watch, end_watch

Command = (
    ReportProgress
    | VouchReport
    | ChaseReport
    | JudgeMonth
    | DismissDeviation
    | ExplainDeviation
    | OrderCorrection
    | AnswerCorrection
    | AcceptCorrection
    | ReturnCorrection
    | MarkOverdue
    | MarkPassed
    | UrgeAdjustment
    | SuspendProject
    | StopProject
    | ResumeProject
    | BeginWatch
    | EndWatch
)


def decide(command: Command, state: Project, context: Context) -> tuple[Event, ...] | Refusal:
    """What happens, or why it does not. The same command again yields no event."""
    match command:
        case ReportProgress():
            return report_progress(command, state, context)
        case VouchReport():
            return vouch_report(command, state, context)
        case ChaseReport():
            return chase_report(command, state, context)
        case JudgeMonth():
            return judge_month(command, state, context)
        case DismissDeviation():
            return dismiss_deviation(command, state, context)
        case ExplainDeviation():
            return explain_deviation(command, state, context)
        case OrderCorrection():
            return order_correction(command, state, context)
        case AnswerCorrection():
            return answer_correction(command, state, context)
        case AcceptCorrection():
            return accept_correction(command, state, context)
        case ReturnCorrection():
            return return_correction(command, state, context)
        case MarkPassed():
            return mark_passed(command, state, context)
        case MarkOverdue():
            return mark_overdue(command, state, context)
        case UrgeAdjustment():
            return urge_adjustment(command, state, context)
        case SuspendProject():
            return suspend_project(command, state, context)
        case StopProject():
            return stop_project(command, state, context)
        case ResumeProject():
            return resume_project(command, state, context)
        case BeginWatch():
            return begin_watch(command, state, context)
        case EndWatch():
            return end_watch(command, state, context)
