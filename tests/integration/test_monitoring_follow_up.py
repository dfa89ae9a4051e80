"""What follows a deviation, over the API and with the business clock moved: every deadline once, never twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from backbone.record.rebuild import rebuild
from services.monitoring.app import RECORD
from tests.integration.monitored import Monitoring, adjusted, approved, measure, monitoring, voucher
from tests.integration.servers import Servers

BEHIND = "2026-04/behind-goal"
ORDER = {"deviations": [BEHIND], "measure": measure("2026-05-20"), "reason": "落后"}
SUSPEND = {"measures": [measure("2026-05-29")], "reason": "不匹配"}


@pytest.fixture
def m(servers: Servers) -> Iterator[Monitoring]:
    """CS-1 on Monday 11 May, behind its goal by a warning."""
    with monitoring(servers) as service:
        service.hear(approved())
        service.pay(voucher("记-1", "2026-01-25", "3000.00"))
        service.day(date(2026, 5, 11))
        yield service


def done(m: Monitoring, path: str, body: Any, who: str = "official") -> dict[str, Any]:
    answer = m.post(path, body, who=who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(m: Monitoring, path: str, body: Any, who: str = "official") -> str:
    answer = m.post(path, body, who=who)
    assert answer.status_code in (403, 409, 422), answer.text
    return answer.json()["type"]


def names(answer: dict[str, Any]) -> list[str]:
    return [each["type"].split(".")[2] for each in answer["events"]]


def correction(m: Monitoring) -> dict[str, Any]:
    return m.project()["corrections"][0]


def test_an_order_may_count_its_deadline_in_working_days(m: Monitoring) -> None:
    counted = {**ORDER, "measure": {**measure(None), "working_days": 10}}
    done(m, "corrections", counted)
    assert correction(m)["measure"]["until"] == "2026-05-25"  # 25 May: ten working days after 11 May
    too_far = {**ORDER, "measure": {**measure(None), "working_days": 250}, "reason": "又"}
    assert refused(m, "corrections", too_far) == "/problems/working-days-unknown"


def test_an_answer_is_sent_back_and_twice_sent_back_it_is_escalated(m: Monitoring) -> None:
    done(m, "corrections", ORDER)
    assert (
        refused(m, "corrections/1/return", {"reason": "r", "until": "2026-06-01"})
        == "/problems/correction-not-answered"
    )
    done(m, "corrections/1/answer", {"text": "已追上"}, "unit")
    assert (
        refused(m, "corrections/1/return", {"reason": "r", "until": "2026-06-01"}, "unit") == "/problems/not-permitted"
    )
    assert refused(m, "corrections/1/return", {"reason": "没有证明"}) == "/problems/deadline-missing"
    assert names(done(m, "corrections/1/return", {"reason": "没有证明", "working_days": 5})) == ["CorrectionReturned"]
    back = correction(m)
    assert (back["answer"], back["refusals"], back["return_reason"]) == (None, 1, "没有证明")
    assert back["measure"]["until"] == "2026-05-18"
    done(m, "corrections/1/answer", {"text": "补充", "evidence": ["监理日志.pdf"]}, "unit")
    second = done(
        m, "corrections/1/return", {"reason": "仍不合格", "until": "2026-06-01", "document": "县绩效〔2026〕9号"}
    )
    assert names(second) == ["CorrectionReturned", "CorrectionEscalated", "SuspensionRecommended"]
    failed = correction(m)
    assert (failed["escalation"], failed["escalated_to"]) == ("refused", "赵强 (official, county)")
    assert failed["measure"]["document"] == "县绩效〔2026〕9号"
    (waiting,) = m.get("/api/recommendations?year=2026").json()["recommendations"]
    assert (waiting["kind"], waiting["grounds"]) == ("suspend", [{"rule": "behind-goal", "level": "warning"}])
    done(m, "corrections/1/answer", {"text": "三"}, "unit")
    done(m, "corrections/1/acceptance", {"reason": "属实"})


def test_a_deadline_missed_is_noticed_once_and_escalated_once(m: Monitoring) -> None:
    done(m, "corrections", ORDER)
    assert m.day(date(2026, 5, 20)) == 0
    assert m.day(date(2026, 5, 21)) == 1
    assert m.day(date(2026, 5, 21)) == 0
    assert m.day(date(2026, 5, 22)) == 0
    happened = m.events()
    assert [happened.count(name) for name in ("CorrectionOverdue", "CorrectionEscalated", "SuspensionRecommended")] == [
        1,
        1,
        1,
    ]
    done(m, "corrections/1/answer", {"text": "迟到的答复"}, "unit")
    done(m, "corrections/1/return", {"reason": "不行", "until": "2026-05-26"})
    assert m.day(date(2026, 5, 27)) == 1
    assert m.day(date(2026, 5, 28)) == 0
    assert (m.events().count("CorrectionOverdue"), m.events().count("CorrectionEscalated")) == (2, 1)


def test_a_suspension_and_an_urging_have_their_days_and_their_ends(m: Monitoring) -> None:
    done(m, "suspension", SUSPEND)
    urging = {"cause": "policy", "reason": "补助提高", "document": "文", "working_days": 5}
    done(m, "urging", urging)
    assert m.data("AdjustmentUrged")[0]["until"] == "2026-05-18"
    assert m.day(date(2026, 5, 18)) == 0
    assert m.day(date(2026, 5, 19)) == 1
    assert m.day(date(2026, 5, 30)) == 1
    assert m.day(date(2026, 5, 31)) == 0
    assert [each["of"] for each in m.data("DeadlinePassed")] == ["urging", "suspension"]
    m.hear(adjusted(adjusted_on=date(2026, 5, 31)))
    done(m, "resumption", {"reason": "复工", "document": "文"})
    rows = m.conn.execute("select kind, outcome, until::text from read.consequence order by version").fetchall()
    assert rows == [("suspension", "resumed", "2026-05-29"), ("urging", "adjusted", "2026-05-18")]


def test_a_stop_ends_what_was_under_way(m: Monitoring) -> None:
    done(m, "corrections", ORDER)
    done(m, "stop", {"measures": [measure("2026-06-30")], "reason": "无绩效"})
    rows = m.conn.execute("select kind, outcome, number from read.consequence order by version").fetchall()
    assert rows == [("correction", "stopped", 1), ("stop", None, None)]
    assert m.day(date(2026, 5, 21)) == 0


def test_a_unit_explains_a_notice(m: Monitoring) -> None:
    said = {"deviation": BEHIND, "text": "汛期停工", "evidence": ["通知.pdf"]}
    assert refused(m, "explanations", said) == "/problems/not-permitted"
    done(m, "explanations", said, "unit")
    (explained,) = [each for each in m.project()["deviations"] if each["deviation"] == BEHIND]
    assert (explained["explanation"], explained["explained_by"]) == ("汛期停工", "李明 (unit, department-03)")
    assert (
        refused(m, "explanations", {**said, "deviation": "2026-04/overspent"}, "unit") == "/problems/deviation-unknown"
    )


def test_what_comes_back_soon_is_open_again_and_nobody_is_told(m: Monitoring) -> None:
    report = {"period": "2026-04", "values": {"canal": "120"}}
    done(m, "reports", report, "unit")
    told = m.events().count("DeviationDetected")
    done(m, "reports", {**report, "values": {"canal": "0"}}, "unit")
    assert "DeviationReopened" in m.events()
    after = {each["deviation"]: each["open"] for each in m.project()["deviations"]}
    assert after[BEHIND]
    assert m.events().count("DeviationDetected") == told


def test_dismissing_all_that_a_recommendation_rests_on_answers_it(m: Monitoring) -> None:
    done(m, "reports", {"period": "2026-04", "values": {}, "serious_problem": "工程停工"}, "unit")
    done(m, "dismissals", {"deviation": "2026-04/serious-problem", "reason": "误报"})
    assert m.get("/api/recommendations?year=2026").json() == {"recommendations": []}
    assert m.project()["recommendation"] == "none"


def test_dismissing_a_deviation_withdraws_the_correction_that_followed_and_stops_its_clock(m: Monitoring) -> None:
    done(m, "corrections", ORDER)
    done(m, "corrections/1/answer", {"text": "已追上"}, "unit")
    dismissal = {"deviation": BEHIND, "reason": "汛期顺延已批准", "document": "县财绩〔2026〕5号"}
    assert names(done(m, "dismissals", dismissal)) == ["DeviationDismissed", "CorrectionWithdrawn"]
    withdrawn = correction(m)
    assert (withdrawn["withdrawn_on"], withdrawn["withdrawal_reason"]) == ("2026-05-11", "汛期顺延已批准")
    assert refused(m, "corrections/1/acceptance", {"reason": "属实"}) == "/problems/correction-already-withdrawn"
    m.day(date(2026, 5, 21))
    assert m.data("CorrectionOverdue") == []
    (page,) = m.conn.execute("select event from read.consequence where kind = 'correction'").fetchone()  # type: ignore[misc]
    told = m.get(f"/consequences/{page}", accept="text/html", accept_language="zh").text
    assert "整改撤销" in told and "汛期顺延已批准" in told and "工作日" not in told
    assert "已撤销" in m.get("/2026/projects/CS-1", accept="text/html", accept_language="zh").text
    assert f"/consequences/{page}" not in m.get("/2026/tasks", who="unit", accept="text/html").text
    assert m.get("/api/projects?year=2026&state=correcting").json()["projects"] == []
    before = m.conn.execute("select * from read.correction").fetchall()
    with psycopg.connect(m.owner_url, autocommit=True) as owner:
        rebuild(owner, RECORD)
    assert m.conn.execute("select * from read.correction").fetchall() == before
