"""Public events of monitoring: what was reported, how each month was judged, what follows from a deviation."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from contracts.event import OfProject, PublicEvent, Value
from contracts.kinds import Code, Currency, Exact, Fen, Percent, Period, Text, Year
from contracts.reporting import Evidence, Implementation

FindingLevel = Literal["notice", "warning", "suspend", "stop"]
Recommendation = Literal["none", "notice", "correct", "suspend", "stop"]
WatchKind = Literal["project", "unit"]
WatchCause = Literal["evaluation", "decision"]


class MonthFinding(Value):
    """One finding of a judgement: the rule and its level."""

    rule: Code
    level: FindingLevel


class Measure(Value):
    """One consequence, structured: what, by whom, until when, on which document."""

    what: Text
    by: Code
    until: date | None = None
    document: Text


class Applied(Value):
    """What a rule compared when it found something: its measure, what that came to (percent; null for a fact, which rests on `facts`),
    and the threshold that was reached, `at_least` or `above` (neither: the fact itself). `scope` names the scope of the rule whose
    thresholds hold for the project (null: the rule's own); `watched`: the stricter threshold of the watch list reached this level."""

    measure: Code
    measured: Percent | None = None
    facts: dict[Code, Text] = Field(default_factory=dict)
    at_least: Exact | None = None
    above: Exact | None = None
    scope: Code | None = None
    watched: bool = False


class _Monitoring(OfProject):
    owner: ClassVar[str] = "monitoring"
    topic: ClassVar[str] = "monitoring.events"


class ProgressReported(_Monitoring, PublicEvent):
    """Indicator values of a month, cumulative over the fiscal year, as the data-collecting unit supplied them (绩效运行信息).

    Source: 方案篇一至篇四 双监控, 「项目实施信息」. `values` maps an indicator to its actual so far. A later `report` for the same
    period corrects the earlier. `received` is the business day of receipt. `implementation` and `evidence` are free words; `details`
    and `evidence_files` say the same in structure. `vouched_by` is the data-collecting unit (数据采集责任单位) where it supplied the
    report itself; otherwise a `ProgressVouched` or `ProgressDisputed` follows.

    Example::

        {"project": "CS-2026-007", "year": 2026, "period": "2026-03", "report": 1, "received": "2026-04-03",
         "values": {"canal": "31.5"}, "expected": null, "serious_problem": null, "implementation": "一期渠道已完工",
         "evidence": ["监理月报3月.pdf"], "details": {"progress": "一期渠道已完工", "problems": "二期征地未完成",
         "next_steps": "四月完成征地"}, "evidence_files": [{"name": "监理月报3月.pdf",
         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "kept": "县档案馆 2026-农-031"}],
         "supplied_by": "department-03", "vouched_by": null}
    """

    period: Period
    report: int
    received: date
    values: dict[Code, Exact]
    expected: Literal["low", "none"] | None = None
    serious_problem: Text | None = None
    implementation: Text | None = None
    evidence: tuple[Text, ...] = ()
    details: Implementation | None = None
    evidence_files: tuple[Evidence, ...] = ()
    supplied_by: Code
    vouched_by: Code | None = None


class ProgressVouched(_Monitoring, PublicEvent):
    """The data-collecting unit (数据采集责任单位) vouches for a report: its actuals are as its own records have them.

    Source: 方案篇五 指标评估 (「数据采集责任单位」); 方案篇一 双监控.

    Example::

        {"project": "CS-2026-007", "year": 2026, "period": "2026-03", "report": 1, "unit": "statistics", "reason": null,
         "vouched_by": "郑和 (data-unit, statistics)", "vouched_on": "2026-04-08"}
    """

    period: Period
    report: int
    unit: Code
    reason: Text | None = None
    vouched_by: Text
    vouched_on: date


class ProgressDisputed(_Monitoring, PublicEvent):
    """The data-collecting unit (数据采集责任单位) disputes a report: its own records say otherwise. The report stands until corrected.

    Source: 方案篇五 指标评估 (「数据采集责任单位」); 方案篇一 双监控.

    Example::

        {"project": "CS-2026-007", "year": 2026, "period": "2026-03", "report": 1, "unit": "statistics",
         "reason": "验收单只有 28 公里", "disputed_by": "郑和 (data-unit, statistics)", "disputed_on": "2026-04-08"}
    """

    period: Period
    report: int
    unit: Code
    reason: Text
    disputed_by: Text
    disputed_on: date


class MonthJudged(_Monitoring, PublicEvent):
    """A month of a project was judged: money beside results (双监控). Source: rule set `rules`; 财预〔2019〕136号.

    With E the period's last day: `paid` (fen) and `vouchers` (count) are of all counted vouchers dated in the fiscal year up to
    E; `digest` is the SHA-256 of their lines (docs/architecture.md tells the form), so that anyone who holds the vouchers can
    check the figure. `execution`, `attainment`, `time` and `mismatch` are percent. `closed` tells a month's full judgement
    from one made while the month was still running. Each `judgement` of a project has its number; a later one for the same
    period stands beside the earlier and takes its place. `watched`: the project was on the watch list (重点监控). `scopes` names, by
    rule found, the scope whose thresholds held, where it was not the rule's own; `exempted` the rules that would have found something
    had the project not been exempt from them; `disputed` the numbers of the reports that were left out because they were in dispute.

    Example::

        {"project": "CS-2026-007", "year": 2026, "period": "2026-03", "judgement": 3, "as_of": "2026-04-11", "closed": true,
         "rules": "dual-monitoring-1@1", "budget": 480000000, "currency": "CNY", "paid": 96000000, "vouchers": 41,
         "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
         "execution": "20.00", "attainment": "26.25", "time": "25.00", "mismatch": "6.25", "values": {"canal": "31.5"},
         "findings": [], "recommendation": "none"}
    """

    period: Period
    judgement: int
    as_of: date
    closed: bool
    rules: Text
    budget: Fen
    currency: Currency = "CNY"
    paid: Fen
    vouchers: int
    digest: Text
    execution: Percent
    attainment: Percent
    time: Percent
    mismatch: Percent
    values: dict[Code, Exact]
    findings: tuple[MonthFinding, ...]
    recommendation: Recommendation
    watched: bool = False
    scopes: dict[Code, Code] = Field(default_factory=dict)
    exempted: tuple[Code, ...] = ()
    disputed: tuple[int, ...] = ()


class DeviationDetected(_Monitoring, PublicEvent):
    """A project runs off its goal or its budget (偏差). Source: rule set `rules`; 方案篇一 双监控.

    One for each rule of a period when it is first found or found at a graver level; `previous` is the level before. It carries
    the figures that it saw (percent), and in `applied` what the rule compared with which threshold, so that it can be derived again.

    Example::

        {"project": "CS-2026-007", "year": 2026, "period": "2026-06", "deviation": "2026-06/mismatch", "rule": "mismatch",
         "level": "suspend", "previous": null, "judgement": 9, "rules": "dual-monitoring-1@1", "execution": "81.00",
         "attainment": "22.50", "time": "50.00", "mismatch": "58.50",
         "applied": {"measure": "mismatch", "measured": "58.50", "facts": {}, "at_least": "50", "above": null, "scope": null,
          "watched": false}}
    """

    period: Period
    deviation: Text
    rule: Code
    level: FindingLevel
    previous: FindingLevel | None = None
    judgement: int
    rules: Text
    execution: Percent
    attainment: Percent
    time: Percent
    mismatch: Percent
    applied: Applied | None = None


class CorrectionOrdered(_Monitoring, PublicEvent):
    """An official ordered a unit to correct a deviation by a day (整改). Source: 方案篇一 双监控 「及时纠正」.

    Example::

        {"project": "CS-2026-007", "year": 2026, "order": 1, "deviations": ["2026-05/behind-goal"],
         "measure": {"what": "加快二期渠道施工", "by": "department-03", "until": "2026-07-10", "document": "县绩效〔2026〕12号"},
         "reason": "产出进度落后三十个百分点", "ordered_by": "赵强 (official, finance)", "ordered_on": "2026-06-15"}
    """

    order: int
    deviations: tuple[Text, ...]
    measure: Measure
    reason: Text
    ordered_by: Text
    ordered_on: date


class AdjustmentUrged(_Monitoring, PublicEvent):
    """A unit is urged to apply for an adjustment of goals and budget together: a policy changed, an emergency came.

    Source: 方案篇一 双监控 (政策变化、突发事件). It is to apply by the day `until`, where one is set, and is done with the next adjustment.

    Example::

        {"project": "CS-2026-007", "year": 2026, "cause": "policy", "reason": "上级补助标准提高", "document": "省财农〔2026〕8号",
         "until": "2026-08-28", "urged_by": "赵强 (official, finance)", "urged_on": "2026-08-03"}
    """

    cause: Literal["policy", "emergency"]
    reason: Text
    document: Text
    until: date | None = None
    urged_by: Text
    urged_on: date


class SuspensionRecommended(_Monitoring, PublicEvent):
    """The system recommends to suspend a project (暂缓); an official decides. Source: 方案篇一 「暂缓或停止执行」; 财预〔2019〕136号.

    `correction` is the order whose failure brought it, where it was not the judgement itself.

    Example::

        {"project": "CS-2026-007", "year": 2026, "period": "2026-06", "judgement": 9, "rules": "dual-monitoring-1@1",
         "grounds": [{"rule": "mismatch", "level": "suspend"}]}
    """

    period: Period
    judgement: int
    rules: Text
    grounds: tuple[MonthFinding, ...]
    correction: int | None = None


class StopRecommended(_Monitoring, PublicEvent):
    """The system recommends to stop a project (停止); an official decides. Source: 方案篇一 「暂缓或停止执行」; 财预〔2019〕136号.

    Example::

        {"project": "CS-2026-007", "year": 2026, "period": "2026-09", "judgement": 14, "rules": "dual-monitoring-1@1",
         "grounds": [{"rule": "expected-none", "level": "stop"}]}
    """

    period: Period
    judgement: int
    rules: Text
    grounds: tuple[MonthFinding, ...]


class ProjectSuspended(_Monitoring, PublicEvent):
    """A named official ordered a project suspended (暂缓执行). Source: 方案篇一 双监控. `unspent` is in fen.

    Example::

        {"project": "CS-2026-007", "year": 2026, "measures": [{"what": "暂缓拨付", "by": "finance", "until": null,
         "document": "县财预〔2026〕22号"}], "reason": "资金与产出严重不匹配", "unspent": 91200000,
         "ordered_by": "赵强 (official, finance)", "ordered_on": "2026-07-15"}
    """

    measures: tuple[Measure, ...]
    reason: Text
    unspent: Fen
    ordered_by: Text
    ordered_on: date


class ProjectStopped(_Monitoring, PublicEvent):
    """A named official ordered a project stopped; `freed` (fen) goes to reallocation (停止执行). Source: 方案篇一 双监控.

    Example::

        {"project": "CS-2026-007", "year": 2026, "measures": [{"what": "停止拨付并收回", "by": "finance", "until": null,
         "document": "县财预〔2026〕40号"}], "reason": "预期无法实现绩效目标", "freed": 91200000,
         "ordered_by": "赵强 (official, finance)", "ordered_on": "2026-10-15"}
    """

    measures: tuple[Measure, ...]
    reason: Text
    freed: Fen
    ordered_by: Text
    ordered_on: date


class ProjectResumed(_Monitoring, PublicEvent):
    """A suspended project goes on after correction (恢复执行). Source: 方案篇一 双监控.

    Example::

        {"project": "CS-2026-007", "year": 2026, "reason": "整改完成，产出已追上", "document": "县财预〔2026〕30号",
         "ordered_by": "赵强 (official, finance)", "ordered_on": "2026-08-20"}
    """

    reason: Text
    document: Text
    ordered_by: Text
    ordered_on: date


class _WatchList(Value):
    """The watch list (重点监控): which project or unit, whatever the fiscal year."""

    owner: ClassVar[str] = "monitoring"
    topic: ClassVar[str] = "monitoring.events"

    kind: WatchKind
    subject: Code

    def stream(self) -> str:
        return f"watch/{self.kind}/{self.subject}"


class PutOnWatchList(_WatchList, PublicEvent):
    """A project or a unit is on the watch list from this day on: judged by stricter thresholds, shown first (重点监控).

    Source: 方案篇三 结果应用 「低 重点监控」. `cause` tells the result of an evaluation (`year`, `evaluation` its number, `grade`; then
    `document` is the scheme) from an official's decision (with `reason`). A unit on the list covers its projects.

    Example::

        {"kind": "project", "subject": "CS-2026-007", "cause": "evaluation", "year": 2026, "evaluation": 1, "grade": "poor",
         "reason": null, "document": "mof-2020-10@1", "put_by": "jixiao (system, jixiao)", "put_on": "2027-01-26"}
    """

    cause: WatchCause
    year: Year | None = None
    evaluation: int | None = None
    grade: Code | None = None
    reason: Text | None = None
    document: Text
    put_by: Text
    put_on: date


class TakenOffWatchList(_WatchList, PublicEvent):
    """A project or a unit is no longer on the watch list: by an official's decision, or by a later evaluation with a better result.

    Source: 方案篇三 结果应用 「低 重点监控」.

    Example::

        {"kind": "project", "subject": "CS-2026-007", "cause": "decision", "year": null, "evaluation": null, "grade": null,
         "reason": "整改到位，运行正常", "document": "县绩效〔2027〕9号", "taken_by": "赵强 (official, finance)", "taken_on": "2027-06-30"}
    """

    cause: WatchCause
    year: Year | None = None
    evaluation: int | None = None
    grade: Code | None = None
    reason: Text | None = None
    document: Text
    taken_by: Text
    taken_on: date


class BudgetChangeProposed(_Monitoring, PublicEvent):
    """After a mid-term review or the August round an official decided that a budget be changed; goals takes it as an application.

    Money in fen. `severity` and `policy` name the ground in the dated policy; the budget itself changes only by the procedure of
    the budget (`GoalAdjusted`). Source: 方案篇三 「预算中期评估调整」; 财预〔2019〕136号.

    Example::

        {"project": "CS-2026-007", "year": 2026, "round": "2026-08", "kind": "august", "previous_budget": 480000000,
         "budget": 340000000, "currency": "CNY", "policy": "mid-term-1@1", "severity": "behind",
         "grounds": [{"rule": "behind-goal", "level": "warning"}], "reason": "年内确实用不完", "document": "县财预〔2026〕35号",
         "proposed_by": "赵强 (official, finance)", "proposed_on": "2026-08-25"}
    """

    round: Period
    kind: Literal["august", "mid-term"]
    previous_budget: Fen
    budget: Fen
    currency: Currency = "CNY"
    policy: Text
    severity: Code | None
    grounds: tuple[MonthFinding, ...]
    reason: Text
    document: Text
    proposed_by: Text
    proposed_on: date
