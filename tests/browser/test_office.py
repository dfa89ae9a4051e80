"""The monitoring office's pages in a browser: kept up to date while open, decided on without JavaScript, read by everybody (axe)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.browser import DESK, PHONE, barriers, pictured
from tests.browser.office_site import Office, signed_in, watched

PAGES = {
    "office": "/2026",
    "units": "/2026/units",
    "projects": "/2026/projects",
    "chosen": "/2026/projects?rule=mismatch&state=active",
    "project": "/2026/projects/CS-1",
    "tasks": "/2026/tasks",
}


@pytest.mark.parametrize(
    ("width", "dark", "lang"), [(DESK, False, "zh-CN"), (PHONE, True, "en-GB"), (PHONE, False, "zh-CN")]
)
def test_no_page_of_the_office_keeps_anybody_out(
    browser: Browser, office: Office, width: int, dark: bool, lang: str
) -> None:
    """axe finds nothing serious, nothing scrolls sideways on a phone; pictures go where JIXIAO_TEST_PICTURES says."""
    found: list[str] = []
    with watched(signed_in(browser, office, width=width, dark=dark, lang=lang, script=True)) as page:
        for name, path in PAGES.items():
            page.goto(office.url + path)
            pictured(page, f"{name}-{width}-{lang}")
            found += [f"{name}: {barrier}" for barrier in barriers(page, width)]
    assert found == []


def test_an_open_screen_is_kept_up_to_date_and_says_so(browser: Browser, office: Office) -> None:
    """A new recommendation appears without reloading, is announced, and takes nothing away that was ticked or typed."""
    with watched(signed_in(browser, office, lang="en-GB", script=True)) as page:
        page.goto(f"{office.url}/2026")
        expect(page.locator("#reload")).to_be_hidden()
        waiting = page.locator("#recommendations tbody tr")
        expect(waiting.first).to_be_visible()
        before = waiting.count()
        tick = waiting.first.get_by_role("checkbox")
        tick.check()
        tick.focus()
        page.locator("#recommendations summary").click()
        page.locator("#recommendations-reason").fill("typed")
        tick.focus()
        office.overspend("CS-4")
        expect(waiting).to_have_count(before + 1, timeout=10_000)
        expect(page.get_by_role("status").first).to_contain_text("1 new recommendation")
        assert page.locator("#recommendations input:checked").count() == 1
        assert page.locator("#recommendations-reason").input_value() == "typed"
        assert page.evaluate("document.activeElement.type") == "checkbox"


def test_a_screen_that_was_away_gets_what_it_missed(browser: Browser, office: Office) -> None:
    with watched(signed_in(browser, office, lang="en-GB", script=True)) as page:
        page.goto(f"{office.url}/2026")
        expect(page.locator("#reload")).to_be_hidden()
        page.wait_for_timeout(1500)
        count = page.locator("#recommendations tbody tr").count()
        page.context.set_offline(True)
        office.overspend("CS-6")
        page.wait_for_timeout(500)
        page.context.set_offline(False)
        expect(page.locator("#recommendations tbody tr")).to_have_count(count + 1, timeout=15_000)


def test_a_person_decides_on_many_without_javascript(browser: Browser, office: Office) -> None:
    with watched(signed_in(browser, office, script=False)) as page:
        page.goto(f"{office.url}/2026")
        expect(page.locator("#reload")).to_be_visible()
        findings = page.locator("#findings")
        rows = findings.locator("tbody tr").count()
        assert rows >= 2
        for box in findings.get_by_role("checkbox").all()[:2]:
            box.check()
        findings.locator("summary").click()
        findings.get_by_label("理由").fill("钱快事慢")
        findings.get_by_label("措施").fill("加快施工")
        findings.get_by_label("期限").fill("2026-06-30")
        findings.get_by_label("依据文件").fill("县财预〔2026〕23号")
        findings.get_by_role("button", name="责令整改").click()
        assert page.get_by_role("status").inner_text() == "已办 2 项，未办 0 项。"
        page.get_by_role("link", name="返回待办事项").click()
        assert page.locator("#findings tbody tr").count() == rows - 2


def test_a_cell_of_the_heat_map_leads_to_its_projects(browser: Browser, office: Office) -> None:
    with watched(signed_in(browser, office, script=False, lang="en-GB")) as page:
        page.goto(f"{office.url}/2026/units")
        cell = page.locator("table.heat tbody tr").filter(has_text="Shiqiao Town").locator("td a").nth(1)
        assert re.match(r"(Stop|Susp\.|Warn|Note|OK)", cell.inner_text())
        cell.click()
        assert page.get_by_role("heading", level=1).inner_text() == "Projects monitored in 2026"
        assert "Unit: Shiqiao Town ×" in page.locator("main").inner_text()
        page.get_by_role("link", name="Unit: Shiqiao Town ×").click()
        assert "unit=" not in page.url
