"""Private events of monitoring: what becomes of a deviation, how an ordered correction (整改) goes on, deadlines passed, from when
the watch list covers a project, who was
reminded of what. They stay in this service."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from contracts.event import OfProject, PrivateEvent
from contracts.kinds import Code, Period, Text
from contracts.monitoring import FindingLevel, Measure, WatchKind


class DeviationDismissed(OfProject, PrivateEvent):
    """An official dismissed a deviation with a reason: it counts as dealt with until its rule is found graver or found anew.

    `rule` and `level` are those of the deviation as it was dismissed; `sets_aside` is the recommendation that rested on it alone.
    Source: 方案篇一 双监控 (系统提出，由人决定).

    Example::

        {"project": "CS-2026-007", "year": 2026, "deviation": "2026-06/mismatch", "rule": "mismatch", "level": "suspend",
         "reason": "合同约定完工后一次支付", "document": "县财绩〔2026〕5号", "sets_aside": "suspend",
         "dismissed_by": "赵强 (official, finance)", "dismissed_on": "2026-07-14"}
    """

    owner: ClassVar[str] = "monitoring"

    deviation: Text
    rule: Code
    level: FindingLevel
    reason: Text
    document: Text | None = None
    sets_aside: Literal["none", "suspend", "stop"] = "none"
    dismissed_by: Text
    dismissed_on: date


class DeviationReopened(OfProject, PrivateEvent):
    """A rule was found again so soon that its deviation is the same one: it is open again, and nobody is told anew.

    `deviation` is the one that was over, `level` what was found now: never graver than that one was. A dismissal of it holds.
    Source: rule set `rules`, [follow_up] same_again_days.

    Example::

        {"project": "CS-2026-007", "year": 2026, "deviation": "2026-06/mismatch", "rule": "mismatch", "level": "suspend",
         "period": "2026-07", "judgement": 11, "rules": "dual-monitoring-1@1", "reopened_on": "2026-08-11"}
    """

    owner: ClassVar[str] = "monitoring"

    deviation: Text
    rule: Code
    level: FindingLevel
    period: Period
    judgement: int
    rules: Text
    reopened_on: date


class DeviationExplained(OfProject, PrivateEvent):
    """The unit took notice of a deviation and says what it comes from. A later explanation takes the earlier one's place.

    Source: 方案篇一 双监控 (提示关注).

    Example::

        {"project": "CS-2026-007", "year": 2026, "deviation": "2026-06/mismatch", "text": "工程款按合同七月支付", "evidence": ["合同.pdf"],
         "explained_by": "李明 (unit, department-03)", "explained_on": "2026-07-13"}
    """

    owner: ClassVar[str] = "monitoring"

    deviation: Text
    text: Text
    evidence: tuple[Text, ...] = ()
    explained_by: Text
    explained_on: date


class DeadlinePassed(OfProject, PrivateEvent):
    """The day has passed by which the measures of a suspension or a stop were to be carried out, or an adjustment applied for.

    Once for each order. Source: 方案篇一 双监控.

    Example::

        {"project": "CS-2026-007", "year": 2026, "of": "urging", "until": "2026-08-28", "noticed_on": "2026-08-29"}
    """

    owner: ClassVar[str] = "monitoring"

    of: Literal["urging", "suspension", "stop"]
    until: date
    noticed_on: date


class _Correction(OfProject, PrivateEvent):
    owner: ClassVar[str] = "monitoring"

    order: int


class CorrectionAnswered(_Correction):
    """The unit says how it corrected the deviation. A later answer to the same order takes the earlier one's place.

    Source: 方案篇一 双监控 「及时纠正」.

    Example::

        {"project": "CS-2026-007", "year": 2026, "order": 1, "text": "已增加两支施工队，七月底追上进度", "evidence": ["施工日志.pdf"],
         "answered_by": "李明 (unit, department-03)", "answered_on": "2026-07-08"}
    """

    text: Text
    evidence: tuple[Text, ...] = ()
    answered_by: Text
    answered_on: date


class CorrectionAccepted(_Correction):
    """An official accepts the unit's answer. The deviation itself closes when a month is judged free of it.

    Source: 方案篇一 双监控 「及时纠正」.

    Example::

        {"project": "CS-2026-007", "year": 2026, "order": 1, "reason": "现场核实属实", "accepted_by": "赵强 (official, finance)",
         "accepted_on": "2026-07-12"}
    """

    reason: Text
    accepted_by: Text
    accepted_on: date


class CorrectionOverdue(_Correction):
    """The deadline passed and the unit had not answered. Once for each order.

    Source: 方案篇一 双监控 「及时纠正」.

    Example::

        {"project": "CS-2026-007", "year": 2026, "order": 1, "until": "2026-07-10", "noticed_on": "2026-07-11"}
    """

    until: date
    noticed_on: date


class CorrectionReturned(_Correction):
    """An official refused the unit's answer (退回整改): it answers again, by the measure's new day. `refusal` counts from 1.

    Source: 方案篇一 双监控 「及时纠正」.

    Example::

        {"project": "CS-2026-007", "year": 2026, "order": 1, "refusal": 1, "reason": "没有施工进度的证明材料",
         "measure": {"what": "加快二期渠道施工", "by": "department-03", "until": "2026-07-24", "document": "县绩效〔2026〕12号"},
         "returned_by": "赵强 (official, finance)", "returned_on": "2026-07-12"}
    """

    refusal: int
    reason: Text
    measure: Measure
    returned_by: Text
    returned_on: date


class CorrectionEscalated(_Correction):
    """A correction failed: its deadline passed unanswered, or its answers were refused as often as the rules allow. Once for each order.

    It goes to the official who ordered it; where the deviation is grave enough a suspension is recommended besides.
    Source: rule set `rules`, [follow_up] answers_refused; 方案篇一 「暂缓或停止执行」.

    Example::

        {"project": "CS-2026-007", "year": 2026, "order": 1, "cause": "refused", "to": "赵强 (official, finance)",
         "rules": "dual-monitoring-1@1", "escalated_on": "2026-07-26"}
    """

    cause: Literal["overdue", "refused"]
    to: Text
    rules: Text
    escalated_on: date


class CorrectionWithdrawn(_Correction):
    """An order was withdrawn (撤销整改): the dismissal of `deviation` left nothing that it rests on. Its clock stops.

    Source: 方案篇一 双监控 (误报销号).

    Example::

        {"project": "CS-2026-007", "year": 2026, "order": 1, "deviation": "2026-06/mismatch", "reason": "合同约定完工后一次支付",
         "document": "县财绩〔2026〕5号", "withdrawn_by": "赵强 (official, finance)", "withdrawn_on": "2026-07-14"}
    """

    deviation: Text
    reason: Text
    document: Text | None = None
    withdrawn_by: Text
    withdrawn_on: date


class _Watch(OfProject, PrivateEvent):
    owner: ClassVar[str] = "monitoring"

    kind: WatchKind
    subject: Code


class WatchBegan(_Watch):
    """From this day on an entry of the watch list covers the project: its months are judged by the stricter thresholds.

    `kind` and `subject` name the entry: the project itself, or a unit whose project it is. Source: 方案篇三 结果应用 「低 重点监控」.

    Example::

        {"project": "CS-2026-007", "year": 2026, "kind": "unit", "subject": "department-03", "since": "2026-03-02"}
    """

    since: date


class WatchEnded(_Watch):
    """An entry of the watch list no longer covers the project.

    Source: 方案篇三 结果应用 「低 重点监控」.

    Example::

        {"project": "CS-2026-007", "year": 2026, "kind": "unit", "subject": "department-03", "ended": "2026-11-02"}
    """

    ended: date


class ReportChased(OfProject, PrivateEvent):
    """A unit was reminded of a month's report that was due and has not come (催报). Once for each working day of the rule.

    `working_day` counts from the day after `due`; `reminder` is the how-manieth of this report; `page` is where it is filled in.
    Source: 方案篇一 双监控 (「定期采集」).

    Example::

        {"project": "CS-2026-007", "year": 2026, "period": "2026-05", "due": "2026-06-10", "working_day": 3, "reminder": 2,
         "page": "/2026/reports/2026-05/CS-2026-007", "chased_on": "2026-06-15"}
    """

    owner: ClassVar[str] = "monitoring"

    period: Period
    due: date
    working_day: int
    reminder: int
    page: Text
    chased_on: date
