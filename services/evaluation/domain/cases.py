"""Scoring cases: a county's year or a project in one file, scored by the very code that scores in the running service.

What an official uses to try a scheme before adopting it, and what anyone uses to check a published score (`jixiao score`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeVar, cast

from contracts.dated import Dated
from contracts.decision import Refusal
from contracts.kinds import Direction
from services.evaluation.domain import county, refusals, self_evaluation
from services.evaluation.domain.case_fields import At, Fault, flag_of, number_of, text_of
from services.evaluation.domain.merits import Bonus, Penalty
from services.evaluation.domain.schemes import Band, CountyScheme, Level, ProjectScheme
from services.evaluation.domain.self_evaluation import IndicatorFigures, ProjectFigures

S = TypeVar("S", bound=Dated)

DIRECTIONS: tuple[Direction, ...] = ("at_least", "at_most", "equal")
UNIT_DIRECTIONS: tuple[Direction, ...] = ("at_least", "at_most")
LEVELS: tuple[Level, ...] = ("reached", "partly", "missed")


def score(
    case: object, project_schemes: Sequence[ProjectScheme], county_schemes: Sequence[CountyScheme]
) -> dict[str, Any] | Refusal:
    """The result of a case as plain JSON values, figures as strings with two decimals; or why it can't be scored."""
    if not isinstance(case, dict):
        return refusals.ValueWrong("CASE.json", "object")
    top = At(cast("dict[str, object]", case), "")
    try:
        kind = top["kind"].text()
        match kind:
            case "county-assessment":
                return _county(top, _scheme(top, county_schemes))
            case "project-self-evaluation":
                return _project(top, _scheme(top, project_schemes))
            case _:
                return refusals.ChoiceUnknown("kind", ("county-assessment", "project-self-evaluation"))
    except Fault as fault:
        return fault.refusal


def _scheme(case: At, schemes: Iterable[S]) -> S:
    name = case["scheme"].text()
    versions = [scheme for scheme in schemes if scheme.id == name]
    if not versions:
        raise Fault(refusals.SchemeUnknown(name))
    return max(versions, key=lambda scheme: scheme.version)


# A project -------------------------------------------------------------------------------------------------------------------


def _project(case: At, scheme: ProjectScheme) -> dict[str, Any] | Refusal:
    figures = ProjectFigures(
        budget=case["budget"].number(),
        paid=case["paid"].number(),
        indicators=tuple(_project_indicator(item) for item in case["indicators"].each()),
    )
    result = self_evaluation.score(figures, scheme)
    if isinstance(result, Refusal):
        return result
    return {
        "execution": _two(result.parts["execution"]),
        **{dimension: _two(result.parts.get(dimension)) for dimension in ("cost", "output", "benefit", "satisfaction")},
        "total": _two(result.total),
        "grade": result.grade,
    }


def _project_indicator(item: At) -> IndicatorFigures:
    kind = _one_of(item["type"], ("quantitative", "qualitative"))
    id, dimension, weight = item["id"].text(), item["dimension"].text(), item["weight"].number()
    if kind == "qualitative":
        level = _one_of(item["level"], LEVELS)
        return IndicatorFigures(id, dimension, weight, "qualitative", level=level, share=item["share"].number())
    return IndicatorFigures(
        id,
        dimension,
        weight,
        direction=_direction(item, DIRECTIONS),
        target=item["target"].number(),
        actual=item["actual"].number(),
        target_set_low=flag_of(item.get("target_set_low")),
    )


# A county --------------------------------------------------------------------------------------------------------------------


def _county(case: At, scheme: CountyScheme) -> dict[str, Any] | Refusal:
    missing = tuple(sorted(set(_county_gaps(case, scheme))))
    if missing:
        return refusals.FiguresMissing(missing)
    places = case.get("advanced")
    decided = (
        {} if places is None else {name: at.whole_number() for name, at in places.members() if at.value is not None}
    )
    bands = case.get("satisfaction_bands")
    given = None if bands is None else tuple(_band(band) for band in bands.each())
    result = county.score([_unit(unit, scheme) for unit in case["units"].each()], scheme, decided, given)
    return result if isinstance(result, Refusal) else {"units": [_unit_result(unit) for unit in result]}


def _county_gaps(case: At, scheme: CountyScheme) -> Iterable[str]:
    """Every gap that can be told, whatever else is wrong with the case: gaps come before any other fault."""
    for unit in _items(case.fields().get("units")):
        of = scheme.classes.get(str(unit.get("class")))
        if of is not None:
            yield from county.gaps(str(unit.get("id")), county.required(of), _given(unit))


