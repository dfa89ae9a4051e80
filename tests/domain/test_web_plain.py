"""Rows as JSON: money in major units by the row's currency, everything else to the letter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from backbone.web.plain import plain

ID = UUID(int=7)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"paid": 4_005_219, "count": 3}, {"paid": "40052.19", "count": 3}),
        ({"currency": "JPY", "paid": 50}, {"currency": "JPY", "paid": "50"}),
        ({"currency": "JPY", "months": ({"paid": 5},)}, {"currency": "JPY", "months": [{"paid": "5"}]}),
        ({"paid": None}, {"paid": None}),
        ([Decimal("1E+2"), ID], ["100", str(ID)]),
        ([date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC)], ["2026-03-01", "2026-03-01T00:00:00+00:00"]),
    ],
)
def test_a_row_is_plain(value: Any, said: Any) -> None:
    assert plain(value, money={"paid"}) == said


def test_a_part_is_told_the_currency_of_its_row() -> None:
    assert plain({"paid": 5}, "JPY", money={"paid"}) == {"paid": "5"}
    assert plain({"paid": -5}, money={"paid"}) == {"paid": "-0.05"}
