"""Everything that goals refuses, with the fields that say why. Sentences stand in `words.toml`, HTTP statuses at the edge.

Refusal
├── about a declaration   BudgetNotPositive  ProjectOfAnotherUnit  DeclarationUnderReview  DeclarationUnchanged
│                         NotDeclared  NotReviewedYet  DeclarationReturned  DeclarationRefused  AlreadyApproved
├── about an adjustment   GoalNotApproved  ExecutionStopped  NothingToAdjust  AdjustmentNotPassed  AdjustmentPending
│                         AdjustmentUnchanged  AdjustmentUnknown  AdjustmentDecided
├── about freed money     NothingFreed  AmountNotPositive  CannotReceive  CurrenciesDiffer  MoreThanFreed  ReallocationUnknown
│                         ReallocationDecided
└── about the ground      ReasonMissing  DocumentMissing
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.decision import Refusal
from contracts.goals import ReviewFinding


@dataclass(frozen=True, slots=True)
class OfProject(Refusal):
    """What all of them say: which project, in which fiscal year."""

    project: str
    year: int


@dataclass(frozen=True, slots=True)
class BudgetNotPositive(OfProject):
    """A budget of nothing or less has no goals. `budget` in fen."""

    budget: int


@dataclass(frozen=True, slots=True)
class ProjectOfAnotherUnit(OfProject):
    """The code belongs to a project that another unit declared."""

    unit: str


@dataclass(frozen=True, slots=True)
class DeclarationUnderReview(OfProject):
    """A submitted declaration lies with finance and cannot be changed until it is returned."""

    submission: int


@dataclass(frozen=True, slots=True)
class DeclarationUnchanged(OfProject):
    """The declaration is word for word the one that was returned."""

    submission: int


@dataclass(frozen=True, slots=True)
class NotDeclared(OfProject):
    """Nobody has declared the project in that year."""


@dataclass(frozen=True, slots=True)
class NotReviewedYet(OfProject):
    """Only a declaration that has passed its review can be approved."""

    submission: int


@dataclass(frozen=True, slots=True)
class DeclarationReturned(OfProject):
    """The declaration lies with its unit, which has to submit it again."""

    submission: int


@dataclass(frozen=True, slots=True)
class DeclarationRefused(OfProject):
    """The project was refused a budget for that year (不予安排): no further declaration."""

    submission: int


@dataclass(frozen=True, slots=True)
class AlreadyApproved(OfProject):
    """An approved goal changes only by an adjustment of goals and budget together."""

    document: str


@dataclass(frozen=True, slots=True)
class GoalNotApproved(OfProject):
    """There is no approved goal to adjust."""


@dataclass(frozen=True, slots=True)
class ExecutionStopped(OfProject):
    """The project was stopped, its money is freed: nothing is left to adjust."""


@dataclass(frozen=True, slots=True)
class NothingToAdjust(OfProject):
    """Budget and indicators applied for are the ones in force."""


@dataclass(frozen=True, slots=True)
class AdjustmentNotPassed(OfProject):
    """The adjusted indicators do not pass the review, by the rule set `rules`: `where` and `rule` are the first of the findings that
    stand in the way, `findings` all of them."""

    rules: str
    where: str
    rule: str
    findings: tuple[ReviewFinding, ...]

    @classmethod
    def because(cls, project: str, year: int, rules: str, findings: tuple[ReviewFinding, ...]) -> AdjustmentNotPassed:
        """The refusal of what a review found; at least one finding is more than advice."""
        first = next(finding for finding in findings if finding.level != "advice")
        return cls(project, year, rules, first.where, first.rule, findings)

    def fields(self) -> dict[str, object]:
        """As every refusal's, the findings as plain values."""
        plain = [finding.model_dump() for finding in self.findings]
        return {**Refusal.fields(self), "findings": plain}


@dataclass(frozen=True, slots=True)
class AdjustmentPending(OfProject):
    """Another application waits for its decision."""

    adjustment: int


@dataclass(frozen=True, slots=True)
class AdjustmentUnchanged(OfProject):
    """The application is word for word the one that was rejected."""

    adjustment: int


@dataclass(frozen=True, slots=True)
class AdjustmentUnknown(OfProject):
    """No application has that number."""

    adjustment: int


@dataclass(frozen=True, slots=True)
class AdjustmentDecided(OfProject):
    """The application was decided already, and otherwise."""

    adjustment: int
    decision: Literal["approved", "rejected"]


@dataclass(frozen=True, slots=True)
class ReasonMissing(OfProject):
    """Who sends back or rejects says why."""


@dataclass(frozen=True, slots=True)
class DocumentMissing(OfProject):
    """An approval names its document (批复文号)."""


@dataclass(frozen=True, slots=True)
class NothingFreed(OfProject):
    """The project was not stopped: it has freed no money."""


@dataclass(frozen=True, slots=True)
class AmountNotPositive(OfProject):
    """Nothing, or less, can't be given. `amount` in minor units."""

    amount: int


@dataclass(frozen=True, slots=True)
class CannotReceive(OfProject):
    """Money goes to another project whose goal is approved and that was not stopped."""

    to: str


@dataclass(frozen=True, slots=True)
class CurrenciesDiffer(OfProject):
    """Freed money goes to a project of the same currency."""

    currency: str
    other: str


@dataclass(frozen=True, slots=True)
class MoreThanFreed(OfProject):
    """No more is given than was freed and is not given or proposed already. Sums in minor units."""

    amount: int
    left: int
    currency: str


@dataclass(frozen=True, slots=True)
class ReallocationUnknown(OfProject):
    """There is no proposal of this number."""

    reallocation: int


@dataclass(frozen=True, slots=True)
class ReallocationDecided(OfProject):
    """The proposal has been decided."""

    reallocation: int
    decision: Literal["approved", "rejected"]
