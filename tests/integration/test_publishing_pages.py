"""The public pages over a real PostgreSQL: the same figures as the API, the events behind them, the officials' desk and its guards."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from backbone.web import notation
from services.publishing.domain import HEARD
from services.publishing.pages import PAGES
from services.publishing.pages.telling import Telling
from tests.browser.site import Site, serve
from tests.integration.servers import Servers


class Stay(HTTPRedirectHandler):
    """Redirects are looked at, not followed."""

    def redirect_request(self, *_: object) -> None:
        return None


@pytest.fixture(scope="module")
def site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serve(servers.fresh("publishing").url, tmp_path_factory.mktemp("assets")) as found:
        yield found


def ask(
    site: Site, path: str, *, form: dict[str, object] | None = None, token: str | None = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    """One request of a browser: status, text, headers. A form is sent with this site's Origin unless told."""
    data = urlencode(form, doseq=True).encode() if form is not None else None
    sent = {"Accept": "text/html", **({"Origin": site.url} if form is not None else {}), **headers}
    if token:
        sent["Cookie"] = f"jixiao_session={token}"
    request = Request(
        site.url + quote(path, safe="/?=&%"), data, {name.replace("_", "-"): value for name, value in sent.items()}
    )
    try:
        answer = build_opener(Stay).open(request, timeout=20)
    except HTTPError as error:
        answer = error
    return answer.status, answer.read().decode(), dict(answer.headers)  # type: ignore[return-value]


def test_the_home_page_is_the_latest_year(site: Site) -> None:
    status, _, headers = ask(site, "/")
    assert (status, headers["location"]) == (302, "/2026")
    assert ask(site, "/projects")[2]["location"] == "/2026/projects"


def test_pages_say_the_figures_of_the_api(site: Site) -> None:
    year = json.loads(ask(site, "/api/2026")[1])
    page = ask(site, "/2026")[1]
    for sum_ in (year["budget"], year["paid"]):
        assert notation.yuan(int(sum_.replace(".", "")), "zh") in page
    assert "演示数据" in page and "数据截至 2027年2月5日" in page
    for unit in year["by_unit"]:
        assert notation.yuan(int(unit["paid"].replace(".", "")), "zh") in page
        assert f"/2026/units/{quote(unit['unit'])}" in page
    project = json.loads(ask(site, "/api/2026/projects/CS-2026-003")[1])
    told = ask(site, "/2026/projects/CS-2026-003")[1]
    for month in project["months"]:
        assert notation.yuan(int(month["paid"].replace(".", "")), "zh") in told
        assert f"/events/{month['event']}" in told and f"/events/{month['report']}" in told
    for step in project["story"]:
        assert f"/events/{step['event']}" in told
    assert project["digest"] in told and "暂缓执行" in told


def test_codes_are_read_as_names_and_found_by_them(site: Site) -> None:
    page = ask(site, "/2026/units/department-14")[1]
    assert "<h1>水利局：2026 年的项目和资金</h1>" in page
    assert "Water Bureau" in ask(site, "/2026/units/department-14", Accept_Language="en")[1]
    assert "古城管理委员会" in ask(site, "/2026")[1], "a code that the directory does not know is shown as it is"
    found = ask(site, "/2026/projects?q=水利")[1]
    assert "找到 2 个项目" in found and "农村饮水安全巩固提升" in found
    assert json.loads(ask(site, "/api/2026/projects?q=水利")[1])["count"] == 2
    assert "赵强（分管领导，青禾县）" in ask(site, "/2026/projects/CS-2026-003")[1]


def test_every_page_has_both_languages_and_its_day(site: Site) -> None:
    event = json.loads(ask(site, "/api/2026/projects/CS-2026-003")[1])["months"][5]["event"]
    for path in (
        "/2026",
        "/2026/projects",
        "/2026/projects/CS-2026-003",
        "/2026/units/古城管理委员会",
        f"/events/{event}",
    ):
        for lang, day in (("zh", "数据截至 2027年2月5日"), ("en", "Data as of 5 February 2027")):
            status, text, _ = ask(site, path, Accept_Language=lang)
            assert status == 200 and day in text, (path, lang)
            assert "<script" not in text and "style=" not in text


def test_an_english_page_is_english_but_for_names(site: Site) -> None:
    text = re.sub(r"<[^>]+>", " ", ask(site, "/2026/projects?q=zzz", Accept_Language="en")[1])
    chinese = set(re.findall(r"[一-鿿]+", text)) - {"绩", "中文"}
    assert chinese == set()
    assert "No project was found" in text


