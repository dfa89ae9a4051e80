"""What a round of monitoring proposed lies with finance as an application, is decided from the page, and changes the budget."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response

from tests.integration.goals_http import PROPOSED, STOPPED, Goals, application, goals
from tests.integration.servers import Servers


@pytest.fixture
def at(servers: Servers) -> Iterator[Goals]:
    with goals(servers) as found:
        found.lies("approved")
        yield found


def sent(at: Goals, path: str, entries: dict[str, Any], who: str = "finance", key: str = "form-1") -> Response:
    """A form of the page of undecided applications, as a browser sends it."""
    headers = {**at._headers(who, None, {}), "origin": "http://testserver", "accept": "text/html"}
    return at.client.post(f"/adjustments/2026/CS-1/{path}", data={"key": key, **entries}, headers=headers)


def undecided(at: Goals, who: str = "finance") -> str:
    answer = at.get("/adjustments?lang=zh", who=who, accept="text/html")
    assert answer.status_code == 200
    return answer.text


def test_a_proposal_becomes_an_application_that_finance_approves_from_the_page(at: Goals) -> None:
    at.hear(PROPOSED)
    assert at.get("").json()["pending_adjustment"] == 1
    page = undecided(at)
    assert "3,400,000.00 元" in page and "2026年8月" in page and 'action="/adjustments/2026/CS-1/1/approval"' in page
    assert "/approval" not in undecided(at, "unit")
    done = sent(at, "1/approval", {"document": "县财预〔2026〕40号"})
    assert "已办理项目 CS-1 的第 1 次申请" in done.text
    found = at.get("").json()
    assert (found["budget"], found["pending_adjustment"]) == ("3400000.00", None)
    assert "没有等待批复的申请" in undecided(at)


def test_it_waits_behind_an_application_and_comes_after_its_decision(at: Goals) -> None:
    assert at.post("adjustments", application(), who="unit").status_code == 200
    at.hear(PROPOSED)
    assert at.get("").json()["pending_adjustment"] == 1
    assert sent(at, "1/rejection", {"reason": "依据不足"}).status_code == 200
    assert at.get("").json()["pending_adjustment"] == 2
    assert "依据" in undecided(at)


def test_a_stopped_project_has_nothing_to_change(at: Goals) -> None:
    at.hear(STOPPED, PROPOSED)
    assert at.get("").json()["pending_adjustment"] is None


def test_what_is_refused_is_said_on_the_page_and_a_foreign_form_does_nothing(at: Goals) -> None:
    at.hear(PROPOSED)
    assert sent(at, "1/approval", {"document": " "}).status_code == 409
    assert sent(at, "1/approval", {"document": "文"}, who="unit").status_code in (403, 409)
    headers = {**at._headers("finance", None, {}), "origin": "http://elsewhere", "accept": "text/html"}
    foreign = at.client.post("/adjustments/2026/CS-1/1/approval", data={"key": "k", "document": "文"}, headers=headers)
    assert foreign.status_code == 403
    assert at.get("").json()["pending_adjustment"] == 1
