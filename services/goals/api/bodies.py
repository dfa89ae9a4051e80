"""What a request may say: the parts of a declaration as a unit writes them, money in yuan, nothing unknown taken."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from backbone.web.problems import BadRequest
from contracts.goals import ExAnteEvaluation, Indicator, MediumTermGoal
from contracts.kinds import Code, Exact, Said, Text, Year, minor_units

ProjectCode = Annotated[Code, Path(description="code of the spending project")]
FiscalYear = Annotated[Year, Path(description="fiscal year")]
Yuan = Annotated[Exact, Field(ge=-(10**13), le=10**13, description='money in major units, such as "4800000.00"')]


class Body(BaseModel):
    """A request's body; an entry that nobody knows is an error, so that a misspelt one is not taken for left out."""

    model_config = ConfigDict(extra="forbid")


class IndicatorBody(Indicator):
    """An indicator as it is declared: a weight is never negative."""

    model_config = ConfigDict(extra="forbid")

    name: Said
    weight: Annotated[Exact, Field(ge=0, le=100)]


class MediumTermBody(MediumTermGoal):
    """A medium-term goal as it is declared."""

    model_config = ConfigDict(extra="forbid")


class ExAnteBody(ExAnteEvaluation):
    """An ex-ante evaluation as it is brought: every mark is of 0–100."""

    model_config = ConfigDict(extra="forbid")

    dimensions: dict[str, Annotated[Exact, Field(ge=0, le=100)]]


class ApprovalBody(Body):
    """The document of an approval (批复文号)."""

    document: Text


class ReasonBody(Body):
    """Why something is sent back or rejected."""

    reason: Text


class ItemBody(Body):
    """One line of the budget in detail, in yuan."""

    name: Said
    amount: Yuan


def indicators(bodies: tuple[IndicatorBody, ...]) -> tuple[Indicator, ...]:
    """The indicators as events carry them."""
    return tuple(Indicator(**dict(body)) for body in bodies)


def fen(amount: Decimal, currency: str) -> int:
    """Money of a request in minor units; a 422 problem where it is finer than they are."""
    try:
        return minor_units(amount, currency)
    except ValueError:
        raise BadRequest("request.finer-than-fen", 422, amount=format(amount, "f"), currency=currency) from None


def asked(project: str, year: int, body: Body, **more: Any) -> dict[str, Any]:
    """Path and body together: what was asked, for the audit and for telling a repetition."""
    return {"project": project, "year": year, **more, **body.model_dump(mode="json")}
