"""Overdue reports are chased (催报): a reminder on certain working days after the due day, each once, until the report comes.

The working days are data (`rules/chasing/*.toml`), dated and with their document, as the rule sets are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from contracts.dated import Dated
from contracts.decision import Context, Refusal
from contracts.workdays import add_working_days
from services.monitoring.domain.events import ReportChased
from services.monitoring.domain.project import Project
from services.monitoring.domain.refusals import GoalNotApproved, PeriodOutsideYear


class Chasing(Dated):
    """On which working days after a report's due day a unit is reminded: rising, the due day not counted."""

    working_days: tuple[Annotated[int, Field(ge=1, le=200)], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _rising(self) -> Chasing:
        if list(self.working_days) != sorted(set(self.working_days)):
            raise ValueError("the working days rise, each named once")
        return self

    def reached(self, due: date, day: date) -> int | None:
        """The last of the working days that has come by `day`; None before the first.

        LookupError where the way leads into a year whose holidays are not known.
        """
        if day <= due:
            return None
        passed: int | None = None
        for number in self.working_days:
            if add_working_days(due, number) > day:
                break
            passed = number
        return passed


@dataclass(frozen=True, slots=True)
class ChaseReport:
    """Remind a unit of a month's report that was `due` and has not come; `working_day` is the last that has been reached."""

    project: str
    year: int
    period: str
    due: date
    working_day: int


def chase_report(command: ChaseReport, state: Project, context: Context) -> tuple[ReportChased, ...] | Refusal:
    """A reminder for each working day of the list, once. Where several have passed at once, one reminder tells of the last."""
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    if not command.period.startswith(f"{command.year:04d}-"):
        return PeriodOutsideYear(command.period, command.year)
    working_day, reminders = state.chased.get(command.period, (0, 0))
    if not awaited(state, command.period) or command.working_day <= working_day:
        return ()
    return (
        ReportChased(
            project=command.project,
            year=command.year,
            period=command.period,
            due=command.due,
            working_day=command.working_day,
            reminder=reminders + 1,
            page=page_of(command.year, command.period, command.project),
            chased_on=context.day,
        ),
    )


def awaited(state: Project, period: str) -> bool:
    """Whether a month's report is still waited for: a stopped project owes none."""
    return state.status != "stopped" and all(each.period != period for each in state.reported)


def page_of(year: int, period: str, project: str) -> str:
    """Where the report is filled in: a path of monitoring's pages, the project's code percent-encoded by whoever links to it."""
    return f"/{year}/reports/{period}/{project}"
