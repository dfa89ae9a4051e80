"""Progress reports by form, by workbook and by message; vouched for, disputed, chased; what is due and overdue."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from backbone.identity import Identity
from backbone.kafka import dead
from backbone.kafka.dead import Message
from backbone.kafka.fence import claim
from backbone.kafka.inbox import Inbox
from backbone.process.settings import Settings
from backbone.record.rebuild import rebuild
from backbone.tables.forms import Sheet, read, write
from backbone.web.words import load
from cli import report
from cli.main import app
from contracts.envelope import Envelope
from contracts.reporting import ProgressSubmitted
from deploy.local import tokens
from services.monitoring.app import RECORD, service
from services.monitoring.handlers import workbook
from tests.integration.monitored import PRIVATE, PUBLIC, Monitoring, approved, monitoring, token
from tests.integration.recording import StandingClock
from tests.integration.servers import Servers

FORM = "/2026/reports/2026-05/CS-1"
WORDS = load("services.monitoring")
SHEETS = workbook.sheets("", "", (), (), WORDS)


@pytest.fixture
def m(servers: Servers) -> Iterator[Monitoring]:
    """The 2nd of June: two projects of a unit and one of another; May's reports are due on the 10th."""
    with monitoring(servers, date(2026, 6, 2)) as service_:
        service_.hear(approved(), approved("CS-2", name="河道整治"), approved("CS-3", unit="town-2"))
        yield service_


def sent(
    m: Monitoring,
    path: str,
    fields: dict[str, str],
    *,
    who: str = "unit",
    origin: str = "http://testserver",
    **more: Any,
) -> Any:
    """A form as a browser sends it."""
    headers = {
        "authorization": f"Bearer {token(who)}",
        "origin": origin,
        "accept": "text/html",
        "accept-language": "zh",
    }
    fields = {"key": str(uuid4()), **fields}
    return m.client.post(path, data=fields, headers=headers, follow_redirects=False, **more)


def page(m: Monitoring, path: str, who: str = "unit") -> str:
    answer = m.get(path, who=who, accept="text/html", accept_language="zh")
    assert answer.status_code == 200, answer.text[:1000]
    return answer.text


def test_a_unit_fills_in_the_form_and_the_data_unit_vouches(m: Monitoring) -> None:
    assert "上次报送数" in page(m, FORM)
    done = sent(
        m, FORM, {"value.canal": "１,234.5", "progress": "一期完工", "evidence.1.name": "月报.pdf", "serious": "no"}
    )
    assert (done.status_code, done.headers["location"]) == (303, FORM + "?done=yes")
    (report,) = m.data("ProgressReported")
    assert (report["values"], report["details"]["progress"]) == ({"canal": "1234.5"}, "一期完工")
    assert report["evidence_files"] == [{"name": "月报.pdf", "sha256": None, "kept": None}]
    assert "已报送，待核实" in page(m, "/2026/reports?period=2026-05")
    shown = page(m, FORM, who="data-unit")
    assert "1234.5" in shown and "更正报送" in shown
    refused = sent(m, FORM + "/vouching", {"report": "1", "verdict": "disputed"}, who="data-unit")
    assert refused.status_code == 409 and "须写明理由" in refused.text
    said = {"report": "1", "verdict": "disputed", "reason": "验收单只有 28 公里"}
    assert sent(m, FORM + "/vouching", said, who="data-unit").status_code == 303
    assert "有异议" in page(m, FORM) and "验收单只有 28 公里" in page(m, FORM)
    assert m.post("reports/1/vouching", {"verdict": "vouched"}, who="data-unit").status_code == 200
    assert m.post("reports/1/vouching", {"verdict": "vouched"}, who="unit").status_code == 403
    assert "已核实" in page(m, "/2026/reports?period=2026-05")


