"""Files told by their content: encodings, delimiters, headers, and rows that are broken."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbone.tables import Number, Row, Table, Unreadable, open_table
from backbone.tables.headers import plain_name

CHINESE = "凭证号,日期,金额,摘要\n记-1,2026-03-18,100.00,水渠改造第二期进度款\n"
KNOWN = {"凭证号", "日期", "金额", "摘要", "voucher", "date", "amount", "memo"}


def known(headers: Sequence[str]) -> int:
    return sum(plain_name(header) in KNOWN for header in headers)


def table(content: bytes | str, encoding: str = "auto") -> Table:
    return open_table(io.BytesIO(content.encode() if isinstance(content, str) else content), known, encoding=encoding)


def rows(content: bytes | str, encoding: str = "auto") -> list[Row]:
    return list(table(content, encoding).rows())


def cells(content: bytes | str, encoding: str = "auto") -> list[list[str]]:
    return [row.cells for row in rows(content, encoding) if not row.problems]


def refused(content: bytes | str, encoding: str = "auto") -> Unreadable:
    with pytest.raises(Unreadable) as found:
        table(content, encoding)
    return found.value


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_the_encoding_is_found_by_content(encoding: str) -> None:
    assert cells(CHINESE.encode(encoding)) == [["记-1", "2026-03-18", "100.00", "水渠改造第二期进度款"]]


@pytest.mark.parametrize(
    ("memo", "encoding"),
    [
        ("Café Müller – réception", "cp1252"),
        ("£500 grant “Fête”", "cp1252"),
        ("élève", "cp1252"),
        ("水渠改造", "gb18030"),
        ("张三（先生）补贴", "gb18030"),
        ("朱镕基", "gb18030"),
    ],
)
def test_a_memo_alone_tells_the_encoding(memo: str, encoding: str) -> None:
    text = f"voucher,date,amount,memo\n1,2026-03-18,5,{memo}\n"
    assert cells(text.encode(encoding)) == [["1", "2026-03-18", "5", memo]]


def test_the_first_foreign_byte_may_stand_far_down() -> None:
    text = "voucher,memo\n" + "1,plain\n" * 200_000 + "2,水渠改造\n"
    assert table(text.encode("gb18030")).encoding == "gb18030"
    assert rows(text.encode("gb18030"))[-1].cells == ["2", "水渠改造"]


def test_a_byte_order_mark_beats_a_name() -> None:
    assert cells(CHINESE.encode("utf-8-sig"), "cp1252")[0][3] == "水渠改造第二期进度款"


def test_a_wrong_name_is_refused_with_the_line() -> None:
    error = refused(b"voucher,memo\n1,plain\n" + "2,水渠\n".encode("gb18030"), "utf-8")
    assert (error.reason, error.fields["line"]) == ("wrong-encoding", 3)
    assert refused(CHINESE, "klingon").reason == "unknown-encoding"


def test_broken_bytes_cost_only_their_row() -> None:
    good = "".join(f"{number},水渠改造\n" for number in range(20))
    content = b"voucher,memo\n" + good.encode() + b"99,\xe6\xb0\xff\xe6\n" + "100,好\n".encode()
    broken = [row for row in rows(content) if row.problems]
    assert [(row.number, row.problems, row.cells[1]) for row in broken] == [
        (22, ("bytes-not-readable",), "\\xe6\\xb0\\xff\\xe6")
    ]
    assert rows(content)[-1].cells == ["100", "好"]


LEDGER = "凭证号,日期,金额,摘要\n" + "".join(f"记-{number},2026-03-18,5.00,水渠改造\n" for number in range(2, 30))
PLAIN = "voucher,date,amount,memo\n" + "".join(f"{number},2026-03-18,5.00,水渠改造\n" for number in range(2, 30))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize(("text", "memo"), [(LEDGER, "水渠"), (PLAIN, "水渠")])
@pytest.mark.parametrize("damage", [b"\xff", b""])
def test_one_damaged_byte_costs_only_its_row(encoding: str, text: str, memo: str, damage: bytes) -> None:
    whole = [row.cells for row in rows(text.encode(encoding))]
    at = text.encode(encoding).rindex(memo.encode(encoding))
    content = text.encode(encoding)[:at] + damage + text.encode(encoding)[at + 1 :]
    found = table(content)
    read = list(found.rows())
    assert found.encoding == encoding
    assert [(row.number, row.problems) for row in read if row.problems] == [(29, ("bytes-not-readable",))]
    assert [row.cells for row in read[:-1]] == whole[:-1]
    assert read[-1].cells[:3] == whole[-1][:3]


def test_a_few_rows_of_utf_8_that_are_damaged_are_told_by_their_headers() -> None:
    content = "凭证号,金额\n".encode() + b"1\xe6\xb0,5\n2\xe6\xb0,5\n3,5\n"
    assert [row.problems for row in rows(content)] == [("bytes-not-readable",)] * 2 + [()]


@pytest.mark.parametrize("memo", ["£500 grant", "Café, São Paulo", "ÄÖÜ £", "100 €", "½ – ¾"])
def test_western_files_are_not_taken_for_damaged_chinese(memo: str) -> None:
    content = f'voucher,amount,memo\n1,5,"{memo}"\n2,6,plain\n'.encode("cp1252")
    assert [(row.cells, row.problems) for row in rows(content)] == [(["1", "5", memo], ()), (["2", "6", "plain"], ())]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_the_one_that_the_headers_tell(delimiter: str) -> None:
    text = f"voucher{delimiter}amount{delimiter}memo\n1{delimiter}5{delimiter}a, b; c | d\n"
    line = ["1", "5", "a, b; c | d"]
    found = table(text.replace("a, b; c | d", '"a, b; c | d"'))
    assert [row.cells for row in found.rows()] == [line]
    assert found.kind == ("tsv" if delimiter == "\t" else "csv")


def test_a_header_with_more_commas_than_semicolons_is_still_told() -> None:
    assert cells("voucher;amount;memo, long, with, commas\n1;5;x\n") == [["1", "5", "x"]]


def test_headers_stand_below_a_title_and_numbers_are_the_spreadsheets() -> None:
    found = table("财政局明细账,,,\n单位：元\n\n凭证号,日期,金额,摘要\n1,2026-01-01,5,x\n\n2,2026-01-01,5,y\n")
    assert found.headers == ("凭证号", "日期", "金额", "摘要")
    assert [(row.number, row.blank()) for row in found.rows()] == [(5, False), (6, True), (7, False)]


def test_the_separator_line_of_a_spreadsheet_is_passed_over() -> None:
    assert cells("sep=;\nvoucher;amount\n1;5\n") == [["1", "5"]]


def test_line_breaks_inside_quotation_marks_belong_to_the_cell() -> None:
    content = 'voucher,memo,amount\r\n1,"first\r\nsecond, ""quoted""",5\r\n2,x,6\r\n'
    assert [(row.number, row.cells) for row in rows(content)] == [
        (2, ["1", 'first\r\nsecond, "quoted"', "5"]),
        (3, ["2", "x", "6"]),
    ]


