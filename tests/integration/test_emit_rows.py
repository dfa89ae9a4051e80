"""What `jixiao emit` makes of rows: every way to write an amount or a day, every reason of a refusal, duplicates, conflicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.emitting import USUAL, Said, emit, sheet, usual


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test in a folder of its own: rejects are written where the command runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_usual_chinese_headers_in_every_encoding(here: Path, encoding: str) -> None:
    said = usual(here, "记-1,2026-03-18,100.00,CS-1,水利局,水渠", "记-2,2026年3月19日,￥50.5,CS-1,,", encoding=encoding)
    assert said.counts() == (2, 2, 0, 0)
    assert said.line["amount"] == "150.50"
    assert said.status == 0
    assert said.line["rejects"] is None


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_every_delimiter(here: Path, delimiter: str) -> None:
    file = sheet(here / "export.txt", *(line.replace(",", delimiter) for line in (USUAL, "1,2026-01-05,5.00,P,U,m")))
    assert emit(file, "--source", "s").line["amount"] == "5.00"


def test_usual_english_headers_whatever_their_case_and_lines(here: Path) -> None:
    file = sheet(here / "a.csv", "Voucher_No , DATE,Amount,project code", "7,2026/01/05,5,P-1")
    assert emit(file, "--source", "s").counts() == (1, 1, 0, 0)


AMOUNTS = {
    '"1,234.50"': "1234.50",
    '"１，２３４．５０"': "1234.50",
    '"（1,234.50）"': "-1234.50",
    '"(1,234.50)"': "-1234.50",
    "−7.05": "-7.05",
    "7.05-": "-7.05",
    "￥7.05": "7.05",
}


@pytest.mark.parametrize(("written", "amount"), AMOUNTS.items())
def test_amounts_as_people_write_them(here: Path, written: str, amount: str) -> None:
    assert usual(here, f"1,2026-01-05,{written},P,,").line["amount"] == amount


REFUSED = {
    ",2026-01-05,5,P,,": "missing-voucher",
    "9,,5,P,,": "missing-date",
    "9,2026-01-05, ,P,,": "missing-amount",
    "9,2026-01-05,5,,,": "missing-project",
    "9,31/01/2026,,P,,": "missing-amount; date-in-no-listed-format",
    "9,2026-02-31,5,P,,": "no-such-day",
    "9,0026-01-05,5,P,,": "date-out-of-range",
    '9,2026-01-05,"1,234.5.6",P,,': "amount-not-a-number",
    '9,2026-01-05,"1,23",P,,': "amount-not-a-number",
    "9,2026-01-05,1.5E+06,P,,": "amount-not-a-number",
    "9,2026-01-05,NaN,P,,": "amount-not-a-number",
    "9,2026-01-05,Infinity,P,,": "amount-not-a-number",
    "9,2026-01-05,0.005,P,,": "amount-finer-than-minor-unit",
    "9,2026-01-05,10000000000000.01,P,,": "amount-out-of-range",
    "4.63E+07,2026-01-05,5,P,,": "voucher-in-scientific-notation",
    f"{'9' * 121},2026-01-05,5,P,,": "voucher-not-valid",
    '"9\n9",2026-01-05,5,P,,': "voucher-not-valid",
    "9,2026-01-05,5,A/B,,": "project-not-valid",
    "9,2026-01-05,1,234.50,P,,": "more-cells-than-headers",
    "9,2026-01-05,1,234.50,P,": "amount-cut-at-comma",
    '9,2026-01-05,"0,123",P,,': "amount-not-a-number",
    "9,2026-02-31 00:00:00,5,P,,": "no-such-day",
    '9,2026-01-05,5,P,,"never closed': "quotation-mark-not-closed",
}


@pytest.mark.parametrize(("line", "reason"), REFUSED.items())
def test_a_bad_row_is_refused_with_its_reason_and_the_good_ones_are_not(here: Path, line: str, reason: str) -> None:
    said = usual(here, "1,2026-01-05,5,P,,", line, "2,2026-01-05,7,P,,")
    expected = "; ".join(sorted(reason.split("; ")))
    assert [(row, "; ".join(sorted(reasons.split("; ")))) for row, reasons in said.reasons()] == [(3, expected)]
    assert (said.line["amount"], said.counts(), said.status) == ("12.00", (3, 2, 0, 1), 3)
    assert said.rejects()[0]["jixiao_explanation"]


@pytest.mark.parametrize("written", ['="0107"', '"=""0107"""', "'0107"])
def test_a_spreadsheets_text_guard_is_no_part_of_the_text(here: Path, written: str) -> None:
    said = usual(here, f"{written},2026-01-05,5,P,,", '0107,="2026-01-05",="5",\'P,="U",')
    assert said.counts() == (2, 1, 1, 0)
    guarded = usual(here, f"1,2026-01-05,5,{written},{written},{written}", options=("--source", "s"))
    assert guarded.counts() == (1, 1, 0, 0)


