"""A county's year on real PostgreSQL over HTTP: opened, filled in, looked at, completed, decided, corrected; who may see what."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from backbone.record.rebuild import rebuild
from contracts.decision import Actor
from services.evaluation import clock, handlers
from services.evaluation.app import RECORD
from tests.integration.evaluation_http import (
    ADJUSTED,
    EVALUATE,
    MONTHS,
    PLEASED,
    RESUMED,
    STOPPED,
    SUSPENDED,
    UNITS,
    Evaluation,
    approved,
    evaluation,
    judged,
    reported,
)
from tests.integration.servers import Servers

OFFICE = Actor("周敏", "performance-office", "performance-office")
DECISION = {"unit": "town-1", "advanced": True, "reason": "重点工程提前完成"}


@pytest.fixture
def at(servers: Servers) -> Iterator[Evaluation]:
    with evaluation(servers) as found:
        yield found


def results(at: Evaluation, who: str = "office") -> dict[str, tuple[str, str, int]]:
    """Total, grade and rank of every unit that the reader sees."""
    return {row["unit"]: (row["total"], row["grade"], row["rank"]) for row in at.get(who=who).json()["units"]}


def test_a_year_from_opening_to_results(at: Evaluation) -> None:
    at.whole_year()
    answer = at.done("completion")
    assert answer["stream"] == "assessment/2026"
    assert len(answer["events"]) == 5
    assert results(at) == {
        "town-1": ("100.00", "advanced", 1),
        "town-2": ("99.10", "qualified", 2),
        "town-3": ("46.00", "unqualified", 3),
        "department-03": ("91.00", "qualified", 1),  # a quarter of one department is no place
        "restoration-1": ("100.00", "advanced", 1),
    }
    said = at.get().json()
    assert (said["scheme"], said["places"], said["completed_on"]) == ("plan5@1", {"restoration": 3}, "2027-01-25")
    town = said["units"][0]
    assert town["parts"] == [
        {"id": "indicator", "points": "90.00", "of": "90"},
        {"id": "public", "points": None, "of": "0"},
        {"id": "leaders", "points": "10.00", "of": "10"},
        {"id": "bonus", "points": "0.00", "of": "4"},
        {"id": "penalty", "points": "0.00", "of": "4"},
    ]
    assert (town["class"], town["consequence"], town["event"]) == ("town", "commend", answer["events"][0]["id"])
    assert len(town["rests_on"]) == 7  # entered, and two periods of targets, actuals, mark


def test_the_completion_again_is_no_news_and_a_correction_changes_whom_it_concerns(at: Evaluation) -> None:
    at.whole_year()
    at.done("completion")
    assert at.done("completion")["events"] == []
    at.done("units/town-3/leader-marks", {"period": "year_end", "mark": "8"}, who="leader")
    assert [row["unit"] for row in at.get().json()["units"] if row["changed"]] == ["town-3"]
    assert len(at.done("completion")["events"]) == 1
    assert results(at)["town-3"] == ("45.00", "unqualified", 3)
    assert not any(row["changed"] for row in at.get().json()["units"])


def test_equals_wait_until_a_leader_decides(at: Evaluation) -> None:
    at.whole_year(tied=True)
    at.done("completion")
    assert results(at)["town-1"] == results(at)["town-2"] == ("99.10", "undecided", 1)
    answer = at.done("decisions", DECISION, who="leader")
    assert [event["type"].split(".")[2] for event in answer["events"]] == ["TieDecided", "EvaluationCompleted"]
    assert at.done("decisions", DECISION, who="leader")["events"] == []
    at.done("decisions", {"unit": "town-2", "advanced": False, "reason": "有工程延期"}, who="leader")
    assert results(at)["town-1"][1] == "advanced"
    assert results(at)["town-2"][1] == "qualified"
    assert at.done("completion")["events"] == []


def test_bonuses_penalties_bars_and_dereliction(at: Evaluation) -> None:
    at.whole_year()
    bonus = {"id": "b1", "reason": "commendation", "level": "city", "document": "市政通〔2026〕8号"}
    at.done("units/town-1/bonuses", bonus, who="town-1")
    assert at.done("units/town-1/bonuses", bonus)["events"] == []
    at.done("units/town-1/bonuses/b1/confirmation")
    at.done(
        "units/town-1/bonuses", {"id": "b2", "reason": "decision", "points": "1.5", "document": "纪要"}, who="town-1"
    )
    at.done("units/town-2/penalties", {"id": "p1", "reason": "complaint", "document": "县优环办〔2026〕3号"})
    at.done(
        "units/town-2/penalties",
        {"id": "p1", "reason": "complaint", "document": "县优环办〔2026〕3号", "verified": True},
    )
    at.done("units/town-1/bars", {"reason": "security_veto", "document": "县平安办〔2026〕5号"})
    at.done("units/department-03/dereliction", {"document": "县绩效〔2026〕19号"}, who="leader")
    at.done("completion")
    assert results(at)["town-1"] == ("102.00", "qualified", 1)
    assert results(at)["town-2"] == ("98.60", "advanced", 2)
    assert results(at)["department-03"] == ("91.00", "unqualified", 1)
    said = at.get("units/town-1").json()["explanation"]
    assert [(line["claim"]["bonus"], line["worth"], line["standing"]) for line in said["bonuses"]] == [
        ("b1", "2", "counts"), ("b2", "1.5", "unconfirmed"),
    ]  # fmt: skip
    assert said["bars"][0]["reason"] == "security_veto"


def test_mid_term(at: Evaluation, servers: Servers) -> None:
    with evaluation(servers, date(2026, 7, 20)) as july:
        july.done("opening", {"units": UNITS})
        for unit in ("town-1", "town-2", "town-3", "department-03"):
            july.figures(unit, ("mid_term",), "80", "9")
        july.figures("restoration-1", MONTHS[:5], "90", "25")
        answer = july.post("mid-term")
        assert answer.status_code == 409
        assert answer.json()["missing"] == ["restoration-1/06/indicators", "restoration-1/06/leaders"]
        july.figures("restoration-1", MONTHS[5:6], "90", "25")
        assert len(july.done("mid-term")["events"]) == 1
        assert july.done("mid-term")["events"] == []
        rows = {row["unit"]: row["mid_term"] for row in july.get().json()["units"]}
        assert (rows["town-1"]["indicator"], rows["town-1"]["leaders"]) == ("72.00", "9.00")
        assert (rows["restoration-1"]["indicator"], rows["restoration-1"]["periods"]) == ("63.00", list(MONTHS[:6]))
        text = july.page("/assessments/2026").text
        assert "尚未完成" in text
        assert "72.00" in text


def test_a_mark_is_of_the_leader_who_gave_it(at: Evaluation) -> None:
    at.done("opening", {"units": UNITS})
    mark = {"period": "mid_term", "mark": "9"}
    assert len(at.done("units/town-1/leader-marks", mark, who="leader")["events"]) == 1
    assert at.done("units/town-1/leader-marks", mark, who="leader")["events"] == []
    assert len(at.done("units/town-1/leader-marks", mark, who="other-leader")["events"]) == 1
    at.done("units/town-1/leader-marks", {**mark, "mark": "7"}, who="leader")
    marks = at.get("units/town-1").json()["explanation"]["periods"][0]["marks"]
    assert marks == [{"leader": "刘县长", "mark": "9"}, {"leader": "陈县长", "mark": "7"}]


class TestAudience:
    """Scores are circulated within a set audience: all of them to some, a unit its own alone, to nobody else."""

    ALL = ("office", "leader", "official", "auditor")
    NOBODY = ("evaluator", "finance", "statistics", "system")

    def test_of_the_year(self, at: Evaluation) -> None:
        at.whole_year()
        at.done("completion")
        assert {who: at.get(who=who).status_code for who in self.NOBODY} == dict.fromkeys(self.NOBODY, 403)
        assert at.get(who=None).status_code == 401
        assert {who: len(results(at, who)) for who in self.ALL} == dict.fromkeys(self.ALL, 5)
        assert list(results(at, "town-1")) == ["town-1"]
        assert results(at, "station") == {}  # a subordinate is not its parent

    def test_of_a_unit(self, at: Evaluation) -> None:
        at.whole_year()
        status = {
            who: at.get("units/town-1", who=who).status_code
            for who in (*self.ALL, *self.NOBODY, "town-1", "department-03", None)
        }
        assert status == {
            **dict.fromkeys(self.ALL, 200), **dict.fromkeys(self.NOBODY, 403), "town-1": 200, "department-03": 403, None: 401,
        }  # fmt: skip
        problem = at.get("units/town-1", who="department-03").json()
        assert (problem["type"], problem["place"]) == ("/problems/not-permitted", "town-1")

    def test_a_unit_sees_its_marks_without_whose_they_are(self, at: Evaluation) -> None:
        at.whole_year()
        marks = at.get("units/town-1", who="town-1").json()["explanation"]["periods"][0]["marks"]
        assert marks == [{"leader": None, "mark": "10"}]
        assert "陈县长" not in at.page("/assessments/2026/units/town-1", who="town-1").text
        assert "陈县长 10.00" in at.page("/assessments/2026/units/town-1").text

    def test_of_the_pages(self, at: Evaluation) -> None:
        at.whole_year()
        at.done("completion")
        for path in ("/assessments/2026", "/assessments/2026/units/town-1"):
            for who in self.NOBODY:
                assert at.page(path, who=who).status_code == 403
            assert at.page(path, who=None).status_code == 401
            assert "河口镇" not in at.page(path, who="town-1").text
        assert at.page("/assessments/2026/units/town-2", who="town-1").status_code == 403


class TestPages:
    def test_before_the_completion_every_gap_is_told(self, at: Evaluation) -> None:
        at.done("opening", {"units": UNITS})
        at.figures("town-1", ("mid_term",))
        text = at.page("/assessments/2026").text
        for said in ("2026 年政府绩效考核", "尚未完成", "完成考核还缺 42 项", "一季度", "先进名额尚未确定", "town-2"):
            assert said in text
        assert "42 figures are missing" in at.page("/assessments/2026", lang="en").text
        assert "目标尚未下达" in at.page("/assessments/2026/units/town-2").text

    def test_the_ranking(self, at: Evaluation) -> None:
        at.whole_year()
        at.done("completion")
        text = at.page("/assessments/2026").text
        for said in (
            "乡镇",
            "部门",
            "古城恢复单位",
            "先进",
            "不合格",
            "抄送干部管理部门",
            "先进名额 1 个",
            "100.00",
            "总分构成",
        ):
            assert said in text
        assert text.index("城关镇") < text.index("河口镇") < text.index("山阴乡")
        english = at.page("/assessments/2026", lang="en").text
        for said in ("County assessment 2026", "Commended; a month", "Unqualified", "circulated within a set audience"):
            assert said in english

    def test_a_unit_with_every_part_explained(self, at: Evaluation) -> None:
        at.whole_year()
        at.done(
            "units/department-03/bonuses", {"id": "b", "reason": "commendation", "level": "city"}, who="department-03"
        )
        at.done(
            "units/department-03/penalties", {"id": "p", "reason": "criticism", "level": "county", "document": "通报"}
        )
        at.done("units/department-03/bars", {"reason": "serious_accident", "document": "县安委〔2026〕5号"})
        at.done("units/department-03/dereliction", {"document": "县绩效〔2026〕19号"}, who="leader")
        at.done("completion")
        text = at.page("/assessments/2026/units/department-03").text
        for said in ("水务局", "90.50", "54.00 分（满分 60）", "90.00%", "93.00%", "27.00", "表彰或推广", "无文件，不计分", "县级",
                     "特别重大事故", "失职渎职", "移送纪检监察机关", "本结果依据"):  # fmt: skip
            assert said in text, said
        english = at.page("/assessments/2026/units/department-03", lang="en").text
        for said in (
            "54.00 of 60",
            "Criticised in a circular",
            "no document: does not count",
            "Handed to the discipline organs",
        ):
            assert said in english, said
        assert "Neither bonus nor penalty" in at.page("/assessments/2026/units/restoration-1", lang="en").text

    def test_a_tie_and_a_later_correction_are_told(self, at: Evaluation) -> None:
        at.whole_year(tied=True)
        at.done("completion")
        assert "待定" in at.page("/assessments/2026").text
        at.done("decisions", DECISION, who="leader")
        at.done("units/town-1/leader-marks", {"period": "year_end", "mark": "8"}, who="leader")
        text = at.page("/assessments/2026/units/town-1").text
        assert "重点工程提前完成" in text
        assert "得出结果之后有数据更正" in text

    def test_what_is_not_there(self, at: Evaluation) -> None:
        assert at.page("/assessments/2026").status_code == 404
        at.done("opening", {"units": UNITS})
        assert at.page("/assessments/2026/units/nowhere").status_code == 404
        assert "不在今年的考核名单中" in at.page("/assessments/2026", who="station").text
        assert 'href="/assessments/2026"' in at.page("/?year=2026").text
        assert 'href="/assessments/2026"' not in at.page("/?year=2026", who="finance").text


class TestRecord:
    def everything(self, at: Evaluation) -> None:
        """Every kind of event that can stand in evaluation's event table."""
        at.hear(judged(), approved(), reported(), SUSPENDED, RESUMED, ADJUSTED, STOPPED)
        at.done(EVALUATE, PLEASED, who="evaluator")
        at.whole_year(tied=True)
        at.done("mid-term")
        at.done("units/town-3/bonuses", {"id": "b", "reason": "commendation", "level": "city", "document": "文"})
        at.done("units/town-3/bonuses/b/confirmation")
        at.done("units/town-3/penalties", {"id": "p", "reason": "discipline", "document": "文"})
        at.done("units/town-3/bars", {"reason": "security_veto", "document": "文"})
        at.done("units/town-3/dereliction", {"document": "文"}, who="leader")
        at.done("completion")
        at.done("decisions", DECISION, who="leader")
        at.done("units/town-3/leader-marks", {"period": "year_end", "mark": "8"}, who="leader")

    def test_a_rebuild_gives_the_same_read_models(self, at: Evaluation) -> None:
        self.everything(at)
        before = read_models(at.owner_url)
        with psycopg.connect(at.owner_url, autocommit=True) as conn:
            kinds = {row[0] for row in conn.execute("select distinct type from record.event")}
            assert kinds == set(RECORD.events), "the year shows every kind of event"
            conn.execute("update read.unit set total = 0, grade = 'x'")
            conn.execute("delete from read.evaluation")
            rebuild(conn, RECORD)
        assert read_models(at.owner_url) == before
        assert all(before.values())

    def test_only_results_leave_the_service(self, at: Evaluation) -> None:
        self.everything(at)
        with psycopg.connect(at.owner_url, autocommit=True) as conn:
            public = {row[0] for row in conn.execute("select distinct type from record.event where number is not null")}
            audiences = conn.execute(
                "select distinct data->>'subject_kind', data->>'audience' from record.event where number is not null"
            )
            assert sorted(audiences.fetchall()) == [("project", "public"), ("unit", "circulated")]
        assert public == {"jixiao.evaluation.EvaluationCompleted.v1"}

    def test_a_mark_that_comes_while_the_year_is_completed_is_not_lost(self, at: Evaluation) -> None:
        """The completion has read every unit when a mark comes in: it is tried again, and takes the mark in."""
        at.whole_year()
        read, marked = threading.Event(), threading.Event()
        tries: list[int] = []

        def complete() -> None:
            def work(tx: Any) -> Any:
                tries.append(1)
                load = tx.load

                def slow(stream: str) -> Any:
                    past = load(stream)
                    if len(tries) == 1 and stream == "unit/restoration-1/2026":
                        read.set()
                        assert marked.wait(30)
                    return past

                tx.load = slow
                return handlers.complete_assessment(tx, 2026)

            with at.transact() as transact:
                transact(work, actor=OFFICE)

        thread = threading.Thread(target=complete)
        thread.start()
        assert read.wait(30)
        at.done("units/town-3/leader-marks", {"period": "year_end", "mark": "8"}, who="leader")
        marked.set()
        thread.join(60)
        assert len(tries) == 2
        assert results(at)["town-3"] == ("45.00", "unqualified", 3)

    def test_nothing_falls_due_by_itself(self, at: Evaluation) -> None:
        with at.transact() as transact:
            assert clock.due(transact, date(2027, 1, 31)) == 0


def read_models(url: str) -> dict[str, list[Any]]:
    """Every row of every read model."""
    with psycopg.connect(url, autocommit=True) as conn:
        tables = [
            row[0] for row in conn.execute("select tablename from pg_tables where schemaname = 'read' order by 1")
        ]
        return {
            table: conn.execute(psycopg.sql.SQL("select * from read.{} order by 1, 2, 3").format(psycopg.sql.Identifier(table))).fetchall()
            for table in tables
        }  # fmt: skip
