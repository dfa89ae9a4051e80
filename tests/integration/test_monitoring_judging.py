"""Judging in the running service: after a flush, a report, a goal heard, and at a month's close; late vouchers; each deadline once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

import psycopg
import pytest

from backbone.record.rebuild import rebuild
from backbone.record.transaction import Transaction
from contracts.envelope import open_structured
from services.monitoring.app import RECORD
from services.monitoring.handlers import judging, touched
from services.monitoring.handlers.calm import not_calm
from services.monitoring.handlers.gaps import GapWatch
from services.monitoring.handlers.heard import goal_heard
from services.monitoring.handlers.judging import judge_months
from services.monitoring.handlers.marks import Marked, mark, read_marks, remove_marks
from tests.integration.monitored import OUTCOME, Monitoring, adjusted, approved, evaluated, measure, monitoring, voucher
from tests.integration.recording import StandingClock, message
from tests.integration.rounds import OPENING
from tests.integration.servers import Servers


@pytest.fixture
def m(servers: Servers) -> Iterator[Monitoring]:
    with monitoring(servers) as service:
        yield service


def report(m: Monitoring, period: str, canal: str, **more: object) -> None:
    answer = m.post("reports", {"period": period, "values": {"canal": canal}, **more}, who="unit")
    assert answer.status_code == 200, answer.text


def waiting(m: Monitoring) -> list[Marked]:
    """What is to be judged."""
    return read_marks(m.conn, "", 100)[1]


def digest(*lines: str) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def test_a_flush_is_judged_in_another_transaction_and_only_what_holds_at_once(m: Monitoring) -> None:
    m.hear(approved())
    m.pay(voucher("记-1", "2026-01-25", "9000.00"))
    assert m.events() == ["GoalApproved"]
    m.flush(voucher("记-2", "2026-02-01", "2000.00"))
    assert [each.period for each in waiting(m)] == ["2026-02"]
    assert m.touched.step() == 1
    assert m.touched.step() == 0
    assert m.events() == ["GoalApproved", "MonthJudged", "DeviationDetected", "SuspensionRecommended"]
    (judged,) = m.data("MonthJudged")
    lines = ("treasury-1\t2026\t记-1\t2026-01-25\t900000\tCNY", "treasury-1\t2026\t记-2\t2026-02-01\t200000\tCNY")
    assert (judged["period"], judged["closed"], judged["paid"], judged["vouchers"]) == ("2026-02", False, 1_100_000, 2)
    assert judged["digest"] == digest(*lines)
    found = m.project()
    assert (found["paid"], found["vouchers"], found["recommendation"]) == ("11000.00", 2, "suspend")
    assert found["periods"][0]["findings"] == [{"rule": "overspent", "level": "suspend"}]
    m.pay(voucher("记-3", "2026-02-02", "1.00"), voucher("记-1", "2026-01-25", "9000.00"))
    assert m.events().count("MonthJudged") == 1
    assert m.project()["vouchers"] == 3


def test_a_judgement_is_a_step_of_its_voucher_s_trace(m: Monitoring) -> None:
    m.hear(approved())
    m.flush(voucher("记-1", "2026-02-01", "12000.00"))
    (number,) = m.conn.execute("select id from ledger.project").fetchone()  # type: ignore[misc]
    mark(m.conn, [number], ["2026-02"], [f"00-{'c' * 32}-{'d' * 16}-01"])
    m.touched.step()
    traces = m.conn.execute("select trace from record.event where type like '%MonthJudged%'").fetchall()
    assert [trace[:36] for (trace,) in traces] == [f"00-{'c' * 32}-"]


def test_a_step_tells_quiet_touches_from_those_that_bring_something(m: Monitoring) -> None:
    m.hear(approved(), approved("CS-2"))
    m.pay(
        voucher("a", "2026-02-01", "1.00"),
        voucher("b", "2026-02-01", "1.00", project="CS-2"),
        voucher("c", "2026-02-01", "1.00", project="nobody"),
    )
    assert waiting(m) == []
    m.hear(adjusted(adjusted_on=date(2026, 2, 2), budget=100))
    m.pay(voucher("d", "2026-02-01", "1.00", project="CS-2"), voucher("e", "2026-02-01", "0.01"))
    assert m.events()[:2] == ["GoalApproved", "GoalAdjusted"]
    assert "MonthJudged" in m.events()
    assert m.events("project/CS-2/2026") == ["GoalApproved"]
    assert m.events("project/nobody/2026") == []


def test_a_project_touched_again_while_it_is_judged_is_judged_again(m: Monitoring) -> None:
    """A flush that commits after the marks were read leaves a mark that their removal doesn't take."""
    m.hear(approved())
    m.flush(voucher("a", "2026-02-01", "1.00"))
    ids, _ = read_marks(m.conn, "", 10)
    m.flush(voucher("b", "2026-02-01", "20000.00"))
    remove_marks(m.conn, ids)
    assert m.touched.step() == 1
    assert m.project()["periods"][0]["paid"] == "20001.00"


