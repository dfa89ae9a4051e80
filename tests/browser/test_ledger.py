"""The ledger's pages in a browser: clicked down to a voucher and decided on without JavaScript, read by everybody (axe), on a phone too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from services.monitoring.domain.gaps import GAP_AFTER
from services.monitoring.handlers.gaps import GapWatch
from tests.browser.browser import DESK, PHONE, barriers, pictured
from tests.browser.office_site import Office, signed_in
from tests.integration.monitored import OUTCOME, voucher
from tests.integration.test_monitoring_ledger import Moved

CLASSED = {"unit": "town-2", "functional": "2130305", "economic": "30905", "memo": "水渠改造第二期进度款"}
PATHS = (
    "/ledger?year=2026",
    "/ledger/totals?year=2026&by=unit",
    "/ledger/totals?year=2026&by=project&period=2026-02",
    "/ledger/class?year=2026&by=economic&code=30905",
    "/ledger/month?period=2026-02",
    "/ledger/voucher?source=treasury-1&year=2026&number=记-77",
    "/ledger/conflicts",
    "/ledger/gaps",
    "/ledger/reconciliations",
    "/ledger/sources",
)


@pytest.fixture(scope="module", autouse=True)
def a_ledger(office: Office) -> None:
    """A ledger with a voucher that is contradicted, a gap, and a reconciliation with a difference."""
    numbered = (voucher(f"记-{each}", "2026-02-05", "77.00", sequence=each, **CLASSED) for each in (77, 78, 90))
    office.m.flush(*numbered, voucher("记-77", "2026-02-05", "77.70"), voucher("记-77", "2026-02-05", "77.00"))
    GapWatch(office.m.conn, Moved(-2 * GAP_AFTER)).step()
    assert office.m.post("/api/ledger/reconciliations", OUTCOME, who="finance").status_code == 200


def test_a_clerk_goes_from_a_total_down_to_a_voucher_and_decides(browser: Browser, office: Office) -> None:
    page = signed_in(browser, office, "finance")
    page.goto(office.url + "/ledger?year=2026")
    page.get_by_role("link", name="按经济分类合计").click()
    page.get_by_role("link", name="30905").click()
    page.get_by_role("link", name="2026年2月").click()
    assert page.get_by_role("heading", level=1).inner_text() == "2026年2月的凭证"
    page.get_by_role("link", name="记-77").click()
    assert "1 次，没有再计" in page.locator("main").inner_text()
    page.get_by_label("哪个正确").select_option("to-be-reversed")
    page.get_by_label("理由").fill("原凭证录错")
    page.get_by_role("button", name="作出决定").click()
    assert page.get_by_role("status").inner_text() == "已记录决定：已计入的有误，由财务系统红字冲销。"
    page.context.close()


@pytest.mark.parametrize(("width", "lang"), [(DESK, "zh-CN"), (PHONE, "en-GB")])
def test_no_page_of_the_ledger_keeps_anybody_out(browser: Browser, office: Office, width: int, lang: str) -> None:
    """axe finds nothing serious, nothing scrolls sideways on a phone; pictures go where JIXIAO_TEST_PICTURES says."""
    found: list[str] = []
    event = office.m.get("/api/ledger/reconciliations").json()["reconciliations"][0]["event"]
    page = signed_in(browser, office, "finance", width=width, lang=lang, script=True)
    for place, path in enumerate((*PATHS, f"/ledger/reconciliations/{event}")):
        answer = page.goto(office.url + path)
        assert answer is not None
        assert answer.status == 200, path
        found += [f"{path}: {barrier}" for barrier in barriers(page, width)]
        pictured(page, f"ledger-{place:02d}-{width}")
    page.context.close()
    assert found == []
