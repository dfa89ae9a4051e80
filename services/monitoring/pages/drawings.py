"""The chart of a project: money beside results, month by month, what happened above them, with the table of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backbone.web import charts, notation
from backbone.web.charts import Chart, Link
from backbone.web.words import Language, Words
from contracts.kinds import periods_of
from services.monitoring.pages.telling import Told
from services.monitoring.views import Row

LANES = {
    "GoalApproved": "adjustments", "GoalAdjusted": "adjustments", "AdjustmentUrged": "adjustments",
    "ProgressReported": "reports",
    "DeviationDetected": "deviations", "DeviationExplained": "deviations", "DeviationDismissed": "deviations",
    "DeviationReopened": "deviations", "CorrectionReturned": "orders", "CorrectionEscalated": "orders",
    "CorrectionWithdrawn": "orders", "DeadlinePassed": "orders",
    "SuspensionRecommended": "deviations", "StopRecommended": "deviations",
    "CorrectionOrdered": "orders", "CorrectionAnswered": "orders", "CorrectionAccepted": "orders", "CorrectionOverdue": "orders",
    "ProjectSuspended": "orders", "ProjectStopped": "orders", "ProjectResumed": "orders",
}  # fmt: skip
"""In which lane above the curves an event stands; a month's judgement is the curve itself."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event above the curves: when, in which lane, told how, and where it stands."""

    day: date
    lane: str
    told: Told
    address: str


def happened(story: Sequence[tuple[Row, Told]]) -> list[Happened]:
    """The events that have a lane, in their order; `story` are the steps of a project with how each is told."""
    return [
        Happened(step["day"], LANES[name], told, f"/events/{step['id']}")
        for step, told in story
        for name in (step["type"].split(".")[2],)
        if name in LANES
    ]


def money_beside_results(found: Row, words: Words, lang: Language, events: Sequence[Happened] = ()) -> Chart:
    """Execution against attainment of the months judged, on one scale, and above them what happened, each mark a link to its event."""
    names = {name: words.say(f"field.{name}", lang) for name in ("execution", "attainment")}
    values = [
        {"month": notation.month_of_year(row["period"], lang), "percent": float(row[name]), "line": names[name]}
        for name in names
        for row in found["periods"]
    ]
    last = found["periods"][-1]
    months = [notation.month_of_year(period, lang) for period in periods_of(found["year"])]
    spec = charts.lines(
        values,
        x="month",
        y="percent",
        color="line",
        x_order=months,
        y_title="%",
        y_top=max(100.0, *(float(row[name]) for name in names for row in found["periods"])),
    )
    of_year = [each for each in events if each.day.year == found["year"]]
    marks = [
        {"x": notation.month_of_year(f"{each.day:%Y-%m}", lang), "lane": words.say(f"lane.{each.lane}", lang)}
        for each in of_year
    ]
    return Chart(
        charts.over_lanes(spec, marks, x_order=months) if marks else spec,
        words.say("page.project.curve_title", lang),
        words.say(
            "page.project.curve_description",
            lang,
            execution=notation.percent(last["execution"]),
            attainment=notation.percent(last["attainment"]),
        ),
        (words.say("field.period", lang), *names.values()),
        tuple(
            (notation.month(row["period"], lang), *(notation.percent(row[name]) for name in names))
            for row in found["periods"]
        ),
        links=tuple(Link(each.address, f"{notation.day(each.day, lang)} {each.told.title}") for each in of_year),
    )