@pytest.mark.parametrize(
    ("bad", "told"),
    [('2,"never closed,5', [3]), ('2,"never closed before the end', [3]), ('2,"closed" and going on,5', [])],
)
def test_a_quotation_mark_never_closed_costs_only_its_row(bad: str, told: list[int]) -> None:
    after = "".join(f'{number},"memo {number}",7\n' for number in range(3, 300))
    found = rows(f"voucher,memo,amount\n1,x,5\n{bad}\n{after}")
    assert [row.number for row in found if row.problems] == told
    assert [row.cells[0] for row in found] == [str(number) for number in range(1, 300)]


def test_a_quotation_mark_never_closed_on_the_last_row_is_told() -> None:
    assert rows('voucher,memo\n1,x\n2,"open\n')[-1].problems == ("quotation-mark-not-closed",)


def test_a_stray_quotation_mark_inside_a_cell_is_a_character() -> None:
    assert cells('voucher,memo\n1,5" pipe\n2,y\n') == [["1", '5" pipe'], ["2", "y"]]


def test_more_cells_than_headers_are_told() -> None:
    found = rows("voucher,amount,memo\n1,5,a\n2,1,234.50,a\n3,(£1,234.50),\n4,5,a,note\n5,6,a,,,\n7\n8,9,b\n")
    assert [row.number for row in found if row.problems == ("more-cells-than-headers",)] == [3, 4, 5]
    assert [row.number for row in found if not row.problems] == [2, 6, 7, 8]


def test_rows_that_all_end_with_a_delimiter_are_as_they_should_be() -> None:
    found = rows("voucher,amount\n1,5,\n2,5,\n3,1,234\n4,5,\n")
    assert [row.problems for row in found] == [(), (), ("more-cells-than-headers",), ()]


