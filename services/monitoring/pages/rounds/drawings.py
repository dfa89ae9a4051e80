"""The charts of a round's report: money by department, proposals by kind, causes by kind, each with the table of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import get_args

from backbone.web import charts, notation
from backbone.web.charts import Chart
from backbone.web.words import Language, Words
from contracts.kinds import major_units
from services.monitoring.domain.rounds.events import ProposalKind
from services.monitoring.views import Row

_TEN_THOUSAND = Decimal(10_000)
MOST_BARS = 20
"""More departments than these are read in the table."""


def money(departments: Sequence[Row], names: Sequence[str], words: Words, lang: Language) -> Chart:
    """Budget beside payments of each department, in the currency of the first; those with the largest budgets first."""
    currency = departments[0]["currency"]
    largest = sorted(
        (each for each in zip(departments, names, strict=True) if each[0]["currency"] == currency),
        key=lambda each: -each[0]["budget"],
    )[:MOST_BARS]
    kinds = {name: words.say(f"field.{name}", lang) for name in ("budget", "paid")}
    values = [
        {
            "department": name,
            "sum": float(major_units(row[field], currency) / _TEN_THOUSAND),
            "kind": kinds[field],
        }
        for row, name in largest
        for field in kinds
    ]
    unit = "万元" if lang == "zh" and currency == "CNY" else f"{currency} 10,000"
    return Chart(
        charts.grouped_bars(
            values, x="sum", y="department", color="kind", y_order=[name for _, name in largest], x_title=unit
        ),
        words.say("page.round_report.money_title", lang, unit=unit),
        words.say("page.round_report.money_description", lang),
        (words.say("column.department", lang), *kinds.values()),
        tuple(
            (name, notation.amount(row["budget"], currency), notation.amount(row["paid"], currency))
            for row, name in largest
        ),
    )


def kinds(departments: Sequence[Row], words: Words, lang: Language) -> Chart:
    """How many projects have which proposal or decision."""
    named = {
        words.say(f"proposal.{kind}", lang): sum(row[kind] for row in departments) for kind in get_args(ProposalKind)
    }
    return _counted(named, "kinds", "column.proposal", words, lang)


def causes(found: Sequence[Row], words: Words, lang: Language) -> Chart:
    """How many projects name which kind of cause."""
    named = {words.say(f"cause_kind.{row['kind']}", lang): row["projects"] for row in found}
    return _counted(named, "causes", "column.causes", words, lang)


def _counted(named: dict[str, int], key: str, head: str, words: Words, lang: Language) -> Chart:
    values = [{"name": name, "projects": count} for name, count in named.items()]
    projects = words.say("field.projects", lang)
    return Chart(
        charts.bars(
            values, x="projects", y="name", y_order=list(named), x_title=projects, size=(1000, 40 * len(named) + 20)
        ),
        words.say(f"page.round_report.{key}_title", lang),
        words.say(f"page.round_report.{key}_description", lang),
        (words.say(head, lang), projects),
        tuple((name, str(count)) for name, count in named.items()),
    )
