"""Rows of views as plain JSON: money as decimal strings in major units, figures and days as text."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.kinds import major_units


def plain(value: Any, currency: str = "CNY", *, money: Set[str]) -> Any:
    """A row, or a part of one, as JSON; minor units under the names in `money` become major ones.

    The currency is the one that the row or a row around it says, else `currency`.
    """
    match value:
        case Mapping():
            currency = value.get("currency", currency)
            return {
                name: _major(part, currency)
                if name in money and isinstance(part, int)
                else plain(part, currency, money=money)
                for name, part in value.items()
            }
        case list() | tuple():
            return [plain(part, currency, money=money) for part in value]
        case Decimal():
            return format(value, "f")
        case date():  # a datetime too
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value


def _major(amount: int, currency: str) -> str:
    return format(major_units(amount, currency), "f")
