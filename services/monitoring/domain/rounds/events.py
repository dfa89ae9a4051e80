"""Private events of rounds: a round in its own stream, a project's part of it in the project's. They stay in this service."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from contracts.event import OfProject, PrivateEvent, Value
from contracts.kinds import Code, Currency, Direction, Exact, Fen, Percent, Period, Text
from contracts.monitoring import Measure, MonthFinding, Recommendation

RoundKind = Literal["august", "mid-term"]
CauseKind = Literal["policy", "emergency", "plan", "procurement", "implementation", "other"]
ProposalKind = Literal["keep", "correct", "cut", "suspend", "stop"]


def round_stream(round: str) -> str:
    """The stream of a round, `round/2026-08`."""
    return f"round/{round}"


class _OfRound(PrivateEvent):
    owner: ClassVar[str] = "monitoring"

    round: Period
    year: int

    def stream(self) -> str:
        return round_stream(self.round)


class RoundOpened(_OfRound):
    """A round was opened over January to the month `through`. Source: 财预〔2019〕136号 (每年 8 月); 方案篇三 预算中期评估调整.

    `projects` are all in scope; `due` is the day by which their units fill in; `rules` judge, `policy` proposes.

    Example::

        {"round": "2026-08", "year": 2026, "kind": "august", "through": "2026-07", "rules": "dual-monitoring-1@1",
         "policy": "mid-term-1@1", "projects": ["CS-2026-007"], "due": "2026-08-17", "document": "县财绩〔2026〕18号",
         "opened_by": "王芳 (finance, finance)", "opened_on": "2026-08-03"}
    """

    kind: RoundKind
    through: Period
    rules: Text
    policy: Text
    projects: tuple[Code, ...]
    due: date
    document: Text
    opened_by: Text
    opened_on: date


class RoundClosed(_OfRound):
    """Everything of a round was decided and its report is final. Source: 财预〔2019〕136号.

    Example::

        {"round": "2026-08", "year": 2026, "document": "县财绩〔2026〕25号", "closed_by": "王芳 (finance, finance)",
         "closed_on": "2026-08-31"}
    """

    document: Text
    closed_by: Text
    closed_on: date


class TakenIndicator(Value):
    """An indicator as it stood when the figures were taken down."""

    id: Code
    weight: Exact
    direction: Direction
    target: Exact


class _Part(OfProject, PrivateEvent):
    owner: ClassVar[str] = "monitoring"

    round: Period


class TakenIntoRound(_Part):
    """A project's figures to a round's period end were taken down (纳入集中监控). Source: 财预〔2019〕136号.

    Money in fen, figures in percent, as in `MonthJudged`; with `indicators` and `values` everything can be derived again.

    Example::

        {"project": "CS-2026-007", "year": 2026, "round": "2026-08", "kind": "august", "through": "2026-07", "due": "2026-08-17",
         "as_of": "2026-08-03", "rules": "dual-monitoring-1@1", "policy": "mid-term-1@1", "budget": 480000000, "currency": "CNY",
         "paid": 100800000, "vouchers": 96, "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
         "execution": "21.00", "attainment": "26.25", "time": "58.33", "mismatch": "5.25", "values": {"canal": "31.5"},
         "indicators": [{"id": "canal", "weight": "50", "direction": "at_least", "target": "120"}],
         "findings": [{"rule": "behind-goal", "level": "warning"}], "recommendation": "correct"}
    """

    kind: RoundKind
    through: Period
    due: date
    as_of: date
    rules: Text
    policy: Text
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
    indicators: tuple[TakenIndicator, ...]
    findings: tuple[MonthFinding, ...]
    recommendation: Recommendation


class Cause(Value):
    """Why a project deviates: its kind, and in the unit's own words."""

    kind: CauseKind
    text: Text


class RoundPartFilled(_Part):
    """A unit filled in its part of a round: causes, what each indicator and the payments (fen) will come to by the year's end.

    A later filling before the review takes the earlier one's place. Source: 财预〔2019〕136号 (偏差原因分析, 全年预计完成情况).

    Example::

        {"project": "CS-2026-007", "year": 2026, "round": "2026-08",
         "causes": [{"kind": "procurement", "text": "管材招标两次流标，六月才签合同"}], "expected_values": {"canal": "85"},
         "expected_payments": 340000000, "cannot_run": false, "remedy": "增加两支施工队，九月底完成主干渠",
         "filled_by": "李明 (unit, department-03)", "filled_on": "2026-08-10"}
    """

    causes: tuple[Cause, ...]
    expected_values: dict[Code, Exact]
    expected_payments: Fen
    cannot_run: bool
    remedy: Text
    filled_by: Text
    filled_on: date


class RoundPartReturned(_Part):
    """Finance returned a part to its unit with the reason; it is due again on `due`. Source: 财预〔2019〕136号 (财政部门审核).

    Example::

        {"project": "CS-2026-007", "year": 2026, "round": "2026-08", "reason": "没有说明流标的责任", "due": "2026-08-20",
         "returned_by": "王芳 (finance, finance)", "returned_on": "2026-08-13"}
    """

    reason: Text
    due: date
    returned_by: Text
    returned_on: date


class Ground(Value):
    """What a proposal rests on: a measure and what it came to (percent), or the gravest level found; a fact has neither."""

    measure: Code
    measured: Percent | None = None
    level: Text | None = None


class RoundPartPassed(_Part):
    """Finance passed a part; with it the system's proposal. Source: 方案篇三 「预算中期评估调整」; policy `policy`.

    `budget` (fen) is what the budget would be; `expected_execution` and `expected_attainment` are percent at the year's end.

    Example::

        {"project": "CS-2026-007", "year": 2026, "round": "2026-08", "note": "", "policy": "mid-term-1@1", "proposal": "cut",
         "severity": "behind", "grounds": [{"measure": "expected_attainment", "measured": "70.83"}], "budget": 340000000,
         "expected_execution": "70.83", "expected_attainment": "70.83", "passed_by": "王芳 (finance, finance)",
         "passed_on": "2026-08-18"}
    """

    note: Text
    policy: Text
    proposal: ProposalKind
    severity: Code | None
    grounds: tuple[Ground, ...]
    budget: Fen
    expected_execution: Percent
    expected_attainment: Percent | None
    passed_by: Text
    passed_on: date


class RoundPartChased(_Part):
    """A unit was chased for a part that was due (催报). `chase` counts from 1; the next is on `next`, where the calendar says.

    Example::

        {"project": "CS-2026-007", "year": 2026, "round": "2026-08", "chase": 1, "due": "2026-08-17", "chased_on": "2026-08-18",
         "next": "2026-08-21"}
    """

    chase: int
    due: date
    chased_on: date
    next: date | None


class RoundPartDecided(_Part):
    """An official decided on a part: the proposal confirmed, or changed, with the reason. `budget` in fen.

    Source: 方案篇三 「预算中期评估调整」; 财预〔2019〕136号.

    Example::

        {"project": "CS-2026-007", "year": 2026, "round": "2026-08", "decision": "cut", "confirmed": true, "budget": 340000000,
         "reason": "年内确实用不完", "measure": {"what": "调减预算", "by": "finance", "until": null, "document": "县财预〔2026〕35号"},
         "decided_by": "赵强 (official, finance)", "decided_on": "2026-08-25"}
    """

    decision: ProposalKind
    confirmed: bool
    budget: Fen
    reason: Text
    measure: Measure | None
    decided_by: Text
    decided_on: date
