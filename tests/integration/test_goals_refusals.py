"""Every refusal of goals over HTTP: its status, its stable type, its sentence in both languages."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from httpx2 import Response

from contracts.decision import Refusal
from services.goals.app import STATUSES
from services.goals.domain import refusals
from tests.integration.goals_http import STOPPED, Goals, application, declaration, goals
from tests.integration.servers import Servers

LIGHT = declaration()
LIGHT["annual"][2]["weight"] = "5"


@pytest.fixture
def at(servers: Servers) -> Iterator[Goals]:
    with goals(servers) as found:
        yield found


def approval(at: Goals, document: str = "县财预〔2026〕9号") -> Response:
    return at.post("approval", {"document": document})


def declared(at: Goals, **changes: Any) -> Response:
    return at.post("declarations", declaration(**changes), who="unit")


def applied(at: Goals, **changes: Any) -> Response:
    return at.post("adjustments", application(**changes), who="unit")


def returned(at: Goals) -> Response:
    at.lies("submitted")
    return at.post("return", {"reason": "与职能无关"})


def rejected(at: Goals) -> Response:
    at.lies("approved")
    applied(at)
    return at.post("adjustments/1/rejection", {"reason": "依据不足"})


def stopped(at: Goals) -> None:
    at.lies("approved")
    at.hear(STOPPED)


def refused(at: Goals) -> Response:
    at.post("declarations", declaration(ex_ante=None), who="unit")
    return at.post("review")


def freed(at: Goals, **receiver: Any) -> None:
    """CS-1 is stopped and has freed 912,000 yuan; CS-2 is approved."""
    stopped(at)
    for path, body, who in (
        ("declarations", declaration(**receiver), "unit"),
        ("review", {}, "finance"),
        ("approval", {"document": "县财预〔2026〕4号"}, "finance"),
    ):
        assert at.post(f"/api/projects/2026/CS-2/{path}", body, who=who).status_code == 200


def proposed(at: Goals, **changes: Any) -> Response:
    return at.post("reallocations", {"to": "CS-2", "amount": "600000.00", "reason": "灌区抢修", **changes})


def unquantified() -> list[dict[str, Any]]:
    annual = application()["annual"]
    annual[0]["unit"] = None
    return annual


WAYS: dict[str, Callable[[Goals], Response]] = {
    "BudgetNotPositive": lambda at: declared(at, budget="0"),
    "ProjectOfAnotherUnit": lambda at: (returned(at), at.post("declarations", declaration(unit="town-2"), who="other"))[
        -1
    ],
    "DeclarationUnderReview": lambda at: (at.lies("submitted"), declared(at, name="另一名称"))[-1],
    "DeclarationUnchanged": lambda at: (returned(at), declared(at))[-1],
    "NotDeclared": lambda at: at.post("review"),
    "NotReviewedYet": lambda at: (at.lies("submitted"), approval(at))[-1],
    "DeclarationReturned": lambda at: (returned(at), approval(at))[-1],
    "DeclarationRefused": lambda at: (refused(at), declared(at))[-1],
    "AlreadyApproved": lambda at: (at.lies("approved"), approval(at))[-1],
    "GoalNotApproved": lambda at: (at.lies("passed"), applied(at))[-1],
    "ExecutionStopped": lambda at: (stopped(at), applied(at))[-1],
    "NothingToAdjust": lambda at: (
        at.lies("approved"),
        applied(at, budget="4800000.00", annual=declaration()["annual"]),
    )[-1],
    "AdjustmentNotPassed": lambda at: (at.lies("approved"), applied(at, annual=unquantified()))[-1],
    "AdjustmentPending": lambda at: (at.lies("approved"), applied(at), applied(at, budget="5300000.00"))[-1],
    "AdjustmentUnchanged": lambda at: (rejected(at), applied(at))[-1],
    "AdjustmentUnknown": lambda at: (at.lies("approved"), at.post("adjustments/7/approval", {"document": "文"}))[-1],
    "AdjustmentDecided": lambda at: (rejected(at), at.post("adjustments/1/approval", {"document": "文"}))[-1],
    "ReasonMissing": lambda at: (at.lies("submitted"), at.post("return", {"reason": " "}))[-1],
    "DocumentMissing": lambda at: (at.lies("passed"), approval(at, ""))[-1],
    "NothingFreed": lambda at: (at.lies("approved"), proposed(at))[-1],
    "AmountNotPositive": lambda at: (freed(at), proposed(at, amount="0"))[-1],
    "CannotReceive": lambda at: (stopped(at), proposed(at))[-1],
    "CurrenciesDiffer": lambda at: (freed(at, currency="USD"), proposed(at))[-1],
    "MoreThanFreed": lambda at: (freed(at), proposed(at, amount="912000.01"))[-1],
    "ReallocationUnknown": lambda at: (freed(at), at.post("reallocations/7/rejection", {"reason": "无法支出"}))[-1],
    "ReallocationDecided": lambda at: (
        freed(at),
        proposed(at),
        at.post("reallocations/1/rejection", {"reason": "无法支出"}),
        at.post("reallocations/1/approval", {"document": "文"}),
    )[-1],
}


def test_there_is_a_way_to_every_refusal() -> None:
    named = {name for name, cls in inspect.getmembers(refusals, inspect.isclass) if issubclass(cls, Refusal)}
    assert named - {"Refusal", "OfProject"} == set(WAYS)


@pytest.mark.parametrize("name", WAYS)
def test_it_is_told_in_both_languages_with_its_status(at: Goals, name: str) -> None:
    answer = WAYS[name](at)
    problem = answer.json()
    assert answer.status_code == problem["status"] == STATUSES.get(getattr(refusals, name), 409)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == "/problems/" + re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
    assert problem["project"] == "CS-1"
    assert problem["year"] == 2026
    assert problem["detail"] == problem["words"]["zh"]
    assert re.search(r"[\u4e00-\u9fff]", problem["words"]["zh"])
    assert not re.search(r"[\u4e00-\u9fff，。；：、]", re.sub(r"“[^”]*”|\w*〔\d+〕\w*", "", problem["words"]["en"]))
    named = "CS-2" if name == "CannotReceive" else "CS-1"
    assert named in problem["words"]["zh"]
    assert named in problem["words"]["en"]


def test_the_reader_s_language_is_asked_for(at: Goals) -> None:
    answer = at.post("review", accept_language="en")
    assert (
        answer.json()["detail"] == answer.json()["words"]["en"] == "Nobody has declared goals for project CS-1 in 2026."
    )


def test_a_review_that_stands_in_the_way_names_every_finding(at: Goals) -> None:
    problem = WAYS["AdjustmentNotPassed"](at).json()
    assert problem["findings"] == [
        {"where": "canal", "rule": "not-quantified", "level": "return"},
        {"where": "yield", "rule": "no-schedule", "level": "advice"},
    ]
    assert "canal，没有目标值或计量单位" in problem["words"]["zh"]


def test_a_refused_command_leaves_its_trace_in_the_audit_and_no_event(at: Goals) -> None:
    at.post("review")
    with at.transact() as transact:
        rows = transact(
            lambda tx: tx.conn.execute("select command, outcome, detail ->> 'refusal' from record.audit").fetchall()
        )
        assert rows == [("review-goal", "refused", "NotDeclared")]
        assert transact(lambda tx: tx.load("project/CS-1/2026")) == []
