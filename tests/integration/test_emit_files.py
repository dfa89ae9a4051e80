"""What `jixiao emit` makes of whole files, without a server: the real quarters, sources, maps, and files that are refused."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.emitting import USUAL, emit, sheet, usual

OXFORD = Path(__file__).parent.parent / "data" / "oxford"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test in a folder of its own: rejects are written where the command runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("quarter", "rows", "rejected", "status"), [("jan-mar-2014", 3860, 1, 3), ("apr-jun-2016", 3335, 0, 0)]
)
def test_a_real_quarter_adds_up_to_what_plain_sums_say(quarter: str, rows: int, rejected: int, status: int) -> None:
    file = OXFORD / f"oxford-{quarter}.csv"
    with file.open(newline="") as lines:
        amounts = [Decimal(row["amount"]) for row in csv.DictReader(lines) if row["trans_no"]]
    said = emit(file, "--map", str(OXFORD / "oxford.toml"))
    assert said.counts() == (rows, len(amounts), 0, rejected)
    assert said.line | {"rejects": None} == {
        "source": "oxford-city-council",
        "rows": rows,
        "blank": 0,
        "accepted": rows - rejected,
        "duplicates": 0,
        "rejected": rejected,
        "amount": str(sum(amounts)),
        "currency": "GBP",
        "sent": 0,
        "rejects": None,
    }
    assert said.status == status


def test_the_row_that_lost_its_voucher_is_in_the_rejects_as_it_stood() -> None:
    said = emit(OXFORD / "oxford-jan-mar-2014.csv", "--map", str(OXFORD / "oxford.toml"))
    (row,) = said.rejects()
    assert said.reasons() == [(3861, "missing-voucher; missing-date; missing-amount; missing-project")]
    assert row["expenditure_category"] == "xxx"
    assert said.line["rejects"] == "rejects-oxford-jan-mar-2014.csv"


def test_a_quarter_with_all_its_rows_twice_says_the_same_but_for_the_duplicates(here: Path) -> None:
    content = (OXFORD / "oxford-apr-jun-2016.csv").read_bytes()
    twice = here / "twice.csv"
    twice.write_bytes(content + content[content.index(b"\n") + 1 :])
    said = emit(twice, "--map", str(OXFORD / "oxford.toml"))
    assert said.counts() == (6670, 3335, 3335, 0)
    assert said.line["amount"] == "11597335.91"


def test_the_source_is_needed_from_somewhere(here: Path) -> None:
    refused = usual(here, "1,2026-01-05,5,P,,", options=())
    assert (refused.status, refused.line["rows"]) == (2, 0)
    assert "--source" in refused.stderr
    wrong = usual(here, "1,2026-01-05,5,P,,", options=("--source", "a/b"))
    assert (wrong.status, wrong.line["rows"]) == (2, 0)
    assert "a/b" in wrong.stderr


def test_a_column_may_name_the_source_once(here: Path) -> None:
    file = sheet(
        here / "a.csv",
        "来源系统,凭证号,日期,金额,项目编码",
        "t-1,1,2026-01-05,5,P",
        "t-2,2,2026-01-05,5,P",
        ",3,2026-01-05,5,P",
    )
    said = emit(file)
    assert (said.line["source"], said.reasons()) == ("t-1", [(3, "other-source"), (4, "missing-source")])


def test_one_file_has_one_currency(here: Path) -> None:
    rows = ("1,2026-01-05,5,P,美元", "2,2026-01-05,5,P,USD", "3,2026-01-05,5,P,人民币", "4,2026-01-05,5,P,??")
    file = sheet(here / "a.csv", "凭证号,日期,金额,项目编码,币种", *rows)
    said = emit(file, "--source", "s")
    assert said.line["currency"] == "USD"
    assert said.reasons() == [(4, "other-currency"), (5, "other-currency")]


def test_minor_units_are_the_currencys(here: Path) -> None:
    map = sheet(here / "m.toml", 'source = "s"', 'currency = "JPY"')
    said = emit(sheet(here / "a.csv", USUAL, "1,2026-01-05,¥500,P,,", "2,2026-01-05,0.5,P,,"), "--map", str(map))
    assert (said.line["amount"], said.reasons()) == ("500", [(3, "amount-finer-than-minor-unit")])


def test_a_sign_of_another_currency_is_read_and_said(here: Path) -> None:
    said = usual(here, "1,2026-01-05,£500,P,,")
    assert said.line["amount"] == "500.00"
    assert "1 amounts carry the sign of another currency" in said.stderr


def test_unknown_headers_are_refused_with_those_found_and_those_needed(here: Path) -> None:
    said = emit(sheet(here / "a.csv", "编码,发生日期,金额(万元),项目", "1,2026-01-05,5,P"), "--source", "s")
    assert (said.status, said.line["rows"], said.line["rejects"]) == (2, 0, None)
    assert all(word in said.stderr for word in ("编码", "金额(万元)", "voucher (凭证号", "date (日期", "amount (金额"))
    assert "project (" not in said.stderr


def test_a_header_that_stands_twice_is_refused_where_it_matters(here: Path) -> None:
    said = emit(sheet(here / "a.csv", "凭证号,日期,金额,项目编码,金额 ", "1,2026-01-05,5,P,6"), "--source", "s")
    assert said.status == 2
    assert "金额" in said.stderr
    twice = sheet(here / "b.csv", "凭证号,日期,金额,项目编码,摘要,摘要", "1,2026-01-05,5,P,m,n")
    assert emit(twice, "--source", "s").status == 0


def test_nothing_is_sent_where_every_row_is_refused(here: Path) -> None:
    said = usual(here, "1,2026-02-31,5,P,,")
    assert (said.status, said.counts()) == (2, (1, 0, 0, 1))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"PK\x03\x04", "workbook (XLSX) that cannot be read"),
        (b"\xd0\xcf\x11\xe0", "old-workbook"),
        (f"{USUAL}\n".encode(), "no row below"),
        (bytes(range(1, 250)) * 9, "not text"),
        (b"[1]", "json-array"),
        (b"{\n}\n{", "none of its first"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(here: Path, content: bytes, word: str) -> None:
    file = here / "a.csv"
    file.write_bytes(content)
    said = emit(file, "--source", "s")
    assert said.status == 2
    assert word in said.stderr
    assert not list(here.glob("rejects*"))


def test_files_that_are_not_there_are_said(here: Path) -> None:
    assert "no file" in emit(here / "none.csv", "--source", "s").stderr
    assert emit(here / "none.csv", "--source", "s").status == 2
    assert emit(here, "--source", "s").status == 2
    assert emit(sheet(here / "a.csv", USUAL), "--map", "none.toml").status == 2


def test_a_wrong_encoding_is_refused_with_the_line(here: Path) -> None:
    map = sheet(here / "m.toml", 'source = "s"', 'encoding = "utf-8"')
    file = sheet(here / "a.csv", "voucher,date,amount,project,memo", "1,2026-01-05,5,P,水渠", encoding="gb18030")
    said = emit(file, "--map", str(map))
    assert said.status == 2
    assert "line 2" in said.stderr


@pytest.mark.parametrize(
    ("map", "words"),
    [
        ("source = ", ("not valid TOML",)),
        ('source = "s"\ncolums = 1\nnumbering = "weekly"', ("colums", "numbering")),
        ('[columns]\nvoucher = "v"', ("columns.date", "columns.amount", "columns.project")),
        ('[formats]\ndate = ["%d/%m/%Q", "%Y"]', ("%d/%m/%Q", "'%Y'")),
        ("columns = 3", ("columns",)),
    ],
)
def test_a_map_is_refused_with_every_problem_at_once(here: Path, map: str, words: tuple[str, ...]) -> None:
    said = emit(sheet(here / "a.csv", USUAL), "--map", str(sheet(here / "m.toml", map)))
    assert said.status == 2
    assert all(word in said.stderr for word in words)


def test_a_map_may_be_saved_by_notepad(here: Path) -> None:
    map = sheet(here / "m.toml", 'source = "财政"', encoding="utf-8-sig")
    said = emit(sheet(here / "a.csv", USUAL, "1,2026-01-05,5,P,,"), "--map", str(map))
    assert said.line["source"] == "财政"
    sheet(here / "m.toml", 'source = "财政"', encoding="gb18030")
    assert "UTF-8" in emit(here / "a.csv", "--map", str(map)).stderr


def test_only_columns_that_a_map_asked_for_are_said_to_be_absent(here: Path) -> None:
    file = sheet(here / "a.csv", "凭证号,日期,金额,项目编码", "1,2026-01-05,5,P")
    assert "none of the map" not in emit(file, "--map", str(sheet(here / "m.toml", 'source = "s"'))).stderr
    columns = 'voucher = "凭证号"\ndate = "日期"\namount = "金额"\nproject = "项目编码"\nunit = "单位"'
    said = emit(file, "--map", str(sheet(here / "m.toml", 'source = "s"', "[columns]", columns))).stderr
    assert "the file has none of the map's headers for: unit\n" in said


def test_one_damaged_byte_in_a_chinese_file_costs_only_its_row(here: Path) -> None:
    lines = [f"{number},2026-01-05,5,P,水利局,水渠改造" for number in range(1, 9)]
    content = "\n".join([USUAL, *lines, ""]).encode("gb18030")
    at = content.rindex("水渠".encode("gb18030"))
    (here / "a.csv").write_bytes(content[:at] + b"\xff" + content[at + 1 :])
    said = emit(here / "a.csv", "--source", "s")
    assert (said.status, said.counts(), said.reasons()) == (3, (8, 7, 0, 1), [(9, "bytes-not-readable")])


def test_a_template_joins_columns_and_half_a_code_is_none(here: Path) -> None:
    map = sheet(
        here / "m.toml",
        'source = "s"',
        "[columns]",
        'voucher = ["none", "{book}-{no}"]',
        'date = "date"',
        'amount = "amount"',
        'project = "{department}.{code}"',
    )
    rows = ("A,1,2026-01-05,5,D,7", "B,1,2026-01-05,6,D,7", "A,1,2026-01-05,5,D,7", "B,2,2026-01-05,6,,7")
    said = emit(sheet(here / "a.csv", "Book,No,Date,Amount,Department,Code", *rows), "--map", str(map))
    assert said.counts() == (4, 2, 1, 1)
    assert said.reasons() == [(5, "missing-project")]


def test_standard_input_is_read_and_quiet_is_quiet() -> None:
    content = f"{USUAL}\n1,2026-01-05,5,P,,\n2,2026-02-31,5,P,,\n".encode("gb18030")
    said = emit("-", "--source", "s", "--json", stdin=content)
    assert (said.counts(), said.line["rejects"], said.stderr) == ((2, 1, 0, 1), "rejects-stdin.csv", "")


def test_a_person_is_told_in_both_languages(here: Path) -> None:
    said = usual(here, "1,2026-01-05,5,P,,", "2,2026-02-31,5,P,,")
    assert "接受 1" in said.stderr
    assert "1 accepted" in said.stderr
    assert "3: 日历上没有这一天 · the calendar has no such day" in said.stderr


def test_a_header_with_bytes_that_cannot_be_read_is_shown_in_the_rejects(here: Path) -> None:
    content = f"{USUAL},附注\n1,2026-01-05,5,P,水利局,水渠\n2,,5,P,水利局,水渠\n".encode()
    (here / "a.csv").write_bytes(content.replace("附注".encode(), "附注".encode()[:-1]))
    said = emit(here / "a.csv", "--source", "s")
    assert (said.status, said.counts()) == (3, (2, 1, 0, 1))
    (reject,) = said.rejects()
    assert "附\\xe6\\xb3" in reject
