"""What results are used for: money that stops freed, and grades that bind the budgets of the next year (方案篇三 结果应用)."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

from fastapi import APIRouter, Query

from backbone.web.asking import Ask
from contracts.kinds import Year
from services.goals import views
from services.goals.api.shapes import money, shaped

router = APIRouter(prefix="/api", tags=["uses"])

EVERYBODY = ""
"""No organisation's code: only who may read everybody's projects may read for it."""


@router.get("/freed")
def freed(ask: Ask, year: Annotated[Year, Query()]) -> dict[str, Any]:
    """Money to reallocate, project by project and in sum, by currency."""
    ask.require("read-project", EVERYBODY)
    rows, proposals = ask.read(lambda conn: (views.freed(conn, year), views.reallocations(conn, year)))
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        sums[row["currency"]] += row["freed"]
    return {
        "year": year,
        "freed": {currency: money(sum_, currency) for currency, sum_ in sorted(sums.items())},
        "projects": [shaped(row) for row in rows],
        "reallocations": [shaped(row) for row in proposals],
    }


@router.get("/binding-grades")
def binding_grades(ask: Ask, year: Annotated[Year, Query()]) -> dict[str, Any]:
    """The grades of the year before, which bind the budgets of `year`, each with its consequence."""
    ask.require("read-project", EVERYBODY)
    rows = ask.read(lambda conn: views.binding_grades(conn, year))
    return {"year": year, "grades": [shaped(row) for row in rows]}
