"""Charts drawn on the server: a Vega-Lite spec becomes SVG in the page, beside a table of the same numbers.

    chart = Chart(columns(rows, x="month", y="paid", …), title=…, description=…, head=(…), rows=(…))
    {{ chart_figure(chart) }}   in a template (parts.html)

No script runs in the browser. Colours are named by role (`INK`, `SERIES`), and the style sheet gives each its shade for light and
dark. Chinese is measured with Noto Sans CJK from its wheel, so that no label overlaps.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup

INK, QUIET, GRID = "#20303c", "#5a6872", "#d9dee2"
SERIES = ("#1f6f8b", "#b5502f", "#8a7a2e", "#5b6ea8")
"""Paid, attained, …: the first is money, the second results. jixiao.css maps each of these to its shade in light and dark."""

FONT = "Noto Sans CJK TC"
_NARROW, _SMALL = 330, 35
_SHAPES = ("circle", "square", "diamond", "triangle-up", "cross")
_STROKES = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 400}

CONFIG: Mapping[str, Any] = {
    "aria": False,  # the figure has one title and description and its table; an announcement of every mark helps nobody
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": GRID,
        "tickColor": GRID,
        "labelPadding": 6,
    },
    "axisX": {"grid": False, "labelAngle": 0, "labelOverlap": "parity"},
    "axisY": {"domain": False, "ticks": False, "tickCount": 5, "labelLimit": 260},
    "legend": {"labelColor": INK, "labelFontSize": 13, "orient": "top", "title": None, "symbolSize": 120, "offset": 12},
    "range": {"category": list(SERIES)},
    "bar": {"color": SERIES[0]},
    "line": {"strokeWidth": 3, "strokeCap": "round"},
    "point": {"size": 60, "filled": True},
}


class Link(NamedTuple):
    """Where a mark leads, and what it says to who does not see it."""

    address: str
    text: str


@dataclass(frozen=True)
class Chart:
    """A chart with what it says in words and as a table: `rows` hold the same numbers, written as people read them."""

    spec: Mapping[str, Any]
    title: str
    description: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    links: tuple[Link, ...] = ()
    """Where the marks lead that `over_lanes` draws, in their order."""

    @property
    def svg(self) -> Markup:
        """The drawing, labelled by `title` and `description`."""
        return draw(self.spec, self.title, self.description, self.links)

    @property
    def narrow(self) -> Markup:
        """The same drawing for a phone: as wide as its screen, so that the labels keep their size."""
        config = {"axisY": {**CONFIG["axisY"], "labelLimit": 110}}
        if "vconcat" in self.spec:
            views: list[dict[str, Any]] = [{**view, "width": _NARROW - 90} for view in self.spec["vconcat"]]
            views[0]["mark"] = {**views[0]["mark"], "size": _SMALL}
            return draw({**self.spec, "config": config, "vconcat": views}, self.title, self.description, self.links)
        return draw({**self.spec, "config": config, "width": _NARROW}, self.title, self.description)


def draw(spec: Mapping[str, Any], title: str, description: str, links: tuple[Link, ...] = ()) -> Markup:
    """The spec as an inline SVG that scales with the page and follows its colours; drawn once for each spec."""
    return _draw(json.dumps(spec, ensure_ascii=False, sort_keys=True, default=str), title, description, links)


def picture(spec: Mapping[str, Any]) -> str:
    """The spec as an SVG that stands by itself, with its font: for print (`printing.py`)."""
    return _converter().vegalite_to_svg(_configured(json.loads(json.dumps(spec, default=str))))


def columns(
    values: Sequence[Mapping[str, Any]],
    *,
    x: str,
    y: str,
    x_order: Sequence[str],
    y_title: str,
    color: str | None = None,
    size: tuple[int, int] = (1000, 280),
) -> dict[str, Any]:
    """A spec of upright bars: `y` for each `x`; side by side by `color`."""
    encoding: dict[str, Any] = {
        "x": {"field": x, "type": "nominal", "sort": list(x_order), "title": None, "scale": {"paddingInner": 0.35}},
        "y": {"field": y, "type": "quantitative", "title": y_title},
    }
    if color:
        encoding |= {
            "color": {"field": color, "type": "nominal", "sort": None},
            "xOffset": {"field": color, "sort": None},
        }
    return _of_size(
        {"data": {"values": list(values)}, "mark": {"type": "bar", "cornerRadiusEnd": 2}, "encoding": encoding}, size
    )


def bars(
    values: Sequence[Mapping[str, Any]],
    *,
    x: str,
    y: str,
    y_order: Sequence[str],
    x_title: str,
    size: tuple[int, int] = (1000, 180),
) -> dict[str, Any]:
    """A spec of lying bars with their number at the end: `x` (a number) for each `y` (a word)."""
    encoding = {
        "y": {
            "field": y,
            "type": "nominal",
            "sort": list(y_order),
            "title": None,
            "axis": {"domain": False, "ticks": False},
        },
        "x": {"field": x, "type": "quantitative", "title": x_title, "axis": {"tickMinStep": 1, "tickCount": 6}},
    }
    label = {
        "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 13, "color": INK},
        "encoding": {"text": {"field": x}},
    }
    layers = [{"mark": {"type": "bar", "cornerRadiusEnd": 2, "size": 22}}, label]
    return _of_size({"data": {"values": list(values)}, "encoding": encoding, "layer": layers}, size)


def grouped_bars(
    values: Sequence[Mapping[str, Any]], *, x: str, y: str, color: str, y_order: Sequence[str], x_title: str
) -> dict[str, Any]:
    """A spec of lying bars, for each `y` one for each `color` below the other; as high as its rows need."""
    encoding = {
        "y": {
            "field": y,
            "type": "nominal",
            "sort": list(y_order),
            "title": None,
            "axis": {"domain": False, "ticks": False},
        },
        "x": {"field": x, "type": "quantitative", "title": x_title, "axis": {"tickCount": 6}},
        "yOffset": {"field": color, "sort": None},
        "color": {"field": color, "type": "nominal", "sort": None},
    }
    mark = {"type": "bar", "cornerRadiusEnd": 2}
    return _of_size(
        {"data": {"values": list(values)}, "mark": mark, "encoding": encoding}, (1000, 44 * len(y_order) + 20)
    )


def lines(
    values: Sequence[Mapping[str, Any]],
    *,
    x: str,
    y: str,
    color: str,
    x_order: Sequence[str],
    y_title: str,
    y_top: float | None = None,
    size: tuple[int, int] = (1000, 320),
) -> dict[str, Any]:
    """A spec of lines with points, one line for each `color`; the second is dashed, so that colour alone tells nothing."""
    along = {"type": "point", "padding": 0.3, "domain": list(x_order)}
    y_scale: dict[str, Any] = {"domainMin": 0} if y_top is None else {"domain": [0, y_top]}
    encoding = {
        "x": {"field": x, "type": "nominal", "sort": list(x_order), "title": None, "scale": along},
        "y": {"field": y, "type": "quantitative", "title": y_title, "scale": y_scale},
        "color": {"field": color, "type": "nominal", "sort": None, "legend": _STROKES},
    }
    dashes = {
        "field": color,
        "type": "nominal",
        "sort": None,
        "legend": None,
        "scale": {"range": [[1, 0], [7, 6], [2, 5], [12, 5]]},
    }
    layers = [{"mark": "line", "encoding": {"strokeDash": dashes}}, {"mark": {"type": "point", "opacity": 1}}]
    return _of_size({"data": {"values": list(values)}, "encoding": encoding, "layer": layers}, size)


def over_lanes(
    below: Mapping[str, Any], marks: Sequence[Mapping[str, Any]], *, x_order: Sequence[str]
) -> dict[str, Any]:
    """A spec of lines with lanes of marks above, on the same months: what happened, kind by kind. Each mark has `x`, `lane` (a word)
    and leads to the chart's link of the same place. Marks of one month and lane stand beside each other."""
    lanes = list(dict.fromkeys(mark["lane"] for mark in marks))
    beside: dict[tuple[str, str], int] = {}
    values: list[dict[str, Any]] = []
    for number, mark in enumerate(marks):
        place = (mark["x"], mark["lane"])
        beside[place] = beside.get(place, -1) + 1
        values.append({**mark, "beside": str(beside[place]), "link": f"#{number}"})
    columns_ = [str(each) for each in range(max(beside.values(), default=0) + 1)]
    encoding = {
        "x": {
            "field": "x",
            "type": "nominal",
            "axis": None,
            "scale": {"type": "band", "domain": list(x_order), "paddingInner": 0.1, "paddingOuter": 0.05},
        },
        "xOffset": {"field": "beside", "sort": columns_, "scale": {"domain": columns_}},
        "y": {"field": "lane", "type": "nominal", "sort": lanes, "title": None, "axis": {"grid": True}},
        "shape": {"field": "lane", "type": "nominal", "sort": lanes, "legend": None, "scale": {"range": list(_SHAPES)}},
        "color": {"field": "lane", "type": "nominal", "sort": lanes, "legend": None},
        "href": {"field": "link"},
    }
    above = {
        "data": {"values": values},
        "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
        "encoding": encoding,
        "width": below["width"],
        "height": 30 * len(lanes),
    }
    band = {"type": "band", "domain": list(x_order), "paddingInner": 0.1, "paddingOuter": 0.05}
    of_months = {**below["encoding"], "x": {**below["encoding"]["x"], "scale": band}}
    return {
        "vconcat": [above, {**below, "encoding": of_months}],
        "resolve": {"scale": {"color": "independent"}},
        "spacing": 8,
    }


