"""The rules' pages and the watch list in a browser: clicked like a person without JavaScript, read by everybody (axe), on a phone too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.browser import DESK, PHONE
from tests.browser.office_site import Office, serve
from tests.integration.servers import start

GRAVE = {"serious", "critical"}
PATHS = ("/watch-list", "/rules?year=2026", "/rules/mismatch?year=2026", "/rules/report-overdue?outcome=open")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with (
        start(tmp_path_factory.mktemp("servers")) as servers,
        serve(servers, tmp_path_factory.mktemp("assets")) as found,
    ):
        yield found


def opened(browser: Browser, office: Office, *, width: int = DESK, lang: str = "zh-CN", script: bool = False) -> Page:
    """A page of an official. axe needs scripts; the pages themselves don't."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale=lang, color_scheme="dark" if width == PHONE else "light",
        java_script_enabled=script,
    )  # fmt: skip
    context.add_cookies([{"name": "jixiao_session", "value": office.token("official"), "url": office.url}])
    return context.new_page()


def test_an_official_puts_a_unit_on_the_list_and_it_is_marked_first(browser: Browser, office: Office) -> None:
    page = opened(browser, office)
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
    page = opened(browser, office)
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
    for path in PATHS:
        page = opened(browser, office, width=width, lang=lang, script=True)
        page.goto(office.url + path)
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in GRAVE:
                places = [node["target"] for node in violation["nodes"]][:3]
                found.append(f"{path}: {violation['id']} at {places}")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{path} is wider than the screen")
        page.context.close()
    assert found == []
