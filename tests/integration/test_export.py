"""`jixiao export`: the ledger, the judgements and the deviations; an exported ledger sent again changes nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from backbone.process.settings import settings
from cli.main import app
from tests.integration.emitting import emit
from tests.integration.monitored import Monitoring, approved, monitoring, voucher
from tests.integration.servers import Servers

TABLES = ("ledger.voucher", "ledger.figure", "ledger.total", "ledger.conflict", "ledger.numbering")


@pytest.fixture(scope="module")
def m(servers: Servers) -> Iterator[Monitoring]:
    with monitoring(servers, date(2026, 5, 11)) as service:
        service.hear(approved(), approved("CS-2", unit="department-03.station-1"))
        service.pay(
            voucher(
                "=记-1", "2026-01-05", "100.00", unit="department-03", economic="30201", sequence=7, memo="@一期\n二期"
            ),
            voucher("00107", "2026-02-06", "-20.50", project="CS-2", unit="department-03.station-1"),
            voucher("记-3", "2025-12-31", "0.01", numbering_year=2025),
            voucher("记-1", "2026-01-05", "12345678.90", source="treasury-2", numbering_year=0, unit="town-2"),
        )
        yield service


@pytest.fixture(autouse=True)
def here(m: Monitoring, servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIXIAO_MONITORING_DATABASE", m.url)
    monkeypatch.setenv("JIXIAO_KAFKA", servers.kafka)
    settings.cache_clear()
    yield
    settings.cache_clear()


def export(*options: str) -> tuple[int, bytes, str]:
    result = CliRunner().invoke(app, ["export", *options])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout_bytes, result.stderr


def rows(*options: str) -> list[dict[str, str]]:
    status, out, err = export(*options, "--format", "csv")
    assert status == 0, err
    return list(csv.DictReader(io.StringIO(out.decode("utf-8-sig"), newline="")))


def held(m: Monitoring) -> list[Any]:
    return [m.conn.execute(f"select t::text from {table} t order by 1").fetchall() for table in TABLES]  # noqa: S608


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_exported_ledger_sent_again_changes_nothing(m: Monitoring, form: str, lang: str) -> None:
    before = held(m)
    for source, count, amount in (("treasury-1", 3, "79.51"), ("treasury-2", 1, "12345678.90")):
        file = Path(f"ledger-{source}.{form}")
        status, out, err = export("ledger", "-o", str(file), "--source", source, "--lang", lang)
        assert status == 0, err
        assert json.loads(out)["rows"] == count
        sent = emit(file)
        assert (sent.status, sent.line["accepted"], sent.line["source"]) == (0, count, source), sent.stderr
        assert sent.line["amount"] == amount
        m.flush(*_vouchers(file))
    assert held(m) == before


def _vouchers(file: Path) -> list[dict[str, Any]]:
    """The vouchers of a file as `emit` would send them."""
    from backbone.tables import open_table
    from cli.emitting.columns import recognised
    from cli.emitting.file import Order, Outcome, opened, voucher_rows
    from cli.emitting.maps import usual_map

    with opened(file) as content:
        table = open_table(content, lambda headers: recognised(headers, usual_map()))
        read = voucher_rows(table, usual_map(), Order(file), Outcome())
        found = [read.read(row) for row in table.rows()]
    return [json.loads(each.model_dump_json(exclude_none=True)) for each in found if not isinstance(each, tuple)]


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ((), {"'=记-1", "00107", "记-3", "记-1"}),
        (("--year", "2026"), {"'=记-1", "00107", "记-1"}),
        (("--project", "CS-2"), {"00107"}),
        (("--unit", "department-03"), {"'=记-1", "00107"}),
        (("--since", "2026-02"), {"00107"}),
        (("--since", "2026-01-05", "--source", "treasury-1"), {"'=记-1", "00107"}),
        (("--source", "nobody"), set()),
    ],
)
def test_what_is_chosen_is_exported(options: tuple[str, ...], numbers: set[str]) -> None:
    assert {row["number"] for row in rows("ledger", *options)} == numbers


def test_judgements_and_deviations_are_exported_with_what_they_rest_on(m: Monitoring) -> None:
    judged = rows("judgements", "--project", "CS-1", "--year", "2026")
    shown = m.get("/api/projects/2026/CS-1/judgements").json()
    assert len(judged) == len(shown.get("judgements", shown)) > 0
    assert {row["rules"].split("@")[0] for row in judged} == {"dual-monitoring-1"}
    assert judged[0]["paid"] == "12345778.90"
    assert all(len(row["digest"]) == 64 for row in judged)
    deviations = rows("deviations", "--unit", "department-03")
    found = m.get("/api/projects/2026/CS-1").json()["deviations"]
    assert {row["deviation"] for row in deviations if row["project"] == "CS-1"} == {each["deviation"] for each in found}
    assert {row["unit"] for row in deviations} <= {"department-03", "department-03.station-1"}
    assert rows("judgements", "--since", "2030-01") == []


def test_what_keeps_it_from_exporting_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert export("ledger", "--since", "march")[0] == 2
    status, _, err = export("ledger", "-o", "nowhere/ledger.csv")
    assert (status, "nowhere" in err) == (2, True)
    monkeypatch.setenv("JIXIAO_MONITORING_DATABASE", "postgresql://nobody@127.0.0.1:1/nothing")
    settings.cache_clear()
    status, out, err = export("ledger")
    assert (status, out) == (2, b"")
    assert "连不上监控的数据库" in err
