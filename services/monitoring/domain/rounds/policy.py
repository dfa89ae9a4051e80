"""What a mid-term policy may say: by when units fill in, how they are chased, and which severity calls for which proposal.

Policies are data (`rules/mid_term/*.toml`), dated and with their source document.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.dated import Dated
from contracts.kinds import Exact
from contracts.monitoring import FindingLevel
from services.monitoring.domain.rounds.events import ProposalKind
from services.monitoring.domain.rules import gravity

KINDS: tuple[ProposalKind, ...] = ("keep", "correct", "cut", "suspend", "stop")
"""From the mildest to the gravest."""

Measured = Mapping[str, Decimal | str | bool | None]
"""Measures of a part by name: percent, the gravest level found, or a fact; None where nothing can be said."""


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(_Piece):
    """One condition: a percentage `below` a threshold, a `finding` of at least a level, or a fact that holds."""

    measure: Literal["execution", "attainment", "expected_execution", "expected_attainment", "finding", "cannot_run"]
    below: Exact | None = None
    level: FindingLevel | None = None

    @model_validator(mode="after")
    def _fits_its_measure(self) -> Condition:
        wanted = {"finding": (False, True), "cannot_run": (False, False)}.get(self.measure, (True, False))
        if (self.below is not None, self.level is not None) != wanted:
            raise ValueError(
                f"{self.measure}: a percentage is below something, a finding has a level, a fact has neither"
            )
        return self

    def met(self, measures: Measured) -> bool:
        """Does a part meet the condition? What cannot be said meets none."""
        value = measures.get(self.measure)
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.level is not None and gravity(value) >= gravity(self.level)
        return value is not None and self.below is not None and value < self.below


class Severity(_Piece):
    """How badly a project runs: any of the conditions, and what is proposed then.

    `cut` is the percentage of what was not paid by the period's end that a cut takes away; `unneeded` takes at least what the
    unit itself does not expect to pay.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    proposal: ProposalKind
    source: Annotated[str, Field(min_length=1)]
    title: dict[str, str]
    any: tuple[Condition, ...] = Field(min_length=1)
    cut: Annotated[Exact, Field(gt=0, le=100)] | None = None
    unneeded: bool = False

    @model_validator(mode="after")
    def _only_a_cut_cuts(self) -> Severity:
        if (self.cut is not None) != (self.proposal == "cut") or (self.unneeded and self.proposal != "cut"):
            raise ValueError(f"severity {self.id}: a cut says its share, nothing else does")
        return self


class MidTermPolicy(Dated):
    """A dated policy; `severities` stand from the mildest to the gravest, and the gravest that is met counts."""

    fill_working_days: Annotated[int, Field(ge=1, le=60)]
    refill_working_days: Annotated[int, Field(ge=1, le=60)]
    chase_every_working_days: Annotated[int, Field(ge=1, le=60)]
    severities: tuple[Severity, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _never_milder(self) -> MidTermPolicy:
        ids = [each.id for each in self.severities]
        if twice := sorted({id for id in ids if ids.count(id) > 1}):
            raise ValueError(f"a severity stands twice: {', '.join(twice)}")
        for milder, graver in pairwise(self.severities):
            if KINDS.index(graver.proposal) < KINDS.index(milder.proposal) or (graver.cut or 101) < (milder.cut or 0):
                raise ValueError(f"severity {graver.id} stands after {milder.id} and is milder")
        return self

    def severity_of(self, measures: Measured) -> Severity | None:
        """The gravest severity that a part meets; None where it runs well."""
        met = (each for each in reversed(self.severities) if any(condition.met(measures) for condition in each.any))
        return next(met, None)