def test_most_rows_cut_at_a_thousands_comma_do_not_make_it_usual() -> None:
    found = rows("voucher,amount,memo\n1,1,234.50,\n2,-12,345,\n3,500.00,\n4,1,234.50,\n")
    assert [row.number for row in found if row.problems == ("more-cells-than-headers",)] == [2, 3, 5]


def test_text_guards_do_not_hide_the_headers() -> None:
    assert table('="voucher",="amount"\n="0107",5\n').headers == ("voucher", "amount")


def test_a_line_without_end_costs_only_its_row() -> None:
    found = rows("voucher,memo\n1," + "x" * 3_000_000 + "\n2,y\n")
    assert [(row.number, row.problems) for row in found] == [(2, ("too-long",)), (3, ())]
    assert found[1].cells == ["2", "y"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xd0\xcf\x11\xe0....", "old-workbook"),
        (b"%PDF-1.7", "pdf"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"<html><table>", "web-page"),
        (b'[{"a": 1}]', "json-array"),
    ],
)
def test_another_kind_of_file_is_named(content: bytes, kind: str) -> None:
    error = refused(content)
    assert (error.reason, error.fields["kind"]) == ("another-kind", kind)


def test_nothing_and_no_text_are_refused() -> None:
    assert refused(b"").reason == "empty"
    assert refused(b"\xef\xbb\xbf\r\n \r\n").reason == "empty"
    assert refused(bytes(range(1, 256)) * 20).reason == "not-text"


def test_json_lines_keep_their_numbers_as_they_stand() -> None:
    (row,) = rows('{"voucher": 7, "amount": 0.10, "memo": null, "x": true}\n')
    assert row.cells == ["7", "0.10", "", "true"]
    assert [type(cell) for cell in row.cells[:2]] == [Number, Number]


def test_json_lines_may_leave_keys_out_and_stand_in_any_order() -> None:
    found = table('{"voucher": "1", "amount": "5"}\n\n{"memo": "x", "voucher": "2"}\n')
    assert found.headers == ("voucher", "amount", "memo")
    assert [(row.number, row.cells, row.blank()) for row in found.rows()] == [
        (1, ["1", "5", ""], False),
        (2, [], True),
        (3, ["2", "", "x"], False),
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"voucher": "2"', "not-json"),
        ("[1, 2]", "not-an-object"),
        ("7", "not-an-object"),
        ('{"voucher": {"a": 1}}', "nested-value"),
        ("[" * 100_000, "nested-value"),
        ('{"voucher": 1, "voucher": 2}', "repeated-key"),
        ('{"voucher": "' + "x" * 1_000_001 + '"}', "too-long"),
    ],
)
def test_a_broken_json_line_costs_only_itself(line: str, problem: str) -> None:
    found = rows('{"voucher": "1"}\n' + line + '\n{"voucher": "3"}\n')
    assert [(row.number, row.problems) for row in found] == [(1, ()), (2, (problem,)), (3, ())]


def test_a_key_met_late_is_refused_rather_than_passed_over() -> None:
    content = '{"voucher": "1"}\n' * 1000 + '{"voucher": "2", "fiscal_year": 2025}\n'
    assert rows(content)[-1].problems == ("unknown-key",)


def test_a_file_of_lines_that_are_no_objects_is_refused() -> None:
    assert refused('{\n  "voucher": 1,\n  "amount": 2\n}\n').reason == "no-json-object"


def test_rows_start_again_each_time() -> None:
    found = table(CHINESE)
    assert [row.cells for row in found.rows()] == [row.cells for row in found.rows()]
    assert 0 < found.done() <= 1


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\r\n\t"), max_size=8)
FILES = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12)


@given(FILES, st.sampled_from([",", "\t", ";", "|"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_a_writer_of_csv_writes_is_read_back(
    written: list[tuple[str, str, str]], delimiter: str, encoding: str
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([("voucher", "amount", "memo"), *written])
    assert cells(file.getvalue().encode(encoding)) == [list(row) for row in written]


@given(st.binary(max_size=200), st.sampled_from([b"voucher,amount\n", b'{"voucher": 1}\n', b""]))
def test_no_bytes_do_more_harm_than_being_refused(content: bytes, before: bytes) -> None:
    try:
        found = table(before + content)
    except Unreadable as error:
        assert error.reason
        return
    read = list(found.rows())
    assert [row.number for row in read] == sorted({row.number for row in read})
    assert all(isinstance(cell, str) for row in read for cell in row.cells)
