"""Goals' pages on real PostgreSQL, as a browser gets them: in both languages, for who may read them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.goals_http import (
    PUBLISHED,
    STOPPED,
    SUSPENDED,
    URGED,
    Goals,
    application,
    declaration,
    goals,
    graded,
)
from tests.integration.servers import Servers


@pytest.fixture(scope="module")
def at(servers: Servers) -> Iterator[Goals]:
    """CS-1 after a whole year, CS-2 returned, CS-3 submitted, CS-1 declared for the next year."""
    light = declaration()
    light["annual"][2]["weight"] = "5"
    with goals(servers) as found:
        found.post("declarations", light, who="unit")
        found.post("review", {"reason": "满意度权重不足"})
        found.lies("approved")
        found.hear(URGED)
        found.post("adjustments", application(), who="unit")
        found.post("adjustments/1/approval", {"document": "县财预〔2026〕31号"})
        found.hear(SUSPENDED, STOPPED, graded(), PUBLISHED)
        found.post("/api/projects/2026/CS-2/declarations", {**light, "name": "乡村道路 <b>"}, who="unit")
        found.post("/api/projects/2026/CS-2/review")
        found.post("/api/projects/2026/CS-3/declarations", declaration(unit="town-2"), who="other")
        found.post("/api/projects/2027/CS-1/declarations", declaration(kind="continuing"), who="unit")
        yield found


def test_the_list_says_where_each_declaration_lies(at: Goals) -> None:
    answer = at.page("/?year=2026")
    assert answer.status_code == 200
    for said in (
        "绩效目标申报与批复",
        "已批复",
        "已停止",
        "已退回",
        "待审核",
        "4,800,000.00",
        "5,200,000.00",
        "912,000.00",
    ):
        assert said in answer.text
    assert "乡村道路 &lt;b&gt;" in answer.text
    english = at.page("/?year=2026", lang="en").text
    for said in ("Goals: declared, reviewed, approved", "approved", "stopped", "to be reviewed", "Freed by stops"):
        assert said in english


def test_the_list_shows_the_latest_year_and_the_grade_that_binds_it(at: Goals) -> None:
    text = at.page("/").text
    assert "2027 年各项目" in text
    assert "优先保障" in text
    assert "/projects/2027/CS-1" in text


def test_the_list_by_status_and_page_by_page(at: Goals) -> None:
    text = at.page("/?year=2026&status=returned").text
    assert "CS-2" in text
    assert "CS-1" not in text
    assert "回到第一页" in at.page("/?year=2026&after=CS-1").text


def test_a_unit_sees_its_own_projects_alone(at: Goals) -> None:
    text = at.page("/?year=2026", who="unit").text
    assert "CS-1" in text
    assert "CS-3" not in text
    assert at.page("/projects/2026/CS-3", who="unit").status_code == 403
    assert at.page("/projects/2026/CS-3", who="other").status_code == 200


def test_a_project_s_page_tells_its_rounds_and_its_story(at: Goals) -> None:
    answer = at.page("/projects/2026/CS-1")
    assert answer.status_code == 200
    for said in (
        "高标准农田灌溉渠改造",
        "第 1 次申报：退回修改",
        "理由：满意度权重不足",
        "权重之和不符合规定",
        "第 2 次申报：审核通过",
        "没有分月进度",
        "第 1 次申请：政策变化",
        "已批准",
        "工程费",
        "2026年10月15日停止执行，收回 912,000.00 元",
        "目标与预算一并调整：4,800,000.00 元 → 5,200,000.00 元",
        "责令暂缓执行，未支出 912,000.00 元",
        "结果已公开",
        "查看公开结果",
        "不低于 130 公里",
        "数据截至 2026年1月20日",
    ):
        assert said in answer.text, said
    assert (
        answer.text.index("结果已公开")
        < answer.text.index("目标与预算一并调整")
        < answer.text.index("第 1 次申报，预算")
    )


def test_a_project_s_page_in_english(at: Goals) -> None:
    text = at.page("/projects/2026/CS-1", lang="en").text
    for said in (
        "Submission 1: returned",
        "the weights do not sum to what the scheme says",
        "Stopped on 15 October 2026; CNY 912,000.00 were freed",
        "Evaluated: 84.08 points, good (mof-2020-10@1)",
        "Data as of 20 January 2026",
    ):
        assert said in text, said
    for chinese in ("审核", "调整申请", "批复预算"):
        assert chinese not in text


def test_the_grade_of_the_year_before_is_told_on_the_next(at: Goals) -> None:
    text = at.page("/projects/2027/CS-1").text
    assert "2026 年评价为良（84.08 分），与本年预算挂钩" in text
    assert "还没有审核" in text


def test_who_is_not_signed_in_is_asked_to(at: Goals) -> None:
    for path in ("/", "/projects/2026/CS-1"):
        answer = at.page(path, who=None)
        assert answer.status_code == 401
        assert "/sign-in" in answer.text
    assert at.page("/", who="data-unit").status_code == 403


def test_an_unknown_project_is_told_on_a_page(at: Goals) -> None:
    answer = at.page("/projects/2026/CS-9")
    assert answer.status_code == 404
    assert "没有找到项目 CS-9" in answer.text


def test_every_link_of_the_list_leads_somewhere(at: Goals) -> None:
    import re

    links = set(re.findall(r'href="(/[^"]*)"', at.page("/?year=2026").text))
    own = {link.replace("&amp;", "&") for link in links}
    assert any(link.startswith("/projects/2026/") for link in own)
    assert {link: at.page(link).status_code for link in own if at.page(link).status_code != 200} == {}


def test_before_anything_is_declared(servers: Servers) -> None:
    with goals(servers) as empty:
        assert "还没有申报" in empty.page("/").text
