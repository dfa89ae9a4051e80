"""Rounds through monitoring's API: opened, filled in, chased, reviewed, decided, sent to goals, closed; who may, and a rebuild."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import psycopg
import pytest

from backbone.record.rebuild import rebuild
from backbone.record.transaction import Transaction
from contracts.decision import Actor
from contracts.goals import AdjustmentRejected, FundsReallocated, ReallocationRejected
from contracts.monitoring import BudgetChangeProposed
from services.monitoring.app import RECORD
from services.monitoring.handlers import rounds
from services.monitoring.views.rounds import Place
from tests.integration.monitored import Monitoring, adjusted, voucher
from tests.integration.rounds import DECISION, FILLING, OPENING, august, brought_to, part, step
from tests.integration.servers import Servers

FINANCE = Actor("王芳", "finance", "finance")


@pytest.fixture
def m(servers: Servers) -> Iterator[Monitoring]:
    with august(servers) as service:
        assert service.post("/api/rounds", OPENING, who="finance").status_code == 200
        yield service


def test_one_command_opens_it_and_takes_every_project_down(servers: Servers) -> None:
    with august(servers) as m:
        answer = m.post("/api/rounds", OPENING, who="official")
        assert (answer.status_code, answer.json()["stream"]) == (200, "round/2026-08")
        (opened,) = m.data("RoundOpened", "round/2026-08")
        assert (opened["projects"], opened["due"]) == (["CS-1", "CS-2", "CS-3"], "2026-08-17")
        (taken,) = m.data("TakenIntoRound")
        assert (taken["paid"], taken["vouchers"], taken["execution"], taken["values"]) == (
            400_000,
            1,
            "40.00",
            {"canal": "35"},
        )
        shown = m.get("/api/ledger/vouchers?project=CS-1&year=2026&until=2026-07").json()
        assert shown["digest"] == taken["digest"]
        m.pay(voucher("记-3", "2026-07-30", "50.00"))
        assert part(m)["paid"] == "4000.00"
        assert m.post("/api/rounds", OPENING, who="finance").json()["events"] == []
        assert m.events("project/CS-1/2026").count("TakenIntoRound") == 1
        assert rounds.take_waiting(m.transact) == 0


def test_what_a_breakdown_left_is_taken_up_by_the_clock(servers: Servers) -> None:
    with august(servers) as m:
        asked = rounds.Asked("2026-08", "august", "2026-07", "文")
        m.transact(lambda tx: rounds.open_round(tx, asked), actor=FINANCE)
        assert m.get("/api/rounds").json()["rounds"][0]["taken"] == 0
        m.day(date(2026, 8, 4))
        assert m.get("/api/rounds").json()["rounds"][0]["taken"] == 3


def test_killed_in_the_middle_of_taking_down_it_goes_on_where_it_was_and_takes_nobody_twice(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with august(servers) as m:
        asked = rounds.Asked("2026-08", "august", "2026-07", "文")
        m.transact(lambda tx: rounds.open_round(tx, asked), actor=FINANCE)
        monkeypatch.setattr(rounds, "AT_ONCE", 2)
        whole = rounds._take_all

        def killed(tx: Transaction, places: Sequence[Place]) -> int:
            taken = whole(tx, places)
            if places[0].project != "CS-1":
                raise KeyboardInterrupt
            return taken

        monkeypatch.setattr(rounds, "_take_all", killed)
        with pytest.raises(KeyboardInterrupt):
            rounds.take_waiting(m.transact, "2026-08")
        assert m.get("/api/rounds").json()["rounds"][0]["taken"] == 2
        monkeypatch.setattr(rounds, "_take_all", whole)
        assert (rounds.take_waiting(m.transact), rounds.take_waiting(m.transact)) == (1, 0)
        for code in ("CS-1", "CS-2", "CS-3"):
            assert m.events(f"project/{code}/2026").count("TakenIntoRound") == 1


def test_a_mid_term_review_over_other_months_of_one_department(servers: Servers) -> None:
    with august(servers) as m:
        body = {**OPENING, "kind": "mid-term", "through": "2026-06", "departments": ["town-2"], "due": "2026-08-31"}
        assert m.post("/api/rounds", body, who="finance").status_code == 200
        (opened,) = m.data("RoundOpened", "round/2026-08")
        assert (opened["kind"], opened["projects"], opened["due"]) == ("mid-term", ["CS-2"], "2026-08-31")


def test_a_part_from_the_unit_to_the_decision_that_goals_hears(m: Monitoring) -> None:
    assert step(m, "filling", FILLING, "unit").status_code == 200
    assert step(m, "return", {"reason": "没有说明责任"}, "finance").status_code == 200
    assert (part(m)["state"], part(m)["return_reason"], part(m)["due"]) == ("returned", "没有说明责任", "2026-08-10")
    assert step(m, "filling", FILLING, "unit").status_code == 200
    assert step(m, "passing", {"note": "同意"}, "finance").status_code == 200
    shown = part(m)
    assert (shown["proposal"], shown["severity"], shown["proposed_budget"], shown["expected_attainment"]) == (
        "cut", "behind", "7000.00", "70.83",
    )  # fmt: skip
    answer = step(m, "decision", DECISION, "official")
    assert [each["type"].split(".")[2] for each in answer.json()["events"]] == [
        "RoundPartDecided",
        "BudgetChangeProposed",
    ]
    (proposed,) = m.data("BudgetChangeProposed")
    assert BudgetChangeProposed.model_validate(proposed).budget == 700_000
    decided = part(m)
    assert (decided["state"], decided["confirmed"], decided["decided_budget"]) == ("decided", True, "7000.00")
    assert m.get(f"/api/events/{decided['decided_event']}").json()["type"] == "jixiao.monitoring.RoundPartDecided.v1"
    m.hear(adjusted(cause="mid_term", budget=700_000))
    assert (part(m)["adjusted_budget"], part(m)["budget_now"], part(m)["budget"]) == ("7000.00", "7000.00", "10000.00")


def test_a_cut_that_finance_rejected_is_shown_and_decided_again(m: Monitoring) -> None:
    brought_to(m, "decided")
    m.hear(REJECTED)
    shown = part(m)
    assert (shown["state"], shown["decision"], shown["rejected_budget"]) == ("passed", None, "7000.00")
    assert (shown["rejection_reason"], shown["rejected_on"]) == ("合同已签订", "2026-09-10")
    page = m.get("/rounds/2026-08/projects/CS-1", accept="text/html", accept_language="zh", who="official").text
    assert "财政未批准" in page and "合同已签订" in page and 'name="decision"' in page
    listed = m.get("/rounds/2026-08/projects?state=passed", accept="text/html", accept_language="zh").text
    assert "未获批准，重新决定" in listed
    assert step(m, "decision", {**DECISION, "budget": "8000.00"}, "official").status_code == 200
    assert [each["budget"] for each in m.data("BudgetChangeProposed")] == [700_000, 800_000]
    assert (part(m)["state"], part(m)["decided_budget"]) == ("decided", "8000.00")
    before = m.conn.execute("select * from read.round_part order by 1, 3").fetchall()
    with psycopg.connect(m.owner_url, autocommit=True) as owner:
        rebuild(owner, RECORD)
    assert m.conn.execute("select * from read.round_part order by 1, 3").fetchall() == before


def test_a_reallocation_that_was_rejected_is_told_where_the_money_was_freed(m: Monitoring) -> None:
    given: dict[str, Any] = {"project": "CS-4", "year": 2026, "to": "CS-2", "amount": 600_000, "reason": "抢修"}
    m.hear(
        ReallocationRejected(
            **{**given, "reason": "本年无法支出"}, reallocation=1, rejected_by="王芳 (finance, finance)"
        ),
        FundsReallocated(
            **given, reallocation=2, document="县财预〔2026〕45号", decided_by="王芳", decided_on=date(2026, 10, 28)
        ),
    )
    (stop,) = m.conn.execute("select event from read.consequence where project = 'CS-4'").fetchone()  # type: ignore[misc]
    page = m.get(f"/consequences/{stop}", accept="text/html", accept_language="zh").text
    assert "本年无法支出" in page and "6,000.00 元" in page and "可以另行提出" in page


REJECTED = AdjustmentRejected(
    project="CS-1",
    year=2026,
    adjustment=1,
    reason="合同已签订",
    rejected_by="王芳 (finance, finance)",
    round="2026-08",
    rejected_on=date(2026, 9, 10),
)


def test_suspensions_and_stops_take_effect_with_the_decision(m: Monitoring) -> None:
    brought_to(m, "passed")
    assert step(m, "decision", {**DECISION, "decision": "suspend", "budget": None}, "official").status_code == 200
    assert m.project()["status"] == "suspended"
    brought_to(m, "passed", "CS-2", "other", cannot_run=True)
    assert part(m, "CS-2")["proposal"] == "stop"
    assert step(m, "decision", {**DECISION, "decision": "stop", "budget": None}, "official", "CS-2").status_code == 200
    assert m.data("ProjectStopped", "project/CS-2/2026")[0]["freed"] == 1_000_000


def test_who_has_not_filled_in_is_chased_by_working_day(m: Monitoring) -> None:
    brought_to(m, "filled", "CS-2", "other")
    m.day(date(2026, 8, 17))
    assert part(m)["chases"] == 0
    m.day(date(2026, 8, 18))
    m.day(date(2026, 8, 19))
    assert (part(m)["chases"], part(m)["chase_next"]) == (1, "2026-08-21")
    m.day(date(2026, 8, 21))
    assert (part(m)["chases"], part(m, "CS-2")["chases"]) == (2, 0)
    (department, *_) = m.get("/api/rounds/2026-08").json()["departments"]
    assert (department["department"], department["overdue"], department["filled"]) == ("department-03", 2, 0)


def test_a_round_is_closed_when_everything_is_decided(m: Monitoring) -> None:
    brought_to(m, "decided")
    close = {"document": "县财绩〔2026〕25号"}
    refused = m.post("/api/rounds/2026-08/closing", close, who="finance")
    assert (refused.json()["type"], refused.json()["undecided"]) == ("/problems/round-undecided", 2)
    for project, who in (("CS-2", "other"), ("CS-3", "unit")):
        brought_to(m, "passed", project, who)
        keep = {"decision": "keep", "reason": "按计划推进"}
        assert step(m, "decision", keep, "official", project).status_code == 200
    assert m.post("/api/rounds/2026-08/closing", close, who="finance").status_code == 200
    found = m.get("/api/rounds/2026-08").json()
    assert (found["closed_document"], found["decided"]) == ("县财绩〔2026〕25号", 3)
    sums = {row["department"]: row for row in found["departments"]}
    assert (sums["department-03"]["decided_cut"], sums["department-03"]["keep"]) == ("3000.00", 1)
    assert found["causes"] == [{"kind": "procurement", "projects": 3}]


def test_a_rebuild_makes_the_same_rows(m: Monitoring) -> None:
    brought_to(m, "decided")
    brought_to(m, "filled", "CS-2", "other")
    m.day(date(2026, 8, 18))
    before = m.get("/api/rounds/2026-08/projects").json()
    with psycopg.connect(m.owner_url) as owner:
        rebuild(owner, RECORD)
    assert m.get("/api/rounds/2026-08/projects").json() == before


@pytest.mark.parametrize(
    ("path", "body", "who"),
    [
        ("/api/rounds", OPENING, "unit"),
        ("/api/rounds/2026-08/closing", {"document": "文"}, "auditor"),
        ("/api/rounds/2026-08/projects/CS-1/filling", FILLING, "other"),
        ("/api/rounds/2026-08/projects/CS-1/filling", FILLING, "finance"),
        ("/api/rounds/2026-08/projects/CS-1/return", {"reason": "退"}, "unit"),
        ("/api/rounds/2026-08/projects/CS-1/passing", {}, "official"),
        ("/api/rounds/2026-08/projects/CS-1/decision", DECISION, "finance"),
    ],
)
def test_who_may_not_is_told_so(m: Monitoring, path: str, body: Any, who: str) -> None:
    answer = m.post(path, body, who=who)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-permitted")


@pytest.mark.parametrize(
    ("path", "body", "who", "status", "kind"),
    [
        ("/api/rounds", {**OPENING, "through": "2026-06"}, "finance", 409, "round-already-open"),
        ("/api/rounds", {**OPENING, "round": "2026-13"}, "finance", 422, "invalid"),
        ("/api/rounds/2026-05/projects/CS-1/passing", {}, "finance", 404, "round-unknown"),
        ("/api/rounds/2026-08/projects/CS-4/filling", FILLING, "unit", 404, "not-in-round"),
        ("/api/rounds/2026-08/projects/CS-1/passing", {}, "finance", 409, "round-part-not-filled"),
        (
            "/api/rounds/2026-08/projects/CS-1/filling",
            {**FILLING, "expected_payments": "0.001"},
            "unit",
            422,
            "finer-than-fen",
        ),
        (
            "/api/rounds/2026-08/projects/CS-1/decision",
            {**DECISION, "measure": None},
            "official",
            409,
            "round-part-not-passed",
        ),
    ],
)
def test_what_cannot_be_is_refused(m: Monitoring, path: str, body: Any, who: str, status: int, kind: str) -> None:
    answer = m.post(path, body, who=who)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}"), answer.text


def test_a_unit_sees_its_own_parts_and_an_auditor_all(m: Monitoring) -> None:
    def seen(who: str, query: str = "") -> tuple[list[str], str | None]:
        answer = m.get(f"/api/rounds/2026-08/projects?{query}", who=who).json()
        return [each["project"] for each in answer["parts"]], answer["next"]

    assert seen("auditor") == (["CS-1", "CS-2", "CS-3"], None)
    assert seen("auditor", "limit=1&after=CS-1") == (["CS-2"], "CS-2")
    assert seen("auditor", "department=town-2&state=waiting") == (["CS-2"], None)
    assert seen("unit") == (["CS-1", "CS-3"], None)
    assert m.get("/api/rounds/2026-08/projects/CS-2", who="unit").status_code == 403
    assert [row["department"] for row in m.get("/api/rounds/2026-08", who="other").json()["departments"]] == ["town-2"]
    assert m.get("/api/rounds/2026-07", who="unit").json()["type"] == "/problems/round-unknown"
    assert m.get("/api/rounds", who="operator").status_code == 403
    opened = m.get("/api/rounds/2026-08").json()["opened_event"]
    assert m.get(f"/api/events/{opened}", who="other").json()["type"] == "jixiao.monitoring.RoundOpened.v1"
    assert m.get(f"/api/events/{opened}", who="operator").status_code == 403
