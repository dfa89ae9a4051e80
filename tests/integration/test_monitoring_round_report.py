"""The report of a round by department: the same figures as page, workbook and print, each leading to its events."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.integration.monitored import Monitoring, approved
from tests.integration.rounds import OPENING, august, brought_to, part
from tests.integration.servers import Servers


@pytest.fixture(scope="module")
def m(servers: Servers) -> Iterator[Monitoring]:
    with august(servers) as service:
        service.hear(approved("CS-5", name='=HYPERLINK("http://x")', unit="town-9", department="town-9"))
        assert service.post("/api/rounds", OPENING, who="finance").status_code == 200
        brought_to(service, "decided")
        brought_to(service, "filled", "CS-2", "other")
        yield service


def sheets(m: Monitoring, lang: str = "zh", who: str = "auditor") -> dict[str, list[list[Any]]]:
    """Every sheet of the workbook by name."""
    answer = m.get(f"/rounds/2026-08/report.xlsx?lang={lang}", who=who)
    assert answer.headers["content-disposition"] == 'attachment; filename="round-2026-08.xlsx"'
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_workbook_has_every_project_with_its_events(m: Monitoring) -> None:
    found = sheets(m)
    assert list(found) == ["分部门", "项目", "原因"]
    head, *rows = found["项目"]
    by_code = {row[head.index("凭证号")]: dict(zip(head, row, strict=True)) for row in rows}
    assert sorted(by_code) == ["CS-1", "CS-2", "CS-3", "CS-5"]
    shown, event = by_code["CS-1"], part(m)["decided_event"]
    assert (shown["预算"], shown["已支付"], shown["处理后预算"], shown["决定"]) == (10000.0, 4000.0, 7000.0, "调减预算")
    assert shown["事件编号 decided"] == event
    assert shown["网页"].endswith("/rounds/2026-08/projects/CS-1")
    assert by_code["CS-5"]["项目"] == '=HYPERLINK("http://x")'
    assert found["原因"][1] == ["招标采购", 2.0]
    sums = {row[0]: row for row in found["分部门"][1:]}
    assert len(sums) == 3


def test_the_print_is_a_pdf_with_charts_figures_and_links(m: Monitoring) -> None:
    answer = m.get("/rounds/2026-08/report.pdf?lang=zh")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    again = m.get("/rounds/2026-08/report.pdf?lang=zh").content
    assert again == answer.content
    assert f"/events/{part(m)['decided_event']}".encode() in answer.content
    assert b"/rounds/2026-08/projects/CS-1" in answer.content
    assert m.get("/rounds/2026-08/report.pdf?lang=en").content != answer.content


def test_the_page_draws_the_same_and_leads_on(m: Monitoring) -> None:
    page = m.get("/rounds/2026-08/report?lang=zh", accept="text/html").text
    assert page.count("<figure") == 3
    assert f"/events/{part(m)['decided_event']}" in page and 'href="/rounds/2026-08/projects/CS-1"' in page
    assert "范围内 4 个项目，已填报 2 个，已审核 1 个，已决定 1 个" in page


def test_a_unit_s_report_is_of_its_own_projects(m: Monitoring) -> None:
    head, *rows = sheets(m, who="other")["项目"]
    assert [row[head.index("凭证号")] for row in rows] == ["CS-2"]
    assert m.get("/rounds/2026-08/report.pdf", who="operator").status_code == 403
    assert m.get("/rounds/2026-05/report.pdf", who="auditor").status_code == 404
