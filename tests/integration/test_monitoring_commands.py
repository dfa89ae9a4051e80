"""Monitoring's API: every command and every refusal, who may do what, what the lists and the ledger say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.integration.monitored import Monitoring, approved, measure, monitoring, voucher
from tests.integration.servers import Servers

REPORT = {
    "period": "2026-04",
    "values": {"canal": "31.5"},
    "implementation": "一期渠道已完工",
    "evidence": ["月报.pdf"],
}
ORDER = {"deviations": ["2026-02/behind-goal"], "measure": measure("2026-05-20"), "reason": "落后"}
ANSWER = {"text": "已增加施工队", "evidence": ["施工日志.pdf"]}
ACCEPT = {"reason": "现场核实属实"}
URGE = {"cause": "policy", "reason": "上级补助标准提高", "document": "省财农〔2026〕8号"}
SUSPEND = {"measures": [measure()], "reason": "资金与产出严重不匹配"}
STOP = {"measures": [measure(None)], "reason": "预期无法实现绩效目标"}
RESUME = {"reason": "整改完成", "document": "县财预〔2026〕30号"}


@pytest.fixture
def m(servers: Servers) -> Iterator[Monitoring]:
    """CS-1 in May, with deviations open since January."""
    with monitoring(servers) as service:
        service.hear(approved())
        service.pay(voucher("记-1", "2026-01-25", "3000.00"))
        service.day(date(2026, 5, 11))
        yield service


def done(m: Monitoring, path: str, body: Any, who: str = "official") -> dict[str, Any]:
    answer = m.post(path, body, who=who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(m: Monitoring, path: str, body: Any, who: str = "official", status: int = 409) -> dict[str, Any]:
    answer = m.post(path, body, who=who)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem["words"]) == {"zh", "en"}
    assert "{" not in problem["words"]["zh"] + problem["words"]["en"]
    return problem


# commands


def test_a_report_is_taken_and_what_it_changes_is_judged_in_the_same_answer(m: Monitoring) -> None:
    answer = done(m, "reports", {**REPORT, "expected": "none"}, "unit")
    assert answer["stream"] == "project/CS-1/2026"
    assert answer["report"] == 1
    assert [each["type"].split(".")[2] for each in answer["events"]] == [
        "ProgressReported",
        "MonthJudged",
        "DeviationDetected",
        "StopRecommended",
    ]
    (report,) = m.data("ProgressReported")
    assert (report["received"], report["supplied_by"], report["values"]) == (
        "2026-05-11",
        "department-03",
        {"canal": "31.5"},
    )
    assert m.project()["recommendation"] == "stop"
    assert done(m, "reports", {**REPORT, "expected": "none"}, "data-unit")["events"] == []


def test_the_same_key_gives_the_same_answer_and_another_command_under_it_is_refused(m: Monitoring) -> None:
    first = m.post("reports", REPORT, who="unit", idempotency_key="once")
    again = m.post("reports", REPORT, who="unit", idempotency_key="once")
    assert first.json() == again.json()
    assert m.events().count("ProgressReported") == 1
    other = m.post("reports", {**REPORT, "expected": "low"}, who="unit", idempotency_key="once")
    assert (other.status_code, other.json()["type"]) == (409, "/problems/key-reused")


def test_a_correction_from_its_order_to_its_acceptance(m: Monitoring) -> None:
    assert done(m, "corrections", ORDER)["order"] == 1
    assert done(m, "corrections", ORDER)["events"] == []
    done(m, "corrections/1/answer", ANSWER, "unit")
    done(m, "corrections/1/acceptance", ACCEPT)
    (correction,) = m.project()["corrections"]
    assert correction["order"] == 1
    assert correction["measure"] == {
        "what": "暂缓拨付",
        "by": "finance",
        "until": "2026-05-20",
        "document": "县财预〔2026〕22号",
    }
    assert (correction["answer"], correction["evidence"], correction["acceptance"]) == (
        "已增加施工队",
        ["施工日志.pdf"],
        "现场核实属实",
    )
    assert correction["answered_by"] == "李明 (unit, department-03)"
    assert m.day(date(2026, 5, 21)) == 0


def test_a_suspension_a_resumption_and_a_stop_know_what_is_not_spent(m: Monitoring) -> None:
    done(m, "suspension", SUSPEND)
    assert m.project()["status"] == "suspended"
    done(m, "resumption", RESUME)
    m.pay(voucher("记-2", "2026-05-10", "500.00"), voucher("记-3", "2026-05-10", "5.00", currency="GBP"))
    done(m, "stop", STOP)
    assert m.data("ProjectSuspended")[0]["unspent"] == 700_000
    assert m.data("ProjectStopped")[0]["freed"] == 650_000
    found = m.project()
    assert (found["status"], found["status_since"]) == ("stopped", "2026-05-11")
    assert done(m, "stop", STOP)["events"] == []


def test_an_order_answers_the_recommendation_that_stands(m: Monitoring) -> None:
    done(m, "reports", {**REPORT, "serious_problem": "工程停工"}, "unit")
    (waiting,) = m.get("/api/recommendations?year=2026").json()["recommendations"]
    assert (waiting["project"], waiting["kind"], waiting["period"], waiting["unit"]) == (
        "CS-1",
        "suspend",
        "2026-04",
        "department-03",
    )
    assert waiting["grounds"] == [{"rule": "serious-problem", "level": "suspend"}]
    done(m, "suspension", SUSPEND)
    assert m.get("/api/recommendations?year=2026").json() == {"recommendations": []}
    assert m.project()["recommendation"] == "none"
    done(m, "reports", {**REPORT, "expected": "none"}, "unit")
    assert [each["kind"] for each in m.get("/api/recommendations?year=2026").json()["recommendations"]] == ["stop"]
    assert m.get("/api/recommendations?year=2026", who="other").json() == {"recommendations": []}


def test_an_adjustment_is_urged(m: Monitoring) -> None:
    done(m, "urging", URGE)
    assert m.data("AdjustmentUrged")[0]["urged_by"] == "赵强 (official, county)"


DISMISS = {"deviation": "2026-04/behind-goal", "reason": "指标六月起计", "document": "县财绩〔2026〕5号"}


def test_a_deviation_is_dismissed_with_its_reason(m: Monitoring) -> None:
    before = m.get("/api/projects?year=2026").json()["projects"][0]["open_deviations"]
    done(m, "dismissals", DISMISS)
    (dismissed,) = [each for each in m.project()["deviations"] if each["deviation"] == DISMISS["deviation"]]
    assert (dismissed["dismissed_on"], dismissed["dismissed_by"]) == ("2026-05-11", "赵强 (official, county)")
    assert (dismissed["dismissal_reason"], dismissed["dismissal_document"]) == ("指标六月起计", "县财绩〔2026〕5号")
    (event,) = m.data("DeviationDismissed")
    assert (event["level"], event["sets_aside"]) == (dismissed["level"], "none")
    assert dismissed["open"]
    after = m.get("/api/projects?year=2026").json()["projects"][0]["open_deviations"]
    assert after == before - 1
    assert done(m, "dismissals", DISMISS)["events"] == []
    again = refused(m, "dismissals", {**DISMISS, "reason": "又"})
    assert again["type"] == "/problems/deviation-already-dismissed"


# refusals of the domain


@pytest.mark.parametrize(
    ("path", "body", "who", "kind"),
    [
        ("reports", {**REPORT, "period": "2025-12"}, "unit", "period-outside-year"),
        ("reports", {**REPORT, "period": "2026-06"}, "unit", "period-not-begun"),
        ("reports", {**REPORT, "values": {"dam": "1"}}, "unit", "indicator-unknown"),
        ("reports", {"period": "2026-04"}, "unit", "report-empty"),
        ("dismissals", {"deviation": "2026-03/overspent", "reason": "r"}, "official", "deviation-unknown"),
        ("corrections", {**ORDER, "deviations": ["2026-03/overspent"]}, "official", "deviation-unknown"),
        ("corrections", {**ORDER, "measure": measure(None)}, "official", "deadline-missing"),
        ("corrections", {**ORDER, "measure": measure("2026-05-11")}, "official", "deadline-not-ahead"),
        ("corrections/1/answer", ANSWER, "unit", "correction-unknown"),
        ("corrections/1/acceptance", ACCEPT, "official", "correction-unknown"),
        ("suspension", {**SUSPEND, "measures": []}, "official", "measures-missing"),
        ("stop", {**STOP, "measures": [measure("2026-01-01")]}, "official", "deadline-not-ahead"),
        ("resumption", RESUME, "official", "project-not-suspended"),
    ],
)
def test_what_cannot_be_is_refused_in_both_languages(m: Monitoring, path: str, body: Any, who: str, kind: str) -> None:
    before = m.events()
    assert refused(m, path, body, who)["type"] == f"/problems/{kind}"
    assert m.events() == before


def test_what_was_ordered_answered_or_stopped_already_is_refused(m: Monitoring) -> None:
    done(m, "corrections", ORDER)
    assert refused(m, "corrections/1/acceptance", ACCEPT)["type"] == "/problems/correction-not-answered"
    done(m, "corrections/1/answer", ANSWER, "unit")
    done(m, "corrections/1/acceptance", ACCEPT)
    assert refused(m, "corrections/1/answer", {"text": "又"}, "unit")["type"] == "/problems/correction-already-accepted"
    assert refused(m, "corrections/1/acceptance", {"reason": "又"})["type"] == "/problems/correction-already-accepted"
    done(m, "suspension", SUSPEND)
    assert refused(m, "suspension", {**SUSPEND, "reason": "又"})["type"] == "/problems/project-already-suspended"
    done(m, "stop", STOP)
    for path, body in (
        ("stop", {**STOP, "reason": "又"}),
        ("suspension", SUSPEND),
        ("resumption", RESUME),
        ("urging", URGE),
    ):
        assert refused(m, path, body)["type"] == "/problems/project-already-stopped"


def test_a_deviation_that_is_over_is_not_corrected(m: Monitoring) -> None:
    done(m, "reports", {**REPORT, "values": {"canal": "120"}}, "unit")
    assert refused(m, "corrections", ORDER)["type"] == "/problems/deviation-closed"


@pytest.mark.parametrize(
    ("path", "body", "who"),
    [
        ("reports", REPORT, "unit"),
        ("corrections", ORDER, "official"),
        ("corrections/1/answer", ANSWER, "unit"),
        ("corrections/1/acceptance", ACCEPT, "official"),
        ("urging", URGE, "official"),
        ("suspension", SUSPEND, "official"),
        ("stop", STOP, "official"),
        ("resumption", RESUME, "official"),
    ],
)
def test_before_its_goal_is_heard_nothing_is_done_to_a_project(m: Monitoring, path: str, body: Any, who: str) -> None:
    problem = refused(m, f"/api/projects/2026/CS-9/{path}", body, who)
    assert (problem["type"], problem["project"]) == ("/problems/goal-not-approved", "CS-9")
    assert m.events("project/CS-9/2026") == []


# who may, and what a request may say


@pytest.mark.parametrize(
    ("path", "body", "who"),
    [
        ("reports", REPORT, "other"),
        ("reports", REPORT, "official"),
        ("dismissals", DISMISS, "unit"),
        ("corrections", ORDER, "unit"),
        ("corrections/1/answer", ANSWER, "other"),
        ("corrections/1/answer", ANSWER, "official"),
        ("corrections/1/acceptance", ACCEPT, "unit"),
        ("urging", URGE, "unit"),
        ("suspension", SUSPEND, "finance"),
        ("stop", STOP, "unit"),
        ("resumption", RESUME, "auditor"),
    ],
)
def test_who_may_not_is_told_so(m: Monitoring, path: str, body: Any, who: str) -> None:
    assert refused(m, path, body, who, status=403)["type"] == "/problems/not-permitted"


def test_nobody_is_nobody(m: Monitoring) -> None:
    assert m.post("reports", REPORT, who=None).status_code == 401
    assert m.get("", who=None).status_code == 401


def test_a_command_needs_a_key(m: Monitoring) -> None:
    assert m.post("reports", REPORT, who="unit", idempotency_key=" ").status_code == 400


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("reports", {**REPORT, "values": {"canal": "1e3"}}, "#/values/canal"),
        ("reports", {**REPORT, "values": {"canal": "NaN"}}, "#/values/canal"),
        ("reports", {**REPORT, "values": {"canal": 31.5}}, "#/values/canal"),
        ("reports", {**REPORT, "values": {"canal": "３１"}}, "#/values/canal"),
        ("reports", {**REPORT, "values": {"canal": True}}, "#/values/canal"),
        ("reports", {**REPORT, "period": "2026-13"}, "#/period"),
        ("reports", {**REPORT, "expected": "high"}, "#/expected"),
        ("reports", {**REPORT, "expcted": "low"}, "#/expcted"),
        ("reports", {"values": {}}, "#/period"),
        ("corrections", {**ORDER, "measure": {**measure(), "until": "2026-02-31"}}, "#/measure/until"),
        ("corrections", {**ORDER, "deviations": []}, "#/deviations"),
        ("suspension", {"measures": [{"what": "暂缓"}], "reason": "r"}, "#/measures/0/by"),
        ("suspension", {**SUSPEND, "reason": "  "}, "#/reason"),
        ("urging", {**URGE, "cause": "weather"}, "#/cause"),
    ],
)
def test_a_wrong_entry_is_named_by_its_place(m: Monitoring, path: str, body: Any, pointer: str) -> None:
    problem = refused(m, path, body, "unit", status=422)
    assert pointer in [each["pointer"] for each in problem["errors"]]


# what is shown


def test_a_unit_sees_its_own_projects_and_an_auditor_all(m: Monitoring) -> None:
    m.hear(approved("CS-2", unit="town-2"), approved("CS-3", unit="department-03.station-1"))

    def listed(who: str, query: str = "") -> tuple[list[str], str | None]:
        answer = m.get(f"/api/projects?year=2026{query}", who=who).json()
        return [each["project"] for each in answer["projects"]], answer["next"]

    assert listed("auditor") == (["CS-1", "CS-2", "CS-3"], None)
    assert listed("auditor", "&limit=2") == (["CS-1", "CS-2"], "CS-2")
    assert listed("auditor", "&limit=2&after=CS-2") == (["CS-3"], None)
    assert listed("unit") == (["CS-1", "CS-3"], None)
    assert listed("other") == (["CS-2"], None)
    assert m.get("/api/projects?year=2026", who="operator").status_code == 403
    assert m.get("", who="other").status_code == 403
    assert m.get("/api/projects/2026/CS-9", who="unit").json()["type"] == "/problems/project-unknown"
    assert m.get("/api/projects/2026/CS-9", who="unit").status_code == 404
    (first, *_) = m.get("/api/projects?year=2026").json()["projects"]
    assert (first["budget"], first["paid"], first["vouchers"], first["status"], first["recommendation"]) == (
        "10000.00", "3000.00", 1, "active", "none",
    )  # fmt: skip
    assert (first["judged"], first["execution"], first["open_deviations"]) == ("2026-04", "30.00", 3)


def test_an_event_is_shown_to_who_may_see_its_project(m: Monitoring) -> None:
    month = m.project()["periods"][0]
    event = m.get(f"/api/events/{month['event']}").json()
    assert event["type"] == "jixiao.monitoring.MonthJudged.v1"
    assert event["data"]["digest"] == month["digest"]
    assert m.get(f"/api/events/{month['event']}", who="other").status_code == 403
    unknown = m.get("/api/events/00000000-0000-0000-0000-000000000000")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/event-unknown")


def test_the_ledger_says_what_each_source_sent(m: Monitoring) -> None:
    m.pay(
        voucher("a", "2026-03-01", "-100.10"),
        voucher("b", "2026-04-01", "5.00", source="yonyou", project="CS-2"),
        voucher("c", "2025-12-31", "7.00", source="yonyou", currency="GBP"),
    )
    treasury = {
        "source": "treasury-1", "vouchers": 2, "amount": "2899.90", "currency": "CNY", "projects": 1,
        "first": "2026-01-25", "last": "2026-03-01", "others": [],
    }  # fmt: skip
    assert m.get("/api/ledger?source=treasury-1").json() == treasury
    assert m.get("/api/ledger?source=treasury-1", who="finance-system").json() == treasury
    yonyou = m.get("/api/ledger").json()["sources"][1]
    assert (yonyou["source"], yonyou["vouchers"], yonyou["projects"], yonyou["first"]) == ("yonyou", 2, 2, "2025-12-31")
    assert (yonyou["amount"], yonyou["others"]) == ("5.00", [{"currency": "GBP", "vouchers": 1, "amount": "7.00"}])
    unknown = m.get("/api/ledger?source=sap")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/source-unknown")
    assert m.get("/api/ledger", who="unit").status_code == 403
    flagged = m.get("/api/ledger/unapproved?year=2026").json()["projects"]
    assert [(each["project"], each["paid"], each["vouchers"]) for each in flagged] == [("CS-2", "5.00", 1)]


def test_the_vouchers_behind_a_figure_page_by_page_with_their_digest(m: Monitoring) -> None:
    m.pay(
        *(voucher(f"n/{number}", "2026-02-01", "1.00") for number in range(5)),
        voucher("gbp", "2026-02-01", "9.00", currency="GBP"),
        voucher("later", "2026-03-01", "1.00"),
    )
    seen: list[str] = []
    after = ""
    while True:
        page = m.get(f"/api/ledger/vouchers?project=CS-1&year=2026&until=2026-02&limit=3{after}").json()
        seen += [each["number"] for each in page["vouchers"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == ["记-1", "gbp", *(f"n/{number}" for number in range(5))]
    assert (page["count"], page["paid"], page["approved"]) == (6, "3005.00", True)
    assert page["others"] == [{"currency": "GBP", "vouchers": 1, "paid": "9.00"}]
    judged = {each["period"]: each for each in m.project()["periods"]}
    assert page["digest"] == judged["2026-02"]["digest"]
    assert m.get("/api/ledger/vouchers?project=CS-1&year=2026", who="unit").json()["count"] == 7
    assert m.get("/api/ledger/vouchers?project=CS-1&year=2026", who="other").status_code == 403
    assert m.get("/api/ledger/vouchers?project=CS-9&year=2026", who="unit").status_code == 403
    assert m.get("/api/ledger/vouchers?project=CS-9&year=2026").json()["count"] == 0
    for wrong, kind in (
        ("&until=2025-12", "/problems/period-outside-year"),
        ("&after=here", "/problems/place-unknown"),
    ):
        answer = m.get(f"/api/ledger/vouchers?project=CS-1&year=2026{wrong}")
        assert answer.status_code in (400, 409) and answer.json()["type"] == kind


def test_a_conflict_is_held_beside_what_stands(m: Monitoring) -> None:
    m.pay(voucher("记-1", "2026-01-26", "3000.00"), voucher("记-1", "2026-01-25", "3000.00", project="CS-2"))
    page = m.get("/api/ledger/conflicts?limit=1").json()
    (conflict,) = page["conflicts"]
    assert (conflict["number"], conflict["standing"]["date"], conflict["held"]["date"]) == (
        "记-1",
        "2026-01-25",
        "2026-01-26",
    )
    assert (conflict["standing"]["amount"], conflict["held"]["amount"]) == ("3000.00", "3000.00")
    more = m.client.get(
        "/api/ledger/conflicts", params={"after": page["next"]}, headers=m._headers("auditor", {})
    ).json()
    assert [each["held"]["project"] for each in more["conflicts"]] == ["CS-2"]
    assert more["next"] is None
    assert m.get("/api/ledger/conflicts?after=x").status_code == 400
    assert m.project()["paid"] == "3000.00"
