"""What requests about rounds may say. Money in yuan, as everywhere at the edge."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from contracts.kinds import Code, Exact, Period, Said
from services.monitoring.api.bodies import MeasureBody
from services.monitoring.domain.rounds.events import CauseKind, ProposalKind, RoundKind

Yuan = Annotated[Exact, Field(ge=-(10**13), le=10**13)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OpeningBody(_Body):
    """A round over January to `through`; all projects of the year, or those of some departments, or some projects. `due`: the day by
    which units fill in, where it is not as many working days from now as the policy says."""

    round: Period
    kind: RoundKind = "august"
    through: Period
    document: Said
    due: date | None = None
    departments: tuple[Code, ...] | None = Field(None, min_length=1, max_length=1000)
    projects: tuple[Code, ...] | None = Field(None, min_length=1, max_length=100_000)


class ClosingBody(_Body):
    """The document that a round's report went out with."""

    document: Said


class CauseBody(_Body):
    """Why a project deviates: its kind, and in words."""

    kind: CauseKind
    text: Said


class FillingBody(_Body):
    """What a unit says of its part: causes, each indicator's expected value and all payments expected by the year's end."""

    causes: tuple[CauseBody, ...] = Field((), max_length=20)
    expected_values: dict[Code, Exact] = Field(default_factory=dict, max_length=200)
    expected_payments: Yuan
    cannot_run: bool = False
    remedy: Said | None = None


class PassingBody(_Body):
    """A remark of finance, where there is one."""

    note: Said | None = None


class DecisionBody(_Body):
    """A decision with its reason; all but `keep` have a measure, a cut has the budget that it leaves."""

    decision: ProposalKind
    reason: Said
    budget: Yuan | None = None
    measure: MeasureBody | None = None
