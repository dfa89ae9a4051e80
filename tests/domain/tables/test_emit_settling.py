"""Which vouchers of a file stand: what is sent is what is counted as accepted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from cli.emitting.settling import Settling
from contracts.execution import ExecutionReported


def voucher(number: str, amount: int, *, year: int = 2026) -> ExecutionReported:
    return ExecutionReported(
        source="s", number=number, numbering_year=year, date=date(2026, 1, 5), amount=amount, project="P"
    )


@pytest.fixture
def settling() -> Iterator[Settling]:
    made = Settling()
    yield made
    made.close()


def test_the_first_of_each_stands_and_the_contradicted_do_not(settling: Settling) -> None:
    given = [voucher("a", 1), voucher("b", 2), voucher("a", 1), voucher("b", 3), voucher("c", 4), voucher("b", 2)]
    for row, one in enumerate(given, 2):
        settling.take(row, one)
    settled = settling.settle()
    assert (settled.accepted, settled.duplicates, settled.amount, settled.conflicting) == (2, 1, 5, [3, 5, 7])
    standing = [ExecutionReported.model_validate_json(value) for value in settling.standing()]
    assert standing == [given[0], given[4]]


def test_a_number_of_another_year_is_another_voucher(settling: Settling) -> None:
    settling.take(2, voucher("a", 1))
    settling.take(3, voucher("a", 2, year=2025))
    assert (settling.settle().accepted, len(list(settling.standing()))) == (2, 2)


def test_what_stands_says_no_more_than_it_knows(settling: Settling) -> None:
    settling.take(2, voucher("a", 1))
    (value,) = settling.standing()
    assert b"null" not in value