def _of_size(spec: dict[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    return {**spec, "width": size[0], "height": size[1]}


@lru_cache(maxsize=512)
def _draw(spec: str, title: str, description: str, links: tuple[Link, ...]) -> Markup:
    asked = _configured(json.loads(spec))
    mark = "c" + hashlib.sha256(spec.encode() + title.encode()).hexdigest()[:10]
    return Markup(_labelled(_converter().vegalite_to_svg(asked), mark, title, description, links))


def _configured(asked: dict[str, Any]) -> dict[str, Any]:
    asked["config"] = {**CONFIG, **asked.get("config", {})}
    asked["$schema"] = "https://vega.github.io/schema/vega-lite/v6.json"
    if "vconcat" not in asked:
        asked.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    return asked


def _labelled(svg: str, mark: str, title: str, description: str, links: tuple[Link, ...]) -> str:
    """Ids of its own (several drawings stand in one page), one role, name and description for the whole, and the page's font.
    A drawing without links is one image; one with links is a group, and each link says what it leads to."""
    svg = re.sub(r'(id="|url\(#)(?=[a-z])', rf"\g<1>{mark}-", svg)
    svg = re.sub(r' (?:font-family|role|aria-[a-z]+)="[^"]*"', "", svg)
    width, height = re.search(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"', svg).groups()  # pyright: ignore[reportOptionalMemberAccess]
    label = Markup('<title id="{0}-t">{1}</title><desc id="{0}-d">{2}</desc>').format(mark, title, description)
    svg = re.sub(r'<a xlink:href="[^"#]*#([0-9]+)">', lambda found: _anchor(links[int(found[1])]), svg)
    role = "group" if links else "img"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" class="drawing" role="{role}" '
        f'aria-labelledby="{mark}-t {mark}-d">{label}'
    )
    return re.sub(r"^<svg[^>]*>", lambda _: head, svg, count=1)


def _anchor(link: Link) -> str:
    return Markup('<a href="{0}" aria-label="{1}"><title>{1}</title>').format(link.address, link.text)


def font_folder() -> str | None:
    """Where the Chinese font lies that the drawings and the prints are set in; None where its wheel is not there."""
    font = importlib.util.find_spec("cvttf_NotoSansCJK_Regular")
    found = font.submodule_search_locations if font is not None else None
    return found[0] if found else None


@cache
def _converter() -> Any:
    import vl_convert

    if (folder := font_folder()) is not None:
        vl_convert.register_font_directory(folder)
    return vl_convert
