"""Charts are drawn without a script and without inline styles, carry their name and description, and follow the page's colours."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from backbone.web import charts
from backbone.web.assets import find
from backbone.web.charts import Chart
from backbone.web.headers import CONTENT_SECURITY_POLICY

MONTHS = ["1月", "2月", "3月"]
ROWS = [
    {"month": month, "percent": 10.0 * n, "line": line}
    for line in ("执行率", "完成率")
    for n, month in enumerate(MONTHS)
]
LINES = charts.lines(ROWS, x="month", y="percent", color="line", x_order=MONTHS, y_title="%")
SVG = "{http://www.w3.org/2000/svg}"


def chart(title: str = "资金与成效 <b>") -> Chart:
    return Chart(LINES, title, "折线图 & 说明", ("月份", "执行率"), (("1月", "0.00%"),))


def test_a_drawing_is_well_formed_and_named() -> None:
    drawn = ET.fromstring(str(chart().svg))
    name, description = drawn.find(f"{SVG}title"), drawn.find(f"{SVG}desc")
    assert name is not None and name.text == "资金与成效 <b>"
    assert description is not None and description.text == "折线图 & 说明"
    assert drawn.get("role") == "img"
    assert drawn.get("aria-labelledby", "").split() == [name.get("id"), description.get("id")]


def test_a_drawing_needs_no_inline_style_and_no_script() -> None:
    for spec in (
        LINES,
        charts.columns(ROWS, x="month", y="percent", x_order=MONTHS, y_title="万元", color="line"),
        charts.bars(ROWS[:3], x="percent", y="month", y_order=MONTHS, x_title="项目数"),
        charts.grouped_bars(ROWS, x="percent", y="month", color="line", y_order=MONTHS, x_title="万元"),
    ):
        text = str(charts.draw(spec, "标题", "说明"))
        assert "style=" not in text and "<script" not in text and "<style" not in text
        assert "font-family" not in text, "the page's font"
        assert 'fill="white"' not in text, "the page's paper shows through"
    assert "script-src" not in CONTENT_SECURITY_POLICY and "default-src 'none'" in CONTENT_SECURITY_POLICY


def test_chinese_stands_in_the_picture() -> None:
    text = str(chart().svg)
    assert all(word in text for word in ("1月", "执行率", "完成率"))


def test_every_colour_of_a_drawing_has_its_shade_in_light_and_dark() -> None:
    style = find_style()
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', str(chart().svg)))
    named = {charts.INK, charts.QUIET, charts.GRID, *charts.SERIES}
    assert used and used <= named
    assert all(f'="{colour}"]' in style for colour in named)


def test_two_drawings_in_one_page_share_no_id() -> None:
    ids = [set(re.findall(r' id="([^"]+)"', str(chart(title).svg))) for title in ("一", "二")]
    assert ids[0] and not ids[0] & ids[1]


def test_the_same_drawing_is_made_once_and_has_a_narrow_form() -> None:
    assert chart().svg is chart().svg
    widths = [float(re.search(r'viewBox="0 0 ([\d.]+)', str(svg)).group(1)) for svg in (chart().svg, chart().narrow)]  # type: ignore[union-attr]
    assert widths[0] > 900 and widths[1] < 400


def find_style() -> str:
    from pathlib import Path

    return find(Path("no-such-folder"))["jixiao.css"].content.decode()
