"""`jixiao reconcile`: a statement compared with the ledger, every difference listed, the outcome written down by monitoring's API."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner
from xlsxwriter import Workbook

from backbone.process.settings import settings
from cli.main import app
from tests.integration.monitored import PRIVATE, Monitoring, approved, monitoring, voucher
from tests.integration.servers import Servers

HEADERS = "凭证号,日期,金额,项目编码"


class Said(NamedTuple):
    """What one call said."""

    status: int
    line: dict[str, Any]
    stderr: str

    def counts(self) -> dict[str, int]:
        """The differences by kind, those that there are."""
        kinds = ("unreadable", "contradicted", "missing_here", "missing_there", "other_figures", "other_sum")
        return {kind: self.line[kind] for kind in kinds if self.line.get(kind)}

    def listed(self) -> list[dict[str, str]]:
        return list(csv.DictReader(Path(self.line["file"]).read_text("utf-8-sig").splitlines(keepends=True)))


@pytest.fixture
def m(servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Monitoring]:
    """A ledger of treasury-1 with three vouchers of January and February, and one of another source."""
    with monitoring(servers) as service:
        service.hear(approved())
        service.flush(
            voucher("记-1", "2026-01-05", "100.00"),
            voucher("记-2", "2026-01-06", "20.50", project="CS-2"),
            voucher("记-3", "2026-02-01", "-5.00", project="CS-2"),
            voucher("记-1", "2026-01-05", "7.00", source="treasury-2", numbering_year=0),
        )
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("JIXIAO_MONITORING_DATABASE", service.url)
        monkeypatch.setenv("JIXIAO_TOKEN_KEY", PRIVATE)
        with door(service) as port:
            monkeypatch.setenv("JIXIAO_MONITORING_PORT", str(port))
            settings.cache_clear()
            yield service
    settings.cache_clear()


class door:
    """The API on a port of its own: what comes in is handed to the service of the test."""

    def __init__(self, service: Monitoring) -> None:
        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                names = ("authorization", "idempotency-key", "content-type")
                headers = {name: self.headers[name] for name in names}
                answer = service.client.post(self.path, content=body, headers=headers)
                self.send_response(answer.status_code)
                self.end_headers()
                self.wfile.write(answer.content)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing on standard error."""

        self.server = HTTPServer(("127.0.0.1", 0), Door)

    def __enter__(self) -> int:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_address[1]

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def reconcile(file: str | Path, *options: str) -> Said:
    result = CliRunner().invoke(app, ["reconcile", str(file), *options])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, json.loads(result.stdout.splitlines()[-1]), result.stderr)


def sheet(*lines: str, name: str = "march.csv", headers: str = HEADERS) -> str:
    Path(name).write_text("\n".join((headers, *lines)) + "\n", "utf-8")
    return name


WHOLE = ("记-1,2026-01-05,100.00,CS-1", "记-2,2026-01-06,20.50,CS-2", "记-3,2026-02-01,-5.00,CS-2")
OF_ONE = ("--source", "treasury-1")


def written(m: Monitoring) -> list[dict[str, Any]]:
    return m.get("/api/ledger/reconciliations").json()["reconciliations"]


def test_an_equal_statement_is_equal_and_written_down(m: Monitoring) -> None:
    said = reconcile(sheet(*WHOLE, WHOLE[0]), *OF_ONE)
    assert (said.status, said.counts(), said.line["file"]) == (0, {}, None)
    assert (said.line["first"], said.line["last"], said.line["lines"]) == ("2026-01", "2026-02", 4)
    assert said.line["statement_amounts"] == said.line["ledger_amounts"] == {"CNY": "115.50"}
    assert not Path("reconciliation-march.csv").exists()
    (outcome,) = written(m)
    assert (outcome["event"], outcome["equal"], outcome["sha256"]) == (said.line["recorded"], True, said.line["sha256"])
    assert outcome["reconciled_by"] == "jixiao reconcile (auditor, county)"
    assert reconcile("march.csv", *OF_ONE).line["recorded"] == "already"
    assert len(written(m)) == 1


def test_every_difference_is_listed(m: Monitoring) -> None:
    said = reconcile(
        sheet(
            "记-1,2026-01-05,100.01,CS-1",
            "记-3,2026-02-01,-5.00,CS-1",
            "=记-9,2026-02-03,1.00,CS-1",
            "记-8,2026-02-03,1.00,CS-1",
            "记-8,2026-02-04,1.00,CS-1",
            "记-7,2026-02-30,x,CS-1",
        ),
        *OF_ONE,
    )
    assert said.status == 3
    assert said.counts() == {
        "unreadable": 1,
        "contradicted": 1,
        "missing_here": 1,
        "missing_there": 1,
        "other_figures": 2,
        "other_sum": 4,
    }
    rows = said.listed()
    assert len(rows) == said.line["differences"] == 10
    by_number = {row["number"]: row for row in rows if row["number"]}
    assert by_number["'=记-9"]["difference"] == "missing-here"
    missing = by_number["记-2"]
    assert (missing["difference"], missing["ledger_amount"], missing["statement_amount"]) == (
        "missing-there",
        "20.50",
        "",
    )
    assert (by_number["记-1"]["statement_amount"], by_number["记-1"]["ledger_amount"]) == ("100.01", "100.00")
    assert (by_number["记-3"]["statement_project"], by_number["记-3"]["ledger_project"]) == ("CS-1", "CS-2")
    sums = {(row["project"], row["month"]): row for row in rows if row["difference"] == "other-sum"}
    assert set(sums) == {("CS-1", "2026-01"), ("CS-1", "2026-02"), ("CS-2", "2026-01"), ("CS-2", "2026-02")}
    assert (sums["CS-1", "2026-02"]["statement_amount"], sums["CS-1", "2026-02"]["ledger_amount"]) == ("-4.00", "")
    (outcome,) = written(m)
    assert outcome["counts"] == {kind.replace("_", "-"): count for kind, count in said.counts().items()}
    assert len(outcome["differences"]) == 9  # lines that can't be read stand in the list alone
    shown = m.get(f"/ledger/reconciliations/{outcome['event']}", accept="text/html").text
    assert "10" in shown
    assert "/ledger/voucher?source=treasury-1&amp;year=2026&amp;number=%E8%AE%B0-2" in shown


