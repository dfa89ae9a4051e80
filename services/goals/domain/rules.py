"""The rule set of a review, as data: dated, versioned, with its source document (`rules/declaration-1.toml`)."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import ConfigDict, Field, model_validator

from contracts.dated import Dated
from contracts.event import Value
from contracts.goals import Level
from contracts.kinds import Exact

Rule = Literal[
    "no-ex-ante-evaluation",
    "ex-ante-incomplete",
    "ex-ante-not-supported",
    "duplicate-indicator",
    "missing-indicator",
    "weights",
    "not-quantified",
    "no-schedule",
    "schedule-not-reaching-target",
    "below-standard",
    "budget-detail",
    "no-medium-term",
    "not-decomposed",
]


class _Strict(Value):
    """A part of the rule set; an unknown key is an error, as in its header."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ExAnteRules(_Strict):
    """When an ex-ante evaluation (事前绩效评估) is required and what supports a project. `least_mean` is of 0–100."""

    required_of: frozenset[Literal["new", "continuing"]]
    dimensions: tuple[str, ...] = Field(min_length=1)
    least_mean: Exact
    not_supported_by: frozenset[Literal["support", "adjust", "reject"]]


class RequiredIndicators(_Strict):
    """Of which kinds and dimensions a declaration has at least one indicator."""

    kinds: tuple[str, ...]
    dimensions: tuple[str, ...]


class WeightRules(_Strict):
    """Points that each dimension's weights sum to, by evaluation scheme."""

    default_scheme: str
    by_scheme: dict[str, dict[str, Exact]]

    def of(self, scheme: str | None) -> dict[str, Exact]:
        """The sums of `scheme`, or of the default one where these rules do not list it."""
        return self.by_scheme.get(scheme or "", self.by_scheme[self.default_scheme])

    @model_validator(mode="after")
    def _default_is_listed(self) -> WeightRules:
        if self.default_scheme not in self.by_scheme:
            raise ValueError(f"default_scheme {self.default_scheme!r} is not among the schemes listed")
        return self


class DeclarationRules(Dated):
    """What a declaration is reviewed by (绩效目标审核规则). Every rule has a level: none is left out by forgetting it."""

    ex_ante: ExAnteRules
    required: RequiredIndicators
    weights: WeightRules
    levels: dict[Rule, Level]

    @model_validator(mode="after")
    def _every_rule_has_a_level(self) -> DeclarationRules:
        missing = [rule for rule in get_args(Rule) if rule not in self.levels]
        if missing:
            raise ValueError(f"rules without a level: {', '.join(missing)}")
        return self
