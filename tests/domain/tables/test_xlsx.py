"""Workbooks: which sheet is read, what its cells hold, and files that are none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from backbone.tables import Day, Float, Table, Unreadable, open_table
from backbone.tables.amounts import amount_held
from backbone.tables.row import cell_name, column_number

KNOWN = {"voucher", "date", "amount", "memo"}


def known(headers: Sequence[str]) -> int:
    return sum(header in KNOWN for header in headers)


def workbook(fill: Callable[[Any], None]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        fill(book)
    return file.getvalue()


def sheets(**rows: list[list[Any]]) -> bytes:
    def fill(book: Any) -> None:
        for name, lines in rows.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(lines):
                sheet.write_row(number, 0, cells)

    return workbook(fill)


def read(content: bytes) -> Table:
    return open_table(io.BytesIO(content), known)


def cell(write: Callable[[Any, Any], None]) -> str:
    """What is read of the one cell below a header, written at (1, 0)."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "voucher")
        sheet.write(0, 1, "memo")
        write(book, sheet)
        sheet.write(1, 1, "x")

    (row,) = read(workbook(fill)).rows()
    return row.cells[0]


def refused(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as found:
        read(content)
    return found.value


def test_a_workbook_is_told_by_its_content() -> None:
    found = read(sheets(Sheet1=[["voucher", "amount"], ["1", 5]]))
    assert (found.kind, found.sheet, found.headers) == ("xlsx", "Sheet1", ("voucher", "amount"))
    assert [(row.number, row.cells) for row in found.rows()] == [(2, ["1", "5"])]
    assert [row.cells for row in found.rows()] == [["1", "5"]], "rows start again each time"
    assert found.done() == 1


def test_the_first_sheet_whose_headers_are_understood_best_is_read() -> None:
    best = [["voucher", "date", "amount"], [1, 2, 3]]
    found = read(sheets(空=[], 说明=[["how", "to"], ["voucher", "memo"]], 支付=best, 支付2=[*best, *best]))
    assert found.sheet == "支付"
    assert read(sheets(a=[["x"]], b=[["y", "z"]])).headers == ("x",)


def test_a_hidden_sheet_is_not_read() -> None:
    def fill(book: Any) -> None:
        hidden = book.add_worksheet("hidden")
        hidden.hide()
        hidden.write_row(0, 0, ["voucher", "date", "amount"])
        shown = book.add_worksheet("shown")
        shown.write_row(0, 0, ["voucher"])
        shown.activate()
        book.add_chartsheet("chart")

    assert read(workbook(fill)).sheet == "shown"


def test_headers_stand_anywhere_near_the_top_and_numbers_are_the_spreadsheets() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write(2, 2, "Payments of 2026")
        sheet.write_row(4, 2, ["voucher", "amount", ""])
        sheet.write_row(5, 2, ["1", 5, "", "a note beside the table"])
        sheet.write_row(7, 2, ["2", 6])

    found = read(workbook(fill))
    assert found.headers == ("", "", "voucher", "amount")
    assert [(row.number, row.cells) for row in found.rows() if not row.blank()] == [
        (6, ["", "", "1", "5"]),
        (8, ["", "", "2", "6"]),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (46289405, "46289405"),
        (-856.74, "-856.74"),
        (0.00001, "0.00001"),
        (-0.0, "0"),
        (123456789012345, "123456789012345"),
        (1234567890123456789, "1.23456789012346E+18"),
        ("0107", "0107"),
        (" a\nb ", " a\nb "),
        (True, "TRUE"),
        ("", ""),
    ],
)
def test_a_cell_is_read_as_it_is_held(value: Any, text: str) -> None:
    assert cell(lambda _, sheet: sheet.write(1, 0, value)) == text


@pytest.mark.parametrize("form", ["yyyy-mm-dd", "d/m/yy", 'yyyy"年"m"月"d"日"', "yyyy/m/d h:mm", "mmm d"])
@pytest.mark.parametrize("value", [datetime(2026, 3, 8), datetime(2026, 3, 8, 14, 5, 59)])
def test_a_day_is_a_day_whatever_it_looks_like(form: str, value: datetime) -> None:
    day = cell(lambda book, sheet: sheet.write_datetime(1, 0, value, book.add_format({"num_format": form})))
    assert (day, type(day)) == ("2026-03-08", Day)


