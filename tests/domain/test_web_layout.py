"""The frame of every page: language, navigation, "data as of", security headers, ETag; a page with a missing sentence does not come up."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from jinja2 import ChoiceLoader, DictLoader
from starlette.responses import Response

from backbone.process.settings import Settings
from backbone.web import layout, organisations
from backbone.web.assets import find
from backbone.web.headers import SECURITY
from backbone.web.languages import accepted
from backbone.web.layout import Pages
from backbone.web.words import WordsMissing, load
from contracts.decision import Actor

TEMPLATE = """{% extends "layout.html" %}{% import "parts.html" as parts with context %}{% block content %}
<h1>{{ title }}</h1><p>{{ name }}</p>{{ paid|yuan }} {{ paid|wan }} {{ day|day }}
{{ parts.records("表", [{"label": "项目", "kind": "name"}, {"label": "金额", "kind": "amount"}], [[name, paid|amount]]) }}
{{ parts.records("空表", [{"label": "项目", "kind": "name"}], []) }}
{{ parts.trail("位置", [("/", "首页"), ("", "这里")]) }}{% endblock %}"""


def site(tmp_path: Path, demo: bool = False, actor: Actor | None = None) -> TestClient:
    """An app with one page."""
    app = FastAPI()
    app.state.settings = Settings(demo=demo, assets=tmp_path, evaluation_port=9983)  # pyright: ignore[reportCallIssue]
    pages = Pages.of("backbone.web", load("backbone.web"), who=lambda request: actor)
    assert isinstance(pages.environment.loader, ChoiceLoader)
    pages.environment.loader = ChoiceLoader([*pages.environment.loader.loaders, DictLoader({"page.html": TEMPLATE})])
    pages.install(app)

    @app.get("/{path:path}")
    def page(request: Request, path: str) -> Response:
        name = "<script>alert(1)</script>"
        return pages.render(
            request,
            "page.html",
            title="总览",
            as_of=date(2026, 7, 11),
            name=name,
            paid=480_000_000,
            day=date(2026, 7, 11),
        )

    return TestClient(app)


def test_chinese_comes_first_and_english_by_wish(tmp_path: Path) -> None:
    client = site(tmp_path)
    first = client.get("/")
    assert '<html lang="zh-CN">' in first.text and first.headers["content-language"] == "zh-CN"
    assert "数据截至 2026年7月11日" in first.text and "4,800,000.00 元" in first.text and "480.00 万元" in first.text
    english = client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert "Data as of 11 July 2026" in english.text and "CNY 4.80 million" in english.text
    assert "set-cookie" not in first.headers


def test_a_chosen_language_stays(tmp_path: Path) -> None:
    client = site(tmp_path)
    chosen = client.get("/2026?lang=en&q=灌溉")
    assert "lang=en" in chosen.headers["set-cookie"] and "HttpOnly" in chosen.headers["set-cookie"]
    assert "/2026?q=%E7%81%8C%E6%BA%89&amp;lang=zh" in chosen.text, "the switch keeps the search"
    assert "Data as of" in client.get("/2026").text
    assert "数据截至" in client.get("/2026?lang=zh").text
    assert client.get("/2026?lang=fr").status_code == 200


@pytest.mark.parametrize(
    ("header", "lang"),
    [("", "zh"), ("en", "en"), ("de, en;q=0.5", "en"), ("en;q=0.3, zh-CN;q=0.8", "zh"), ("fr", "zh"), ("en;q=x", "zh")],
)
def test_the_readers_languages_are_weighed(header: str, lang: str) -> None:
    assert accepted(header) == lang


def test_what_comes_from_outside_is_never_markup(tmp_path: Path) -> None:
    text = site(tmp_path).get("/").text
    assert "<script>" not in text and text.count("&lt;script&gt;") == 2


def test_every_answer_has_the_security_headers_and_a_page_has_no_script_or_style(tmp_path: Path) -> None:
    client = site(tmp_path)
    for path in ("/", "/favicon.ico"):
        answer = client.get(path)
        assert {name: answer.headers[name] for name in SECURITY} == SECURITY
    text = client.get("/").text
    assert "style=" not in text and "onclick" not in text and "<style" not in text


def test_a_page_is_sent_again_only_when_it_changed(tmp_path: Path) -> None:
    client = site(tmp_path)
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304 and not again.content and again.headers["etag"] == first.headers["etag"]
    other = client.get("/?lang=en", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert first.headers["vary"] == "Accept-Language, Cookie"


def test_the_navigation_leads_to_the_other_services_on_the_same_host(tmp_path: Path) -> None:
    actor = Actor("赵强", "official", "county")
    public, signed_in = site(tmp_path).get("/").text, site(tmp_path, actor=actor).get("/").text
    assert "http://testserver:9983/" not in public and "登录" in public
    assert 'href="http://testserver:9983/"' in signed_in and "<span>赵强</span> <small>分管领导</small>" in signed_in
    assert site(tmp_path, actor=actor).get("/").headers["cache-control"] == "private, no-cache"


def test_demonstration_data_are_labelled(tmp_path: Path) -> None:
    assert "演示数据" in site(tmp_path, demo=True).get("/").text
    assert "演示数据" not in site(tmp_path).get("/").text


def test_a_table_names_each_cell_for_a_phone(tmp_path: Path) -> None:
    text = site(tmp_path).get("/").text
    assert 'data-label="金额"' in text and 'role="rowheader"' in text and "没有内容。" in text


def test_a_page_with_a_missing_sentence_does_not_come_up(monkeypatch: pytest.MonkeyPatch) -> None:
    templates = DictLoader({"bad.html": '{{ say("page.lost.title") }}{{ say("lost." ~ x) }}{{ say("site.name") }}'})
    monkeypatch.setattr(layout, "PackageLoader", lambda *_: templates)
    with pytest.raises(WordsMissing) as missing:
        Pages.of("backbone.web", load("backbone.web"))
    assert str(missing.value) == (
        "bad.html:1 says page.lost.title; bad.html:1 says something of lost, which has no sentences"
    )


def test_files_are_served_by_their_digest_alone(tmp_path: Path) -> None:
    folder = tmp_path / "pico" / "2.1.1" / "css"
    folder.mkdir(parents=True)
    (folder / "pico.min.css").write_text(":root{}", "utf-8")
    client = site(tmp_path)
    known = find(tmp_path)
    assert set(known) == {"pico.min.css", "jixiao.css", "seal.svg", "live.js"}
    for asset in known.values():
        answer = client.get(asset.address)
        assert answer.content == asset.content and "immutable" in answer.headers["cache-control"]
        assert asset.name in ("seal.svg", "live.js") or f'href="{asset.address}"' in client.get("/").text
    outside = FastAPI()
    Pages.of("backbone.web", load("backbone.web")).install(outside)
    assert TestClient(outside).get("/assets/0000000000000000/jixiao.css").status_code == 404
    assert TestClient(outside).get("/assets/x/..%2f..%2fwords.toml").status_code == 404


def test_organisations_are_named_by_the_countys_directory(tmp_path: Path) -> None:
    assert organisations.load(tmp_path).name("department-03", "zh") == "department-03"
    file = tmp_path / organisations.FILE
    file.write_text('department-03 = { zh = "教育局", en = "Education Bureau" }\ncounty = "青禾县"\n', "utf-8")
    known = organisations.load(tmp_path)
    assert (known.name("department-03", "zh"), known.name("department-03", "en")) == ("教育局", "Education Bureau")
    assert (known.name("county", "en"), known.name("town-1", "en")) == ("青禾县", "town-1")
    assert known.known("教育") == ["department-03"] == known.known("education")
    assert known.known(" ") == []
    file.write_text("county = 1\n# longer than before", "utf-8")
    os.utime(file, ns=(1, 1))
    assert organisations.load(tmp_path).names == {}, "a broken directory shows codes"
    with pytest.raises(ValueError, match="county must be a name"):
        organisations.parse("county = 1")