def test_a_disputed_report_is_not_judged_by_until_the_dispute_is_settled(m: Monitoring) -> None:
    m.day(date(2026, 6, 11))
    assert m.post("reports", {"period": "2026-05", "values": {"canal": "90"}}, who="unit").status_code == 200
    said = {"verdict": "disputed", "reason": "验收单只有 28 公里"}
    assert m.post("reports/1/vouching", said, who="data-unit").status_code == 200
    assert _may(m) == [("0.00", []), ("75.00", []), ("0.00", [1])]
    assert m.project()["disputed"][0]["report"] == 1
    assert "第 1 份报告有异议，解决前不计入判断" in page(m, "/2026/projects/CS-1")
    assert "异议解决前，本报告不计入判断" in page(m, FORM)
    assert m.post("reports/1/vouching", {"verdict": "vouched"}, who="data-unit").status_code == 200
    assert m.post("reports/1/vouching", said, who="data-unit").status_code == 200
    assert m.post("reports", {"period": "2026-05", "values": {"canal": "30"}}, who="unit").status_code == 200
    assert _may(m)[3:] == [("75.00", []), ("0.00", [1]), ("25.00", [])]
    assert m.project()["disputed"] == []
    assert len([each for each in m.get("judgements").json()["judgements"] if each["period"] == "2026-05"]) == 6


def _may(m: Monitoring) -> list[tuple[str, list[int]]]:
    """What May was judged to have reached, each time, and the reports left out."""
    return [(each["attainment"], each["disputed"]) for each in m.data("MonthJudged") if each["period"] == "2026-05"]


def test_every_problem_of_a_form_stands_at_its_field_and_nothing_is_lost(m: Monitoring) -> None:
    answer = sent(
        m, FORM, {"value.canal": "约三十", "serious": "yes", "progress": "一期<b>完工", "evidence.1.sha256": "ab"}
    )
    assert answer.status_code == 422
    for field in ("f-value-canal", "f-serious_problem", "f-evidence-1-sha256", "f-evidence-1-name"):
        assert re.search(rf'id="{field}" [^>]*aria-invalid="true" aria-describedby="{field}-wrong"', answer.text), field
        assert f'href="#{field}"' in answer.text
    assert "有 4 处需要改正" in answer.text
    assert 'value="约三十"' in answer.text and "一期&lt;b&gt;完工" in answer.text
    assert m.data("ProgressReported") == []


def test_a_form_of_another_site_or_another_unit_is_refused(m: Monitoring) -> None:
    assert sent(m, FORM, {"value.canal": "1"}, origin="http://elsewhere").status_code == 403
    assert sent(m, FORM, {"value.canal": "1"}, who="other").status_code == 403
    assert sent(m, FORM, {"serious": "no"}).status_code == 409
    assert m.data("ProgressReported") == []


def test_a_workbook_goes_out_comes_back_and_is_taken_whole(m: Monitoring) -> None:
    out = m.get("/api/reports/workbook?unit=department-03&period=2026-05", who="unit")
    assert out.status_code == 200
    rows = read(out.content, SHEETS)
    assert [row["project"] for row in rows["项目 Projects"]] == ["CS-1", "CS-2"]
    assert rows["指标 Indicators"][0]["indicator_name"] == "改造渠道长度"
    rows["指标 Indicators"][0]["value"] = "31.5"
    rows["项目 Projects"][1] |= {"expected": "预期绩效低", "progress": "=1+1"}
    taken = _posted(m, _filled(rows))
    assert (taken.status_code, taken.json()["reports"]) == (200, 2)
    assert m.data("ProgressReported")[0]["values"] == {"canal": "31.5"}
    (second,) = m.data("ProgressReported", "project/CS-2/2026")
    assert (second["expected"], second["details"]["progress"]) == ("low", "=1+1")
    assert m.events("project/CS-2/2026")[-1] == "SuspensionRecommended"
    again = _posted(m, _filled(rows))
    assert (again.status_code, again.json()["events"]) == (200, [])
    corrected = read(m.get("/api/reports/workbook?unit=department-03&period=2026-05", who="unit").content, SHEETS)
    assert corrected["指标 Indicators"][0]["value"] == "31.5"


