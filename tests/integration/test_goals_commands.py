"""Goals over HTTP on real PostgreSQL: every command, what it answers and what is read afterwards."""

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


@pytest.fixture
def at(servers: Servers) -> Iterator[Goals]:
    with goals(servers) as found:
        yield found


@pytest.fixture(scope="module")
def still(servers: Servers) -> Iterator[Goals]:
    """One approved goal for all tests that change nothing."""
    with goals(servers) as found:
        found.lies("approved")
        yield found


def types(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [event["type"].split(".")[2] for event in answer["events"]]


def test_a_unit_declares(at: Goals) -> None:
    answer = at.post("declarations", declaration(), who="unit").json()
    assert answer["stream"] == "project/CS-1/2026"
    assert answer["version"] == 1
    assert types(answer) == ["GoalSubmitted"]
    again = at.post("declarations", declaration(), who="unit").json()
    assert (again["version"], again["events"]) == (1, [])


def test_a_department_declares_for_its_subordinate(at: Goals) -> None:
    body = declaration(unit="department.station-1", department="department")
    assert at.post("declarations", body, who="department").status_code == 200


def test_from_a_return_to_the_approval(at: Goals) -> None:
    light = declaration()
    light["annual"][2]["weight"] = "5"
    at.post("declarations", light, who="unit")
    returned = at.post("review", {"reason": "满意度权重不足"}).json()
    weights = {"where": "satisfaction", "rule": "weights", "level": "return"}
    advice = {"where": "yield", "rule": "no-schedule", "level": "advice"}
    assert (types(returned), returned["decision"], returned["findings"]) == (
        ["GoalReturned"],
        "return",
        [weights, advice],
    )
    repeated = at.post("review").json()
    assert (repeated["events"], repeated["decision"], repeated["findings"]) == ([], "return", [weights, advice])

    assert types(at.post("declarations", declaration(), who="unit").json()) == ["GoalSubmitted"]
    passed = at.post("review").json()
    assert (types(passed), passed["decision"], passed["findings"]) == (["GoalPassed"], "pass", [advice])
    assert types(at.post("approval", {"document": "县财预〔2026〕3号"}).json()) == ["GoalApproved"]

    project = at.get("").json()
    assert (project["status"], project["submission"], project["budget"]) == ("approved", 2, "4800000.00")
    assert (project["approved_on"], project["document"]) == ("2026-01-20", "县财预〔2026〕3号")
    assert [(each["submission"], each["decision"]) for each in project["reviews"]] == [(1, "return"), (2, "pass")]
    assert project["reviews"][0]["reason"] == "满意度权重不足"
    assert [each["content"]["budget"] for each in project["submissions"]] == ["4800000.00"] * 2
    assert project["submissions"][0]["content"]["items"][1] == {"name": "监理费", "amount": "800000.00"}
    assert [each["type"].split(".")[2] for each in project["history"]] == [
        "GoalSubmitted",
        "GoalReturned",
        "GoalSubmitted",
        "GoalPassed",
        "GoalApproved",
    ]


def test_a_blocker_refuses(at: Goals) -> None:
    at.post("declarations", declaration(ex_ante=None), who="unit")
    answer = at.post("review").json()
    assert (types(answer), answer["decision"]) == (["GoalRefused"], "refuse")
    assert at.get("").json()["status"] == "refused"


def test_finance_returns_by_hand_what_had_passed(at: Goals) -> None:
    at.lies("passed")
    assert types(at.post("return", {"reason": "与职能无关"}).json()) == ["GoalReturned"]
    assert at.get("").json()["status"] == "returned"


def test_an_adjustment_changes_goals_and_budget_together(at: Goals) -> None:
    at.lies("approved")
    at.hear(URGED)
    assert at.get("").json()["urged"]["document"] == "省财农〔2026〕8号"
    applied = at.post("adjustments", application(), who="unit").json()
    assert (types(applied), applied["adjustment"]) == (["AdjustmentApplied"], 1)
    assert at.post("adjustments", application(), who="unit").json()["adjustment"] == 1
    assert at.get("").json()["pending_adjustment"] == 1
    assert types(at.post("adjustments/1/approval", {"document": "县财预〔2026〕31号"}).json()) == ["GoalAdjusted"]

    project = at.get("").json()
    assert (project["budget"], project["annual"][0]["target"]) == ("5200000.00", "130")
    assert (project["urged"], project["pending_adjustment"]) == (None, None)
    [adjustment] = project["adjustments"]
    assert (adjustment["previous_budget"], adjustment["budget"]) == ("4800000.00", "5200000.00")
    assert (adjustment["decision"], adjustment["ground"]) == ("approved", "县财预〔2026〕31号")


def test_finance_rejects_an_adjustment(at: Goals) -> None:
    at.lies("approved")
    at.post("adjustments", application(), who="unit")
    assert types(at.post("adjustments/1/rejection", {"reason": "依据不足"}).json()) == ["AdjustmentRejected"]
    project = at.get("").json()
    assert (project["budget"], project["adjustments"][0]["decision"]) == ("4800000.00", "rejected")
    assert at.post("adjustments", application(reason="补充依据"), who="unit").json()["adjustment"] == 2


def test_what_others_announce_is_heard_and_shown(at: Goals) -> None:
    at.lies("approved")
    at.hear(SUSPENDED)
    assert at.get("").json()["execution"] == "suspended"
    at.hear(STOPPED, graded(), PUBLISHED)
    project = at.get("").json()
    assert (project["execution"], project["freed"], project["execution_since"]) == (
        "stopped",
        "912000.00",
        "2026-10-15",
    )
    assert (project["grade"], project["total"], project["consequence"]) == ("good", "84.08", "priority")
    assert project["page"] == "/2026/projects/CS-1"
    assert at.get("/api/freed?year=2026").json() == {
        "year": 2026,
        "freed": {"CNY": "912000.00"},
        "projects": [
            {
                "project": "CS-1",
                "name": "高标准农田灌溉渠改造",
                "unit": "department-03",
                "currency": "CNY",
                "freed": "912000.00",
                "stopped_on": "2026-10-15",
                "given": "0.00",
                "proposed": "0.00",
                "remaining": "912000.00",
            }
        ],
        "reallocations": [],
    }


def test_a_grade_binds_the_next_year_s_budget(at: Goals) -> None:
    at.lies("approved")
    at.hear(graded())
    at.post("/api/projects/2027/CS-1/declarations", declaration(kind="continuing", ex_ante=None), who="unit")
    next_year = at.get("/api/projects/2027/CS-1").json()
    assert (next_year["previous_grade"], next_year["previous_consequence"]) == ("good", "priority")
    [grade] = at.get("/api/binding-grades?year=2027").json()["grades"]
    assert (grade["project"], grade["grade"], grade["total"], grade["consequence"]) == (
        "CS-1",
        "good",
        "84.08",
        "priority",
    )


def test_a_unit_s_assessment_is_not_kept_here(at: Goals) -> None:
    at.hear(graded(subject_kind="unit", project=None, audience="circulated"))
    with at.transact() as transact:
        assert transact(lambda tx: tx.load("unit/department-03/2026")) == []


def test_the_projects_of_a_year_page_by_page(at: Goals) -> None:
    for code in ("B", "A", "C"):
        at.post(f"/api/projects/2026/{code}/declarations", declaration(), who="unit")
    at.post("/api/projects/2026/C/review")
    at.post("/api/projects/2027/D/declarations", declaration(), who="unit")
    first = at.get("/api/projects?year=2026&limit=2").json()
    assert ([each["project"] for each in first["projects"]], first["next"]) == (["A", "B"], "B")
    second = at.get(f"/api/projects?year=2026&limit=2&after={first['next']}").json()
    assert ([each["project"] for each in second["projects"]], second["next"]) == (["C"], None)
    assert second["projects"][0]["declared_budget"] == "4800000.00"
    passed = at.get("/api/projects?year=2026&status=passed").json()["projects"]
    assert [each["project"] for each in passed] == ["C"]


class TestWhoMay:
    def test_nobody_known_is_told_so(self, still: Goals) -> None:
        asked = (
            still.get("", who=None),
            still.post("review", who=None),
            still.get("/api/projects?year=2026", who=None),
        )
        for answer in asked:
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize(
        ("path", "body", "who"),
        [
            ("declarations", declaration(), "other"),
            ("declarations", declaration(), "finance"),
            ("review", {}, "unit"),
            ("return", {"reason": "与职能无关"}, "unit"),
            ("approval", {"document": "文"}, "unit"),
            ("adjustments", application(), "other"),
            ("adjustments", application(), "finance"),
            ("adjustments/1/approval", {"document": "文"}, "unit"),
            ("adjustments/1/rejection", {"reason": "因"}, "unit"),
        ],
    )
    def test_a_command_of_another_role_or_place(
        self, still: Goals, path: str, body: dict[str, object], who: str
    ) -> None:
        answer = still.post(path, body, who=who)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-permitted")
        assert answer.json()["place"] == "department-03"

    def test_a_unit_reads_its_own_projects_alone(self, still: Goals) -> None:
        assert still.get("", who="unit").status_code == 200
        assert still.get("", who="other").status_code == 403
        assert len(still.get("/api/projects?year=2026", who="unit").json()["projects"]) == 1
        assert still.get("/api/projects?year=2026", who="other").json()["projects"] == []
        assert len(still.get("/api/projects?year=2026", who="auditor").json()["projects"]) == 1

    def test_what_concerns_everybody_is_not_for_a_unit(self, still: Goals) -> None:
        for path in ("/api/freed?year=2026", "/api/binding-grades?year=2026"):
            assert still.get(path, who="unit").status_code == 403
            assert still.get(path, who="auditor").status_code == 200

    def test_a_role_without_any_grant_reads_nothing(self, still: Goals) -> None:
        assert still.get("/api/projects?year=2026", who="data-unit").status_code == 403


class TestTheKeyOfARequest:
    def test_the_same_key_gives_the_same_answer_and_happens_once(self, at: Goals) -> None:
        first = at.post("declarations", declaration(), who="unit", key="k")
        second = at.post("declarations", declaration(), who="unit", key="k")
        assert first.json() == second.json()
        assert len(first.json()["events"]) == 1

    def test_the_same_key_for_another_command_is_refused(self, at: Goals) -> None:
        at.post("declarations", declaration(), who="unit", key="k")
        answer = at.post("declarations", declaration(name="另一名称"), who="unit", key="k")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/key-reused")

    def test_without_a_key_no_command(self, still: Goals) -> None:
        answer = still.post("declarations", declaration(), who="unit", key=None)
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/idempotency-key-missing")


class TestWhatCannotBeTaken:
    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"budget": 0.1}, "#/budget"),
            ({"budget": "12,000"}, "#/budget"),
            ({"budget": "NaN"}, "#/budget"),
            ({"kind": "old"}, "#/kind"),
            ({"years": 31}, "#/years"),
            ({"unit": "a/b"}, "#/unit"),
            ({"shedule": {}}, "#/shedule"),
            ({"annual": [{"id": "a", "name": "n", "dimension": "output", "weight": "-1"}]}, "#/annual/0/weight"),
            ({"annual": [{"id": "a", "name": "n", "dimension": "process", "weight": "1"}]}, "#/annual/0/dimension"),
            (
                {"annual": [{"id": "a", "name": "n", "dimension": "output", "weight": "1", "wieght": "2"}]},
                "#/annual/0/wieght",
            ),
            (
                {"ex_ante": {"conclusion": "support", "procedure_complete": True, "dimensions": {"goals": "101"}}},
                "#/ex_ante/dimensions/goals",
            ),
            ({"items": [{"name": "a", "amount": True}]}, "#/items/0/amount"),
        ],
    )
    def test_each_wrong_entry_is_told_with_its_place(
        self, still: Goals, changes: dict[str, object], pointer: str
    ) -> None:
        answer = still.post("declarations", declaration(**changes), who="unit")
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]

    def test_money_finer_than_a_fen_is_told(self, still: Goals) -> None:
        answer = still.post("declarations", declaration(budget="4800000.001"), who="unit")
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/finer-than-fen")
        assert "4800000.001" in answer.json()["words"]["zh"]

    def test_what_is_no_json_is_told(self, still: Goals) -> None:
        headers = still.client.post(
            "/api/projects/2026/CS-1/declarations", content=b"{", headers={"content-type": "application/json"}
        )
        assert headers.status_code == 400

    def test_codes_in_chinese_and_spaces_inside_are_codes(self, at: Goals) -> None:
        assert at.post("/api/projects/2026/农业 一号/declarations", declaration(), who="unit").status_code == 200
        assert at.get("/api/projects/2026/农业 一号").json()["project"] == "农业 一号"

    def test_another_currency_has_its_own_minor_unit(self, at: Goals) -> None:
        body = declaration(currency="JPY", budget="4800000", items=[{"name": "a", "amount": "4800000"}])
        assert at.post("declarations", body, who="unit").status_code == 200
        assert at.get("").json()["declared_budget"] == "4800000"
        assert at.post("declarations", {**body, "budget": "1.5"}, who="unit").status_code == 422
