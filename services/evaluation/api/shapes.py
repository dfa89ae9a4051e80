"""What answers say: rows of the views and explanations as JSON; money as decimal strings in yuan, points, days and ids as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from contracts.kinds import major_units
from services.evaluation.domain.explanation import Explanation

_MONEY = {"budget", "paid"}


def shaped(row: Mapping[str, Any], currency: str = "CNY") -> dict[str, Any]:
    """A row for a machine; `currency` is the project's where the row does not say it."""
    currency = row.get("currency") or currency
    return {
        name: money(value, currency) if name in _MONEY and value is not None else _plain(value)
        for name, value in row.items()
    }


def unit_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A unit with its result: `event` is the EvaluationCompleted that says it."""
    renamed = {"unit_class": "class", "id": "event"}
    return {renamed.get(name, name): _plain(value) for name, value in row.items() if name != "place"}


def explained(explanation: Explanation, *, names: bool) -> dict[str, Any]:
    """Every part of a unit's result; who gave which mark only for those who see all units."""
    plain = _plain(explanation)
    for period in plain["periods"]:
        period["marks"] = [{"leader": leader if names else None, "mark": mark} for leader, mark in period["marks"]]
    return plain


def money(amount: int, currency: str) -> str:
    """Minor units (fen) as a decimal string in major units (yuan)."""
    return format(major_units(amount, currency), "f")


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case BaseModel():
            return value.model_dump(mode="json")
        case tuple() | list():
            return [_plain(part) for part in value]
        case _ if is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return value
