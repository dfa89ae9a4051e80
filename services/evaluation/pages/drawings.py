"""The charts of evaluation: projects by grade, and a class's units by the parts of their totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from backbone.web import charts
from backbone.web.notation import points
from backbone.web.words import Language, Words

GRADES = ("excellent", "good", "fair", "poor")
COLOURS = dict(zip(("indicator", "public", "leaders", "bonus", "penalty"), (*charts.SERIES, charts.QUIET), strict=True))
"""Each part's colour, the same for every class."""


def by_grade(counts: Mapping[str | None, int], words: Words, lang: Language) -> charts.Chart | None:
    """How many projects have which grade; None while none has been evaluated."""
    if not any(counts.get(grade) for grade in GRADES):
        return None
    named = [(words.say(f"grade.{grade}", lang), counts.get(grade, 0)) for grade in GRADES]
    values = [{"grade": name, "n": count} for name, count in named]
    return charts.Chart(
        charts.bars(
            values, x="n", y="grade", y_order=[name for name, _ in named], x_title=words.say("label.projects", lang)
        ),
        title=words.say("chart.grades", lang),
        description="；".join(f"{name} {count}" for name, count in named),
        head=(words.say("label.grade", lang), words.say("label.projects", lang)),
        rows=tuple((name, str(count)) for name, count in named),
    )


def by_parts(rows: Sequence[Mapping[str, Any]], unit_class: str, words: Words, lang: Language) -> charts.Chart | None:
    """The units of a class from the best total down, each bar made of its parts, penalties to the left of zero; None for fewer than two."""
    if len(rows) < 2:
        return None
    parts = [part for part in COLOURS if any(_points(row, part) for row in rows)]
    names = {part: words.say(f"part.{part}", lang) for part in parts}
    values = [
        {
            "unit": row["name"],
            "part": names[part],
            "order": order,
            "points": float(_points(row, part) or 0) * (-1 if part == "penalty" else 1),
        }
        for row in rows
        for order, part in enumerate(parts)
    ]
    shades = {"domain": list(names.values()), "range": [COLOURS[part] for part in parts]}
    encoding = {
        "y": {"field": "unit", "type": "nominal", "sort": [row["name"] for row in rows], "title": None},
        "x": {
            "field": "points",
            "type": "quantitative",
            "title": words.say("label.points", lang),
            "axis": {"tickCount": 6},
        },
        "color": {"field": "part", "type": "nominal", "sort": None, "scale": shades},
        "order": {"field": "order"},
    }
    return charts.Chart(
        {
            "data": {"values": values},
            "mark": {"type": "bar", "size": 14},
            "encoding": encoding,
            "width": 1000,
            "height": 24 * len(rows) + 20,
        },
        title=words.say("chart.parts", lang, unit_class=words.say(f"class.{unit_class}", lang)),
        description=words.say("chart.parts_means", lang),
        head=(words.say("label.unit", lang), *names.values(), words.say("label.total", lang)),
        rows=tuple(
            (row["name"], *(points(_points(row, part)) for part in parts), points(row["total"])) for row in rows
        ),
    )


def _points(row: Mapping[str, Any], part: str) -> Decimal | None:
    found = next((each["points"] for each in row["parts"] if each["id"] == part), None)
    return None if found is None else Decimal(found)
