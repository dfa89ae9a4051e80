"""The public pages in a browser: read by everybody (axe), on a phone, without JavaScript, in light and dark; and clicked like a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import paths
from tests.browser.browser import DESK, PHONE, graves
from tests.browser.site import Site


@contextmanager
def opened(
    browser: Browser,
    site: Site,
    *,
    width: int = DESK,
    dark: bool = False,
    lang: str = "zh-CN",
    script: bool = True,
    role: str | None = None,
) -> Iterator[Page]:
    """A page of a fresh reader; what the console complains of fails the test."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", locale=lang, java_script_enabled=script
    )  # fmt: skip
    if role:
        cookie = {"name": "jixiao_session", "value": site.token[role], "url": site.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    assert [each for each in complaints if "status of 404" not in each] == []
    context.close()


@pytest.mark.parametrize("role", [None, "official"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_keeps_anybody_out(browser: Browser, site: Site, width: int, dark: bool, role: str | None) -> None:
    """axe: no serious or critical violation (names, contrast, order of headings, roles of tables)."""
    found: list[str] = []
    with opened(browser, site, width=width, dark=dark, role=role, lang="en-GB" if dark else "zh-CN") as page:
        for name, path in (paths.OFFICIALS if role else paths.public(site.url)).items():
            page.goto(site.url + path)
            page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
            found += [f"{name}: {grave}" for grave in graves(page)]
    assert found == []


@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
def test_no_page_scrolls_sideways_on_a_phone(browser: Browser, site: Site, lang: str) -> None:
    wide: list[str] = []
    with opened(browser, site, width=PHONE, lang=lang, role="official") as page:
        for name, path in [*paths.public(site.url).items(), *paths.OFFICIALS.items()]:
            page.goto(site.url + path)
            page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
            if page.evaluate("document.documentElement.scrollWidth") > PHONE:
                wide.append(name)
    assert wide == []


@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("role", [None, "official", "performance-office"])
def test_the_head_of_a_page_is_one_line_on_a_desk(browser: Browser, site: Site, lang: str, role: str | None) -> None:
    """Also for who is signed in, with a role of many letters."""
    with opened(browser, site, lang=lang, role=role) as page:
        page.goto(site.url)
        boxes = [page.locator(f"header.site {part}").bounding_box() for part in (".brand", "nav ul", ".reader")]
        middles = [box["y"] + box["height"] / 2 for box in boxes if box]
        assert len(middles) == 3 and max(middles) - min(middles) < 6, boxes
        assert page.evaluate("document.documentElement.scrollWidth") <= DESK


def test_a_citizen_follows_a_figure_without_javascript(browser: Browser, site: Site) -> None:
    """From the year over a search to a project, a month's money, and the events behind it."""
    with opened(browser, site, script=False) as page:
        page.goto(site.url)
        assert page.url == f"{site.url}/2026"
        assert page.locator("figure.chart svg").count() == 4
        page.get_by_role("link", name="项目", exact=True).click()
        page.get_by_role("searchbox").fill("医共体")
        page.get_by_role("button", name="查找").click()
        assert page.get_by_role("status").inner_text() == "找到 1 个项目"
        page.get_by_role("link", name="县域医共体信息化建设").click()
        assert page.get_by_role("heading", level=1).inner_text() == "县域医共体信息化建设"
        assert page.get_by_text("暂缓执行", exact=True).count() == 1
        page.get_by_role("link", name="2026年6月", exact=True).click()
        assert "180 张凭证" in page.locator("main").inner_text()
        page.get_by_role("link", name="English").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Month judged"
        page.get_by_role("link", name="To the project").click()
        assert "From goal to score" in page.locator("main").inner_text()


def test_the_keyboard_reaches_the_content_first(browser: Browser, site: Site) -> None:
    with opened(browser, site) as page:
        page.goto(f"{site.url}/2026")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#content"


def test_light_and_dark_are_told_apart(browser: Browser, site: Site) -> None:
    papers: list[list[int]] = []
    for dark in (False, True):
        with opened(browser, site, dark=dark) as page:
            page.goto(f"{site.url}/2026")
            paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
            bar = page.locator(".wide-drawing path[fill='#1f6f8b']").first.evaluate(
                "each => getComputedStyle(each).fill"
            )
            papers.append([*map(int, re.findall(r"\d+", paper)), *map(int, re.findall(r"\d+", bar))])
    assert min(papers[0][:3]) > 200 and max(papers[1][:3]) < 60
    assert papers[0][3:] != papers[1][3:], "a chart's colours follow"


def test_chinese_is_drawn_and_not_boxes(browser: Browser, site: Site) -> None:
    """Different characters have different pictures: a font without them would draw the same box twice."""
    with opened(browser, site) as page:
        page.goto(f"{site.url}/2026")
        pictures = page.evaluate("""() => ["水", "利", "局"].map(word => {
            const canvas = document.createElement("canvas"); canvas.width = canvas.height = 40;
            const pen = canvas.getContext("2d"); pen.font = "30px " + getComputedStyle(document.body).fontFamily;
            pen.fillText(word, 2, 32); return canvas.toDataURL();
        })""")
    assert len(set(pictures)) == 3


def test_an_official_signs_in_and_approves_several_at_once(browser: Browser, site: Site) -> None:
    with opened(browser, site, script=False) as page:
        page.goto(f"{site.url}/sign-in")
        page.get_by_label("令牌").fill(site.token["official"])
        page.get_by_role("button", name="登录").click()
        assert page.url == f"{site.url}/held"
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.get_by_label("依据文件").fill("县绩效〔2027〕5号")
        page.get_by_role("button", name="批准公布所选结果").click()
        assert "已批准公布 2 个结果" in page.locator("main").inner_text()
        page.get_by_role("link", name="CS-2026-012").click()
        assert page.get_by_role("heading", level=1).inner_text() == "病险水库除险加固"
        page.get_by_role("link", name="退出").click()
        page.get_by_role("button", name="退出").click()
        assert page.get_by_role("link", name="登录").count() == 1