def test_what_the_statement_is_not_about_is_not_missing_in_it(m: Monitoring) -> None:
    january = sheet(*WHOLE[:2])
    assert reconcile(january, *OF_ONE, "--dry-run").counts() == {}
    whole_year = reconcile(january, *OF_ONE, "--dry-run", "--year", "2026")
    assert (whole_year.status, whole_year.counts()) == (3, {"missing_there": 1, "other_sum": 1})
    assert written(m) == []


def test_a_day_that_went_to_another_month_is_a_difference_of_figures(m: Monitoring) -> None:
    said = reconcile(sheet(*WHOLE[:2], "记-3,2026-03-01,-5.00,CS-2"), *OF_ONE, "--dry-run")
    assert said.counts() == {"other_figures": 1, "other_sum": 2}


def test_a_map_reads_a_statement_as_it_reads_an_export(m: Monitoring) -> None:
    Path("map.toml").write_text(
        'source = "treasury-1"\n[columns]\nvoucher = "no"\ndate = "day"\namount = "sum"\nproject = "code"\n'
        '[formats]\ndate = "%d.%m.%Y"\n',
        "utf-8",
    )
    lines = ("记-1;05.01.2026;100.00;CS-1", "记-2;06.01.2026;20.50;CS-2", "记-3;01.02.2026;-5.00;CS-2")
    assert reconcile(sheet(*lines, headers="no;day;sum;code"), "--map", "map.toml").status == 0


def test_a_statement_of_sums_is_told_by_its_headers(m: Monitoring) -> None:
    headers = "项目编码,月份,金额,凭证张数"
    equal = sheet("CS-1,2026-01,100.00,1", "CS-2,2026年1月,20.50,1", "CS-2,202602,-5.00,1", headers=headers)
    said = reconcile(equal, *OF_ONE)
    assert (said.status, said.line["kind"], said.counts()) == (0, "totals", {})
    other = sheet("CS-1,2026-01,107.00", "CS-2,2026-01,20.50", "CS-3,2026-02,1.00", headers="project,month,amount")
    said = reconcile(other, *OF_ONE)
    assert said.counts() == {"missing_here": 1, "missing_there": 1, "other_sum": 1}
    assert [(row["difference"], row["project"], row["month"]) for row in said.listed()] == [
        ("other-sum", "CS-1", "2026-01"),
        ("missing-there", "CS-2", "2026-02"),
        ("missing-here", "CS-3", "2026-02"),
    ]
    of_all = sheet("CS-1,1月,107.00", "CS-2,1月,20.50", "CS-2,2,-5", headers="project,月份,amount")
    assert reconcile(of_all, "--year", "2026").status == 0
    assert [each["source"] for each in written(m)] == [None, "treasury-1", "treasury-1"]


def test_a_workbook_is_compared_too(m: Monitoring) -> None:
    rows = (("记-1", date(2026, 1, 5), 100), ("记-2", date(2026, 1, 6), 20.5), ("记-3", date(2026, 2, 1), -5))
    with Workbook("statement.xlsx", {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["凭证号", "日期", "金额", "项目编码"])
        for place, (number, day, amount) in enumerate(rows, 1):
            page.write_row(place, 0, [number, day, amount, "CS-1" if place == 1 else "CS-2"])
    assert reconcile("statement.xlsx", *OF_ONE).status == 0


def test_what_is_no_statement_is_said(m: Monitoring) -> None:
    for file, sentence in (
        (sheet("1,2", headers="a,b"), "表头认不出来"),
        ("nothing.csv", "nothing.csv"),
        (sheet("x,y,z,", name="none.csv"), "没有一行读得出来"),
    ):
        said = reconcile(file, *OF_ONE)
        assert (said.status, said.line["equal"]) == (2, None)
        assert sentence in said.stderr
    assert "--source" in reconcile(sheet(*WHOLE)).stderr
    assert written(m) == []


def test_an_outcome_that_could_not_be_written_down_is_said(m: Monitoring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIXIAO_MONITORING_PORT", "1")
    settings.cache_clear()
    said = reconcile(sheet(*WHOLE), *OF_ONE)
    assert (said.status, said.line["recorded"]) == (1, None)
    assert "没有记录下来" in said.stderr
    assert reconcile(sheet(*WHOLE[:2], "记-3,2026-02-01,1,CS-2"), *OF_ONE).status == 3
