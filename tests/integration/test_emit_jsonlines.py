"""What `jixiao emit` makes of JSON lines: rows under headers, and vouchers in the fields of the contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.emitting import emit, sheet


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test in a folder of its own: rejects are written where the command runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(here: Path, *objects: dict[str, Any] | str) -> Path:
    return sheet(here / "a.jsonl", *(line if isinstance(line, str) else json.dumps(line) for line in objects))


def test_json_lines_under_usual_headers_are_in_major_units(here: Path) -> None:
    row = {"凭证号": "1", "日期": "2026-01-05", "金额": "1,234.50", "项目编码": "P"}
    file = lines(
        here, row, row | {"凭证号": 2, "金额": 7}, json.dumps(row | {"凭证号": 3}).replace('"1,234.50"', "0.10")
    )
    assert emit(file, "--source", "s").line["amount"] == "1241.60"


def test_json_numbers_with_exponents_and_no_numbers_are_refused(here: Path) -> None:
    row = '{"voucher": %d, "date": "2026-01-05", "amount": %s, "project": "P"}'
    written = ("5", "5e2", "1E-1", "NaN", "-Infinity", "0.001", "[1]", "true", "null")
    said = emit(lines(here, *(row % one for one in enumerate(written))), "--source", "s")
    assert (said.counts(), said.line["amount"]) == ((9, 1, 0, 8), "5.00")


def voucher(number: str, amount: Any, **more: Any) -> dict[str, Any]:
    return {
        "source": "treasury-1",
        "number": number,
        "numbering_year": 2026,
        "date": "2026-01-05",
        "amount": amount,
        "project": "P",
    } | more


def test_json_lines_that_are_vouchers_are_in_minor_units_and_name_their_source(here: Path) -> None:
    said = emit(lines(here, voucher("1", 4005219), voucher("2", -19, memo="红字", sequence=7)))
    assert (said.line["source"], said.line["amount"], said.status) == ("treasury-1", "40052.00", 0)


def test_a_map_that_names_no_columns_leaves_vouchers_in_minor_units(here: Path) -> None:
    map = sheet(here / "m.toml", 'source = "treasury-1"', 'currency = "GBP"')
    said = emit(lines(here, voucher("1", 150, currency="GBP")), "--map", str(map))
    assert (said.line["amount"], said.line["currency"]) == ("1.50", "GBP")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (voucher("2", "100"), "amount-not-in-minor-units"),
        (voucher("2", 1.5), "amount-not-in-minor-units"),
        (voucher("2", 10**16), "amount-out-of-range"),
        (voucher("2", 1, source="treasury-2"), "other-source"),
        (voucher("2", 1, currency="USD"), "other-currency"),
        (voucher("2", 1, date="2026-02-31"), "no-such-day"),
        (voucher("2", 1, date=1710720000), "date-in-no-listed-format"),
        (voucher("2", 1, numbering_year="2026"), "fiscal-year-not-valid"),
        (voucher("2", 1, numbering_year=None), "missing-numbering-year"),
        (voucher("2", 1, project="A/B"), "project-not-valid"),
        (voucher("", None, project=""), "missing-voucher; missing-amount; missing-project"),
        ("{not json", "not-json"),
    ],
)
def test_a_voucher_that_is_not_one_is_refused(here: Path, bad: dict[str, Any] | str, reason: str) -> None:
    said = emit(lines(here, voucher("1", 500), bad, voucher("3", 700)))
    rejects = [json.loads(line) for line in Path(said.line["rejects"]).read_text("utf-8").splitlines()]
    assert [(row["jixiao_row"], row["jixiao_reason"]) for row in rejects] == [(2, reason)]
    assert (said.counts(), said.line["amount"]) == ((3, 2, 0, 1), "12.00")


def test_rejected_json_lines_can_be_corrected_and_sent_again(here: Path) -> None:
    first = emit(
        lines(here, voucher("1", 500), voucher("2", 700, date="2026-02-31"), '{"number": "3"', voucher("4", "x"))
    )
    rejects = Path(first.line["rejects"])
    assert rejects.name == "rejects-a.jsonl"
    assert json.loads(rejects.read_text("utf-8").splitlines()[1])["jixiao_raw"] == '{"number": "3"'
    rejects.write_text(rejects.read_text("utf-8").replace("2026-02-31", "2026-02-28"), "utf-8")
    second = emit(rejects)
    assert (second.counts(), second.line["amount"], second.line["source"]) == ((3, 1, 0, 2), "7.00", "treasury-1")
    again = Path(second.line["rejects"]).read_text("utf-8").splitlines()
    assert [line.count("jixiao_row") for line in again] == [1, 1]