def test_a_voucher_between_a_command_and_the_judging_is_judged_under_the_command(m: Monitoring) -> None:
    """A command reads the figures; a flush commits and is judged without the command; the command commits: its mark brings the rest."""
    m.hear(approved())
    m.flush(voucher("a", "2026-02-01", "1.00"))
    assert m.touched.step() == 1
    with psycopg.connect(m.url, autocommit=True) as other:

        def work(tx: Transaction) -> int:
            event = adjusted(adjusted_on=date(2026, 2, 2), budget=100_00)
            goal_heard(tx, event, open_structured(message(event, 2, 0).value))
            m.flush(voucher("b", "2026-02-01", "150.00"))
            assert m.touched.step() == 1
            assert "MonthJudged" not in m.events()
            return 0

        commanding = Monitoring(m.client, m.url, m.owner_url, other, m.touched)
        commanding.transact(work)
    assert m.touched.step() == 1
    assert m.project()["periods"][0]["findings"] == [{"rule": "overspent", "level": "suspend"}]


def test_calm_lasts_until_the_stream_the_day_or_the_figures_leave_it(m: Monitoring) -> None:
    m.hear(approved())
    m.pay(voucher("a", "2026-02-01", "1.00"))
    row = m.conn.execute("select version, from_period, paid_to from ledger.calm").fetchone()
    assert row == (1, "2026-01", 1_000_049), "100.00 % of 10,000 yuan, rounded"
    day = m.touched.clock.day(m.conn)
    m.flush(voucher("b", "2026-02-03", "9999.49"))
    assert not_calm(m.conn, read_marks(m.conn, "", 9)[1], day, "dual-monitoring-1@1") == []
    assert [
        each.project
        for each in not_calm(m.conn, read_marks(m.conn, "", 9)[1], day + timedelta(1), "dual-monitoring-1@1")
    ] == ["CS-1"]
    assert [each.project for each in not_calm(m.conn, read_marks(m.conn, "", 9)[1], day, "dual-monitoring-1@2")] == [
        "CS-1"
    ]
    m.flush(voucher("c", "2026-02-03", "0.01"))
    assert [each.project for each in not_calm(m.conn, read_marks(m.conn, "", 9)[1], day, "dual-monitoring-1@1")] == [
        "CS-1"
    ]
    assert m.touched.step() == 1
    assert "MonthJudged" in m.events()


