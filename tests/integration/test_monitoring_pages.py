"""Monitoring's pages: what a person reads, in both languages, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from tests.integration.monitored import Monitoring, adjusted, approved, measure, monitoring, voucher
from tests.integration.servers import Servers

CJK = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def m(servers: Servers) -> Iterator[Monitoring]:
    """A year in May: deviations, a correction answered, a recommendation that waits, a suspension, a conflict."""
    with monitoring(servers) as service:
        service.hear(approved(), approved("CS-2", name="<b>河道</b>整治", unit="town-2"))
        service.pay(
            voucher("记-1", "2026-01-05", "3000.00", memo="<script>alert(1)</script>"),
            voucher("记-1", "2026-01-06", "3000.00"),
            voucher("x", "2026-01-06", "1.00", currency="GBP"),
            voucher("y", "2026-03-06", "77.00", project="CS-9"),
        )
        service.day(date(2026, 3, 11))
        report = {"period": "2026-02", "values": {"canal": "10"}}
        assert service.post("reports", report, who="unit").status_code == 200
        service.day(date(2026, 5, 11))
        order = {"deviations": ["2026-01/mismatch"], "measure": measure("2026-05-20"), "reason": "落后"}
        for path, body, who in (
            ("corrections", order, "official"),
            ("corrections/1/answer", {"text": "已追上"}, "unit"),
            ("urging", {"cause": "policy", "reason": "补助提高", "document": "文"}, "official"),
            ("suspension", {"measures": [measure()], "reason": "停工"}, "official"),
            ("resumption", {"reason": "复工", "document": "文"}, "official"),
            ("reports", {"period": "2026-05", "values": {}, "expected": "none"}, "unit"),
        ):
            answer = service.post(path, body, who=who)
            assert answer.status_code == 200, answer.text
        service.hear(adjusted(adjusted_on=date(2026, 5, 11)))
        yield service


def page(m: Monitoring, path: str, lang: str = "zh", who: str | None = "auditor", status: int = 200) -> str:
    answer = m.get(path, who=who, accept="text/html", accept_language=lang)
    assert answer.status_code == status, answer.text[:2000]
    return answer.text


PAGES = (
    "/2026",
    "/2026/projects",
    "/2026/projects/CS-1",
    "/ledger?year=2026",
    "/ledger/vouchers?project=CS-1&year=2026",
    "/ledger/conflicts",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_chinese_first_and_in_english(m: Monitoring, path: str) -> None:
    zh, en = page(m, path), page(m, path, "en")
    assert '<html lang="zh-CN"' in zh
    assert '<html lang="en"' in en
    assert zh != en
    heading = re.search(r"<h1>(.*?)</h1>", en, re.DOTALL)
    assert heading is not None
    assert "/2026/projects/CS-1" in path or not CJK.search(heading[1])
    assert "数据截至" in zh
    assert "Data as of" in en
    assert "style=" not in zh


def test_the_desk_shows_what_needs_a_decision(m: Monitoring) -> None:
    desk = page(m, "/2026")
    assert "建议停止执行" in desk
    assert "待验收" in desk
    assert "目标完成滞后于时间进度" in desk
    assert "&lt;b&gt;河道&lt;/b&gt;整治" in desk
    unit = page(m, "/2026", who="other")
    assert "<h2>建议暂缓或停止" in unit
    assert "高标准农田灌溉渠改造" not in unit


def test_a_project_shows_both_curves_its_months_and_its_story(m: Monitoring) -> None:
    shown = page(m, "/2026/projects/CS-1", "en")
    assert "<svg" in shown
    assert "Money beside results" in shown
    assert "The system recommends: Stop. It waits for an official" in shown
    assert "Goal and budget adjusted" in shown
    assert "Budget from CNY 10,000.00 to CNY 20,000.00 because of a change of policy" in shown
    assert "February 2026 was judged 2 times" in shown
    for title in ("Goal approved", "Progress reported", "Month judged", "Deviation found", "Stop recommended"):
        assert title in shown
    for title in (
        "Correction ordered",
        "Correction answered",
        "Adjustment urged",
        "Project suspended",
        "Project resumed",
    ):
        assert title in shown


def test_a_figure_leads_to_its_event_and_its_vouchers_and_the_digest_can_be_compared(m: Monitoring) -> None:
    shown = page(m, "/2026/projects/CS-1")
    event = re.search(r'<a href="(/events/[0-9a-f-]+)">2026年1月</a>', shown)
    vouchers = re.search(r'<a href="(/ledger/vouchers\?project=CS-1&amp;year=2026&amp;until=2026-01)">', shown)
    assert event is not None
    assert vouchers is not None
    assert "digest" in page(m, event[1])
    listed = page(m, vouchers[1].replace("&amp;", "&"))
    assert "与2026年1月判断所记的摘要值一致。" in listed
    assert "&lt;script&gt;" in listed
    assert "<script" not in listed
    assert "另有1 张凭证（GBP），合计 GBP 1.00" in listed


def test_vouchers_without_an_approved_goal_are_flagged(m: Monitoring) -> None:
    assert "CS-9" in page(m, "/ledger?year=2026")
    assert "没有听到这个项目批复的绩效目标" in page(m, "/ledger/vouchers?project=CS-9&year=2026")


def test_conflicts_show_what_stands_beside_what_came_later(m: Monitoring) -> None:
    shown = page(m, "/ledger/conflicts", "en")
    assert "5 January 2026" in shown
    assert "6 January 2026" in shown


def test_the_first_page_is_the_latest_years(m: Monitoring) -> None:
    answer = m.get("/", accept="text/html")
    assert (answer.status_code, answer.headers["location"]) == (302, "/2026")


def test_before_the_first_goal_there_is_a_page_that_says_so(servers: Servers) -> None:
    with monitoring(servers) as empty:
        assert "还没有批复的绩效目标" in page(empty, "/")
        assert "没有内容" in page(empty, "/ledger")


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [
        ("/2026", None, 401),
        ("/2026", "operator", 403),
        ("/2026/projects/CS-1", "other", 403),
        ("/2026/projects/CS-8", "auditor", 404),
        ("/events/00000000-0000-0000-0000-000000000000", "auditor", 404),
        ("/ledger", "unit", 403),
        ("/ledger/vouchers?project=CS-1&year=2026", "other", 403),
        ("/ledger/vouchers?project=CS-1&year=2026&until=2025-01", "auditor", 409),
        ("/ledger/vouchers?project=CS-1&year=2026&after=x", "auditor", 400),
    ],
)
def test_who_may_not_see_a_page_reads_why(m: Monitoring, path: str, who: str | None, status: int) -> None:
    assert "<h1>" in page(m, path, who=who, status=status)


def test_pages_have_a_strict_policy_and_no_script(m: Monitoring) -> None:
    answer = m.get("/2026/projects/CS-1", accept="text/html")
    assert (
        "script-src 'none'" in answer.headers["content-security-policy"]
        or "default-src 'none'" in answer.headers["content-security-policy"]
    )
    assert "<script" not in answer.text