def test_an_events_page_reads_every_field_in_both_languages(site: Site) -> None:
    """Every event that publishing hears has its title, its sentence and a name for each field."""
    from contracts.asyncapi import example

    for lang in ("zh", "en"):
        telling = Telling(PAGES.words, lang)
        for event in HEARD:
            data = event.model_validate(example(event)).model_dump(mode="json")
            told = telling.tell(event.type_name(), data)
            assert told.title and told.sentence
            labels = [detail.label for detail in telling.details(event.type_name(), data)]
            assert labels and not [label for label in labels if re.fullmatch(r"[a-z]+_[a-z_]+", label)]
    money = json.loads(ask(site, "/api/2026/projects/CS-2026-003")[1])["months"][5]
    page = ask(site, f"/events/{money['event']}")[1]
    assert "180" in page and money["digest"] in page and "怎样核对支付金额" in page
    assert "/ledger/vouchers" not in page


def test_an_official_is_led_on_to_the_vouchers(site: Site) -> None:
    money = json.loads(ask(site, "/api/2026/projects/CS-2026-003")[1])["months"][5]
    page = html.unescape(ask(site, f"/events/{money['event']}", token=site.token["official"])[1])
    assert "/ledger/vouchers?project=CS-2026-003&year=2026&until=2026-06" in page


def test_what_is_not_public_is_a_page_that_says_so(site: Site) -> None:
    for path in (
        "/2026/projects/CS-2026-011",
        "/2031",
        "/2026/units/nobody",
        "/events/0b7f3c1e-8d0b-4a54-9c7e-0d7c3b6d1a11",
        "/nowhere",
    ):
        status, text, headers = ask(site, path)
        assert status == 404 and "<h1>" in text and headers["content-type"].startswith("text/html")
    assert ask(site, "/events/not-an-id")[0] == 422
    assert ask(site, "/held")[0] == 401
    assert ask(site, "/held", token=site.token["unit"])[0] == 403


def test_a_token_is_traded_for_a_session_out_of_reach_of_scripts(site: Site) -> None:
    status, _, headers = ask(site, "/sign-in", form={"token": site.token["official"]})
    assert (status, headers["location"]) == (303, "/held")
    cookie = headers["set-cookie"]
    assert cookie.startswith("jixiao_session=") and "HttpOnly" in cookie and "SameSite=strict" in cookie
    status, text, headers = ask(site, "/sign-in", form={"token": "forged"})
    assert status == 401 and "令牌不对" in text and "set-cookie" not in headers
    _, _, headers = ask(site, "/sign-out", form={}, token=site.token["official"])
    assert 'jixiao_session=""' in headers["set-cookie"] and "Max-Age=0" in headers["set-cookie"]


def test_a_form_from_another_site_changes_nothing(site: Site) -> None:
    for origin in ("https://elsewhere.example", "null"):
        for path, form in (("/held", {"key": "k", "document": "d"}), ("/sign-in", {"token": "t"}), ("/sign-out", {})):
            status, text, _ = ask(site, path, form=form, token=site.token["official"], Origin=origin)
            assert status == 403 and "不是从本站发出的" in text


def test_several_results_are_approved_at_once_and_a_refused_one_holds_none_up(site: Site) -> None:
    token = site.token["official"]
    page = ask(site, "/held", token=token)[1]
    chosen = re.findall(r'name="chosen" value="([^"]+)"', page)
    assert len(chosen) == 2
    assert 'name="chosen"' not in ask(site, "/held", token=site.token["auditor"])[1]
    outdated = "2026/0b7f3c1e-8d0b-4a54-9c7e-0d7c3b6d1a11/CS-2026-012"
    form = {"key": "one", "document": "县绩效〔2027〕5号", "chosen": [chosen[0], outdated]}
    text = ask(site, "/held", form=form, token=token)[1]
    assert "已批准公布 1 个结果" in text and "有 1 个没有办成" in text and "请重新查看后再批准" in text
    assert ask(site, "/2026/projects/CS-2026-011")[0] == 200 and ask(site, "/2026/projects/CS-2026-012")[0] == 404
    assert "没有选择任何项目" in ask(site, "/held", form={"key": "two", "document": "d"}, token=token)[1]
    assert ask(site, "/held", form={"key": "three", "document": "d", "chosen": "x"}, token=token)[0] == 400
    assert ask(site, "/held", form={**form, "key": "four"}, token=site.token["auditor"])[0] == 403
    form = {"key": "five", "document": "县绩效〔2027〕5号", "chosen": [chosen[1]]}
    assert "已批准公布 1 个结果" in ask(site, "/held", form=form, token=token)[1]
    assert "没有待公布的结果" in ask(site, "/held", token=token)[1]
