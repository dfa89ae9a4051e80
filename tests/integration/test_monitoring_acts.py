"""The forms of a project's page: what each person may do, refusals at the field, results after the redirect; consequences and tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from httpx2 import Response

from tests.integration.monitored import Monitoring, adjusted, approved, monitoring, token, voucher
from tests.integration.servers import Servers

BEHIND = "2026-04/behind-goal"
PROJECT = "/2026/projects/CS-1"
MEASURE = {"what": "加快施工", "by": "department-03", "document": "县绩效〔2026〕12号", "reason": "落后三十个百分点"}


@pytest.fixture
def m(servers: Servers) -> Iterator[Monitoring]:
    """CS-1 on Monday 11 May, behind its goal by a warning."""
    with monitoring(servers) as service:
        service.hear(approved())
        service.pay(voucher("记-1", "2026-01-25", "3000.00"))
        service.day(date(2026, 5, 11))
        yield service


def page(m: Monitoring, path: str, who: str = "official", lang: str = "zh") -> str:
    answer = m.get(path, who=who, accept="text/html", accept_language=lang)
    assert answer.status_code == 200, answer.text[:2000]
    return answer.text


def send(m: Monitoring, act: str, who: str = "official", origin: str = "http://testserver", **said: Any) -> Response:
    """A form sent as a browser does, with its own key."""
    headers = {"authorization": f"Bearer {token(who)}", "origin": origin, "accept": "text/html"}
    said.setdefault("key", f"key-{next(m._keys)}-of-a-form")
    return m.client.post(f"{PROJECT}/acts/{act}", data=said, headers=headers, follow_redirects=False)


def done(m: Monitoring, act: str, who: str = "official", **said: Any) -> str:
    """The page after an act."""
    answer = send(m, act, who, **said)
    assert answer.status_code == 303, answer.text[:3000]
    return page(m, answer.headers["location"].partition("#")[0], who)


def offered(text: str) -> list[str]:
    return re.findall(r'action="/2026/projects/CS-1/acts/([a-z0-9-]+)"', text)


def consequence(m: Monitoring) -> str:
    found = re.search(r'href="(/consequences/[0-9a-f-]+)"', page(m, PROJECT))
    assert found is not None
    return found[1]


def test_each_person_is_offered_what_they_may_do(m: Monitoring) -> None:
    assert offered(page(m, PROJECT)) == ["correct", "dismiss", "urge", "suspend", "stop"]
    assert offered(page(m, PROJECT, "unit")) == ["explain"]
    assert offered(page(m, PROJECT, "auditor")) == []
    assert send(m, "stop", "unit", **MEASURE).status_code == 409
    assert send(m, "dismiss", origin="http://elsewhere", deviation=BEHIND, reason="r").status_code == 403


def test_a_correction_by_forms_from_its_order_to_its_acceptance(m: Monitoring) -> None:
    ordered = done(m, "correct", deviations=[BEHIND], working_days="10", **MEASURE)
    assert "整改通知已下达。" in ordered
    own = page(m, consequence(m))
    assert "还有 10 个工作日（2026年5月25日到期）" in own
    assert "/ledger/vouchers?project=CS-1&amp;year=2026&amp;until=2026-04" in own
    assert "还有 10 个工作日" in page(m, "/2026/tasks", "unit")
    assert "答复已提交" in done(m, "answer-1", "unit", text="已追上", evidence="日志.pdf\n照片.zip")
    assert m.data("CorrectionAnswered")[0]["evidence"] == ["日志.pdf", "照片.zip"]
    done(m, "return-1", reason="没有证明", until="2026-06-01")
    assert "10 working days" not in page(m, consequence(m), lang="en")
    done(m, "answer-1", "unit", text="补充")
    assert offered(page(m, consequence(m))) == ["accept-1", "return-1"]
    done(m, "accept-1", reason="属实")
    assert "整改已验收" in page(m, consequence(m))


def test_what_is_refused_is_said_at_its_field_and_what_was_written_stays(m: Monitoring) -> None:
    answer = send(m, "correct", working_days="", until="2026-05-11", deviations=[BEHIND], **MEASURE)
    assert answer.status_code == 422
    assert re.search(r'id="correct-until"[^>]*aria-describedby="correct-until-wrong"', answer.text)
    assert "不在今天" in answer.text
    assert "落后三十个百分点" in answer.text
    empty = send(m, "dismiss", deviation="2026-01/nothing", reason="  ")
    assert empty.status_code == 422
    assert 'id="dismiss-reason-wrong"' in empty.text
    assert 'id="dismiss-deviation-wrong"' in empty.text
    assert 'id="urge-until-wrong"' in send(m, "urge", cause="policy", document="文", reason="r", until="明天").text
    assert 'id="suspend-working_days-wrong"' in send(m, "suspend", working_days="250", **MEASURE).text
    assert "CorrectionOrdered" not in m.events()


def test_a_form_sent_twice_is_done_once(m: Monitoring) -> None:
    said = {"key": "the-same-key", "working_days": "5", **MEASURE}
    assert send(m, "suspend", **said).status_code == 303
    assert send(m, "suspend", **said).status_code == 409
    assert m.events().count("ProjectSuspended") == 1


def test_a_suspension_an_urging_and_their_ends_have_pages(m: Monitoring) -> None:
    done(m, "suspend", until="2026-05-15", **MEASURE)
    own = consequence(m)
    assert offered(page(m, own)) == ["resume", "stop"]
    m.day(date(2026, 5, 18))
    assert "1 working day late" in page(m, own, lang="en")
    done(m, "resume", reason="复工", document="文")
    assert "已恢复执行" in page(m, own)
    done(m, "urge", cause="policy", reason="补助提高", document="文", until="2026-06-30")
    urging = consequence(m)
    m.hear(adjusted(adjusted_on=date(2026, 5, 18)))
    assert "已调整目标和预算" in page(m, urging)
    assert "已停止执行" in done(m, "stop", **MEASURE)
    assert offered(page(m, PROJECT)) == []


def test_a_unit_explains_a_notice_and_its_task_is_done(m: Monitoring) -> None:
    notices = [each["deviation"] for each in m.project()["deviations"] if each["level"] == "notice" and each["open"]]
    before = page(m, "/2026/tasks", "unit").count("提示</a>")
    assert before == len(notices) > 0
    done(m, "explain", "unit", deviation=notices[0], text="汛期停工")
    assert page(m, "/2026/tasks", "unit").count("提示</a>") == before - 1
    assert "没有待办事项。" in page(m, "/2026/tasks", "other")


def test_a_consequence_is_shown_to_who_may_see_its_project(m: Monitoring) -> None:
    done(m, "suspend", **MEASURE)
    own = consequence(m)
    assert m.get(own, who="other", accept="text/html").status_code == 403
    nothing = "/consequences/00000000-0000-0000-0000-000000000000"
    assert m.get(nothing, accept="text/html").status_code == 404
