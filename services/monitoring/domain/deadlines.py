"""Deadlines of what was ordered of a whole project: an adjustment applied for, a suspension's or a stop's measures carried out. A deadline
that passed is noticed once; a correction's own deadline is with corrections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from contracts import workdays
from contracts.decision import Context, Refusal
from contracts.monitoring import ProjectStopped, ProjectSuspended
from services.monitoring.domain.events import DeadlinePassed
from services.monitoring.domain.project import Project
from services.monitoring.domain.refusals import GoalNotApproved, WorkingDaysUnknown

Of = Literal["urging", "suspension", "stop"]


@dataclass(frozen=True, slots=True)
class MarkPassed:
    """Notice that the deadline of an urging, of a suspension or of a stop has passed."""

    project: str
    year: int
    of: Of


def mark_passed(command: MarkPassed, state: Project, context: Context) -> tuple[DeadlinePassed, ...] | Refusal:
    """The day after the deadline, once; nothing where there is none, where it has not passed, or where that was noticed."""
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    until = urging_deadline(state) if command.of == "urging" else order_deadline(state, command.of)
    if until is None or context.day <= until:
        return ()
    return (
        DeadlinePassed(project=command.project, year=command.year, of=command.of, until=until, noticed_on=context.day),
    )


def deadline(day: date, working_days: int) -> date | WorkingDaysUnknown:
    """The day so many working days after an order (个工作日内); unknown where the State Council has not announced that year's yet."""
    try:
        return workdays.add_working_days(day, working_days)
    except LookupError:
        return WorkingDaysUnknown(working_days, day)


def working_days_left(day: date, until: date) -> int | None:
    """How many working days are left after `day`, the deadline counted; below 0 so many have passed since. None where unknown."""
    sign, first, last = (1, day, until) if day <= until else (-1, until, day)
    try:
        between = range(1, (last - first).days + 1)
        return sign * sum(workdays.is_working_day(first + timedelta(days=number)) for number in between)
    except LookupError:
        return None


def urging_deadline(state: Project) -> date | None:
    """The earliest day of what is urged still and was not noticed yet."""
    return min((each.until for each in state.urged if each.open and not each.passed and each.until), default=None)


def order_deadline(state: Project, of: Of) -> date | None:
    """The day by which the last measure of the order in force is to be carried out, unless that was noticed."""
    order = state.order
    kind = ProjectStopped if of == "stop" else ProjectSuspended
    if state.order_passed or not isinstance(order, kind):
        return None
    return max((each.until for each in order.measures if each.until), default=None)
