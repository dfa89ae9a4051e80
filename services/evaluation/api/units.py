"""A unit's assessment year: targets, actuals, marks, satisfaction, bonuses, penalties, bars, dereliction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from backbone.web.asking import Ask, Asking
from contracts.kinds import Code
from services.evaluation import handlers
from services.evaluation.api.bodies import (
    ActualsBody,
    BarBody,
    Body,
    BonusBody,
    DocumentBody,
    FiscalYear,
    MarkBody,
    NothingBody,
    PenaltyBody,
    SatisfactionBody,
    TargetsBody,
    UnitCode,
    asked,
)
from services.evaluation.domain.schemes import CountyScheme
from services.evaluation.domain.unit_commands import (
    ApproveDereliction,
    BarUnit,
    ClaimBonus,
    Command,
    ConfirmBonus,
    IssueTargets,
    MarkUnit,
    RecordPenalty,
    ReportSatisfaction,
    SupplyActuals,
)

router = APIRouter(prefix="/api/assessments/{year}/units/{unit}", tags=["units"])


@router.post("/targets")
def targets(ask: Ask, year: FiscalYear, unit: UnitCode, body: TargetsBody) -> Response:
    """The performance office issues a period's targets in numbers."""
    issued = tuple(target.target_of() for target in body.indicators)
    return _command(
        ask, "issue-targets", "run-assessment", unit, year, body,
        lambda scheme: IssueTargets(unit, year, scheme, body.period, issued),
    )  # fmt: skip


@router.post("/actuals")
def actuals(ask: Ask, year: FiscalYear, unit: UnitCode, body: ActualsBody) -> Response:
    """A data-collecting unit supplies actuals and vouches for them."""
    return _command(
        ask, "supply-actuals", "supply-actuals", unit, year, body,
        lambda scheme: SupplyActuals(unit, year, scheme, body.period, body.actuals),
    )  # fmt: skip


@router.post("/leader-marks")
def mark(ask: Ask, year: FiscalYear, unit: UnitCode, body: MarkBody) -> Response:
    """A leader marks the unit; another mark of the same leader for the period corrects the earlier."""
    return _command(
        ask,
        "mark-unit",
        "mark-unit",
        unit,
        year,
        body,
        lambda scheme: MarkUnit(unit, year, scheme, body.period, body.mark),
    )


@router.post("/satisfaction")
def satisfaction(ask: Ask, year: FiscalYear, unit: UnitCode, body: SatisfactionBody) -> Response:
    """A quarter's survey."""
    return _command(
        ask, "report-satisfaction", "run-assessment", unit, year, body,
        lambda scheme: ReportSatisfaction(unit, year, scheme, body.quarter, body.share),
    )  # fmt: skip


@router.post("/bonuses")
def claim(ask: Ask, year: FiscalYear, unit: UnitCode, body: BonusBody) -> Response:
    """The unit, or the performance office for it, claims a bonus."""
    return _command(
        ask, "claim-bonus", "claim-bonus", unit, year, body,
        lambda scheme: ClaimBonus(unit, year, scheme, body.id, body.reason, body.level, body.points, body.document),
    )  # fmt: skip


@router.post("/bonuses/{bonus}/confirmation")
def confirm(
    ask: Ask,
    year: FiscalYear,
    unit: UnitCode,
    bonus: Annotated[Code, Path(description="the bonus as it was claimed")],
    body: NothingBody | None = None,
) -> Response:
    """The performance office confirms a bonus on its document."""
    return _command(
        ask, "confirm-bonus", "run-assessment", unit, year, body,
        lambda scheme: ConfirmBonus(unit, year, scheme, bonus), bonus=bonus,
    )  # fmt: skip


@router.post("/penalties")
def penalize(ask: Ask, year: FiscalYear, unit: UnitCode, body: PenaltyBody) -> Response:
    """The performance office records a penalty; the same penalty again takes the place of the earlier."""
    return _command(
        ask, "record-penalty", "run-assessment", unit, year, body,
        lambda scheme: RecordPenalty(unit, year, scheme, body.id, body.reason, body.document, body.level, body.verified),
    )  # fmt: skip


@router.post("/bars")
def bar(ask: Ask, year: FiscalYear, unit: UnitCode, body: BarBody) -> Response:
    """The performance office bars the unit from advanced."""
    return _command(
        ask, "bar-unit", "run-assessment", unit, year, body,
        lambda scheme: BarUnit(unit, year, scheme, body.reason, body.document),
    )  # fmt: skip


@router.post("/dereliction")
def dereliction(ask: Ask, year: FiscalYear, unit: UnitCode, body: DocumentBody) -> Response:
    """A main leader approves the finding of dereliction."""
    return _command(
        ask, "approve-dereliction", "decide-assessment", unit, year, body,
        lambda scheme: ApproveDereliction(unit, year, scheme, body.document),
    )  # fmt: skip


def _command(
    ask: Asking,
    name: str,
    action: str,
    unit: str,
    year: int,
    body: Body | None,
    command: Callable[[CountyScheme], Command],
    **path: str,
) -> Response:
    said = asked(body, unit=unit, year=year, **path)
    return ask.command(name, said, lambda tx: handlers.of_unit(tx, action, unit, year, command))
