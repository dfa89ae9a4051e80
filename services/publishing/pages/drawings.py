"""The charts of publishing's pages, each with its words and the table of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from backbone.web import charts, notation
from backbone.web.charts import Chart
from backbone.web.words import Language, Words
from contracts.kinds import major_units, periods_of
from services.publishing.views import Row

_WAN = Decimal(10_000)
MOST_BARS = 12
"""More projects than these are read in the table."""


def paid_by_month(found: Row, words: Words, lang: Language) -> Chart:
    """What the year's projects paid in each month."""
    currency = found["currency"]
    unit, divisor = money_unit(lang, currency)
    months = [notation.month_of_year(period, lang) for period in periods_of(found["year"])]
    values = [
        {
            "month": notation.month_of_year(row["period"], lang),
            "paid": float(major_units(row["paid"], currency) / divisor),
        }
        for row in found["months"]
    ]
    return Chart(
        charts.columns(values, x="month", y="paid", x_order=months, y_title=unit, size=(640, 300)),
        words.say("page.overview.money_title", lang, unit=unit),
        words.say(
            "page.overview.money_description",
            lang,
            year=found["year"],
            paid=notation.yuan(found["paid"], lang, currency),
        ),
        tuple(words.say(f"field.{name}", lang) for name in ("period", "paid_in_month", "cumulative")),
        tuple(
            (
                notation.month(row["period"], lang),
                notation.amount(row["paid"], currency),
                notation.amount(row["cumulative"], currency),
            )
            for row in found["months"]
        ),
    )


def grades(found: Row, words: Words, lang: Language) -> Chart:
    """How many projects have which grade."""
    named = {words.say(f"grade.{grade}", lang): count for grade, count in found["grades"].items()}
    values = [{"grade": grade, "projects": count} for grade, count in named.items()]
    return Chart(
        charts.bars(
            values,
            x="projects",
            y="grade",
            y_order=list(named),
            x_title=words.say("field.projects", lang),
            size=(320, 240),
        ),
        words.say("page.overview.grades_title", lang),
        words.say("page.overview.grades_description", lang),
        (words.say("field.grade", lang), words.say("field.projects", lang)),
        tuple((grade, str(count)) for grade, count in named.items()),
    )


def money_beside_results(found: Row, words: Words, lang: Language) -> Chart:
    """Execution against attainment by month, on one scale."""
    months = [notation.month_of_year(period, lang) for period in periods_of(found["year"])]
    names = {name: words.say(f"field.{name}", lang) for name in ("execution", "attainment")}
    values = [
        {"month": notation.month_of_year(row["period"], lang), "percent": float(row[name]), "line": names[name]}
        for name in names
        for row in found["months"]
    ]
    last = found["months"][-1] if found["months"] else {"execution": None, "attainment": None}
    top = max([100.0, *(each["percent"] for each in values)])
    return Chart(
        charts.lines(values, x="month", y="percent", color="line", x_order=months, y_title="%", y_top=top),
        words.say("page.project.curve_title", lang),
        words.say(
            "page.project.curve_description",
            lang,
            execution=notation.percent(last["execution"]),
            attainment=notation.percent(last["attainment"]),
        ),
        (words.say("field.period", lang), *names.values()),
        tuple(
            (
                notation.month(row["period"], lang),
                notation.percent(row["execution"]),
                notation.percent(row["attainment"]),
            )
            for row in found["months"]
        ),
    )


def budget_and_paid(rows: Sequence[Row], words: Words, lang: Language) -> Chart:
    """Budget beside payments of a unit's projects."""
    currency = rows[0]["currency"]
    unit, divisor = money_unit(lang, currency)
    names = {name: words.say(f"page.overview.{name}", lang) for name in ("budget", "paid")}
    values: list[dict[str, Any]] = [
        {"project": row["name"], "sum": float(major_units(row[name], currency) / divisor), "kind": names[name]}
        for row in rows
        for name in names
    ]
    return Chart(
        charts.grouped_bars(
            values, x="sum", y="project", color="kind", y_order=[row["name"] for row in rows], x_title=unit
        ),
        words.say("page.unit.money_title", lang, unit=unit),
        words.say("page.unit.money_description", lang),
        (words.say("field.project", lang), *names.values()),
        tuple(
            (row["name"], notation.amount(row["budget"], currency), notation.amount(row["paid"], currency))
            for row in rows
        ),
    )


def money_unit(lang: Language, currency: str) -> tuple[str, Decimal]:
    """The unit of a chart's axis and by what yuan are divided for it."""
    if lang == "zh" and currency == "CNY":
        return "万元", _WAN
    return ("CNY 10,000" if currency == "CNY" else f"{currency} 10,000"), _WAN
