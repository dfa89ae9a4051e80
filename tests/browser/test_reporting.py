"""The pages of progress reports in a browser, without JavaScript: filled in like a person, read by everybody (axe), on a phone too."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.browser import DESK, PHONE, barriers, pictured
from tests.browser.office_site import Office, sign_in, signed_in

LIST, FORM = "/2026/reports?period=2026-05", "/2026/reports/2026-05/CS-1"


def test_a_clerk_is_told_what_is_wrong_corrects_it_and_the_data_unit_vouches(browser: Browser, office: Office) -> None:
    page = signed_in(browser, office, "unit")
    page.goto(office.url + FORM)
    value = page.get_by_label("改造渠道长度：本月累计完成数")
    value.fill("约三十")
    page.get_by_label("实施进度").fill("一期完工")
    page.get_by_role("button", name="报送").click()
    assert page.get_by_role("alert").get_by_role("link").inner_text().startswith("“约三十”不是数字")
    assert value.get_attribute("aria-invalid") == "true"
    assert page.get_by_label("实施进度").input_value() == "一期完工"
    value.fill("30.5")
    page.get_by_role("button", name="报送").click()
    assert page.get_by_role("status").inner_text() == "报告已收到。"
    page.context.close()
    page = signed_in(browser, office, "data-unit")
    page.goto(office.url + FORM)
    page.get_by_role("button", name="核实无误").click()
    page.goto(office.url + LIST)
    assert page.get_by_text("已核实").count() == 1
    page.context.close()


def test_a_workbook_is_fetched_and_sent_and_comes_back_where_nothing_is_filled_in(
    browser: Browser, office: Office, tmp_path: Path
) -> None:
    page = signed_in(browser, office, "unit")
    page.goto(office.url + "/2026/reports?period=2026-04")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载待填工作簿").click()
    assert waiting.value.suggested_filename == "jixiao-department-03-2026-04.xlsx"
    waiting.value.save_as(tmp_path / "april.xlsx")
    page.get_by_label("填好的工作簿").set_input_files(tmp_path / "april.xlsx")
    page.get_by_role("button", name="上传").click()
    assert "没有填写任何内容" in page.get_by_role("alert").inner_text()
    page.context.close()


@pytest.mark.parametrize(("width", "lang"), [(DESK, "zh-CN"), (PHONE, "en-GB")])
def test_no_page_of_reports_keeps_anybody_out(browser: Browser, office: Office, width: int, lang: str) -> None:
    found: list[str] = []
    page = signed_in(browser, office, width=width, lang=lang, script=True)
    for who, path in (("unit", LIST), ("unit", FORM), ("data-unit", FORM), ("official", LIST), ("official", FORM)):
        sign_in(page, office, who)
        page.goto(office.url + path)
        if who == "unit" and path == FORM:
            page.locator("[name='value.canal']").fill("?")
            page.locator("main form button[type=submit]").first.click()
        pictured(page, f"{who}-{path == FORM}-{width}")
        found += [f"{who} {path}: {barrier}" for barrier in barriers(page, width)]
    page.context.close()
    assert found == []
