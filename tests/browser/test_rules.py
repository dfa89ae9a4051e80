"""The rules' pages and the watch list in a browser: clicked like a person without JavaScript, read by everybody (axe), on a phone too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.browser import DESK, PHONE, barriers
from tests.browser.office_site import Office, signed_in

PATHS = ("/watch-list", "/rules?year=2026", "/rules/mismatch?year=2026", "/rules/report-overdue?outcome=open")


def test_an_official_puts_a_unit_on_the_list_and_it_is_marked_first(browser: Browser, office: Office) -> None:
    page = signed_in(browser, office)
    page.goto(office.url + "/2026/projects")
    page.get_by_role("link", name="重点监控名单").click()
    page.get_by_label("类别").select_option("unit")
    page.get_by_label("代码").fill("department-18")
    page.get_by_label("理由").fill("上级督办")
    page.get_by_label("依据文件").fill("县绩效〔2026〕2号")
    page.get_by_role("button", name="列入重点监控").click()
    assert page.get_by_role("status").inner_text() == "单位“department-18”已列入重点监控。"
    page.goto(office.url + "/2026/projects")
    assert "县域医共体信息化建设 重点监控" in page.locator("tbody tr").first.inner_text()
    page.context.close()


def test_a_rule_leads_to_its_hits_and_to_the_projects(browser: Browser, office: Office) -> None:
    page = signed_in(browser, office)
    page.goto(office.url + "/rules?year=2026")
    page.get_by_role("link", name="资金进度与目标进度不匹配").click()
    assert page.get_by_role("heading", level=1).inner_text() == "资金进度与目标进度不匹配"
    page.get_by_role("row", name="石桥镇").get_by_role("link").first.click()
    assert "取消：石桥镇" in page.locator("main").inner_text()
    page.get_by_role("link", name="河道整治工程").first.click()
    assert page.url.endswith("/2026/projects/CS-2")
    page.context.close()


@pytest.mark.parametrize(("width", "lang"), [(DESK, "zh-CN"), (PHONE, "en-GB")])
def test_no_page_of_rules_keeps_anybody_out(browser: Browser, office: Office, width: int, lang: str) -> None:
    found: list[str] = []
    page = signed_in(browser, office, width=width, lang=lang, script=True)
    for path in PATHS:
        page.goto(office.url + path)
        found += [f"{path}: {barrier}" for barrier in barriers(page, width)]
    page.context.close()
    assert found == []
