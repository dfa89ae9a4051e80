"""What answers say: rows of the views as JSON, money as decimal strings in yuan, days and figures as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.kinds import major_units

_MONEY = {"budget", "declared_budget", "previous_budget", "freed", "given", "proposed", "remaining", "amount"}


def shaped(row: Mapping[str, Any], currency: str = "CNY") -> dict[str, Any]:
    """A row for a machine; `currency` is the project's where the row does not say it."""
    currency = row.get("currency") or currency
    return {name: _plain(name, value, currency) for name, value in row.items()}


def submitted(row: Mapping[str, Any]) -> dict[str, Any]:
    """A submission for a machine: its declaration as the unit wrote it."""
    content = row["content"]
    currency = content["currency"]
    items = [{**item, "amount": money(item["amount"], currency)} for item in content["items"]]
    declared = {**content, "budget": money(content["budget"], currency), "items": items}
    return {**shaped(row), "content": declared}


def money(amount: int | None, currency: str = "CNY") -> str | None:
    """Fen as a decimal string in yuan."""
    return None if amount is None else format(major_units(amount, currency), "f")


def _plain(name: str, value: Any, currency: str) -> Any:
    match value:
        case int() if name in _MONEY and not isinstance(value, bool):
            return money(value, currency)
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case _:
            return value
