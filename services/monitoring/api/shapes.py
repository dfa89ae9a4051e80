"""Rows of the views as JSON: money as decimal strings in major units (yuan), percent as decimal strings, days in ISO form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.kinds import major_units
from services.monitoring.views import Row

MONEY = frozenset({"budget", "paid", "amount"})


def plain(value: Any, currency: str = "CNY") -> Any:
    """A row, or a part of one, as JSON; minor units under the names of money become major ones."""
    match value:
        case Mapping():
            currency = value.get("currency", currency)
            return {name: _member(name, part, currency) for name, part in value.items()}
        case list() | tuple():
            return [plain(part, currency) for part in value]
        case Decimal():
            return format(value, "f")
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value


def project(row: Row) -> dict[str, Any]:
    """A project whole, with periods, deviations and corrections."""
    shown = plain({name: part for name, part in row.items() if name not in ("periods", "corrections")})
    return {
        **shown,
        "periods": [_period(each, row["currency"]) for each in row["periods"]],
        "corrections": [_correction(each) for each in row["corrections"]],
    }


def conflict(row: Row) -> dict[str, Any]:
    """A conflict: what stands, and what came later with other figures."""
    held = dict(row["held"])
    held["amount"] = format(major_units(held["amount"], held["currency"]), "f")
    standing = plain({name: row[name] for name in ("date", "amount", "currency", "project", "arrived")})
    place = plain({name: row[name] for name in ("source", "numbering_year", "number", "first_seen", "partition")})
    return {**place, "offset": row["log_offset"], "standing": standing, "held": held}


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


def _member(name: str, value: Any, currency: str) -> Any:
    if name in MONEY and isinstance(value, int):
        return format(major_units(value, currency), "f")
    return plain(value, currency)
