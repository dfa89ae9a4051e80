"""What `jixiao emit` makes of workbooks: cells as they are held, refusals by sheet and cell, rejects that are sent again."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.integration.emitting import emit, sheet

HEADERS = ["凭证号", "日期", "金额", "项目编码", "单位", "摘要"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test in a folder of its own: rejects are written where the command runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def workbook(path: Path, *rows: list[Any], headers: list[str] = HEADERS, name: str = "支付明细") -> Path:
    """A workbook with a sheet of notes, then these rows under the headers."""
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write_row(0, 0, ["本表由财务系统导出"])
        page = book.add_worksheet(name)
        day = book.add_format({"num_format": "d/m/yy"})
        for number, cells in enumerate([headers, *rows]):
            for place, cell in enumerate(cells):
                match cell:
                    case date():
                        page.write_datetime(number, place, cell, day)
                    case float():
                        page.write_formula(number, place, "=0", None, cell)
                    case _:
                        page.write(number, place, cell)
    return path


def test_a_workbook_is_sent_as_its_cells_hold_it(here: Path) -> None:
    file = workbook(
        here / "export.dat",
        ["记-1", date(2026, 3, 18), 40052.19, "CS-1", "水利局", "水渠"],
        ["0107", datetime(2026, 3, 19, 14, 5), 0.1 + 0.2, "CS-1", "", ""],
        [46289405, "2026年3月20日", "(1,234.50)", 7, 101, 5],
        ["", "", "", "", "", ""],
        ["记-1", "2026-03-18", "40,052.19", "CS-1"],
    )
    said = emit(file, "--source", "s")
    assert (said.counts(), said.line["blank"], said.line["amount"]) == ((4, 3, 1, 0), 1, "38817.99")
    assert (said.status, said.line["rejects"]) == (0, None)
    assert "xlsx, 支付明细" in said.stderr


def test_what_is_refused_is_told_by_sheet_and_cell(here: Path) -> None:
    file = workbook(
        here / "export.xlsx",
        ["1", date(2026, 1, 5), 5, "P"],
        ["2", date(2026, 1, 5), 0.305, "P"],
        ["", "2026-02-31", 7, "P"],
        ["4", 46082, True, "A/B"],
        [1234567890123456789, date(2026, 1, 5), 5, "P"],
        ["1", date(2026, 1, 5), 6, "P"],
        ["6", date(2026, 1, 5), 8, "P"],
    )
    said = emit(file, "--source", "s")
    assert (said.status, said.counts(), said.line["amount"]) == (3, (7, 1, 0, 6), "8.00")
    assert [(row["jixiao_place"], row["jixiao_reason"]) for row in said.rejects()] == [
        ("支付明细!A2", "conflicting-voucher"),
        ("支付明细!C3", "amount-finer-than-minor-unit"),
        ("支付明细!A4, B4", "missing-voucher; no-such-day"),
        ("支付明细!B5, C5", "date-in-no-listed-format; amount-not-a-number"),
        ("支付明细!A6", "voucher-in-scientific-notation"),
        ("支付明细!A7", "conflicting-voucher"),
    ]
    assert "  支付明细!C3: 金额比最小货币单位（分）还细" in said.stderr


def test_rejects_of_a_workbook_can_be_corrected_and_sent_again_with_the_same_map(here: Path) -> None:
    map = sheet(here / "m.toml", 'source = "s"', "[formats]", 'date = "%d/%m/%Y"')
    file = workbook(
        here / "export.xlsx",
        ["1", date(2026, 1, 5), 5, "P"],
        ["2", date(2026, 3, 18), 0.1 + 0.2, ""],
        ["3", "2026-01-05", 7, "P"],
    )
    first = emit(file, "--map", str(map))
    assert first.reasons() == [(3, "missing-project"), (4, "date-in-no-listed-format")]
    assert (first.rejects()[0]["日期"], first.rejects()[0]["金额"]) == ("18/03/2026", "0.3")
    rejects = Path(first.line["rejects"])
    assert rejects.name == "rejects-export.csv"
    text = rejects.read_text("utf-8-sig").replace("0.3,", "0.3,P").replace("2026-01-05", "05/01/2026")
    rejects.write_text(text, "utf-8")
    second = emit(rejects, "--map", str(map))
    assert (second.counts(), second.line["amount"]) == ((2, 2, 0, 0), "7.30")


def test_a_map_of_a_workbook_names_columns_and_templates(here: Path) -> None:
    columns = ('voucher = "{Book}-{No}"', 'date = "On"', 'amount = "Sum"', 'project = "P"')
    map = sheet(here / "m.toml", 'source = "s"', 'currency = "JPY"', "[columns]", *columns)
    headers = ["Book", "No", "On", "Sum", "P"]
    said = emit(
        workbook(
            here / "a.xlsx", ["A", 7, date(2026, 1, 5), 500, "P"], [1, 2, date(2026, 1, 5), 0.5, "P"], headers=headers
        ),
        *("--map", str(map)),
    )
    assert (said.line["amount"], said.reasons()) == ("500", [(3, "amount-finer-than-minor-unit")])


def test_headers_that_are_not_recognised_are_told_with_their_sheet(here: Path) -> None:
    said = emit(workbook(here / "a.xlsx", [1], headers=["凭证号", "金额(万元)"]), "--source", "s")
    assert said.status == 2
    assert "Found: 支付明细: 凭证号, 金额(万元). Needed as well: date (" in said.stderr


def test_a_workbook_is_read_from_standard_input(here: Path) -> None:
    content = workbook(here / "a.xlsx", ["1", date(2026, 1, 5), 5, "P"]).read_bytes()
    assert emit("-", "--source", "s", stdin=content).counts() == (1, 1, 0, 0)


def test_a_cell_far_outside_is_refused_in_one_sentence(here: Path) -> None:
    file = here / "a.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write(1048575, 16383, "x")
    said = emit(file, "--source", "s")
    assert said.status == 2
    assert "XFD1048576" in said.stderr