def test_an_apostrophe_inside_quotes_is_the_texts_own(here: Path) -> None:
    said = usual(here, "'a',2026-01-05,5,P,,", "a,2026-01-05,5,P,,", "',2026-01-05,5,P,,", '="",2026-01-05,5,P,,')
    assert said.reasons() == [(4, "missing-voucher"), (5, "missing-voucher")]
    assert said.counts() == (4, 2, 0, 2)


CUT = {
    "金额,摘要": ("500.00,水渠", "1,234.50", "7,水渠", "-1,234.50", "¥12,345", "8.00,2026"),
    "金额,单位,摘要": ("500,水利局,m", "1,234.50,水利局", "7,财政局,"),
    "金额,摘要,备用": ("500.00,水渠", "1,234.50,"),
    "金额,经济分类,摘要": ("500,302,水渠", "800.00,30201,", "1,234.50,30201"),
    "金额,备用,摘要": ("1,234.50", "12,345.60"),
    "金额,摘要,备用,备用": ("1,234.50,", "1,234,567.00,"),
}


@pytest.mark.parametrize(("headers", "lines"), CUT.items())
def test_half_an_amount_is_never_accepted(here: Path, headers: str, lines: tuple[str, ...]) -> None:
    rows = [f"{number},2026-01-05,P,{line}" for number, line in enumerate(lines)]
    said = emit(sheet(here / "export.csv", f"凭证号,日期,项目编码,{headers}", *rows), "--source", "s")
    halves = [row for row, line in enumerate(lines, 2) if line.lstrip("-¥").startswith(("1,", "12,"))]
    assert said.reasons() == [(row, "amount-cut-at-comma") for row in halves]


ORDINARY = {
    "凭证号,日期,项目编码,金额,经济分类": ("1,2026-01-05,P,500,302", "2,2026-01-05,P,20,303"),
    "凭证号,日期,项目编码,金额,功能分类,摘要": ("1,2026-01-05,P,5,201,m", "2,2026-01-05,P,1500.00,2050201,m"),
    "凭证号,日期,项目编码,金额,余额": (
        "1,2026-01-05,P,20,980.50",
        "2,2026-01-05,P,500.00,480.50",
        "3,2026-01-05,P,5,475.50",
    ),
    "凭证号,日期,项目编码,金额,摘要": (
        "1,2026-01-05,P,20,234 号合同",
        '2,2026-01-05,P,"1,234.50",',
        '3,2026-01-05,P,"1","234"',
    ),
    "凭证号,日期,金额,税额,项目编码": ("1,2026-01-05,5,100.50,P", "2,2026-01-05,1500,水,P"),
    "凭证号,日期,金额,项目编码": ("1,2026-01-05,5,101", "2,2026-01-05,6,102"),
}


@pytest.mark.parametrize(("headers", "lines"), ORDINARY.items())
def test_figures_beside_small_amounts_are_no_halves(here: Path, headers: str, lines: tuple[str, ...]) -> None:
    assert emit(sheet(here / "export.csv", headers, *lines), "--source", "s").status == 0


def test_a_unit_that_is_no_code_is_made_to_fit(here: Path) -> None:
    assert usual(here, f"1,2026-01-05,5,P,Housing/Property {'x' * 99},{'m' * 5000}").counts() == (1, 1, 0, 0)


def test_blank_rows_are_counted_apart(here: Path) -> None:
    said = usual(here, ",,,,,", "1,2026-01-05,5,P,,", "", " ,\u3000,,,,")
    assert (said.line["rows"], said.line["blank"]) == (1, 3)


def test_the_same_voucher_with_the_same_figures_is_a_duplicate(here: Path) -> None:
    said = usual(here, "1,2026-01-05,5,P,U,m", '1,2026/01/05,"5.00",P,other unit,other memo')
    assert said.counts() == (2, 1, 1, 0)
    assert said.line["amount"] == "5.00"


@pytest.mark.parametrize("other", ["1,2026-01-06,5,P,,", "1,2026-01-05,5.01,P,,", "1,2026-01-05,5,Q,,"])
def test_the_same_voucher_with_other_figures_refuses_every_row_of_it(here: Path, other: str) -> None:
    said = usual(here, "1,2026-01-05,5,P,,", "2,2026-01-05,7,P,,", "1,2026-01-05,5,P,,", other)
    assert said.reasons() == [(2, "conflicting-voucher"), (4, "conflicting-voucher"), (5, "conflicting-voucher")]
    assert (said.line["amount"], said.counts(), said.status) == ("7.00", (4, 1, 0, 3), 3)


