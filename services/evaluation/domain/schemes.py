"""What a scheme file (评分方案) may say. Plans and local rules differ in weights, grades, caps and classes: all of that is dated data
in `rules/`, checked here on loading; the ways of computing are in `self_evaluation`, `county`, `merits` and `ranking`.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.dated import Dated
from contracts.goals import Dimension
from contracts.kinds import Code, Exact

Level = Literal["reached", "partly", "missed"]
Audience = Literal["public", "circulated"]
Points = Annotated[Exact, Field(ge=0, le=100)]
Share = Annotated[Exact, Field(ge=0, le=1)]
MONTHS = tuple(f"{month:02d}" for month in range(1, 13))


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# Projects: self-evaluation (单位自评) -----------------------------------------------------------------------------------------


class LevelRange(_Part):
    """The shares that a qualitative level allows: from `at_least` up to `at_most`, or up to, without, `below`."""

    at_least: Share
    at_most: Share | None = None
    below: Share | None = None

    def holds(self, share: Decimal) -> bool:
        """Whether `share` (of 1) lies in the level."""
        return (
            share >= self.at_least
            and (self.at_most is None or share <= self.at_most)
            and (self.below is None or share < self.below)
        )


class ProjectGrade(_Part):
    """A grade from `at_least` points on, and what follows from it (方案篇三 结果应用)."""

    grade: Code
    at_least: Points
    consequence: Code


class OverCompletion(_Part):
    """A local rule: each target passed by the share `passed_by` or more costs `points` of the total."""

    passed_by: Annotated[Exact, Field(gt=0)]
    points: Points


class ExecutionCap(_Part):
    """A local rule: an execution rate (share of 1) below `below` caps the total at `total`."""

    below: Share
    total: Points


class ProjectScheme(Dated):
    """A scheme for projects: points of budget execution and of each dimension, together 100; ranges of the qualitative levels;
    grades, best first. `set_low_beyond`: where the review found a target set too low, over-completion beyond this share is taken off.
    """

    kind: Literal["project-self-evaluation"]
    audience: Audience
    execution: Points
    dimensions: dict[Dimension, Points]
    set_low_beyond: Annotated[Exact, Field(ge=0)]
    levels: dict[Level, LevelRange]
    grades: tuple[ProjectGrade, ...]
    over_completion: OverCompletion | None = None
    execution_caps: tuple[ExecutionCap, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = self.execution + sum(self.dimensions.values())
        if total != 100:
            raise ValueError(f"execution and dimensions sum to {total}, not to 100")
        if set(self.levels) != {"reached", "partly", "missed"}:
            raise ValueError("levels must give reached, partly and missed")
        _descending([grade.at_least for grade in self.grades], "grades")
        if not self.grades or self.grades[-1].at_least != 0:
            raise ValueError("the last grade must start at 0, so that every total has a grade")
        return self

    def grade(self, total: Decimal) -> ProjectGrade:
        """The grade of a rounded total (points; below 0 is the last)."""
        return next((grade for grade in self.grades if total >= grade.at_least), self.grades[-1])


# Units: the county's assessment (政府绩效考核) --------------------------------------------------------------------------------


class Band(_Part):
    """A survey's share of satisfied people from `at_least` on is worth `points`."""

    at_least: Share
    points: Points


class AdvancedRule(_Part):
    """Who may be advanced (先进): a total of `at_least` or more; `share` of the class (half-up), or a number that people decide."""

    at_least: Points
    share: Share | None = None
    least: Annotated[int, Field(ge=0)] = 0
    most: Annotated[int, Field(ge=0)] | None = None


class ClassScheme(_Part):
    """A class of units: the most points of each part, the periods that weigh the same, whether merits count.

    `mid_term` is the period that the mid-term assessment looks at; a class without one is assessed by month, and mid-term looks at
    the months so far. `daily`: a daily-work unit, which the last places are counted among. `public` null: the class has no survey.
    """

    indicator: Points
    public: Points | None = None
    leaders: Points
    periods: tuple[Code, ...]
    quarters: tuple[Code, ...] = ()
    mid_term: Code | None = None
    merits: bool
    daily: bool
    advanced: AdvancedRule

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = self.indicator + (self.public or 0) + self.leaders
        if total != 100:
            raise ValueError(f"indicator, public and leaders sum to {total}, not to 100")
        if not self.periods or (self.public is None) != (not self.quarters):
            raise ValueError("a class needs periods, and quarters where it has a public part, and only there")
        if self.mid_term is None and any(period not in MONTHS for period in self.periods):
            raise ValueError("a class without a mid-term period is assessed by month, 01 to 12")
        if self.mid_term is not None and self.mid_term not in self.periods:
            raise ValueError("mid_term is not one of the periods")
        return self


class Bonuses(_Part):
    """Points added (加分): reason → level → points. `decided`: a reason whose points people decide. Together at most `cap`."""

    cap: Points
    points: dict[Code, dict[Code, Points]]
    decided: Code


class Penalties(_Part):
    """Points taken off (扣分): reason → level → points, or reason → points where it has no levels. Together at most `cap`.

    The reasons in `once_verified` count only where they were found true.
    """

    cap: Points
    points: dict[Code, Points | dict[Code, Points]]
    once_verified: tuple[Code, ...] = ()


class LastPlaces(_Part):
    """Unqualified and among the last `places` of the daily units: what follows."""

    places: Annotated[int, Field(ge=1)]
    consequence: Code


class UnitConsequences(_Part):
    """What follows from a result, gravest first: dereliction, the last places, then the grade by class (`other`: every other class)."""

    dereliction: Code
    last: LastPlaces
    grades: dict[Code, dict[Code, Code]]

    @model_validator(mode="after")
    def _of_known_grades(self) -> Self:
        unknown = set(self.grades) - {"advanced", "qualified", "unqualified"}
        if unknown:
            raise ValueError(f"no unit is graded {', '.join(sorted(unknown))}")
        return self


class Circulation(_Part):
    """Who sees a unit's result (在一定范围内通报): `all_units` roles see every unit's, `own_unit` roles their own alone."""

    all_units: tuple[Code, ...]
    own_unit: tuple[Code, ...]


class CountyScheme(Dated):
    """A scheme for units: classes, survey bands, bonuses, penalties, thresholds, consequences, audience."""

    kind: Literal["county-assessment"]
    audience: Audience
    circulation: Circulation
    qualified: Points
    classes: dict[Code, ClassScheme]
    satisfaction_bands: tuple[Band, ...]
    bonuses: Bonuses
    penalties: Penalties
    bars: tuple[Code, ...]
    consequences: UnitConsequences

    @model_validator(mode="after")
    def _bands_descend(self) -> Self:
        _descending([band.at_least for band in self.satisfaction_bands], "satisfaction_bands")
        return self


def _descending(thresholds: list[Decimal], where: str) -> None:
    if any(higher <= lower for higher, lower in pairwise(thresholds)):
        raise ValueError(f"{where} must go down, each threshold once")