def test_a_workbook_that_is_wrong_comes_back_marked_and_nothing_is_taken(m: Monitoring) -> None:
    rows = read(m.get("/api/reports/workbook?unit=department-03&period=2026-05", who="unit").content, SHEETS)
    rows["指标 Indicators"][0]["value"] = "约三十"
    rows["指标 Indicators"][1]["value"] = "5"
    rows["项目 Projects"].append({"project": "CS-9", "progress": "x"})
    back = sent(m, "/2026/report-workbook", {}, files={"file": ("r.xlsx", _filled(rows), "application/octet-stream")})
    assert back.status_code == 422
    same = read(back.content, SHEETS)
    assert [row["value"] for row in same["指标 Indicators"]] == ["约三十", "5"]
    said = _comments(back.content)
    assert "“约三十”不是数字" in said and "is no number" in said and "没有项目“CS-9”" in said
    assert m.data("ProgressReported") == m.data("ProgressReported", "project/CS-2/2026") == []
    rows["指标 Indicators"][0]["value"], rows["项目 Projects"] = "30", rows["项目 Projects"][:2]
    done = sent(m, "/2026/report-workbook", {}, files={"file": ("r.xlsx", _filled(rows), "application/octet-stream")})
    assert done.headers["location"] == "/2026/reports?period=2026-05&taken=2"


def test_a_workbook_of_another_unit_is_refused_at_its_project(m: Monitoring) -> None:
    rows = read(m.get("/api/reports/workbook?unit=town-2&period=2026-05", who="auditor").content, SHEETS)
    rows["指标 Indicators"][0]["value"] = "1"
    back = _posted(m, _filled(rows))
    assert back.status_code == 422
    assert "CS-3" in str(read(back.content, SHEETS)) and _comments(back.content)
    assert m.data("ProgressReported", "project/CS-3/2026") == []


@pytest.mark.parametrize(("data", "reason"), [(b"PK", "no-workbook"), (b"", "no-workbook")])
def test_what_is_no_workbook_is_said_so(m: Monitoring, data: bytes, reason: str) -> None:
    answer = _posted(m, data)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{reason}")


def test_another_workbook_and_a_blank_one_are_said_so(m: Monitoring) -> None:
    blank = m.get("/api/reports/workbook?unit=department-03&period=2026-05", who="unit").content
    assert _posted(m, blank).json()["type"] == "/problems/blank"
    assert _posted(m, write([Sheet("x", SHEETS[2].columns, [])])).json()["type"] == "/problems/sheet-missing"
    wrong = [Sheet(sheet.name, SHEETS[2].columns, []) for sheet in SHEETS]
    assert _posted(m, write(wrong)).json()["type"] == "/problems/headings"


def test_a_units_system_reports_by_its_token_and_a_refused_message_is_set_aside(m: Monitoring) -> None:
    place = (ProgressSubmitted.topic, 0)
    service_ = service(Settings())
    ear = Inbox(m.conn, RECORD, StandingClock(), service_.hear, service_.interest, Identity(PUBLIC))
    held = claim(m.conn, {place})[place]
    for offset, (id_, org, value) in enumerate(
        [("a", "department-03", "31.5"), ("a", "department-03", "31.5"), ("b", "town-2", "99")]
    ):
        event = ProgressSubmitted(project="CS-1", year=2026, period="2026-05", values={"canal": Decimal(value)})
        envelope = Envelope(id=id_, source=f"/units/{org}", type=event.type_name(), data=event.model_dump(mode="json"))
        key = tokens.sign(PRIVATE, name="系统", role="unit", org=org, seconds=60, purpose=event.topic)
        headers = [("authorization", f"Bearer {key}".encode())]
        held = ear.receive(held, Message(event.topic, 0, offset, b"CS-1", envelope.to_bytes(), headers))
    assert [each["values"] for each in m.data("ProgressReported")] == [{"canal": "31.5"}]
    assert m.data("ProgressReported")[0]["supplied_by"] == "department-03"
    assert m.events().count("ProgressSubmitted") == 1
    assert [(each.kind, each.reason) for each in dead.waiting(m.conn)] == [("refused", "NotPermitted")]
    assert "单位系统送来绩效运行信息" in page(m, "/2026/projects/CS-1")


