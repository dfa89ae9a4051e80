"""What is exported says the same in every format, exactly, and no text of it becomes a formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any
from zipfile import ZipFile

import pytest

from backbone.tables import open_table
from backbone.tables.guards import guarded, unguarded
from cli.exporting.columns import COLUMNS, headings
from cli.exporting.writing import FORMATS, write_xlsx

ROW: dict[str, Any] = {
    "source": "treasury-1",
    "fiscal_year": 0,
    "number": "=1+1",
    "date": date(2026, 3, 18),
    "amount": -1_234_567_890_123_45,
    "currency": "CNY",
    "project": "CS-1",
    "unit": None,
    "functional": "0107",
    "economic": "30905",
    "memo": "@水渠，\n第二期",
    "sequence": 2**60,
    "arrived": datetime(2026, 3, 18, 17, tzinfo=UTC),
    "partition": 3,
    "offset": 107,
}
HEADS = headings("ledger", "en")


def exported(form: str, *rows: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    assert FORMATS[form](file, "ledger", HEADS, rows) == len(rows)
    return file.getvalue()


def read(content: bytes) -> list[dict[str, str]]:
    table = open_table(io.BytesIO(content), lambda headers: 10 if "source" in headers else 0)
    return [
        {head: unguarded(cell) for head, cell in zip(table.headers, row.cells, strict=False)} for row in table.rows()
    ]


def test_the_columns_are_the_same_in_all_formats() -> None:
    assert list(ROW) == HEADS
    assert next(csv.reader(io.StringIO(exported("csv", ROW).decode("utf-8-sig")))) == HEADS
    assert list(json.loads(exported("jsonl", ROW))) == HEADS
    assert list(read(exported("xlsx", ROW))[0]) == HEADS


def test_a_value_is_exact_in_all_formats() -> None:
    for form in FORMATS:
        (row,) = read(exported(form, ROW))
        assert (row["amount"], row["fiscal_year"], row["functional"]) == ("-1234567890123.45", "0", "0107")
        assert (row["date"][:10], row["number"], row["sequence"]) == ("2026-03-18", "=1+1", str(2**60))
        assert row["memo"] == "@水渠，\n第二期"
        assert row["arrived"][:10] == "2026-03-19"


def test_no_text_becomes_a_formula() -> None:
    assert "'=1+1" in exported("csv", ROW).decode("utf-8-sig")
    with ZipFile(io.BytesIO(exported("xlsx", ROW))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_a_full_sheet_is_followed_by_another_with_the_same_headings() -> None:
    file = io.BytesIO()
    assert write_xlsx(file, "ledger", HEADS, [ROW] * 5, full=3) == 5
    with ZipFile(file) as book:
        names = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        rows = [book.read(name).count(b"<row ") for name in names]
        workbook = book.read("xl/workbook.xml").decode()
    assert rows == [3, 3, 2]
    assert all(f'name="{name}"' in workbook for name in ("ledger", "ledger 2", "ledger 3"))


@pytest.mark.parametrize("form", list(FORMATS))
def test_with_no_row_there_are_the_headings_alone(form: str) -> None:
    assert exported(form) == b"" if form == "jsonl" else exported(form)


@pytest.mark.parametrize("text", ["=1", "+1", "-a", "@x", "plain", "", "0107"])
def test_what_is_guarded_is_read_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in ("=", "+", "-", "@") or not text


def test_every_column_has_a_name_in_both_languages() -> None:
    for what, columns in COLUMNS.items():
        assert len(set(columns.values())) == len(columns)
        assert headings(what, "zh") == list(columns.values())
