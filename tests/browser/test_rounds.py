"""The pages of rounds in a browser: read by everybody (axe), on a phone, without JavaScript; a round played by clicking like a person."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.browser import DESK, PHONE, barriers, pictured
from tests.browser.office_site import Office, sign_in, signed_in, watched

ROUND = "2026-05"
PAGES = {
    "rounds": ("/rounds", "finance"),
    "round": (f"/rounds/{ROUND}", "finance"),
    "parts": (f"/rounds/{ROUND}/projects", "auditor"),
    "to-decide": (f"/rounds/{ROUND}/projects?state=passed", "official"),
    "to-fill": (f"/rounds/{ROUND}/projects/CS-7", "other"),
    "to-review": (f"/rounds/{ROUND}/projects/CS-2", "finance"),
    "to-decide-one": (f"/rounds/{ROUND}/projects/CS-1", "official"),
    "decided": (f"/rounds/{ROUND}/projects/CS-3", "auditor"),
    "report": (f"/rounds/{ROUND}/report", "auditor"),
}
MEASURE = {"what": "调减预算", "by": "finance", "until": "2026-09-30", "document": "县财预〔2026〕35号"}


@pytest.fixture(scope="module", autouse=True)
def a_round(office: Office) -> None:
    """A mid-term review in May over January–April: parts that wait, are filled in, passed, decided."""
    opening = {"round": ROUND, "kind": "mid-term", "through": "2026-04", "document": "县财绩〔2026〕18号"}
    assert office.m.post("/api/rounds", opening, who="finance").status_code == 200
    filling = {
        "causes": [{"kind": "procurement", "text": "管材招标两次流标"}, {"kind": "plan", "text": "设计变更"}],
        "expected_values": {"canal": "85"}, "expected_payments": "5000.00", "remedy": "增加两支施工队",
    }  # fmt: skip
    decision = {"decision": "cut", "reason": "年内用不完", "budget": "5000.00", "measure": MEASURE}
    for project, who, steps in (("CS-1", "unit", 2), ("CS-2", "other", 1), ("CS-3", "unit", 3)):
        way = (("filling", filling, who), ("passing", {}, "finance"), ("decision", decision, "official"))
        for path, body, asking in way[:steps]:
            answer = office.m.post(f"/api/rounds/{ROUND}/projects/{project}/{path}", body, who=asking)
            assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("width", "dark", "lang"), [(DESK, False, "zh-CN"), (PHONE, True, "en-GB"), (PHONE, False, "zh-CN")]
)
def test_no_page_of_a_round_keeps_anybody_out(
    browser: Browser, office: Office, width: int, dark: bool, lang: str
) -> None:
    """axe finds nothing serious, nothing scrolls sideways on a phone; pictures go where JIXIAO_TEST_PICTURES says."""
    found: list[str] = []
    with watched(signed_in(browser, office, width=width, dark=dark, lang=lang, script=True)) as page:
        for name, (path, who) in PAGES.items():
            sign_in(page, office, who)
            page.goto(office.url + path)
            pictured(page, f"round-{name}-{width}-{lang}")
            found += [f"{name}: {barrier}" for barrier in barriers(page, width)]
    assert found == []


def test_a_part_is_filled_in_reviewed_and_decided_by_clicking(browser: Browser, office: Office) -> None:
    address = f"{office.url}/rounds/{ROUND}/projects/CS-6"
    with watched(signed_in(browser, office, "official", script=True)) as page:
        page.goto(address)
        assert page.get_by_role("button", name="提交填报").count() == 0
    answer = office.m.get(f"/api/rounds/{ROUND}/projects/CS-6")
    assert answer.json()["state"] == "waiting"
    with watched(signed_in(browser, office, "other", script=True)) as page:
        page.goto(f"{office.url}/rounds/{ROUND}/projects/CS-7")
        page.get_by_label("原因种类").first.select_option("procurement")
        page.get_by_label("原因说明").first.fill("招标流标")
        page.get_by_label("全年预计完成数").fill("60")
        page.get_by_label("全年预计支出（元）").fill("4,000.00")
        page.get_by_role("button", name="提交填报").click()
        assert page.get_by_role("status").inner_text() == "已填报，等待财政部门审核。"
    with watched(signed_in(browser, office, "finance", script=True)) as page:
        page.goto(f"{office.url}/rounds/{ROUND}/projects/CS-7")
        page.get_by_role("button", name="审核通过").click()
        assert "系统提出了处理意见" in page.get_by_role("status").inner_text()
    with watched(signed_in(browser, office, "official", script=True)) as page:
        page.goto(f"{office.url}/rounds/{ROUND}/projects/CS-7")
        page.get_by_label("依据文件").fill("县财预〔2026〕36号")
        page.get_by_label("理由").fill("按系统建议")
        page.get_by_role("button", name="决定", exact=True).click()
        assert page.get_by_role("status").inner_text() == "决定已作出。"
    assert office.m.get(f"/api/rounds/{ROUND}/projects/CS-7").json()["confirmed"] is True