def numbered(here: Path, numbering: str, *lines: str) -> Said:
    map = sheet(here / "map.toml", 'source = "s"', f'numbering = "{numbering}"')
    return emit(sheet(here / "export.csv", "凭证号,日期,金额,项目编码,会计年度", *lines), "--map", str(map))


def test_numbers_start_again_each_year_or_never(here: Path) -> None:
    years = ("1,2025-12-31,5,P,", "1,2026-01-05,6,P,")
    assert numbered(here, "yearly", *years).counts() == (2, 2, 0, 0)
    assert numbered(here, "continuous", *years).counts() == (2, 0, 0, 2)


def test_the_fiscal_year_counts_before_the_dates(here: Path) -> None:
    assert numbered(here, "yearly", "1,2026-01-05,5,P,2025", "1,2026-01-06,6,P,２０２６年").counts() == (2, 2, 0, 0)
    assert numbered(here, "yearly", "1,2026-01-05,5,P,2025", "1,2025-12-30,6,P,").counts() == (2, 0, 0, 2)
    assert numbered(here, "yearly", "1,2026-01-05,5,P,25/26", "2,2026-01-05,5,P,").reasons() == [
        (2, "fiscal-year-not-valid")
    ]


def test_a_file_has_its_fiscal_year_even_where_the_map_does_not_say_so(here: Path) -> None:
    map = sheet(
        here / "m.toml", 'source = "s"', "[columns]", 'voucher = "no"', 'date="on"', 'amount="sum"', 'project="p"'
    )
    file = sheet(here / "a.csv", "No,On,Sum,P,Fiscal_Year", "1,2026-01-05,5,P,2025", "1,2026-01-06,6,P,2026")
    assert emit(file, "--map", str(map)).counts() == (2, 2, 0, 0)


def test_rejects_can_be_corrected_and_sent_again_on_their_own(here: Path) -> None:
    map = sheet(here / "map.toml", 'source = "s"', 'encoding = "gb18030"')
    lines = ("1,2026-01-05,5,P,水利局,", '2,2026-02-31,"1,000.10",P,财政局,"水渠,\n改造"', "3,2026-01-05,x,P,,")
    first = emit(sheet(here / "export.csv", USUAL, *lines, encoding="gb18030"), "--map", str(map))
    assert first.reasons() == [(3, "no-such-day"), (5 - 1, "amount-not-a-number")]
    rejects = Path(first.line["rejects"])
    assert first.rejects()[0]["摘要"] == "水渠,\n改造"
    rejects.write_text(rejects.read_text("utf-8").replace("2026-02-31", "2026-02-28"), "utf-8")
    second = emit(rejects, "--map", str(map))
    assert (second.counts(), second.line["amount"]) == ((2, 1, 0, 1), "1000.10")
    assert second.line["rejects"] == "rejects-rejects-export.csv"
    headers = Path(second.line["rejects"]).read_text("utf-8-sig").splitlines()[0]
    assert headers == f"jixiao_row,jixiao_reason,jixiao_explanation,{USUAL}"


def test_corrections_in_a_rejects_file_are_never_overwritten(here: Path) -> None:
    def again() -> str:
        return usual(here, "1,2026-02-31,5,P,,", "2,2026-01-05,5,P,,").line["rejects"]

    assert [again(), again()] == ["rejects-export.csv"] * 2
    Path("rejects-export.csv").write_text("corrected by a person")
    assert [again(), again()] == ["rejects-export-2.csv"] * 2
    assert Path("rejects-export.csv").read_text() == "corrected by a person"
    assert sorted(file.name for file in here.iterdir()) == ["export.csv", "rejects-export-2.csv", "rejects-export.csv"]


def test_rejects_go_where_a_person_says(here: Path) -> None:
    said = usual(here, "1,2026-02-31,5,P,,", "2,2026-01-05,5,P,,", options=("--source", "s", "--rejects", "bad.csv"))
    assert said.line["rejects"] == "bad.csv"
    assert said.reasons() == [(2, "no-such-day")]


def test_rejects_that_cannot_be_written_stop_the_call(here: Path) -> None:
    options = ("--source", "s", "--rejects", "no/such/folder/bad.csv")
    said = usual(here, "1,2026-02-31,5,P,,", "2,2026-01-05,5,P,,", options=options)
    assert said.status == 1
    assert "bad.csv" in said.stderr
