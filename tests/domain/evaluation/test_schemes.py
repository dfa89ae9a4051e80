"""Scheme files: what they say is what the documents say, and a file that does not add up is refused on loading."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from services.evaluation.domain.schemes import CountyScheme, ProjectScheme
from tests.domain.evaluation.scenario import MOF_2020, MOF_2021, PLAN3, PLAN5, raw


def test_the_national_schemes() -> None:
    assert (MOF_2020.execution, MOF_2020.dimensions) == (10, {"output": 50, "benefit": 30, "satisfaction": 10})
    assert (MOF_2021.execution, MOF_2021.dimensions) == (
        10,
        {"cost": 20, "output": 40, "benefit": 20, "satisfaction": 10},
    )
    assert [(grade.grade, grade.at_least) for grade in MOF_2021.grades] == [
        ("excellent", 90),
        ("good", 80),
        ("fair", 60),
        ("poor", 0),
    ]
    assert MOF_2020.reference == "mof-2020-10@1"
    assert MOF_2020.in_force_from == date(2020, 2, 25)


def test_plan_3() -> None:
    """Its grades and what follows from them (结果应用 3); the weights, which it does not name, are the national ones."""
    assert (PLAN3.execution, PLAN3.dimensions, PLAN3.levels) == (
        MOF_2020.execution,
        MOF_2020.dimensions,
        MOF_2020.levels,
    )
    assert {grade.grade: grade.consequence for grade in PLAN3.grades} == {
        "excellent": "key_support",
        "good": "priority",
        "fair": "tighten",
        "poor": "watch",
    }
    assert (PLAN3.reference, PLAN3.audience) == ("plan3@1", "public")
    assert "篇三" in PLAN3.document


def test_plan_5() -> None:
    parts = {name: (of.indicator, of.public, of.leaders) for name, of in PLAN5.classes.items()}
    assert parts == {"town": (90, None, 10), "department": (60, 30, 10), "restoration": (70, None, 30)}
    assert (PLAN5.bonuses.cap, PLAN5.penalties.cap, PLAN5.qualified) == (4, 4, 60)
    assert PLAN5.audience == "circulated"
    assert "unit" not in PLAN5.circulation.all_units


def changed_project(**parts: Any) -> dict[str, Any]:
    return {**raw("projects", "mof-2020-10"), **parts}


def changed_class(**parts: Any) -> dict[str, Any]:
    plan = raw("units", "plan5")
    plan["classes"]["department"].update(parts)
    return plan


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (changed_project(execution=20), "sum to 110"),
        (changed_project(levels={"reached": {"at_least": "0"}}), "levels must give"),
        (changed_project(grades=raw("projects", "mof-2020-10")["grades"][::-1]), "must go down"),
        (changed_project(grades=raw("projects", "mof-2020-10")["grades"][:3]), "must start at 0"),
        (changed_project(set_low_beyond=0.3), "not exact"),
        (changed_project(wieght=1), "Extra inputs"),
    ],
)
def test_a_project_s_scheme_that_does_not_add_up(file: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ProjectScheme.model_validate(file)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (changed_class(leaders=20), "sum to 110"),
        (changed_class(quarters=[]), "needs periods"),
        (changed_class(periods=["spring"], mid_term=None), "assessed by month"),
        (changed_class(mid_term="spring"), "not one of the periods"),
        (
            {**raw("units", "plan5"), "satisfaction_bands": raw("units", "plan5")["satisfaction_bands"][::-1]},
            "must go down",
        ),
        (
            {
                **raw("units", "plan5"),
                "consequences": {**raw("units", "plan5")["consequences"], "grades": {"superb": {}}},
            },
            "graded superb",
        ),
    ],
)
def test_a_county_s_scheme_that_does_not_add_up(file: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        CountyScheme.model_validate(file)


def test_a_total_below_every_grade_has_the_last() -> None:
    assert MOF_2020.grade(Decimal("-1")).grade == "poor"