def test_overdue_reports_are_chased_on_working_days_until_they_come(m: Monitoring) -> None:
    m.post("reports", {"period": "2026-04", "values": {"canal": "9"}}, who="unit")
    for day in (10, 11, 12, 13, 14, 15):
        m.day(date(2026, 6, day))
        m.day(date(2026, 6, day))
    chased = [each for each in m.data("ReportChased") if each["period"] == "2026-05"]
    assert [(each["working_day"], each["chased_on"]) for each in chased] == [(1, "2026-06-11"), (3, "2026-06-15")]
    assert [each for each in m.data("ReportChased") if each["period"] == "2026-04"] == []
    listed = page(m, "/2026/reports?period=2026-05&waiting=true")
    assert "逾期未报" in listed and "2 次，最近 2026年6月15日" in listed and "逾期 2" in listed
    assert m.post("reports", {"period": "2026-05", "values": {"canal": "10"}}, who="unit").status_code == 200
    m.day(date(2026, 6, 17))
    assert len([each for each in m.data("ReportChased") if each["period"] == "2026-05"]) == 2
    answer = m.get("/api/reports?period=2026-05&waiting=true", who="unit").json()
    assert [(each["project"], each["reminders"]) for each in answer["reports"]] == [("CS-2", 3)]
    before = m.conn.execute("select * from read.report order by 1, 2, 3").fetchall()
    reminders = m.conn.execute("select * from read.chase order by 1, 2, 3").fetchall()
    with psycopg.connect(m.owner_url, autocommit=True) as owner:
        rebuild(owner, RECORD)
    assert m.conn.execute("select * from read.report order by 1, 2, 3").fetchall() == before
    assert m.conn.execute("select * from read.chase order by 1, 2, 3").fetchall() == reminders


def test_the_command_fetches_sends_and_keeps_what_came_back_marked(
    m: Monitoring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def through(method: str, unit: str, *, params: Any = None, headers: Any = None, content: Any = None) -> Any:
        key = tokens.sign(PRIVATE, name="jixiao report", role="unit", org=unit, seconds=60)
        asked = {"authorization": f"Bearer {key}", **(headers or {})}
        return m.client.request(method, "/api/reports/workbook", params=params, headers=asked, content=content)

    monkeypatch.setattr(report, "_asked", through)
    file, run = tmp_path / "五月.xlsx", CliRunner().invoke
    assert (
        run(app, ["report", "template", "--unit", "department-03", "--period", "2026-05", "-o", str(file)]).exit_code
        == 0
    )
    rows = read(file.read_bytes(), SHEETS)
    rows["指标 Indicators"][0]["value"] = "约三十"
    file.write_bytes(_filled(rows))
    assert run(app, ["report", "send", str(file)]).exit_code == 3
    assert "约三十" in _comments((tmp_path / "五月-marked.xlsx").read_bytes())
    rows["指标 Indicators"][0]["value"] = "30"
    file.write_bytes(_filled(rows))
    done = run(app, ["report", "send", str(file)])
    assert (done.exit_code, json.loads(done.stdout.splitlines()[-1])["reports"]) == (0, 1)
    assert m.data("ProgressReported")[0]["supplied_by"] == "department-03"
    file.write_bytes(b"no workbook")
    assert run(app, ["report", "send", str(file)]).exit_code == 2
    assert run(app, ["report", "template", "--unit", "x/y", "--period", "2026-05", "-o", str(file)]).exit_code == 2


def _posted(m: Monitoring, data: bytes, who: str = "unit") -> Any:
    headers = {"authorization": f"Bearer {token(who)}", "idempotency-key": str(uuid4())}
    return m.client.post("/api/reports/workbook", content=data, headers=headers)


def _filled(rows: dict[str, list[dict[str, str]]]) -> bytes:
    return write([Sheet(sheet.name, sheet.columns, rows[sheet.name]) for sheet in SHEETS])


def _comments(data: bytes) -> str:
    """The comments of a workbook, as its parts hold them."""
    assert CalamineWorkbook.from_filelike(BytesIO(data)).sheet_names == [sheet.name for sheet in SHEETS]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if "comments" in name)
