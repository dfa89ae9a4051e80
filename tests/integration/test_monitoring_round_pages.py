"""The pages of rounds: each command from a form, what is refused stands in the form again, and who sees what; in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response

from tests.integration.monitored import Monitoring, adjusted, token
from tests.integration.rounds import august, brought_to, part
from tests.integration.servers import Servers

CJK = re.compile(r"[\u4e00-\u9fff]")
OPENING = {"round": "2026-08", "kind": "august", "through": "2026-07", "document": "县财绩〔2026〕18号", "due": ""}
FILLING = {
    "cause-kind-1": "procurement", "cause-text-1": "管材招标<b>流标</b>", "cause-kind-2": "", "cause-text-2": "",
    "value-1": "85", "expected_payments": "7,000.00", "remedy": "增加施工队",
}  # fmt: skip
MEASURE = {"what": "调减预算", "by": "finance", "until": "2026-09-30", "document": "县财预〔2026〕35号"}
DECISION = {"decision": "cut", "budget": "7000.00", "reason": "用不完", **MEASURE}
OWN = (
    "高标准农田灌溉渠改造", "改造渠道长度", "公里", "管材招标两次流标", "增加两支施工队", "年内确实用不完", "调减预算",
    "县财绩〔2026〕18号",
    "县财预〔2026〕35号", "绩", "中文", "赵强", "王芳", "李明", "吴静",
)  # fmt: skip
"""What people wrote, and the site's own mark: Chinese in an English page too."""
PART = "/rounds/2026-08/projects/CS-1"


@pytest.fixture
def m(servers: Servers) -> Iterator[Monitoring]:
    with august(servers) as service:
        yield service


def sent(m: Monitoring, path: str, entries: dict[str, Any], who: str, **headers: str) -> Response:
    """A form as a browser sends it."""
    form = {"key": f"form-{next(m._keys)}", **entries}
    given = {"authorization": f"Bearer {token(who)}", "origin": "http://testserver", "accept": "text/html", **headers}
    return m.client.post(path, data=form, headers=given, follow_redirects=False)


def read(m: Monitoring, path: str, who: str = "auditor", lang: str = "zh") -> str:
    answer = m.get(f"{path}{'&' if '?' in path else '?'}lang={lang}", who=who, accept="text/html")
    assert answer.status_code == 200, answer.text
    return answer.text


def opened(m: Monitoring) -> None:
    assert sent(m, "/rounds", OPENING, "finance").headers["location"] == "/rounds/2026-08?done=opened"


def test_the_whole_way_by_forms(m: Monitoring) -> None:
    opened(m)
    assert "各项目数字已记下" in read(m, "/rounds/2026-08?done=opened")
    page = read(m, PART, "unit")
    assert 'action="/rounds/2026-08/projects/CS-1/filling"' in page and "/decision" not in page
    done = sent(m, f"{PART}/filling", FILLING, "unit")
    assert (done.status_code, done.headers["location"]) == (303, f"{PART}?done=fill-part")
    assert "&lt;b&gt;流标" in read(m, PART, "finance") and "<b>流标" not in read(m, PART, "finance")
    assert sent(m, f"{PART}/return", {"return_reason": "请说明责任"}, "finance").status_code == 303
    assert "请说明责任" in read(m, PART, "unit")
    assert sent(m, f"{PART}/filling", FILLING, "unit").status_code == 303
    assert sent(m, f"{PART}/passing", {"note": ""}, "finance").status_code == 303
    assert 'value="7,000.00"' in read(m, PART, "official")
    assert sent(m, f"{PART}/decision", DECISION, "official").status_code == 303
    assert "与系统建议一致" in read(m, PART)
    m.hear(adjusted(cause="mid_term", budget=700_000))
    assert "已按程序调整为 7,000.00 元" in read(m, PART)
    assert part(m)["causes"] == [{"kind": "procurement", "text": "管材招标<b>流标</b>"}]
    for title in ("纳入监控轮次", "监控表退回", "监控轮次决定", "提请调整预算"):
        assert title in read(m, "/2026/projects/CS-1")


