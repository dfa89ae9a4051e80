"""The chart of a project: money beside results, month by month, with the table of its numbers."""

from __future__ import annotations

from backbone.web import charts, notation
from backbone.web.charts import Chart
from backbone.web.words import Language, Words
from contracts.kinds import periods_of
from services.monitoring.views import Row


def money_beside_results(found: Row, words: Words, lang: Language) -> Chart:
    """Execution against attainment of the months judged, on one scale."""
    names = {name: words.say(f"field.{name}", lang) for name in ("execution", "attainment")}
    values = [
        {"month": notation.month_of_year(row["period"], lang), "percent": float(row[name]), "line": names[name]}
        for name in names
        for row in found["periods"]
    ]
    last = found["periods"][-1]
    return Chart(
        charts.lines(
            values,
            x="month",
            y="percent",
            color="line",
            x_order=[notation.month_of_year(period, lang) for period in periods_of(found["year"])],
            y_title="%",
            y_top=max([100.0, *(each["percent"] for each in values)]),
        ),
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
    )