def test_a_time_alone_is_no_day() -> None:
    text = cell(lambda book, sheet: sheet.write_datetime(1, 0, time(3, 4), book.add_format({"num_format": "h:mm"})))
    assert (text, type(text)) == ("03:04:00", str)


def test_an_error_is_as_good_as_nothing() -> None:
    assert cell(lambda _, sheet: sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")) == ""
    assert cell(lambda _, sheet: sheet.write_formula(1, 0, "=1+2", None, 3)) == "3"


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (1234.5, "1234.50"),
        (0.1 + 0.2, "0.30"),
        (1.1 * 3, "3.30"),
        (1000000.1 - 999999.9, "0.20"),
        (sum([0.1] * 10_000), "1000.00"),
        (-7.05, "-7.05"),
        (5.684341886080802e-14, "0.00"),
        (9999999999999.99, "9999999999999.99"),
        (0.305, None),
        (0.001, None),
        (12.340000001, None),
        (100.0000001, None),
        (1 / 3, None),
        (999999999.999, None),
    ],
)
def test_an_amount_is_exact_but_for_the_noise_of_binary_sums(value: float, amount: str | None) -> None:
    held = cell(lambda _, sheet: sheet.write_formula(1, 0, "=A1", None, value))
    assert isinstance(held, Float)
    assert float(held) == value
    assert amount_held(held, 2) == (Decimal(amount) if amount else Decimal(held))


@given(st.integers(-(10**15), 10**15))
def test_every_amount_of_whole_fen_is_held_exactly(fen: int) -> None:
    amount = Decimal(fen).scaleb(-2)
    assert amount_held(Float(format(Decimal(repr(float(amount))), "f")), 2) == amount


def test_what_spreadsheets_show_is_fifteen_digits() -> None:
    assert Float("0.30000000000000004").shown() == "0.3"
    assert Float("46289405").shown() == "46289405"
    assert Float("1.23456789012346E+18").shown() == "1.23456789012346E+18"


def test_other_archives_and_broken_workbooks_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert (refused(file.getvalue()).reason, refused(file.getvalue()).fields) == (
        "another-kind",
        {"kind": "compressed"},
    )
    whole = sheets(Sheet1=[["voucher"], ["1"]])
    assert refused(whole[: len(whole) // 2]).reason == "broken-workbook"
    assert refused(b"PK\x03\x04....").reason == "broken-workbook"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    assert refused(file.getvalue()).reason == "broken-workbook"


def test_a_workbook_without_a_cell_is_empty() -> None:
    assert refused(sheets(a=[], b=[[]])).reason == "empty"


def test_a_cell_far_outside_the_table_is_refused_before_it_fills_the_memory() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["voucher", "amount"])
        sheet.write(1048575, 16383, "x")

    error = refused(workbook(fill))
    assert (error.reason, error.fields["cell"]) == ("sheet-too-large", "XFD1048576")


@given(st.integers(0, 16383), st.integers(1, 1048576))
def test_cells_are_named_as_spreadsheets_name_them(column: int, row: int) -> None:
    name = cell_name(row, column)
    assert name.removesuffix(str(row)).isalpha()
    assert column_number(name.removesuffix(str(row))) == column + 1


def test_the_names_of_the_first_and_last_columns() -> None:
    assert [cell_name(7, column) for column in (0, 25, 26, 701, 702, 16383)] == [
        "A7",
        "Z7",
        "AA7",
        "ZZ7",
        "AAA7",
        "XFD7",
    ]


@given(st.data())
def test_no_damage_to_a_workbook_does_more_harm_than_a_refusal(data: st.DataObject) -> None:
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read(bytes(content))
    except Unreadable as error:
        assert error.reason
        return
    assert all(isinstance(one, str) for row in found.rows() for one in row.cells)


WHOLE = sheets(Sheet1=[["voucher", "date", "amount"], ["1", "2026-01-05", 5.5], ["2", "2026-01-06", 6]])