def test_many_proposals_are_confirmed_at_once_and_one_that_is_refused_holds_no_other_up(m: Monitoring) -> None:
    opened(m)
    brought_to(m, "passed")
    brought_to(m, "passed", "CS-3")
    page = read(m, "/rounds/2026-08/projects?state=passed", "official")
    assert page.count('type="checkbox"') == 2
    entries = {"reason": "同意系统建议", **MEASURE, "chosen": ["CS-1", "CS-2", "CS-3"]}
    answer = sent(m, "/rounds/2026-08/confirmation", entries, "official")
    assert "已决定 2 个项目" in answer.text and "CS-2" in answer.text
    assert [part(m, each)["state"] for each in ("CS-1", "CS-2", "CS-3")] == ["decided", "waiting", "decided"]
    assert "没有选择项目" in sent(m, "/rounds/2026-08/confirmation", {"reason": "同意", **MEASURE}, "official").text
    assert sent(m, "/rounds/2026-08/confirmation", entries, "finance").status_code == 403


def test_a_round_is_closed_from_its_page(m: Monitoring) -> None:
    opened(m)
    refused = sent(m, "/rounds/2026-08/closing", {"document": "文"}, "finance")
    assert refused.status_code == 409 and "还有 3 个项目没有决定" in refused.text
    for project, who in (("CS-1", "unit"), ("CS-2", "other"), ("CS-3", "unit")):
        brought_to(m, "passed", project, who)
        keep = {"decision": "keep", "reason": "按计划"}
        assert sent(m, f"/rounds/2026-08/projects/{project}/decision", keep, "official").status_code == 303
    assert sent(m, "/rounds/2026-08/closing", {"document": "县财绩〔2026〕25号"}, "finance").status_code == 303
    assert "县财绩〔2026〕25号" in read(m, "/rounds/2026-08")


@pytest.mark.parametrize(
    ("changed", "entry"),
    [
        ({"value-1": "很多"}, "全年预计完成数"),
        ({"expected_payments": ""}, "全年预计支出"),
        ({"expected_payments": "0.001"}, "全年预计支出"),
        ({"cause-kind-1": "weather"}, "原因种类"),
    ],
)
def test_a_wrong_entry_is_named_and_what_was_entered_stays(m: Monitoring, changed: dict[str, str], entry: str) -> None:
    opened(m)
    answer = sent(m, f"{PART}/filling", {**FILLING, **changed}, "unit")
    assert answer.status_code == 422
    assert f"“{entry}" in answer.text and "增加施工队" in answer.text
    assert part(m)["state"] == "waiting"


@pytest.mark.parametrize(
    "changed", [{"round": "2026-8"}, {"kind": "yearly"}, {"document": " "}, {"due": "明天"}, {"through": ""}]
)
def test_a_round_is_not_opened_by_a_wrong_entry(m: Monitoring, changed: dict[str, str]) -> None:
    answer = sent(m, "/rounds", {**OPENING, **changed}, "finance")
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert m.get("/api/rounds").json()["rounds"] == []


def test_a_refusal_stands_in_the_form_and_a_foreign_form_does_nothing(m: Monitoring) -> None:
    refused = sent(m, "/rounds", {**OPENING, "through": "2026-06"}, "finance")
    assert refused.status_code == 409 and "1—7 月" in refused.text
    assert sent(m, "/rounds", OPENING, "unit").status_code == 403
    assert sent(m, "/rounds", OPENING, "finance", origin="http://elsewhere").status_code == 403
    assert m.get("/api/rounds").json()["rounds"] == []


def test_the_same_form_sent_twice_is_done_once(m: Monitoring) -> None:
    opened(m)
    for _ in range(2):
        assert sent(m, f"{PART}/filling", {**FILLING, "key": "the-same"}, "unit").status_code == 303
    assert m.events().count("RoundPartFilled") == 1


def test_pages_are_whole_in_both_languages_and_bounded_by_who_reads(m: Monitoring) -> None:
    assert "还没有开展过" in read(m, "/rounds")
    opened(m)
    brought_to(m, "decided")
    paths = ("/rounds", "/rounds/2026-08", "/rounds/2026-08/projects?department=town-2", PART, "/rounds/2026-08/report")
    for path in paths:
        assert "监控" in read(m, path)
        text = re.sub(r"<[^>]+>", " ", read(m, path, lang="en"))
        for own in OWN:
            text = text.replace(own, "")
        assert CJK.findall(text) == [], (path, re.findall(r".{20}[\u4e00-\u9fff]+", text)[:5])
    assert "CS-2" not in read(m, "/rounds/2026-08/projects", "unit")
    assert m.get("/rounds/2026-08/projects/CS-2", who="unit").status_code == 403
    event = m.get("/api/rounds/2026-08").json()["opened_event"]
    assert 'href="/rounds/2026-08"' in read(m, f"/events/{event}")
