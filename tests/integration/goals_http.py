"""What goals' integration tests share: its people, what they send, and what others announce."""

from __future__ import annotations

import copy
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from contracts.evaluation import EvaluationCompleted
from contracts.monitoring import (
    AdjustmentUrged,
    BudgetChangeProposed,
    Measure,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
)
from contracts.publishing import ResultPublished
from services.goals.app import api, service
from tests.integration.asking import Asked, asked
from tests.integration.servers import Servers

TODAY = date(2026, 1, 20)

PEOPLE = {
    "unit": ("李明", "unit", "department-03"),
    "department": ("周涛", "department", "department"),
    "other": ("钱进", "unit", "town-2"),
    "finance": ("王芳", "finance", "finance"),
    "auditor": ("吴静", "auditor", "county"),
    "data-unit": ("郑和", "data-unit", "county"),
}

DECLARATION: dict[str, Any] = {
    "name": "高标准农田灌溉渠改造",
    "unit": "department-03",
    "department": "department-03",
    "kind": "new",
    "years": 3,
    "budget": "4800000.00",
    "tags": ["livelihood"],
    "ex_ante": {
        "conclusion": "support",
        "procedure_complete": True,
        "dimensions": dict.fromkeys(("necessity", "economy", "goals", "feasibility", "funding"), "80"),
    },
    "annual": [
        {
            "id": "canal", "name": "改造渠道长度", "dimension": "output", "kind": "quantity", "target": "120", "unit": "公里",
            "weight": "50", "schedule": {"2026-06": "40", "2026-12": "120"}, "standard": "100",
        },
        {"id": "yield", "name": "粮食增产率", "dimension": "benefit", "target": "8", "unit": "%", "weight": "30"},
        {
            "id": "farmers", "name": "农户满意", "dimension": "satisfaction", "type": "qualitative", "target_text": "满意",
            "weight": "10",
        },
    ],
    "items": [{"name": "工程费", "amount": "4000000.00"}, {"name": "监理费", "amount": "800000.00"}],
    "medium_term": [{"id": "canal", "total": "360", "by_year": {"2026": "120", "2027": "120", "2028": "120"}}],
}  # fmt: skip


def declaration(**changes: Any) -> dict[str, Any]:
    """The sound declaration, with changes."""
    return {**copy.deepcopy(DECLARATION), **changes}


def application(**changes: Any) -> dict[str, Any]:
    """A sound application to adjust it."""
    annual = copy.deepcopy(DECLARATION["annual"])
    annual[0] |= {"target": "130", "schedule": {"2026-12": "130"}}
    return {
        "cause": "policy", "reason": "上级补助标准提高", "budget": "5200000.00", "annual": annual, **changes,
    }  # fmt: skip


class Goals(Asked):
    """Goals as people reach it, about CS-1 of 2026, and as other services do."""

    people = PEOPLE
    usual = "finance"
    place = "/api/projects/2026/CS-1"
    today = TODAY
    api = staticmethod(api)
    service = staticmethod(service)

    def lies(self, status: str) -> None:
        """Bring CS-1 of 2026 to where it lies `submitted`, `passed` or `approved`."""
        steps = [
            ("declarations", declaration(), "unit"),
            ("review", {}, "finance"),
            ("approval", {"document": "县财预〔2026〕3号"}, "finance"),
        ]
        for path, body, who in steps[: ("submitted", "passed", "approved").index(status) + 1]:
            assert self.post(path, body, who=who).status_code == 200


def goals(servers: Servers) -> AbstractContextManager[Goals]:
    """Goals on a fresh database, on the business day `TODAY`."""
    return asked(Goals, servers)


# What others announce about CS-1.

_OF: dict[str, Any] = {"project": "CS-1", "year": 2026}
_MEASURE = Measure(what="暂缓拨付", by="finance", document="县财预〔2026〕22号")
URGED = AdjustmentUrged(
    **_OF,
    cause="policy",
    reason="上级补助标准提高",
    document="省财农〔2026〕8号",
    urged_by="赵强",
    urged_on=date(2026, 8, 3),
)
SUSPENDED = ProjectSuspended(
    **_OF,
    measures=(_MEASURE,),
    reason="资金与产出严重不匹配",
    unspent=91_200_000,
    ordered_by="赵强",
    ordered_on=date(2026, 7, 15),
)
RESUMED = ProjectResumed(
    **_OF, reason="整改完成", document="县财预〔2026〕30号", ordered_by="赵强", ordered_on=date(2026, 8, 20)
)
STOPPED = ProjectStopped(
    **_OF,
    measures=(_MEASURE,),
    reason="预期无法实现绩效目标",
    freed=91_200_000,
    ordered_by="赵强",
    ordered_on=date(2026, 10, 15),
)
PROPOSED = BudgetChangeProposed(
    **_OF,
    round="2026-08",
    kind="august",
    previous_budget=480_000_000,
    budget=340_000_000,
    policy="mid-term-1@1",
    severity="behind",
    grounds=(),
    reason="年内确实用不完",
    document="县财预〔2026〕35号",
    proposed_by="赵强 (official, finance)",
    proposed_on=date(2026, 8, 25),
)
PUBLISHED = ResultPublished(
    **_OF, evaluation="7d1f", page="/2026/projects/CS-1", published_on=date(2027, 2, 5), digest="9f86"
)


def graded(year: int = 2026, **changes: Any) -> EvaluationCompleted:
    """The evaluation of CS-1."""
    fields: dict[str, Any] = {
        "subject_kind": "project", "project": "CS-1", "unit": "department-03", "year": year, "evaluation": 1,
        "scheme": "mof-2020-10@1", "audience": "public", "parts": [], "total": "84.08", "grade": "good",
        "consequence": "priority", "evaluated_by": "孙丽", "evaluated_on": f"{year + 1}-01-25", **changes,
    }  # fmt: skip
    return EvaluationCompleted.model_validate(fields)