def _given(unit: dict[str, Any]) -> set[str]:
    """The parts that a unit of the file gives in full. What is of the wrong kind is there: it is a fault, not a gap."""
    found: set[str] = set()
    for period, indicators in _named(unit.get("indicators")).items():
        if indicators and all(item.get("actual") is not None for item in _items(indicators)):
            found.add(f"{period}/indicators")
    found |= {f"{period}/leaders" for period, marks in _named(unit.get("leaders")).items() if marks}
    found |= {f"{quarter}/public" for quarter, share in _named(unit.get("public")).items() if share is not None}
    return found


def _unit(unit: At, scheme: CountyScheme) -> county.UnitFigures:
    of = scheme.classes.get(unit["class"].text())
    merited = of is None or of.merits  # where merits do not count, whatever is claimed is not even read
    indicators, leaders, public = unit.get("indicators"), unit.get("leaders"), unit.get("public")
    return county.UnitFigures(
        id=unit["id"].text(),
        unit_class=unit["class"].text(),
        indicators={
            period: tuple(_unit_indicator(item) for item in own.each()) for period, own in _members(indicators)
        },
        leaders={period: tuple(mark.number() for mark in marks.each()) for period, marks in _members(leaders)},
        public={quarter: share.number() for quarter, share in _members(public)},
        bonuses=tuple(_bonus(item) for item in _list(unit.get("bonuses") if merited else None)),
        penalties=tuple(_penalty(item) for item in _list(unit.get("penalties") if merited else None)),
        disqualified_by=tuple(str(item.value) for item in _list(unit.get("disqualified_by"))),
        dereliction_approved=flag_of(unit.get("dereliction_approved")),
    )


def _unit_indicator(item: At) -> county.UnitIndicator:
    return county.UnitIndicator(
        item["id"].text(),
        item["weight"].number(),
        item["target"].number(),
        item["actual"].number(),
        _direction(item, UNIT_DIRECTIONS),
    )


def _bonus(item: At) -> Bonus:
    """One without a document or not confirmed counts for nothing, so that nothing else in it needs to make sense."""
    document, confirmed = item.get("document"), item.get("confirmed")
    if document is None or confirmed is None or _blank(document) or confirmed.value is False:
        return Bonus("")
    return Bonus(
        item["reason"].text(),
        text_of(item.get("level")),
        number_of(item.get("points")),
        document.text(),
        confirmed.flag(),
    )


def _penalty(item: At) -> Penalty:
    return Penalty(item["reason"].text(), text_of(item.get("level")), flag_of(item.get("verified")))


def _band(band: At) -> Band:
    """Not yet checked: whether its figures make sense is for the scoring to say."""
    return Band.model_construct(at_least=band["at_least"].number(), points=band["points"].number())


def _unit_result(unit: county.UnitScore) -> dict[str, Any]:
    return {
        "id": unit.id,
        "indicator": _two(unit.indicator),
        "public": _two(unit.public),
        "leaders": _two(unit.leaders),
        "bonus": _two(unit.bonus),
        "penalty": _two(unit.penalty),
        "total": _two(unit.total),
        "grade": unit.grade,
        "rank": unit.rank,
    }


# Parts of both ---------------------------------------------------------------------------------------------------------------

C = TypeVar("C", bound=str)


def _two(value: Decimal | None) -> str | None:
    return None if value is None else format(value, ".2f")


def _one_of(field: At, choices: Sequence[C]) -> C:
    for choice in choices:
        if field.value == choice:
            return choice
    raise Fault(refusals.ChoiceUnknown(field.where, tuple(choices)))


def _direction(item: At, choices: Sequence[Direction]) -> Direction:
    direction = item.get("direction")
    return "at_least" if direction is None else _one_of(direction, choices)


def _members(field: At | None) -> Iterable[tuple[str, At]]:
    """The named parts of a field that may be missing, without those that are null."""
    return () if field is None else ((name, at) for name, at in field.members() if at.value is not None)


def _blank(field: At) -> bool:
    return isinstance(field.value, str) and not field.value.strip()


def _list(field: At | None) -> Iterable[At]:
    return () if field is None else field.each()


def _items(value: object) -> list[dict[str, Any]]:
    """The objects of a list, whatever else stands in it."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]


def _named(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
