"""Every refusal of evaluation over HTTP: its status, its stable type, its sentence in both languages; and who may command what."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from httpx2 import Response

from contracts.decision import Refusal
from services.evaluation.app import STATUSES
from services.evaluation.domain import refusals
from tests.integration.evaluation_http import UNITS, Evaluation, evaluation
from tests.integration.servers import Servers


@pytest.fixture
def at(servers: Servers) -> Iterator[Evaluation]:
    with evaluation(servers) as found:
        yield found


@pytest.fixture(scope="module")
def county(servers: Servers) -> Iterator[Evaluation]:
    """A year that is open, with one period of one town issued and one bonus claimed without a document."""
    with evaluation(servers) as found:
        found.done("opening", {"units": UNITS})
        found.done("units/town-1/targets", {"period": "mid_term", "indicators": [target()]})
        found.done("units/town-1/bonuses", {"id": "bare", "reason": "commendation", "level": "city"})
        found.done("units/town-1/bonuses", {"id": "sure", "reason": "commendation", "level": "city", "document": "文"})
        found.done("units/town-1/bonuses/sure/confirmation")
        yield found


def target(**changes: Any) -> dict[str, Any]:
    """A target that carries the whole weight."""
    return {"id": "gdp", "weight": "100", "target": "6.5", **changes}


def town(action: str, **body: Any) -> Callable[[Evaluation], Response]:
    """A command about town-1 by whoever may give it."""
    who = {"actuals": "statistics", "leader-marks": "leader"}.get(action, "office")
    return lambda at: at.post(f"units/town-1/{action}", body, who=who)


def targets(*indicators: dict[str, Any], period: str = "mid_term") -> Callable[[Evaluation], Response]:
    return town("targets", period=period, indicators=list(indicators))


WAYS: dict[str, Callable[[Evaluation], Response]] = {
    "WeightsWrong": targets(target(weight="99")),
    "WeightNegative": targets(target(weight="150"), target(id="x", weight="-50")),
    "TargetNegative": targets(target(target="-1")),
    "ListedTwice": targets(target(weight="50"), target(weight="50")),
    "PeriodUnknown": targets(target(), period="07"),
    "TargetsNotIssued": town("actuals", period="year_end", actuals={"gdp": "1"}),
    "IndicatorUnknown": town("actuals", period="mid_term", actuals={"dust": "1"}),
    "MarkOutOfRange": town("leader-marks", period="mid_term", mark="10.01"),
    "PublicNotForClass": town("satisfaction", quarter="Q1", share="0.9"),
    "ShareOutOfRange": lambda at: at.post("units/department-03/satisfaction", {"quarter": "Q1", "share": "1.01"}),
    "GroundUnknown": town("bars", reason="lateness", document="文"),
    "PointsNotDecided": town("bonuses", id="d", reason="decision", document="文"),
    "BonusUnknown": lambda at: at.post("units/town-1/bonuses/none/confirmation"),
    "BonusWithoutDocument": lambda at: at.post("units/town-1/bonuses/bare/confirmation"),
    "BonusAlreadyConfirmed": town("bonuses", id="sure", reason="commendation", level="central", document="文"),
    "MeritsNotForClass": lambda at: at.post(
        "units/restoration-1/penalties", {"id": "p", "reason": "discipline", "document": "文"}
    ),
    "UnitNotAssessed": lambda at: at.post("units/nowhere/bars", {"reason": "security_veto", "document": "文"}),
    "AssessmentAlreadyOpen": lambda at: at.post("opening", {"units": UNITS[:2]}),
    "ClassUnknown": lambda at: at.post(
        "/api/assessments/2028/opening", {"units": [{"id": "v", "name": "v", "class": "village"}]}
    ),
    "AssessmentNotOpen": lambda at: at.post("/api/assessments/2030/completion"),
    "PlacesOutOfRange": lambda at: at.post("advanced-places", {"restoration": 6}),
    "FiguresMissing": lambda at: at.post("completion"),
    "NotCompleted": lambda at: at.post("decisions", {"unit": "town-1", "advanced": True, "reason": "好"}, who="leader"),
    "SchemeUnknown": lambda at: _without_a_scheme(at),
}
LATER: dict[str, Callable[[Evaluation], Response]] = {
    "PlacesNotDecided": lambda at: _complete_without_places(at),
    "NotUndecided": lambda at: (_completed(at), _decision(at, "town-3"))[-1],
    "NoPlaceLeft": lambda at: (_completed(at), _decision(at, "town-1"), _decision(at, "town-2"))[-1],
}
OF_PROJECTS = {
    "GoalNotApproved", "IndicatorNotQualitative", "ShareOutsideLevel", "BudgetNotPositive", "PaidNegative", "DimensionUnknown",
}  # fmt: skip
"""In test_evaluation_projects.py."""
OF_CASES = {
    "SchemeUnreadable", "SchemeUnusable", "FieldMissing", "ValueWrong", "ChoiceUnknown", "BandsWrong", "ShareInNoBand", "DirectionUnknown",
}  # fmt: skip
"""Of `jixiao score` alone: an API's body, or the scheme's own bands, make them impossible."""


def _without_a_scheme(at: Evaluation) -> Response:
    """No version of plan 5 was in force when this service's business day began."""
    from datetime import date

    import psycopg

    with psycopg.connect(at.url, autocommit=True) as conn:
        conn.execute("update record.business_day set day = %s", (date(2019, 1, 1),))
        answer = at.post("/api/assessments/2019/opening", {"units": UNITS})
        conn.execute("update record.business_day set day = %s", (date(2027, 1, 25),))
    return answer


