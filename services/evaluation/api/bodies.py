"""What a request may say. An entry that is not named here is refused; so is a number that is not a plain decimal."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from contracts.kinds import Code, Exact, Said, Year
from services.evaluation.domain.assessment import AssessedUnit
from services.evaluation.domain.schemes import Level
from services.evaluation.domain.unit_events import IssuedTarget

ProjectCode = Annotated[Code, Path(description="code of the spending project")]
UnitCode = Annotated[Code, Path(description="code of the assessed unit")]
FiscalYear = Annotated[Year, Path(description="fiscal year")]


class Body(BaseModel):
    """A request's body; an entry that nobody knows is an error, so that a misspelt one is not taken for left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NothingBody(Body):
    """A request that says all in its address."""


class LevelBody(Body):
    """A qualitative indicator's level, and the share of 1 within it."""

    level: Level
    share: Exact


class EvaluationBody(Body):
    """What only people can say of a project: levels of its qualitative indicators, targets that had been set too low."""

    qualitative: dict[Code, LevelBody] = Field(default_factory=dict[str, LevelBody], max_length=200)
    target_set_low: tuple[Code, ...] = Field((), max_length=200)


class UnitBody(Body):
    """A unit of the list: its code, name and class."""

    id: Code
    name: Said
    unit_class: Annotated[Code, Field(alias="class")]

    def unit(self) -> AssessedUnit:
        """As the domain takes it."""
        return AssessedUnit(id=self.id, name=self.name, unit_class=self.unit_class)


class OpeningBody(Body):
    """The units that are assessed this year."""

    units: tuple[UnitBody, ...] = Field(min_length=1, max_length=1000)


class TargetBody(Body):
    """A target in numbers, with its weight of the period's 100."""

    id: Code
    name: Said | None = None
    weight: Exact
    direction: Literal["at_least", "at_most"] = "at_least"
    target: Exact

    def target_of(self) -> IssuedTarget:
        """As the domain takes it."""
        return IssuedTarget(**dict(self))


class TargetsBody(Body):
    """A period's targets."""

    period: Code
    indicators: tuple[TargetBody, ...] = Field(min_length=1, max_length=200)


class ActualsBody(Body):
    """Actuals of a period by indicator."""

    period: Code
    actuals: dict[Code, Exact] = Field(min_length=1, max_length=200)


class MarkBody(Body):
    """A leader's mark for a period."""

    period: Code
    mark: Exact


class SatisfactionBody(Body):
    """A quarter's share satisfied, of 1."""

    quarter: Code
    share: Exact


class BonusBody(Body):
    """A ground for a bonus."""

    id: Code
    reason: Code
    level: Code | None = None
    points: Exact | None = None
    document: Said | None = None


class PenaltyBody(Body):
    """A ground for a penalty."""

    id: Code
    reason: Code
    level: Code | None = None
    verified: bool = False
    document: Said


class BarBody(Body):
    """Why a unit can't be advanced, on which document."""

    reason: Code
    document: Said


class DocumentBody(Body):
    """The document of an approval."""

    document: Said


class DecisionBody(Body):
    """What a leader decides of a unit that waits among equals, and why."""

    unit: Code
    advanced: bool
    reason: Said


class PlacesBody(Body):
    """Numbers of advanced places by class."""

    model_config = ConfigDict(extra="allow", frozen=True)

    __pydantic_extra__: dict[Code, Annotated[int, Field(strict=True, ge=0, le=1000)]]

    def places(self) -> dict[str, int]:
        """By class."""
        return dict(self.__pydantic_extra__)


def asked(body: Body | None, **path: Any) -> dict[str, Any]:
    """Path and body together: what was asked, for the audit and for telling a repetition."""
    return {**path, **(body.model_dump(mode="json", by_alias=True) if body else {})}
