"""Public events of goals: a declaration on its way to an approved goal with its budget."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.event import OfProject, PublicEvent, Value
from contracts.kinds import Code, Currency, Exact, Fen, Period, Text

Dimension = Literal["cost", "output", "benefit", "satisfaction"]
Level = Literal["blocker", "return", "advice"]


class Indicator(Value):
    """One performance indicator (绩效指标). `target` is a number for `quantitative` ones, `target_text` words for `qualitative`
    ones. `weight` is in points; `schedule` maps a month to the cumulative value due by its end (a month's targets)."""

    id: Code
    name: Text
    dimension: Dimension
    kind: Text = ""
    type: Literal["quantitative", "qualitative"] = "quantitative"
    direction: Literal["at_least", "at_most", "equal"] = "at_least"
    target: Exact | None = None
    target_text: Text | None = None
    unit: Text | None = None
    weight: Exact
    schedule: dict[Period, Exact] = Field(default_factory=dict)
    standard: Exact | None = None


class BudgetItem(Value):
    """One line of the budget in detail; `amount` in fen."""

    name: Text
    amount: Fen


class MediumTermGoal(Value):
    """A goal over several years (中期目标): its total and what each year contributes."""

    id: Code
    total: Exact
    by_year: dict[str, Exact]


class ExAnteEvaluation(Value):
    """Ex-ante evaluation (事前绩效评估) of a new project or policy: `dimensions` maps 立项必要性 `necessity`, 投入经济性 `economy`,
    绩效目标合理性 `goals`, 实施方案可行性 `feasibility`, 筹资合规性 `funding` to 0–100."""

    conclusion: Literal["support", "adjust", "reject"]
    procedure_complete: bool
    dimensions: dict[str, Exact]


class ReviewFinding(Value):
    """What the review of a declaration found, where, by which rule of `declaration-1`, how grave."""

    where: Text
    rule: Code
    level: Level


class _Goals(OfProject):
    owner: ClassVar[str] = "goals"
    topic: ClassVar[str] = "goals.events"


class GoalSubmitted(_Goals, PublicEvent):
    """A unit declared a project's goals with its budget (绩效目标申报). Source: 方案篇一 目标管理, 方案篇三 绩效目标.

    `budget` and `items` are in fen. `submission` counts the declarations of this project from 1. `transfer_to` names the lower
    government that carries a transfer out (市对下转移支付).

    Example::

        {"project": "CS-2026-007", "year": 2026, "submission": 1, "name": "高标准农田灌溉渠改造", "unit": "department-03",
         "department": "department-03", "kind": "new", "years": 3, "budget": 480000000, "currency": "CNY", "tags": ["livelihood"],
         "transfer_to": null, "scheme": "mof-2020-10",
         "ex_ante": {"conclusion": "support", "procedure_complete": true, "dimensions": {"necessity": "90", "economy": "82",
          "goals": "85", "feasibility": "80", "funding": "88"}},
         "annual": [{"id": "canal", "name": "改造渠道长度", "dimension": "output", "kind": "quantity", "direction": "at_least",
          "target": "120", "unit": "公里", "weight": "50", "schedule": {"2026-12": "120"}}],
         "items": [{"name": "工程费", "amount": 480000000}],
         "medium_term": [{"id": "canal", "total": "360", "by_year": {"2026": "120", "2027": "120", "2028": "120"}}],
         "submitted_by": "李明 (unit, department-03)"}
    """

    submission: int
    name: Text
    unit: Code
    department: Code
    kind: Literal["new", "continuing"]
    years: Annotated[int, Field(ge=1, le=30)]
    budget: Fen
    currency: Currency = "CNY"
    tags: tuple[Text, ...] = ()
    transfer_to: Code | None = None
    scheme: Code = "mof-2020-10"
    ex_ante: ExAnteEvaluation | None = None
    annual: tuple[Indicator, ...]
    items: tuple[BudgetItem, ...] = ()
    medium_term: tuple[MediumTermGoal, ...] = ()
    submitted_by: Text


class GoalReturned(_Goals, PublicEvent):
    """A declaration went back to its unit, with every finding (退回修改). Source: 方案篇三 绩效目标审核; rule set `rules`.

    Example::

        {"project": "CS-2026-007", "year": 2026, "submission": 1, "rules": "declaration-1@1",
         "findings": [{"where": "canal", "rule": "no-schedule", "level": "advice"},
          {"where": "benefit", "rule": "weights", "level": "return"}],
         "reason": "效益指标权重不足", "returned_by": "王芳 (finance, finance)"}
    """

    submission: int
    rules: Text
    findings: tuple[ReviewFinding, ...]
    reason: Text
    returned_by: Text


class GoalRefused(_Goals, PublicEvent):
    """A declaration was refused: no budget without a supported ex-ante evaluation (不予安排). Source: 方案篇一 事前绩效评估.

    Example::

        {"project": "CS-2026-009", "year": 2026, "submission": 1, "rules": "declaration-1@1",
         "findings": [{"where": "ex_ante", "rule": "no-ex-ante-evaluation", "level": "blocker"}],
         "reason": "新增项目未开展事前绩效评估", "refused_by": "王芳 (finance, finance)"}
    """

    submission: int
    rules: Text
    findings: tuple[ReviewFinding, ...]
    reason: Text
    refused_by: Text


class GoalApproved(_Goals, PublicEvent):
    """A project's goals were approved together with its budget (绩效目标批复). Source: 方案篇三 绩效目标批复; 方案篇一 目标管理.

    `budget` is in fen and is what execution is measured against.

    Example::

        {"project": "CS-2026-007", "year": 2026, "submission": 2, "name": "高标准农田灌溉渠改造", "unit": "department-03",
         "department": "department-03", "budget": 480000000, "currency": "CNY", "tags": ["livelihood"], "transfer_to": null,
         "scheme": "mof-2020-10", "approved_on": "2026-01-20", "document": "县财预〔2026〕3号",
         "annual": [{"id": "canal", "name": "改造渠道长度", "dimension": "output", "kind": "quantity", "direction": "at_least",
          "target": "120", "unit": "公里", "weight": "50", "schedule": {"2026-12": "120"}}],
         "approved_by": "王芳 (finance, finance)"}
    """

    submission: int
    name: Text
    unit: Code
    department: Code
    budget: Fen
    currency: Currency = "CNY"
    tags: tuple[Text, ...] = ()
    transfer_to: Code | None = None
    scheme: Code = "mof-2020-10"
    approved_on: date
    document: Text
    annual: tuple[Indicator, ...]
    approved_by: Text


class GoalAdjusted(_Goals, PublicEvent):
    """Goals and budget were adjusted together, by the procedure of the budget (绩效目标调整). Source: 方案篇一 双监控; 篇三 预算调整.

    `budget` and `previous_budget` are in fen; `annual` replaces the indicators. `adjustment` counts from 1.

    Example::

        {"project": "CS-2026-007", "year": 2026, "adjustment": 1, "cause": "policy", "reason": "上级补助标准提高",
         "previous_budget": 480000000, "budget": 520000000, "adjusted_on": "2026-08-20", "document": "县财预〔2026〕31号",
         "annual": [{"id": "canal", "name": "改造渠道长度", "dimension": "output", "kind": "quantity", "direction": "at_least",
          "target": "130", "unit": "公里", "weight": "50", "schedule": {"2026-12": "130"}}],
         "adjusted_by": "王芳 (finance, finance)"}
    """

    adjustment: int
    cause: Literal["policy", "emergency", "mid_term"]
    reason: Text
    previous_budget: Fen
    budget: Fen
    adjusted_on: date
    document: Text
    annual: tuple[Indicator, ...]
    adjusted_by: Text


class AdjustmentRejected(_Goals, PublicEvent):
    """Finance rejected an application to adjust (不予调整); goals and budget stay as they are. Source: 方案篇三 预算中期评估调整.

    `round` where a round of monitoring had proposed it: the part is then to be decided again.

    Example::

        {"project": "CS-2026-007", "year": 2026, "adjustment": 1, "reason": "依据不足", "rejected_by": "王芳 (finance, finance)",
         "round": "2026-08", "rejected_on": "2026-09-10"}
    """

    adjustment: int
    reason: Text
    rejected_by: Text
    round: Period | None = None
    rejected_on: date | None = None


class FundsReallocated(_Goals, PublicEvent):
    """Money that a stop freed goes to another project (调剂). Source: 方案篇一 双监控 「及时调整用于亟需支持的项目」.

    `project` is the stopped project, `to` the receiving one; `amount` is in minor units (fen) and all of a project's reallocations
    together are never more than was freed. The receiving project's budget changes by an adjustment of its own (`GoalAdjusted`).

    Example::

        {"project": "CS-2026-007", "year": 2026, "reallocation": 1, "to": "CS-2026-012", "amount": 60000000, "currency": "CNY",
         "reason": "灌区抢修亟需资金", "document": "县财预〔2026〕45号",
         "decided_by": "王芳 (finance, finance)", "decided_on": "2026-10-28"}
    """

    reallocation: int
    to: Code
    amount: Fen
    currency: Currency = "CNY"
    reason: Text
    document: Text
    decided_by: Text
    decided_on: date


class ReallocationRejected(_Goals, PublicEvent):
    """A proposed reallocation (调剂) was rejected; its money is free again. Source: 方案篇一 双监控 「及时调整用于亟需支持的项目」.

    `amount` (fen) would have gone to the project `to`.

    Example::

        {"project": "CS-2026-007", "year": 2026, "reallocation": 1, "reason": "该项目本年无法支出",
         "rejected_by": "王芳 (finance, finance)", "to": "CS-2026-012", "amount": 60000000, "currency": "CNY",
         "rejected_on": "2026-10-28"}
    """

    reallocation: int
    reason: Text
    rejected_by: Text
    to: Code | None = None
    amount: Fen | None = None
    currency: Currency = "CNY"
    rejected_on: date | None = None
