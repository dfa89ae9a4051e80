"""Freed money over the API and on its page: proposed, decided, and the receiving project's budget adjusted by the known procedure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.goals_http import STOPPED, Goals, application, declaration, goals
from tests.integration.servers import Servers

OTHER = "/api/projects/2026/CS-2"
PROPOSAL = {"to": "CS-2", "amount": "600000.00", "reason": "灌区抢修亟需资金"}


@pytest.fixture
def at(servers: Servers) -> Iterator[Goals]:
    """CS-1 stopped, 912,000 yuan freed; CS-2 approved."""
    with goals(servers) as service:
        service.lies("approved")
        service.hear(STOPPED)
        for path, body, who in (
            ("declarations", declaration(), "unit"),
            ("review", {}, "finance"),
            ("approval", {"document": "县财预〔2026〕4号"}, "finance"),
        ):
            assert service.post(f"{OTHER}/{path}", body, who=who).status_code == 200
        yield service


def freed(at: Goals) -> dict[str, Any]:
    return at.get("/api/freed?year=2026").json()


def test_freed_money_is_given_and_the_receiving_budget_follows_by_an_adjustment(at: Goals) -> None:
    assert at.post("reallocations", PROPOSAL).json()["reallocation"] == 1
    (row,) = freed(at)["projects"]
    assert (row["proposed"], row["given"], row["remaining"]) == ("600000.00", "0.00", "312000.00")
    approved = at.post("reallocations/1/approval", {"document": "县财预〔2026〕45号"})
    assert [each["type"].split(".")[2] for each in approved.json()["events"]] == ["FundsReallocated"]
    (given,) = freed(at)["reallocations"]
    assert (given["receiver"], given["amount"], given["decision"], given["adjusted_on"]) == (
        "CS-2", "600000.00", "approved", None,
    )  # fmt: skip
    assert at.post(f"{OTHER}/adjustments", application(budget="5400000.00"), who="unit").status_code == 200
    assert at.post(f"{OTHER}/adjustments/1/approval", {"document": "文"}).status_code == 200
    assert freed(at)["reallocations"][0]["adjusted_on"] == "2026-01-20"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({**PROPOSAL, "amount": "912000.01"}, "more-than-freed"),
        ({**PROPOSAL, "amount": "0"}, "amount-not-positive"),
        ({**PROPOSAL, "to": "CS-9"}, "cannot-receive"),
        ({**PROPOSAL, "to": "CS-1"}, "cannot-receive"),
    ],
)
def test_what_cannot_be_given_is_refused(at: Goals, body: dict[str, Any], kind: str) -> None:
    answer = at.post("reallocations", body)
    assert (answer.status_code, answer.json()["type"]) == (409, f"/problems/{kind}")


def test_only_finance_proposes_and_decides(at: Goals) -> None:
    assert at.post("reallocations", PROPOSAL, who="unit").status_code == 403
    at.post("reallocations", PROPOSAL)
    assert at.post("reallocations/1/rejection", {"reason": "r"}, who="auditor").status_code == 403
    assert at.post(f"{OTHER}/reallocations", {**PROPOSAL, "to": "CS-1"}).json()["type"] == "/problems/nothing-freed"
    assert at.post("reallocations/2/rejection", {"reason": "r"}).status_code == 404


def test_a_rejected_proposal_frees_its_money_again(at: Goals) -> None:
    at.post("reallocations", PROPOSAL)
    assert at.post("reallocations/1/rejection", {"reason": "无法支出"}).status_code == 200
    assert freed(at)["projects"][0]["remaining"] == "912000.00"


def send(at: Goals, path: str, **said: str) -> Any:
    headers = {"authorization": f"Bearer {at.token('finance')}", "origin": "http://testserver", "accept": "text/html"}
    return at.client.post(
        path, data={"key": f"key-{len(said)}-{sorted(said)}", **said}, headers=headers, follow_redirects=False
    )


def test_the_page_proposes_and_decides_and_says_what_is_wrong_at_its_field(at: Goals) -> None:
    wrong = send(at, "/freed/2026/CS-1", to="CS-2", amount="9,0", reason="抢修")
    assert wrong.status_code == 422
    assert 'id="CS-1-amount-wrong"' in wrong.text
    too_much = send(at, "/freed/2026/CS-1", to="CS-2", amount="999999999", reason="抢修", more="1")
    assert 'id="CS-1-amount-wrong"' in too_much.text
    assert send(at, "/freed/2026/CS-1", **PROPOSAL).status_code == 303
    shown = at.get("/freed?year=2026", who="finance", accept="text/html").text
    assert "312,000.00" in shown
    assert re.search(r'action="/freed/2026/CS-1/1"', shown)
    assert send(at, "/freed/2026/CS-1/1", decision="approve", ground=" ").status_code == 422
    assert send(at, "/freed/2026/CS-1/1", decision="approve", ground="县财预〔2026〕45号", again="1").status_code == 303
    assert "等待接受项目申请调整预算。" in at.get("/freed?year=2026", who="finance", accept="text/html").text
    assert "/freed/2026/CS-1" not in at.get("/freed?year=2026", who="auditor", accept="text/html").text
    assert at.get("/freed?year=2026", who="unit", accept="text/html").status_code == 403
