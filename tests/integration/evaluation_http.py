"""What evaluation's integration tests share: its people, a county of five units, and what others announce."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import psycopg

from backbone.record.clock import begin_day
from contracts.goals import GoalAdjusted, GoalApproved, Indicator
from contracts.monitoring import MonthJudged, ProgressReported, ProjectResumed, ProjectStopped, ProjectSuspended
from services.evaluation.app import api, service
from tests.integration.asking import Asked, asked
from tests.integration.servers import Servers

TODAY = date(2027, 1, 25)

PEOPLE = {
    "office": ("周敏", "performance-office", "performance-office"),
    "leader": ("陈县长", "leader", "county"),
    "other-leader": ("刘县长", "leader", "county"),
    "statistics": ("何平", "data-unit", "statistics"),
    "evaluator": ("孙丽", "evaluator", "finance"),
    "finance": ("王芳", "finance", "finance"),
    "official": ("赵强", "official", "finance"),
    "auditor": ("吴静", "auditor", "county"),
    "town-1": ("吴亮", "unit", "town-1"),
    "department-03": ("李明", "unit", "department-03"),
    "station": ("钱进", "unit", "department-03.station-1"),
    "system": ("治理", "finance-system", "treasury-1"),
}

HALVES = ("mid_term", "year_end")
MONTHS = tuple(f"{month:02d}" for month in range(1, 13))
UNITS = [
    {"id": "town-1", "name": "城关镇", "class": "town"},
    {"id": "town-2", "name": "河口镇", "class": "town"},
    {"id": "town-3", "name": "山阴乡", "class": "town"},
    {"id": "department-03", "name": "水务局", "class": "department"},
    {"id": "restoration-1", "name": "古城街道办", "class": "restoration"},
]


class Evaluation(Asked):
    """Evaluation as people reach it, about the assessment of 2026, and as other services do."""

    people = PEOPLE
    usual = "office"
    place = "/api/assessments/2026"
    today = TODAY
    api = staticmethod(api)
    service = staticmethod(service)

    def done(self, path: str, body: Any = None, *, who: str = "office") -> Any:
        """A command that must be carried out."""
        answer = self.post(path, body, who=who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def on(self, day: date) -> None:
        """Let the business day be `day`."""
        with psycopg.connect(self.url, autocommit=True) as conn:
            begin_day(conn, day)

    def figures(self, unit: str, periods: tuple[str, ...], reached: str = "100", mark: str = "10") -> None:
        """Targets, actuals and one mark of a unit for these periods."""
        for period in periods:
            target = {"id": "gdp", "name": "增长", "weight": "100", "target": "100"}
            self.done(f"units/{unit}/targets", {"period": period, "indicators": [target]})
            self.done(f"units/{unit}/actuals", {"period": period, "actuals": {"gdp": reached}}, who="statistics")
            self.done(f"units/{unit}/leader-marks", {"period": period, "mark": mark}, who="leader")

    def whole_year(self, *, tied: bool = False) -> None:
        """Everything that the completion needs; with `tied`, two towns are equal for one place."""
        self.done("opening", {"units": UNITS})
        self.done("advanced-places", {"restoration": 3})
        self.figures("town-1", HALVES, "99" if tied else "100")
        self.figures("town-2", HALVES, "99")
        self.figures("town-3", HALVES, "40")
        self.figures("department-03", HALVES, "90")
        for quarter in ("Q1", "Q2", "Q3", "Q4"):
            self.done("units/department-03/satisfaction", {"quarter": quarter, "share": "0.93"})
        self.figures("restoration-1", MONTHS, mark="30")


def evaluation(servers: Servers, day: date = TODAY) -> AbstractContextManager[Evaluation]:
    """Evaluation on a fresh database, on a business day."""
    return asked(Evaluation, servers, day)


# What others announce of CS-1 -----------------------------------------------------------------------------------------------

_OF: dict[str, Any] = {"project": "CS-1", "year": 2026}
ANNUAL = (
    Indicator.model_validate(
        {"id": "canal", "name": "渠道长度", "dimension": "output", "target": "120", "unit": "公里", "weight": "50"}
    ),
    Indicator.model_validate(
        {"id": "yield", "name": "增产率", "dimension": "benefit", "target": "8", "unit": "%", "weight": "30"}
    ),
    Indicator.model_validate(
        {
            "id": "farmers",
            "name": "农户满意",
            "dimension": "satisfaction",
            "type": "qualitative",
            "target_text": "满意",
            "weight": "10",
        }
    ),
)
_ORDER: dict[str, Any] = {"reason": "", "ordered_by": "赵强", "ordered_on": date(2026, 7, 15)}
SUSPENDED = ProjectSuspended(**_OF, measures=(), unspent=1, **_ORDER)
RESUMED = ProjectResumed(**_OF, document="县财预〔2026〕30号", **_ORDER)
STOPPED = ProjectStopped(**_OF, measures=(), freed=1, **_ORDER)
ADJUSTED = GoalAdjusted(
    **_OF, adjustment=1, cause="policy", reason="上级补助标准提高", previous_budget=480_000_000, budget=456_000_000,
    adjusted_on=date(2026, 8, 20), document="县财预〔2026〕31号", annual=ANNUAL, adjusted_by="王芳",
)  # fmt: skip


def approved(project: str = "CS-1", **changes: Any) -> GoalApproved:
    """The goals of a project approved."""
    fields: dict[str, Any] = {
        "project": project, "year": 2026, "submission": 1, "name": "灌溉渠改造", "unit": "department-03",
        "department": "department-03", "budget": 480_000_000, "approved_on": date(2026, 1, 20), "document": "县财预〔2026〕3号",
        "annual": ANNUAL, "approved_by": "王芳", **changes,
    }  # fmt: skip
    return GoalApproved.model_validate(fields)


def reported(project: str = "CS-1", report: int = 1, **values: str) -> ProgressReported:
    """December's report."""
    return ProgressReported.model_validate(
        {"project": project, "year": 2026, "period": "2026-12", "report": report, "received": "2027-01-05",
         "values": values or {"canal": "115.2", "yield": "8"}, "supplied_by": "department-03"}
    )  # fmt: skip


def judged(
    project: str = "CS-1", paid: int = 456_000_000, period: str = "2026-12", *, closed: bool = True
) -> MonthJudged:
    """A month's judgement."""
    return MonthJudged.model_validate(
        {"project": project, "year": 2026, "period": period, "judgement": 1, "as_of": "2027-01-11", "closed": closed,
         "rules": "dual-monitoring-1@1", "budget": 480_000_000, "paid": paid, "vouchers": 391, "digest": "0", "execution": "0",
         "attainment": "0", "time": "0", "mismatch": "0", "values": {}, "findings": [], "recommendation": "none"}
    )  # fmt: skip


PLEASED = {"qualitative": {"farmers": {"level": "reached", "share": "0.90"}}, "target_set_low": []}
EVALUATE = "/api/projects/2026/CS-1/evaluation"
