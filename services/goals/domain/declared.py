"""What a review looks at: a declaration as it lies on the desk, complete or not.

The same form serves the service, which fills it from `GoalSubmitted`, and `jixiao review`, which reads it from a file. It is
laxer than the event: a dimension may be another scheme's, a target may be missing, and the review says so. Money is only summed and
compared, so that any unit will do, as long as budget and items share it (the event has fen, a file yuan).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, model_validator

from contracts.event import Value
from contracts.goals import GoalSubmitted
from contracts.kinds import PLAIN, Exact, Period


def _without_blanks(raw: Any) -> Any:
    """What is null or an empty text is not there: an empty target, unit, schedule or standard is none."""
    if not isinstance(raw, Mapping):
        return raw
    filled_in = cast(Mapping[Any, Any], raw).items()
    return {
        name: value
        for name, value in filled_in
        if value is not None and not (isinstance(value, str) and not value.strip())
    }


def _empty_is_none(raw: Any) -> Any:
    """An empty list where a form has figures by name is no figures."""
    return {} if raw == [] else _without_blanks(raw)


class _Form(Value):
    """A part of the form; a field left blank counts as not filled in."""

    @model_validator(mode="before")
    @classmethod
    def _blank_is_not_filled_in(cls, raw: Any) -> Any:
        return _without_blanks(raw)


Id = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"^[^\x00]*$")]


class DeclaredProject(_Form):
    """The project's own part: new or continuing, how many years it runs, its budget of this year."""

    kind: Literal["new", "continuing"]
    years: Annotated[int, Field(ge=1)]
    budget: Annotated[Exact, Field(gt=0)]
    scheme: str | None = None


class DeclaredExAnte(_Form):
    """The ex-ante evaluation (事前绩效评估) that is brought; `dimensions` maps a dimension to 0–100. What it lacks, the review finds."""

    conclusion: Literal["support", "adjust", "reject"] | None = None
    procedure_complete: bool = False
    dimensions: Annotated[dict[str, Exact], BeforeValidator(_empty_is_none)] = Field(default_factory=dict)


class DeclaredIndicator(_Form):
    """One annual indicator (年度指标): `target` is the number of a quantitative one, `target_text` the words of a qualitative one.

    `schedule` maps a month to the cumulative value due by its end; `standard` is the value of the sector or of the last years.
    """

    id: Id
    dimension: str
    kind: str = ""
    type: Literal["quantitative", "qualitative"] = "quantitative"
    direction: Literal["at_least", "at_most", "equal"] = "at_least"
    target: Exact | None = None
    target_text: str | None = None
    unit: str | None = None
    weight: Exact
    schedule: Annotated[dict[Period, Exact], BeforeValidator(_empty_is_none)] = Field(default_factory=dict)
    standard: Exact | None = None

    @model_validator(mode="before")
    @classmethod
    def _words_of_a_qualitative_target(cls, raw: Any) -> Any:
        """A file writes the words of a qualitative target (「显著改善」) under `target`."""
        if not isinstance(raw, Mapping):
            return raw
        form = cast(Mapping[str, Any], raw)
        if form.get("type") != "qualitative" or form.get("target") is None:
            return form
        return {**form, "target": None, "target_text": str(form["target"])}

    @property
    def quantitative(self) -> bool:
        return self.type == "quantitative"

    @property
    def number_to_reach(self) -> Decimal | None:
        """The target as a number; that of a qualitative indicator may be one too (a share of residents, a grade)."""
        if self.target is None and self.target_text is not None and PLAIN.fullmatch(self.target_text.strip()):
            return Decimal(self.target_text.strip())
        return self.target

    @property
    def has_target(self) -> bool:
        return self.target is not None if self.quantitative else self.target_text is not None


class DeclaredItem(_Form):
    """One line of the budget in detail."""

    amount: Exact


class DeclaredMediumTerm(_Form):
    """A goal over several years (中期目标): its total and what each year contributes."""

    id: Id
    total: Exact
    by_year: Annotated[dict[str, Exact], BeforeValidator(_without_blanks)] = Field(default_factory=dict)


class Declared(_Form):
    """A declaration to be reviewed."""

    project: DeclaredProject
    ex_ante: DeclaredExAnte | None = None
    annual: tuple[DeclaredIndicator, ...] = ()
    items: tuple[DeclaredItem, ...] = ()
    medium_term: tuple[DeclaredMediumTerm, ...] = ()

    @classmethod
    def of(cls, submitted: GoalSubmitted) -> Declared:
        """The declaration that a unit submitted."""
        form = submitted.model_dump()
        project = {name: form[name] for name in ("kind", "years", "budget", "scheme")}
        return cls.model_validate({**form, "project": project})
