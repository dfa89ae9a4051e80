"""The history for a rule set on trial: every month with the grounds on which it was judged, or on which it stands while it runs.

It is read in one pass over the record and the read models, and nothing is written. Percentages of closed months are those of their
judgement; a running month is measured now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from backbone.record.events import Connection
from contracts.goals import Indicator
from contracts.kinds import period_of
from contracts.monitoring import MonthFinding
from contracts.shares import percent
from services.monitoring.domain.finding import Grounds
from services.monitoring.domain.judging import Goal, Report, goal_attainment, latest_report, latest_values, monitored
from services.monitoring.domain.scopes import Place
from services.monitoring.domain.trial import Stood
from services.monitoring.views.statements import Row, rows

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the goal in force from a place in the stream on says."""

    version: int
    name: str
    unit: str
    place: Place
    approved_on: date
    annual: Sequence[Mapping[str, Any]]

    @property
    def results(self) -> bool:
        """Is an indicator monitored by value?"""
        return any(
            each.get("target") is not None and each.get("type", "quantitative") == "quantitative"
            for each in self.annual
        )


def months(conn: Connection, since: str, today: date) -> Iterator[Stood]:
    """Every month from `since` on that was closed, and those that run, as they stand on a day; by year, project and month."""
    year = int(since[:4])
    goals, reports = _goals(conn, year), _reports(conn, year)
    for row in rows(conn, "trial_closed", since=since):
        known = _in_force(goals[row["year"], row["project"]], row["version"])
        yield _closed(row, known, reports.get((row["year"], row["project"]), ()))
    until = period_of(today)
    for row in rows(conn, "trial_running", since=since, until=until, year=year):
        known = goals[row["year"], row["project"]][-1]
        yield _running(row, known, reports.get((row["year"], row["project"]), ()), today)


def _closed(row: Row, known: _Known, reports: Sequence[Report]) -> Stood:
    grounds = Grounds(
        row["period"],
        row["as_of"],
        row["execution"],
        row["attainment"],
        row["time"],
        results=known.results,
        budget=row["budget"],
        **_place(row, known),
    )
    return _stood(row, known, _with_reports(grounds, reports), running=False, watched=row["watched"])


def _running(row: Row, known: _Known, reports: Sequence[Report], today: date) -> Stood:
    goal = Goal(
        row["budget"],
        row["currency"],
        known.approved_on,
        monitored(Indicator.model_validate(each) for each in known.annual),
        known.place,
    )
    received = [report for report in reports if report.received <= today]
    grounds = Grounds(
        row["period"],
        today,
        percent(row["paid"], max(goal.budget, 1)),
        goal_attainment(goal, latest_values(goal, received, row["period"])),
        percent(int(row["period"][5:]), 12),
        results=bool(goal.indicators),
        budget=goal.budget,
        **_place(row, known),
    )
    return _stood(row, known, _with_reports(grounds, reports), running=True, watched=bool(row["watched_by"]))


def _place(row: Row, known: _Known) -> dict[str, Any]:
    return {
        "first_paid": row["first_paid"],
        "approved_on": known.approved_on,
        "currency": row["currency"],
        "place": known.place,
    }


def _stood(row: Row, known: _Known, grounds: Grounds, *, running: bool, watched: bool) -> Stood:
    found = tuple(MonthFinding(rule=each["rule"], level=each["level"]) for each in row["findings"] or ())
    return Stood(
        row["project"],
        row["year"],
        known.name,
        known.unit,
        grounds,
        running,
        watched,
        row["rules"] or "",
        found,
        row["recommendation"] or "none",
    )


def _with_reports(grounds: Grounds, reports: Sequence[Report]) -> Grounds:
    """What the month's own reports say: on which day the first came, and the outcome that the latest tells."""
    own = [report for report in reports if report.period == grounds.period]
    if not own:
        return grounds
    said = latest_report(report for report in own if report.received <= grounds.as_of)
    return replace(
        grounds,
        reported=min(report.received for report in own),
        expected=said.expected if said else None,
        serious_problem=said.serious_problem if said else None,
    )


def _goals(conn: Connection, year: int) -> dict[Key, list[_Known]]:
    found: dict[Key, list[_Known]] = {}
    for row in rows(conn, "trial_goals", year=year):
        stories = found.setdefault((row["year"], row["project"]), [])
        if row["approved"] or not stories:
            tags = frozenset(row["tags"] or ())
            place = Place(row["project"], row["unit"] or "", row["department"] or "", tags, row["transfer_to"])
            known = _Known(
                row["version"], row["name"] or row["project"], place.unit, place, row["approved_on"], row["annual"]
            )
        else:
            known = replace(stories[-1], version=row["version"], annual=row["annual"])
        stories.append(known)
    return found


def _in_force(stories: Sequence[_Known], version: int) -> _Known:
    """The goal that was in force when an event of this version was appended."""
    return next((known for known in reversed(stories) if known.version < version), stories[0])


def _reports(conn: Connection, year: int) -> dict[Key, list[Report]]:
    found: dict[Key, list[Report]] = {}
    for row in rows(conn, "trial_reports", year=year):
        values = {name: Decimal(value) for name, value in row["values"].items()}
        report = Report(row["period"], row["received"], values, row["expected"], row["serious_problem"])
        found.setdefault((row["year"], row["project"]), []).append(report)
    return found
