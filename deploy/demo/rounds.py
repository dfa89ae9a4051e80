"""The August round of the year: what each unit fills in of its project, what finance returns, what an official decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from deploy.demo.courses import CUT_FROM, budget_in, rounded
from deploy.demo.facts import Adjustment, Filling, Part, Project, Reallocation

ROUND, THROUGH = "2026-08", "2026-07"
OPENED, DUE, FILLED, REVIEWED = date(2026, 8, 12), date(2026, 8, 19), date(2026, 8, 14), date(2026, 8, 20)
"""Who has not filled in by the day that is due is chased on the next day that begins, and fills in then."""
DECIDED, CLOSED = date(2026, 8, 26), date(2026, 8, 28)
OPENING, DOCUMENT, CLOSING = "县财绩〔2026〕18号", "县财绩〔2026〕21号", "县财绩〔2026〕25号"
FREED = date(2026, 10, 20)
_CUT_DOCUMENT = "县财预〔2026〕35号"


def parts(projects: Iterable[Project]) -> tuple[Part, ...]:
    """Every project's part in the round."""
    return tuple(_part(project) for project in projects)


def cut(project: Project) -> Adjustment | None:
    """The adjustment that follows where the round cuts the project's budget; its goals stay as they are."""
    august = project.track.august
    if august.decided != "cut":
        return None
    return Adjustment(
        project=project.code,
        applied_on=None,
        adjusted_on=CLOSED,
        cause="mid_term",
        reason=august.reason,
        document="县财预〔2026〕36号",
        budget=budget_in(project, CUT_FROM),
        indicators=project.indicators,
    )


def reallocation(projects: Iterable[Project]) -> Reallocation:
    """What the stop in October frees goes in part to the project that the storms hit: as much as its budget is to rise."""
    of = {project.track.name: project for project in projects}
    receiver = of["supported"]
    return Reallocation(
        day=FREED,
        project=of["expected-none"].code,
        to=receiver.code,
        amount=budget_in(receiver, 12) - receiver.budget,
        reason="文物险情亟需加固，从停止执行项目收回的资金中安排",
        document="县财预〔2026〕42号",
    )


def measure(decision: str, project: Project) -> dict[str, str | None] | None:
    """The measure of a decision as it is posted: what, by whom, until when, on which document."""
    what, by, until, document = {
        "keep": (None, "", None, ""),
        "correct": ("限期整改", project.unit, "2026-09-30", DOCUMENT),
        "cut": ("核减预算", "finance", None, _CUT_DOCUMENT),
        "suspend": ("暂缓拨付", "finance", "2026-10-31", DOCUMENT),
    }[decision]
    return {"what": what, "by": by, "until": until, "document": document} if what else None


def _part(project: Project) -> Part:
    august = project.track.august
    pays = min(project.track.execution[-1], Decimal(100)) if august.pays is None else august.pays
    return Part(
        project=project.code,
        filling=_filling(project, august.reaches, pays),
        late=august.late,
        at_first=_filling(project, *august.at_first) if august.at_first else None,
        returned=august.returned,
        decision=august.decided,
        reason=august.reason,
        budget=budget_in(project, CUT_FROM),
    )


def _filling(project: Project, reaches: Decimal, pays: Decimal) -> Filling:
    """What adds up over the year and what people say of it come to `reaches` percent; rates and standards are met."""
    values = {
        row.id: rounded(row, row.target * reaches / 100) if row.grows or row.dimension == "satisfaction" else row.target
        for row in project.indicators
        if row.target is not None
    }
    august = project.track.august
    causes = (august.cause,) if august.cause else ()
    return Filling(causes, values, int(project.budget * pays / 100), august.remedy)