def test_a_project_that_a_defect_keeps_from_being_judged_keeps_no_other_waiting(
    m: Monitoring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(state: object, project: str, *rest: object) -> object:
        if project == "CS-1":
            raise ZeroDivisionError("a defect of ours")
        return judge_months(state, project, *rest)  # type: ignore[arg-type]

    m.hear(approved(), approved("CS-2"))
    m.flush(voucher("a", "2026-02-01", "20000.00"), voucher("b", "2026-02-01", "20000.00", project="CS-2"))
    with monkeypatch.context() as patched:
        patched.setattr(touched, "judge_months", broken)
        patched.setattr(judging, "judge_months", broken)
        assert m.touched.step() == 1
        assert m.touched.step() == 0
    assert "MonthJudged" in m.events("project/CS-2/2026")
    assert m.touched.step() == 1
    assert "MonthJudged" in m.events()


def test_vouchers_of_a_project_nobody_approved_are_kept_and_judged_when_the_goal_is_heard(m: Monitoring) -> None:
    m.pay(voucher("记-1", "2026-01-05", "100.00"), voucher("记-2", "2026-01-06", "5.00", currency="GBP"))
    assert m.events() == []
    assert m.get("/api/ledger/vouchers?project=CS-1&year=2026").json()["approved"] is False
    m.hear(approved())
    assert m.events() == ["GoalApproved", "MonthJudged", "DeviationDetected"]
    (judged,) = m.data("MonthJudged")
    assert (judged["period"], judged["paid"], judged["vouchers"]) == ("2026-01", 10_000, 1)
    assert judged["findings"] == [{"rule": "paid-before-approval", "level": "warning"}]


def test_a_month_is_closed_once_the_day_after_its_reports_were_due(m: Monitoring) -> None:
    m.hear(approved())
    m.pay(voucher("记-1", "2026-01-25", "800.00"))
    report(m, "2026-01", "10")
    assert m.day(date(2026, 2, 10)) == 0
    assert m.day(date(2026, 2, 11)) == 1
    assert m.day(date(2026, 2, 11)) == 0
    (judged,) = m.data("MonthJudged")
    assert (judged["closed"], judged["as_of"], judged["execution"], judged["attainment"]) == (
        True,
        "2026-02-11",
        "8.00",
        "8.33",
    )
    assert judged["findings"] == []
    assert m.day(date(2026, 4, 11)) == 1
    assert [each["period"] for each in m.data("MonthJudged")] == ["2026-01", "2026-02", "2026-03"]
    assert m.day(date(2027, 1, 11)) == 1
    assert m.day(date(2027, 1, 12)) == 0
    assert [each["closed"] for each in m.data("MonthJudged")] == [True] * 12
    assert len(m.project()["periods"]) == 12


def test_a_killed_clock_does_the_rest_of_its_day_when_it_comes_back(m: Monitoring) -> None:
    m.hear(approved(), approved("CS-2"))
    m.day(date(2026, 2, 11))
    m.hear(approved("CS-3"))
    assert m.day(date(2026, 2, 11)) == 1
    assert [m.events(f"project/CS-{n}/2026").count("MonthJudged") for n in (1, 2, 3)] == [1, 1, 1]


def test_a_late_voucher_into_a_closed_month_judges_it_and_the_later_ones_again_and_both_stay(m: Monitoring) -> None:
    m.hear(approved())
    report(m, "2026-01", "10")
    m.day(date(2026, 3, 11))
    before = m.data("MonthJudged")
    assert [each["period"] for each in before] == ["2026-01", "2026-02"]
    m.pay(voucher("记-9", "2026-01-31", "3000.00"))
    again = m.data("MonthJudged")[2:]
    assert [(each["period"], each["judgement"], each["closed"]) for each in again] == [
        ("2026-01", 3, True),
        ("2026-02", 4, True),
    ]
    assert [each["paid"] for each in again] == [300_000, 300_000]
    found = m.project()
    assert [(each["period"], each["judgement"], each["paid"]) for each in found["periods"]] == [
        ("2026-01", 3, "3000.00"),
        ("2026-02", 4, "3000.00"),
    ]
    every = m.get("judgements").json()["judgements"]
    assert [(each["judgement"], each["paid"]) for each in every] == [
        (1, "0.00"),
        (2, "0.00"),
        (3, "3000.00"),
        (4, "3000.00"),
    ]


def test_a_late_report_judges_closed_months_again_and_a_correction_ends_the_deviation(m: Monitoring) -> None:
    m.hear(approved())
    m.pay(voucher("记-1", "2026-01-25", "2500.00"))
    m.day(date(2026, 4, 11))
    assert {each["rule"] for each in m.project()["deviations"]} == {"report-overdue", "mismatch", "behind-goal"}
    report(m, "2026-03", "30")
    march = m.project()["periods"][-1]
    assert (march["attainment"], [each["rule"] for each in march["findings"]]) == ("25.00", ["report-overdue"])
    assert {each["rule"]: each["open"] for each in m.project()["deviations"]} == {
        "report-overdue": True,
        "mismatch": False,
        "behind-goal": False,
    }


def test_a_deviation_found_early_and_graver_later_is_told_twice(m: Monitoring) -> None:
    m.hear(approved())
    m.day(date(2026, 7, 11))
    told = [(each["deviation"], each["level"], each["previous"]) for each in m.data("DeviationDetected")]
    assert [each for each in told if each[0].endswith("behind-goal")] == [
        ("2026-02/behind-goal", "notice", None),
        ("2026-04/behind-goal", "warning", "notice"),
    ]


def test_december_is_paid_into_the_old_year_in_january(m: Monitoring) -> None:
    m.hear(approved(), approved(year=2027))
    m.day(date(2027, 1, 5))
    m.pay(voucher("记-1", "2026-12-31", "20000.00"), voucher("记-2", "2027-01-04", "1.00", numbering_year=2027))
    assert m.data("MonthJudged")[-1]["period"] == "2026-12"
    assert m.project()["paid"] == "20000.00"
    assert m.get("/api/projects/2027/CS-1").json()["paid"] == "1.00"


def test_a_voucher_dated_ahead_is_counted_and_judged_when_its_month_has_come(m: Monitoring) -> None:
    m.hear(approved())
    m.pay(voucher("记-1", "2026-12-31", "20000.00"))
    assert m.events() == ["GoalApproved"]
    m.day(date(2027, 1, 11))
    assert m.data("MonthJudged")[-1]["execution"] == "200.00"


def test_an_adjusted_goal_is_measured_from_the_month_of_its_adjustment_on(m: Monitoring) -> None:
    m.hear(approved())
    report(m, "2026-01", "120")
    m.pay(voucher("记-1", "2026-01-25", "9000.00"), voucher("记-2", "2026-08-01", "6000.00"))
    m.day(date(2026, 8, 20))
    assert m.project()["recommendation"] == "none"
    m.pay(voucher("记-3", "2026-08-19", "0.01"))
    assert m.project()["recommendation"] == "suspend"
    m.hear(adjusted())
    found = {each["period"]: (each["budget"], each["execution"]) for each in m.project()["periods"]}
    assert found["2026-07"] == ("10000.00", "90.00")
    assert found["2026-08"] == ("20000.00", "75.00")
    assert m.project()["budget"] == "20000.00"


def test_an_unanswered_correction_is_overdue_once(m: Monitoring) -> None:
    m.hear(approved())
    m.day(date(2026, 4, 11))
    order = {"deviations": ["2026-02/behind-goal"], "measure": measure("2026-05-01"), "reason": "落后"}
    assert m.post("corrections", order).status_code == 200
    assert m.day(date(2026, 5, 1)) == 0
    assert m.day(date(2026, 5, 2)) == 1
    assert m.day(date(2026, 5, 3)) == 0
    assert m.events().count("CorrectionOverdue") == 1
    assert m.project()["corrections"][0]["overdue_on"] == "2026-05-02"


def test_an_answered_correction_is_never_overdue(m: Monitoring) -> None:
    m.hear(approved())
    m.day(date(2026, 4, 11))
    order = {"deviations": ["2026-02/behind-goal"], "measure": measure("2026-05-01"), "reason": "落后"}
    assert m.post("corrections", order).status_code == 200
    assert m.post("corrections/1/answer", {"text": "已追上", "evidence": ["日志"]}, who="unit").status_code == 200
    assert m.day(date(2026, 5, 2)) == 0
    assert m.project()["corrections"][0]["overdue_on"] is None


def test_a_rebuild_makes_the_same_read_models(m: Monitoring) -> None:
    m.hear(approved(), approved("CS-2", budget=100))
    m.pay(voucher("记-1", "2026-01-05", "3000.00"), voucher("记-2", "2026-02-01", "50.00", project="CS-2"))
    report(m, "2026-01", "10", serious_problem="工程停工")
    m.day(date(2026, 5, 11))
    order = {"deviations": ["2026-03/behind-goal"], "measure": measure("2026-05-20"), "reason": "落后"}
    for path, body, who in (
        ("corrections", order, "official"),
        ("corrections/1/answer", {"text": "已追上", "evidence": ["日志"]}, "unit"),
        ("corrections/1/acceptance", {"reason": "属实"}, "official"),
        ("suspension", {"measures": [measure()], "reason": "停工"}, "official"),
        ("resumption", {"reason": "复工", "document": "文"}, "official"),
        ("urging", {"cause": "policy", "reason": "补助提高", "document": "文"}, "official"),
    ):
        assert m.post(path, body, who=who).status_code == 200
    report(m, "2026-04", "40")
    m.hear(adjusted(adjusted_on=date(2026, 5, 11)), evaluated("poor", project="CS-2", year=2025))
    m.pay(voucher("记-3", "2026-01-06", "100.00"))
    m.day(date(2026, 6, 11))
    m.pay(voucher("记-3", "2026-01-06", "101.00"))
    m.pay(*(voucher(f"记-{each}", "2026-06-01", "1.00", sequence=each) for each in (4, 6)))
    GapWatch(m.conn, StandingClock()).step()
    gap = {"source": "treasury-1", "numbering_year": 2026, "first": 5, "last": 5, "reason": "作废", "document": "文7号"}
    (held,) = m.get("/api/ledger/conflicts").json()["conflicts"]
    decided = f"/api/ledger/conflicts/{held['partition']}/{held['offset']}/decision"
    for path, body in (
        (decided, {"decision": "first-stands", "reason": "录入错误"}),
        ("/api/ledger/gaps/explanation", gap),
        ("/api/ledger/reconciliations", OUTCOME),
        ("/api/rounds", {**OPENING, "kind": "mid-term", "through": "2026-05"}),
    ):
        assert m.post(path, body, who="finance").status_code == 200
    live = _read_models(m)
    assert {table for table, rows in live.items() if not rows} == set()
    with psycopg.connect(m.owner_url, autocommit=True) as owner:
        assert rebuild(owner, RECORD) == sum(1 for _ in m.conn.execute("select 1 from record.event"))
    assert _read_models(m) == live


def test_what_the_read_models_say_of_deviations_is_what_the_fold_says(m: Monitoring) -> None:
    m.hear(approved())
    m.pay(voucher("记-1", "2026-01-25", "6000.00"))
    report(m, "2026-02", "60")
    m.day(date(2026, 3, 11))
    m.pay(voucher("记-2", "2026-01-26", "3000.00"), voucher("记-3", "2026-03-01", "-8000.00"))
    report(m, "2026-03", "5", expected="low")
    m.day(date(2026, 6, 11))
    from backbone.record.transaction import Decider
    from services.monitoring.domain import INITIAL, decide, evolve

    state = m.transact(lambda tx: tx.state(Decider(INITIAL, evolve, decide), "project/CS-1/2026"))
    folded = {each.deviation: (each.level, each.open) for each in state.deviations}
    found = m.project()
    assert {each["deviation"]: (each["level"], each["open"]) for each in found["deviations"]} == folded
    assert len(folded) > 4
    assert found["recommendation"] == state.standing


def _read_models(m: Monitoring) -> dict[str, list[str]]:
    tables = [row[0] for row in m.conn.execute("select tablename from pg_tables where schemaname = 'read'")]
    return {
        table: sorted(row[0] for row in m.conn.execute(f"select t::text from read.{table} t"))  # noqa: S608
        for table in tables
    }
