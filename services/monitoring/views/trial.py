"""The history for a rule set on trial: every month with the grounds on which it was judged, or on which it stands while it runs.

It is read in one pass over the record and the read models, and nothing is written. Percentages of closed months are those of their
judgement; a running month is measured now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from backbone.record.events import Connection
from contracts.event import project_stream
from contracts.goals import Indicator
from contracts.kinds import period_of
from contracts.monitoring import MonthFinding
from contracts.shares import percent
from services.monitoring.domain.finding import Grounds
from services.monitoring.domain.judging import (
    Goal,
    Monitored,
    Report,
    goal_attainment,
    latest_report,
    latest_values,
    monitored,
)
from services.monitoring.domain.scopes import Place
from services.monitoring.domain.trial import Stood
from services.monitoring.views.statements import Row, rows

Key = tuple[int, str]
_Reports = Mapping[str, Sequence[Report]]
"""A project's reports by month, in the order in which they arrived."""


@dataclass(frozen=True)
class _Known:
    """What the goal in force from a place in the stream on says."""

    version: int
    name: str
    unit: str
    place: Place
    approved_on: date
    annual: Sequence[Mapping[str, Any]]

    @cached_property
    def indicators(self) -> tuple[Monitored, ...]:
        """Those that are monitored by value."""
        return monitored(Indicator.model_validate(each) for each in self.annual)

    @cached_property
    def results(self) -> bool:
        """Is an indicator monitored by value?"""
        return any(
            each.get("target") is not None and each.get("type", "quantitative") == "quantitative"
            for each in self.annual
        )


def months(conn: Connection, since: str, today: date) -> Iterator[Stood]:
    """Every month from `since` on that was closed, and those that run, as they stand on a day; by year, project and month."""
    year = int(since[:4])
    goals, reports = _goals(conn, year), _reports(rows(conn, "trial_reports", year=year))
    places = _places(conn, [key for key, stories in goals.items() if len(stories) > 1])
    for row in rows(conn, "trial_closed", since=since):
        stories = goals[row["year"], row["project"]]
        known = stories[0] if len(stories) == 1 else _in_force(stories, places[row["event"]])
        yield _closed(row, known, reports.get((row["year"], row["project"]), {}))
    running = rows(conn, "trial_running", since=since, until=period_of(today), year=year)
    values = _values(conn, sorted({(row["year"], row["project"]) for row in running}))
    for row in running:
        key = row["year"], row["project"]
        yield _running(row, goals[key][-1], reports.get(key, {}), values.get(key, ()), today)


def _closed(row: Row, known: _Known, reports: _Reports) -> Stood:
    grounds = Grounds(
        row["period"],
        row["as_of"],
        row["execution"],
        row["attainment"],
        row["time"],
        results=known.results,
        budget=row["budget"],
        **_said(row["period"], row["as_of"], reports),
        **_place(row, known),
    )
    return _stood(row, known, grounds, running=False, watched=row["watched"])


def _running(row: Row, known: _Known, reports: _Reports, values: Sequence[Report], today: date) -> Stood:
    goal = Goal(row["budget"], row["currency"], known.approved_on, known.indicators, known.place)
    received = [report for report in values if report.received <= today]
    grounds = Grounds(
        row["period"],
        today,
        percent(row["paid"], max(goal.budget, 1)),
        goal_attainment(goal, latest_values(goal, received, row["period"])),
        percent(int(row["period"][5:]), 12),
        results=known.results,
        budget=goal.budget,
        **_said(row["period"], today, reports),
        **_place(row, known),
    )
    return _stood(row, known, grounds, running=True, watched=bool(row["watched_by"]))


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


def _said(period: str, day: date, reports: _Reports) -> dict[str, Any]:
    """What the month's own reports say: on which day the first came, and the outcome that the latest one until a day tells."""
    own = reports.get(period)
    if not own:
        return {}
    said = latest_report(report for report in own if report.received <= day and not report.disputed)
    return {
        "reported": min(report.received for report in own),
        "expected": said.expected if said else None,
        "serious_problem": said.serious_problem if said else None,
    }


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


def _places(conn: Connection, several: Sequence[Key]) -> dict[UUID, int]:
    """The places in their streams of the judgements of projects whose goal was not always the same."""
    found = rows(conn, "trial_places", streams=[project_stream(project, year) for year, project in several])
    return {row["id"]: row["version"] for row in found}


def _reports(found: Sequence[Row]) -> dict[Key, dict[str, list[Report]]]:
    by_key: dict[Key, dict[str, list[Report]]] = {}
    for row in found:
        report = Report(row["period"], row["received"], {}, row["expected"], row["serious_problem"], row["disputed"])
        by_key.setdefault((row["year"], row["project"]), {}).setdefault(row["period"], []).append(report)
    return by_key


def _values(conn: Connection, keys: Sequence[Key]) -> dict[Key, list[Report]]:
    """The values that projects reported, for months that are measured now."""
    found: dict[Key, list[Report]] = {}
    streams = [project_stream(project, year) for year, project in keys]
    for row in rows(conn, "trial_values", streams=streams) if streams else ():
        values = {name: Decimal(value) for name, value in row["values"].items()}
        found.setdefault((row["year"], row["project"]), []).append(
            Report(row["period"], row["received"], values, disputed=row["disputed"])
        )
    return found
