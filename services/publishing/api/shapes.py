"""Rows of the views as JSON: money as decimal strings in yuan, percent and points as decimal strings, days in ISO form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from backbone.web.plain import plain as of_money
from contracts.goals import Indicator
from services.publishing.views import Row

plain = partial(of_money, money=frozenset({"budget", "paid", "cumulative", "paid_in_month"}))
"""A row, or a part of one, as JSON."""
_PROJECT = (
    "project", "year", "name", "unit", "department", "transfer_to", "tags", "status", "currency", "budget", "paid", "vouchers",
    "execution", "attainment", "total", "grade", "published_on", "digest",
)  # fmt: skip


def project_row(row: Row) -> dict[str, Any]:
    """A project as a line of a list."""
    return plain({name: row[name] for name in _PROJECT})


def project_whole(row: Row, published: Mapping[str, Any], approval: Mapping[str, Any]) -> dict[str, Any]:
    """A project with its goals, score, months, story and revisions. `published` is its document, `approval` the approval's data."""
    score = published["result"]
    goals = published["adjustments"][-1] if published["adjustments"] else published["goal"]
    return {
        **project_row(row),
        "as_of": plain(row["as_of"]),
        "evaluation": plain(row["evaluation"]),
        "event": plain(row["event"]),
        "scheme": score["scheme"],
        "consequence": score["consequence"],
        "parts": score["parts"],
        "indicators": [Indicator.model_validate(each).model_dump(mode="json") for each in goals["annual"]],
        "approval": {name: approval[name] for name in ("document", "approved_by", "approved_on")},
        "months": plain(row["months"], row["currency"]),
        "story": [_told(step) for step in row["story"]],
        "revisions": plain(row["revisions"]),
    }


def event(row: Row) -> dict[str, Any]:
    """An event as it stands in the record: the envelope's attributes, and the data to the letter (money in fen)."""
    names = ("id", "type", "stream", "number", "time", "day", "actor")
    return {**plain({name: row[name] for name in names}), "data": row["data"]}


def _told(step: Row) -> dict[str, Any]:
    return {**plain({name: step[name] for name in ("event", "type", "day")}), "data": step["data"]}
