"""Rows of the views as JSON: money as decimal strings in major units (yuan), percent as decimal strings, days in ISO form."""

from __future__ import annotations

from functools import partial
from typing import Any

from backbone.web.plain import plain as of_money
from contracts.kinds import major_units
from services.monitoring.views import Row

ROUND_MONEY = frozenset(
    {
        "budget",
        "budget_now",
        "paid",
        "expected_payments",
        "proposed_budget",
        "decided_budget",
        "adjusted_budget",
        "rejected_budget",
    }
    | {"proposed_cut", "decided_cut", "adjusted_cut"}
)
plain = partial(of_money, money=frozenset({"budget", "paid", "amount"}))
"""A row, or a part of one, as JSON."""


def project(row: Row) -> dict[str, Any]:
    """A project whole, with periods, deviations and corrections."""
    shown = plain({name: part for name, part in row.items() if name not in ("periods", "corrections")})
    return {
        **shown,
        "periods": [_period(each, row["currency"]) for each in row["periods"]],
        "corrections": [_correction(each) for each in row["corrections"]],
    }


def round_money(row: Row) -> dict[str, Any]:
    """A row of a round's sums by department."""
    return of_money(row, money=ROUND_MONEY)


def round_part(row: Row) -> dict[str, Any]:
    """A project's part in a round."""
    return of_money({name: part for name, part in row.items() if name != "goal"}, money=ROUND_MONEY)


def conflict(row: Row) -> dict[str, Any]:
    """A conflict: what stands, what came later with other figures, and what was decided of it."""
    standing = plain({name: row[name] for name in ("date", "amount", "currency", "project", "arrived")})
    place = plain({name: row[name] for name in ("source", "numbering_year", "number")})
    return {**place, **_held(row), "standing": standing}


def voucher(row: Row) -> dict[str, Any]:
    """A voucher with the place that it came from, and what came again under its number."""
    said = {name: part for name, part in row.items() if name not in ("conflicts", "topic_partition", "log_offset")}
    place = {"partition": row["topic_partition"], "offset": row["log_offset"]}
    return {**plain(said), **place, "conflicts": [_held(each) for each in row["conflicts"]]}


def reconciliation(row: Row) -> dict[str, Any]:
    """A comparison with a statement; sums in major units of their currencies."""
    summary = dict(row["summary"])
    for side in ("said", "counted"):
        amounts = {code: format(major_units(each, code), "f") for code, each in summary[side]["amounts"].items()}
        summary[side] = {**summary[side], "amounts": amounts}
    return {**plain({name: part for name, part in row.items() if name != "summary"}), **summary}


def _held(row: Row) -> dict[str, Any]:
    """What is held, from where, and what was decided of it (None: nothing yet)."""
    held = dict(row["held"])
    held["amount"] = format(major_units(held["amount"], held["currency"]), "f")
    names = ("decision", "reason", "document", "decided_by", "decided_on")
    decision = plain({name: row[name] for name in names}) if row["decision"] else None
    place = plain({name: row[name] for name in ("first_seen", "partition")})
    return {**place, "offset": row["log_offset"], "held": held, "decision": decision}


def event(row: Row) -> dict[str, Any]:
    """An event as it stands in the record: the envelope's attributes, and the data to the letter (money in minor units)."""
    return {**plain({name: part for name, part in row.items() if name not in ("data", "unit")}), "data": row["data"]}


def _period(row: Row, currency: str) -> dict[str, Any]:
    renamed = {("values" if name == "indicator_values" else name): part for name, part in row.items()}
    return plain(renamed, currency)


def _correction(row: Row) -> dict[str, Any]:
    measure = {"what": row["measure"], "by": row["by_whom"], "until": row["until"], "document": row["document"]}
    parts = {name: part for name, part in row.items() if name not in ("by_whom", "until", "document", "number")}
    return plain({"order": row["number"], **parts, "measure": measure})
