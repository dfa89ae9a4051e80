"""Projects scored on real PostgreSQL from what the inbox heard: command, answers, refusals in both languages, pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.evaluation_http import (
    ADJUSTED,
    EVALUATE,
    PLEASED,
    RESUMED,
    STOPPED,
    SUSPENDED,
    Evaluation,
    approved,
    evaluation,
    judged,
    reported,
)
from tests.integration.servers import Servers


@pytest.fixture
def at(servers: Servers) -> Iterator[Evaluation]:
    with evaluation(servers) as found:
        yield found


def test_a_project_is_scored_from_what_was_heard(at: Evaluation) -> None:
    at.hear(approved(), reported(), judged())
    answer = at.done(EVALUATE, PLEASED, who="evaluator")
    assert (answer["stream"], answer["total"], answer["grade"], answer["consequence"]) == (
        "project/CS-1/2026", "96.50", "excellent", "key_support",
    )  # fmt: skip
    assert [event["type"] for event in answer["events"]] == [
        "jixiao.evaluation.ProjectScored.v1",
        "jixiao.evaluation.EvaluationCompleted.v1",
    ]
    said = at.get("/api/projects/2026/CS-1", who="auditor").json()
    result = said["evaluation"]
    assert {part["id"]: part["points"] for part in result["parts"]} == {
        "execution": "9.50", "output": "48.00", "benefit": "30.00", "satisfaction": "9.00",
    }  # fmt: skip
    assert (result["total"], result["grade"], result["budget"], result["paid"], result["vouchers"]) == (
        "96.50", "excellent", "4800000.00", "4560000.00", 391,
    )  # fmt: skip
    assert len(result["rests_on"]) == 3
    assert result["id"] == answer["events"][1]["id"]
    assert [line["points"] for line in result["indicators"]] == ["48.00", "30.00", "9.00"]
    assert said["earlier"] == []


def test_the_same_again_is_no_news_and_another_figure_another_evaluation(at: Evaluation) -> None:
    at.hear(approved(), reported(), judged())
    at.done(EVALUATE, PLEASED, who="evaluator")
    assert at.done(EVALUATE, PLEASED, who="finance")["events"] == []
    at.hear(reported(report=2, canal="120", **{"yield": "8"}), ADJUSTED)
    assert at.done(EVALUATE, PLEASED, who="finance")["total"] == "99.00"
    said = at.get("/api/projects/2026/CS-1").json()
    assert (said["evaluation"]["evaluation"], said["evaluation"]["budget"]) == (2, "4560000.00")
    assert [each["total"] for each in said["earlier"]] == ["96.50"]


def test_the_list_of_a_year(at: Evaluation) -> None:
    at.hear(approved("CS-2", name="道路", unit="town-1"), approved(), reported(), judged(), SUSPENDED, RESUMED, STOPPED)
    at.done(EVALUATE, PLEASED, who="evaluator")
    rows = at.get("/api/projects?year=2026").json()["projects"]
    listed = [(row["project"], row["grade"], row["execution"]) for row in rows]
    assert listed == [("CS-1", "excellent", "stopped"), ("CS-2", None, "active")]
    page = at.get("/api/projects?year=2026&limit=1").json()
    assert (len(page["projects"]), page["next"]) == (1, "CS-1")
    assert at.get("/api/projects?year=2026&after=CS-1").json()["projects"][0]["project"] == "CS-2"
    own = at.get("/api/projects?year=2026", who="town-1").json()["projects"]
    assert [row["project"] for row in own] == ["CS-2"]


def test_what_monitoring_says_may_come_before_the_goals(at: Evaluation) -> None:
    at.hear(judged(), reported(), SUSPENDED)
    assert at.get("/api/projects?year=2026").json()["projects"] == []
    at.hear(approved())
    row = at.get("/api/projects/2026/CS-1").json()
    assert (row["paid"], row["vouchers"], row["reported_until"], row["execution"]) == (
        "4560000.00",
        391,
        "2026-12",
        "suspended",
    )
    assert at.done(EVALUATE, PLEASED, who="evaluator")["grade"] == "excellent"


def refused(at: Evaluation, body: Any, kind: str, status: int = 409, *, zh: str, en: str) -> dict[str, Any]:
    """The refusal as a problem in both languages."""
    answer = at.post(EVALUATE, body, who="evaluator")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    problem = answer.json()
    assert problem["type"] == f"/problems/{kind}"
    assert zh in problem["detail"]
    assert zh in problem["words"]["zh"]
    assert en in problem["words"]["en"]
    assert at.post(EVALUATE, body, who="evaluator", accept_language="en").json()["detail"] == problem["words"]["en"]
    return problem


def test_before_the_goals_are_heard(at: Evaluation) -> None:
    refused(at, PLEASED, "goal-not-approved", zh="没有批复", en="no approved goals")


def test_every_gap_is_named(at: Evaluation) -> None:
    at.hear(approved(), judged(closed=False), judged(period="2026-11"), reported(canal="1"))
    problem = refused(
        at,
        {},
        "figures-missing",
        zh="farmers/level、farmers/share、paid、yield/actual",
        en="Still missing: farmers/level",
    )
    assert problem["missing"] == ["farmers/level", "farmers/share", "paid", "yield/actual"]


@pytest.mark.parametrize(
    ("heard", "body", "kind", "zh", "en"),
    [
        (
            {},
            {"qualitative": {"x": {"level": "reached", "share": "1"}}},
            "indicator-unknown",
            "没有指标 x",
            "no indicator x",
        ),
        (
            {},
            {"qualitative": {"canal": {"level": "reached", "share": "1"}}},
            "indicator-not-qualitative",
            "定量指标",
            "measured in numbers",
        ),
        (
            {},
            {"qualitative": {"farmers": {"level": "partly", "share": "0.9"}}},
            "share-outside-level",
            "不符",
            "does not fit",
        ),
        ({"scheme": "local-9"}, PLEASED, "scheme-unknown", "没有方案 local-9", "no scheme local-9"),
        ({"scheme": "mof-2021-101"}, PLEASED, "weights-wrong", "cost 的权重合计为 0", "weights of cost sum to 0"),
        ({"budget": 0}, PLEASED, "budget-not-positive", "须大于 0", "above 0"),
    ],
)
def test_what_does_not_fit(at: Evaluation, heard: dict[str, Any], body: Any, kind: str, zh: str, en: str) -> None:
    at.hear(approved(**heard), reported(), judged())
    refused(at, body, kind, zh=zh, en=en)


def test_more_reversed_than_paid(at: Evaluation) -> None:
    at.hear(approved(), reported(), judged(paid=-1))
    refused(at, PLEASED, "paid-negative", zh="小于 0", en="below 0")


@pytest.mark.parametrize("fields", [{"weight": "-50"}, {"target": "-1"}, {"dimension": "cost"}])
def test_goals_that_cannot_be_scored(at: Evaluation, fields: dict[str, str]) -> None:
    first, *others = (indicator.model_dump(mode="json") for indicator in approved().annual)
    at.hear(approved(annual=[{**first, **fields}, *others]), reported(), judged())
    kind = {"weight": "weight-negative", "target": "target-negative", "dimension": "dimension-unknown"}[
        next(iter(fields))
    ]
    refused(at, PLEASED, kind, zh="canal", en="canal")


def test_an_indicator_twice(at: Evaluation) -> None:
    annual = approved().annual
    at.hear(approved(annual=(*annual, annual[0])), reported(), judged())
    refused(at, PLEASED, "listed-twice", zh="出现了两次", en="there twice")


@pytest.mark.parametrize("who", ["office", "auditor", "department-03", "leader"])
def test_only_an_evaluator_or_finance_scores(at: Evaluation, who: str) -> None:
    at.hear(approved(), reported(), judged())
    assert at.post(EVALUATE, PLEASED, who=who).status_code == 403


def test_who_may_read(at: Evaluation) -> None:
    at.hear(approved())
    path = "/api/projects/2026/CS-1"
    assert {who: at.get(path, who=who).status_code for who in ("department-03", "auditor", "town-1", "statistics", None)} == {
        "department-03": 200, "auditor": 200, "town-1": 403, "statistics": 403, None: 401,
    }  # fmt: skip
    unknown = at.get("/api/projects/2026/CS-9")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/project-unknown")


@pytest.mark.parametrize(
    "body",
    [
        {"x": 1},
        {"qualitative": {"farmers": {"level": "reached", "share": 0.9}}},
        {"qualitative": {"farmers": {"level": "nearly", "share": "1"}}},
    ],
)
def test_a_body_that_cannot_be_read_says_where(at: Evaluation, body: Any) -> None:
    answer = at.post(EVALUATE, body, who="evaluator")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("#/")


def test_a_command_has_a_key(at: Evaluation) -> None:
    assert at.post(EVALUATE, PLEASED, who="evaluator", key=None).status_code == 400
    at.hear(approved(), reported(), judged())
    first = at.post(EVALUATE, PLEASED, who="evaluator", key="k")
    assert at.post(EVALUATE, PLEASED, who="evaluator", key="k").json() == first.json()
    assert at.post(EVALUATE, {}, who="evaluator", key="k").status_code == 409


class TestPages:
    def test_the_evaluations_of_a_year(self, at: Evaluation) -> None:
        assert "还没有已批复目标的项目" in at.page("/").text
        at.hear(approved(), reported(), judged(), approved("CS-2", name="道路 <b>", unit="town-1"))
        at.done(EVALUATE, PLEASED, who="evaluator")
        text = at.page("/").text
        for said in (
            "项目绩效评价",
            "灌溉渠改造",
            "96.50",
            "优",
            "重点支持",
            "道路 &lt;b&gt;",
            "还有 1 个项目没有评价",
            "各等次的项目数",
        ):
            assert said in text
        english = at.page("/?year=2026", lang="en").text
        for said in ("Evaluations of projects", "Excellent", "Supported first", "1 project has not been evaluated yet"):
            assert said in english
        assert "道路" not in at.page("/", who="department-03").text
        assert at.page("/", who=None).status_code == 401
        assert at.page("/", who="statistics").status_code == 403

    def test_a_project_s_score(self, at: Evaluation) -> None:
        at.hear(approved(), reported())
        assert "还没有评价" in at.page("/projects/2026/CS-1").text
        at.hear(judged())
        at.done(EVALUATE, PLEASED, who="evaluator")
        at.done(EVALUATE, {**PLEASED, "target_set_low": ["canal"]}, who="evaluator")
        text = at.page("/projects/2026/CS-1").text
        for said in (
            "各部分得分",
            "48.00",
            "115.2",
            "不低于 120",
            "达成（0.90）",
            "目标值偏低",
            "依据的事件",
            "以前的评价",
            "孙丽",
        ):
            assert said in text
        english = at.page("/projects/2026/CS-1", lang="en").text
        for said in ("Points by part", "at least 120", "reached (0.90)", "Earlier evaluations"):
            assert said in english
        assert at.page("/projects/2026/CS-9").status_code == 404
        assert at.page("/projects/2026/CS-1", who="town-1").status_code == 403
