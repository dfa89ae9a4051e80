"""Vouchers as columns: the values of many messages read at once, without an object of Python's for each voucher.

A value in the form in which `emit` writes it (every field of the contract, in its order, no blanks, no escapes) is read here. The parser
is not trusted with the contract: what it read is written again in that form and compared byte by byte, so nothing else passes. Whatever
differs or is out of bounds is strange, and `decode` reads it or says what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

import polars as pl
from polars.exceptions import PolarsError

from contracts.execution import ExecutionReported
from services.monitoring.bulk.decode import (
    LAST_SEQUENCE,
    LAST_YEAR,
    LONGEST_MEMO,
    LONGEST_NUMBER,
    MOST,
    Voucher,
    ill_formed,
)

FIELDS = tuple(ExecutionReported.model_fields)
"""A voucher's fields in the contract's order."""
_NUMBERS = frozenset(("numbering_year", "amount", "sequence"))
_TYPES: Mapping[str, type[pl.DataType]] = {name: pl.Int64 if name in _NUMBERS else pl.String for name in FIELDS}
SCHEMA: Mapping[str, type[pl.DataType]] = {
    **_TYPES,
    "partition": pl.Int16,
    "offset": pl.Int64,
    "trace": pl.String,
    "plain": pl.Boolean,
}
"""A batch's columns: the voucher's fields (day as YYYY-MM-DD, amount in minor units), the place in Kafka that it came from, the trace
that it belongs to (W3C traceparent), and whether none of its texts needs an escape."""
_OPTIONAL = ("unit", "memo", "functional", "economic", "sequence")
_CODES = ("source", "project", "unit", "functional", "economic")
FEW = 50
"""So few values are left to `decode` together where the parser finds one among them that is no JSON."""


def of(vouchers: Iterable[Voucher]) -> pl.DataFrame:
    """These vouchers' fields."""
    held = list(vouchers)
    return pl.DataFrame({name: [getattr(voucher, name) for voucher in held] for name in FIELDS}, schema=_TYPES)


def read(values: Sequence[bytes]) -> tuple[pl.DataFrame, list[int]]:
    """The vouchers of these values, and the places in `values` of those that are strange, in order; the frame has the others."""
    if not values:
        return pl.DataFrame(schema=_TYPES), []
    lines = b"\n".join(values)
    try:
        frame = pl.read_ndjson(lines, schema=_TYPES)
    except PolarsError:
        return _halved(values)
    if frame.height != len(values):
        return _halved(values)
    said = frame.select(
        pl.col(*_CODES, "date", "currency").unique().implode(), pl.col(*_OPTIONAL).null_count().name.suffix("_nulls")
    ).row(0, named=True)
    written = _as_written({name for name in _OPTIONAL if said[f"{name}_nulls"]}) == pl.Series(values, dtype=pl.Binary)
    good = frame.select(written & _in_bounds() & _well_formed(said)).to_series().fill_null(value=False)
    if b"\x7f" in lines:
        good &= ~pl.Series(values, dtype=pl.Binary).bin.contains(b"\x7f")
    if good.all():
        return frame, []
    return frame.filter(good), (~good).arg_true().to_list()


def _halved(values: Sequence[bytes]) -> tuple[pl.DataFrame, list[int]]:
    """One of them is no line of JSON: read its neighbours without it."""
    if len(values) <= FEW:
        return pl.DataFrame(schema=_TYPES), list(range(len(values)))
    middle = len(values) // 2
    (first, strange_first), (second, strange_second) = read(values[:middle]), read(values[middle:])
    return pl.concat((first, second)), [*strange_first, *(middle + place for place in strange_second)]


def _as_written(with_nulls: Set[str]) -> pl.Expr:
    """The fields as `emit` writes them: where a text needs an escape it is not the same then."""
    parts: list[pl.Expr] = []
    begin = "{"
    for name in FIELDS:
        column, quote = pl.col(name), "" if name in _NUMBERS else '"'
        if name in with_nulls:
            said = pl.concat_str(pl.lit(quote), column, pl.lit(quote))
            parts += [pl.lit(f'{begin}"{name}":'), said.fill_null("null")]
        else:
            parts += [pl.lit(f'{begin}"{name}":{quote}'), column]
        begin = ("" if name in with_nulls else quote) + ","
    return pl.concat_str(*parts, pl.lit(begin[:-1] + "}")).cast(pl.Binary)


def _in_bounds() -> pl.Expr:
    """Numbers and lengths that the contract allows; a required field that is missing is not."""
    return (
        pl.col("numbering_year").is_between(0, LAST_YEAR)
        & pl.col("amount").is_between(-MOST, MOST)
        & pl.col("number").str.len_chars().is_between(1, LONGEST_NUMBER)
        & (pl.col("memo").str.len_chars() <= LONGEST_MEMO).fill_null(value=True)
        & pl.col("sequence").is_between(0, LAST_SEQUENCE).fill_null(value=True)
    )


def _well_formed(said: Mapping[str, Sequence[str | None]]) -> pl.Expr:
    """Whether codes, day and currency are what the contract allows; `said` has each field's texts once."""
    right = pl.lit(value=True)
    for name in (*_CODES, "date", "currency"):
        wrong = ill_formed(name, said[name])
        if wrong:
            right &= ~pl.col(name).is_in(wrong).fill_null(value=False)
    return right
