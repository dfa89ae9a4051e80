"""Who may do what, where: role × place in the tree × action. One table, readable by an auditor.

A place says which organisations' objects a row covers: `own`, the actor's organisation itself; `subtree`, its own and its
subordinates' (a subordinate's code is its parent's code, a dot and its own: `department-03.station-1`); `all`, everybody's.
What no row allows is refused.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from contracts.decision import Actor, NotPermitted

Place = Literal["own", "subtree", "all"]

ROLES = frozenset(
    {
        "unit",  # 预算单位: declares, reports, answers
        "department",  # 主管部门: argues, reviews and consolidates its subordinates' goals
        "finance",  # 财政部门: reviews, returns, approves with the budget, adjusts
        "official",  # a named official who may order (分管领导): suspend, stop, resume, correct, publish
        "evaluator",  # 评价人员: scores projects
        "performance-office",  # 绩效办: runs the county assessment
        "data-unit",  # 数据采集责任单位: supplies and vouches for actuals
        "leader",  # 县领导: marks, decides ties
        "auditor",  # 审计: reads everything
        "finance-system",  # a finance system: sends vouchers
        "operator",  # runs the system: dead letters, replay, clock
        "system",  # the clock and the rules; never in a token
    }
)


class Grant(NamedTuple):
    """One row of the table."""

    role: str
    place: Place
    action: str


AUTHORITY: tuple[Grant, ...] = (
    # goals (方案篇一 目标管理; 篇三 绩效目标)
    Grant("unit", "subtree", "submit-goal"),
    Grant("department", "subtree", "submit-goal"),
    Grant("finance", "all", "review-goal"),
    Grant("finance", "all", "return-goal"),
    Grant("finance", "all", "approve-goal"),
    Grant("unit", "subtree", "apply-for-adjustment"),
    Grant("department", "subtree", "apply-for-adjustment"),
    Grant("finance", "all", "decide-adjustment"),
    Grant("finance", "all", "propose-reallocation"),
    Grant("finance", "all", "decide-reallocation"),
    # monitoring (方案篇一至篇四 双监控)
    Grant("unit", "subtree", "report-progress"),
    Grant("data-unit", "all", "report-progress"),
    Grant("official", "all", "dismiss-deviation"),
    Grant("data-unit", "all", "vouch-progress"),
    Grant("official", "all", "order-correction"),
    Grant("unit", "subtree", "answer-correction"),
    Grant("official", "all", "accept-correction"),
    Grant("official", "all", "return-correction"),
    Grant("unit", "subtree", "explain-deviation"),
    Grant("official", "all", "urge-adjustment"),
    Grant("official", "all", "order-suspension"),
    Grant("official", "all", "order-stop"),
    Grant("official", "all", "order-resumption"),
    Grant("official", "all", "decide-watch-list"),
    # rounds of monitoring: mid-term review and August round (方案篇三 预算中期评估调整; 财预〔2019〕136号)
    Grant("finance", "all", "run-round"),
    Grant("official", "all", "run-round"),
    Grant("unit", "subtree", "fill-round"),
    Grant("department", "subtree", "fill-round"),
    Grant("finance", "all", "review-round"),
    Grant("official", "all", "decide-round"),
    Grant("unit", "subtree", "read-vouchers"),
    Grant("department", "subtree", "read-vouchers"),
    Grant("finance", "all", "read-vouchers"),
    Grant("official", "all", "read-vouchers"),
    Grant("auditor", "all", "read-vouchers"),
    Grant("finance", "all", "read-ledger"),
    Grant("official", "all", "read-ledger"),
    Grant("auditor", "all", "read-ledger"),
    Grant("finance-system", "all", "read-ledger"),
    Grant("finance", "all", "decide-conflict"),
    Grant("auditor", "all", "decide-conflict"),
    Grant("finance", "all", "explain-gap"),
    Grant("auditor", "all", "explain-gap"),
    Grant("finance", "all", "reconcile-ledger"),
    Grant("auditor", "all", "reconcile-ledger"),
    Grant("finance-system", "all", "reconcile-ledger"),
    # evaluation (方案篇三 绩效评价; 篇五)
    Grant("evaluator", "all", "evaluate-project"),
    Grant("finance", "all", "evaluate-project"),
    Grant("performance-office", "all", "run-assessment"),
    Grant("data-unit", "all", "supply-actuals"),
    Grant("leader", "all", "mark-unit"),
    Grant("unit", "own", "claim-bonus"),
    Grant("performance-office", "all", "claim-bonus"),
    Grant("leader", "all", "decide-assessment"),
    Grant("unit", "own", "read-assessment"),
    Grant("performance-office", "all", "read-assessment"),
    Grant("leader", "all", "read-assessment"),
    Grant("official", "all", "read-assessment"),
    Grant("auditor", "all", "read-assessment"),
    # publishing (方案篇三 结果应用 (4))
    Grant("official", "all", "approve-result"),
    Grant("official", "all", "read-held"),
    Grant("finance", "all", "read-held"),
    Grant("auditor", "all", "read-held"),
    # work in progress: declarations, judgements, evaluations before they are public
    Grant("unit", "subtree", "read-project"),
    Grant("department", "subtree", "read-project"),
    *(
        Grant(role, "all", "read-project")
        for role in ("finance", "official", "evaluator", "performance-office", "leader", "auditor")
    ),
    # progress reports alone: who vouches for one sees it, and nothing else of the project
    Grant("unit", "subtree", "read-report"),
    Grant("department", "subtree", "read-report"),
    *(
        Grant(role, "all", "read-report")
        for role in ("finance", "official", "evaluator", "performance-office", "data-unit", "leader", "auditor")
    ),
    # running the system
    Grant("operator", "all", "operate"),
    Grant("auditor", "all", "read-audit"),
)

ACTIONS = frozenset(grant.action for grant in AUTHORITY)


def covers(place: Place, actor_org: str, org: str) -> bool:
    """Whether `place`, seen from the actor's organisation, covers the object's organisation."""
    match place:
        case "all":
            return True
        case "own":
            return actor_org == org
        case "subtree":
            return actor_org == org or org.startswith(actor_org + ".")


def permit(actor: Actor, action: str, org: str) -> NotPermitted | None:
    """None where `actor` may do `action` on an object of `org`, else the refusal. The system itself may do everything."""
    if action not in ACTIONS:
        raise LookupError(f"no row of the authority table names the action {action!r}")
    if actor.role == "system":
        return None
    for grant in AUTHORITY:
        if grant.role == actor.role and grant.action == action and covers(grant.place, actor.org, org):
            return None
    return NotPermitted(role=actor.role, org=actor.org, action=action, place=org)