def _completed(at: Evaluation) -> None:
    at.whole_year(tied=True)
    at.done("completion")


def _complete_without_places(at: Evaluation) -> Response:
    at.done("opening", {"units": UNITS[-1:]})
    at.figures("restoration-1", tuple(f"{month:02d}" for month in range(1, 13)), mark="30")
    return at.post("completion")


def _decision(at: Evaluation, unit: str) -> Response:
    return at.post("decisions", {"unit": unit, "advanced": True, "reason": "好"}, who="leader")


@pytest.mark.parametrize("name", WAYS)
def test_each_refusal_is_a_problem_in_both_languages(county: Evaluation, name: str) -> None:
    check(WAYS[name](county), name)


@pytest.mark.parametrize("name", LATER)
def test_and_those_that_need_a_whole_year(at: Evaluation, name: str) -> None:
    check(LATER[name](at), name)


def check(answer: Response, name: str) -> None:
    refusal = getattr(refusals, name)
    problem = answer.json()
    assert answer.status_code == STATUSES.get(refusal, 409), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == "/problems/" + re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
    assert set(problem["words"]) == {"zh", "en"}
    assert re.search(r"[一-鿿]", problem["words"]["zh"])
    assert not re.search(r"[一-鿿]", problem["words"]["en"].replace("文", ""))
    assert problem["detail"] == problem["words"]["zh"]


def test_every_refusal_is_reached_somewhere() -> None:
    every = {
        name
        for name, cls in inspect.getmembers(refusals, inspect.isclass)
        if issubclass(cls, Refusal) and cls.__module__ == refusals.__name__
    }
    assert every == {*WAYS, *LATER, *OF_PROJECTS, *OF_CASES}


WHO = {
    "opening": ({"units": UNITS}, {"office"}),
    "advanced-places": ({"restoration": 3}, {"office"}),
    "mid-term": ({}, {"office"}),
    "completion": ({}, {"office"}),
    "decisions": ({"unit": "town-1", "advanced": True, "reason": "好"}, {"leader"}),
    "units/town-1/targets": ({"period": "mid_term", "indicators": [target()]}, {"office"}),
    "units/town-1/actuals": ({"period": "mid_term", "actuals": {"gdp": "1"}}, {"statistics"}),
    "units/town-1/leader-marks": ({"period": "mid_term", "mark": "9"}, {"leader"}),
    "units/town-1/satisfaction": ({"quarter": "Q1", "share": "0.9"}, {"office"}),
    "units/town-1/bonuses": ({"id": "n", "reason": "commendation", "level": "city"}, {"office", "town-1"}),
    "units/town-1/bonuses/bare/confirmation": ({}, {"office"}),
    "units/town-1/penalties": ({"id": "p", "reason": "discipline", "document": "文"}, {"office"}),
    "units/town-1/bars": ({"reason": "security_veto", "document": "文"}, {"office"}),
    "units/town-1/dereliction": ({"document": "文"}, {"leader"}),
}


@pytest.mark.parametrize("path", WHO)
def test_who_may_command_what(county: Evaluation, path: str) -> None:
    body, allowed = WHO[path]
    for who in ("office", "leader", "statistics", "town-1", "department-03", "evaluator", "official", "auditor"):
        answer = county.post(path, body, who=who)
        assert (answer.status_code != 403) == (who in allowed), (who, answer.text)
    assert county.post(path, body, who=None).status_code == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("opening", {"units": []}),
        ("opening", {"units": [{"id": "a/b", "name": "x", "class": "town"}]}),
        ("advanced-places", {"restoration": "4"}),
        ("advanced-places", {"restoration": -1}),
        ("units/town-1/targets", {"period": "mid_term", "indicators": [target(direction="equal")]}),
        ("units/town-1/targets", {"period": "mid_term", "indicators": [target(weight="1e2")]}),
        ("units/town-1/targets", {"period": "mid_term", "indicators": [target(weight=99.9)]}),
        ("units/town-1/actuals", {"period": "mid_term", "actuals": {}}),
        ("units/town-1/actuals", {"period": "mid_term", "actuals": {"gdp": None}}),
        ("units/town-1/actuals", {"period": "mid_term", "actuals": {"gdp": "NaN"}}),
        ("units/town-1/penalties", {"id": "p", "reason": "discipline"}),
        ("units/town-1/bars", {"reason": "security_veto", "document": " "}),
        ("completion", {"force": True}),
    ],
)
def test_a_body_that_cannot_be_read_says_where(county: Evaluation, path: str, body: Any) -> None:
    who = {"units/town-1/actuals": "statistics"}.get(path, "office")
    answer = county.post(path, body, who=who)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("#/")
