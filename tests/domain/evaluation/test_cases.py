"""A case file that cannot be read, or not as a case: what is wrong, and where."""

from __future__ import annotations

from typing import Any

import pytest

from services.evaluation.domain import cases, refusals
from tests.domain.evaluation.asking import county, project, put
from tests.domain.evaluation.scenario import MOF_2020, PLAN5


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"\xff", refusals.CaseUnreadable("not-utf-8")),
        (b"{", refusals.CaseUnreadable("not-json")),
        (b"[" * 100_000, refusals.CaseUnreadable("too-deep")),
        (b"[1e3]", ["1e3"]),
        (b"[NaN]", refusals.ValueWrong("NaN", "number")),
        (b'{"a": 1, "a": 1}', refusals.ListedTwice("a")),
    ],
)
def test_reading(data: bytes, refusal: Any) -> None:
    assert cases.read(data) == refusal


@pytest.mark.parametrize(
    ("case", "refusal"),
    [
        ([], refusals.ValueWrong("", "object")),
        ({}, refusals.FieldMissing("kind")),
        ({"kind": "contest"}, refusals.ChoiceUnknown("kind", ("county-assessment", "project-self-evaluation"))),
        (project(scheme="other"), refusals.SchemeUnknown("other")),
        (project(put("budget", value="1,000")), refusals.ValueWrong("budget", "number")),
        (project(put("indicators", 2, "weight", value=...)), refusals.FieldMissing("indicators[2].weight")),
        (
            project(put("indicators", 0, "direction", value="up")),
            refusals.ChoiceUnknown("indicators[0].direction", ("at_least", "at_most", "equal")),
        ),
        (county(put("units", 1, "public", "Q2", value="much")), refusals.ValueWrong("units[1].public.Q2", "number")),
        (
            county(put("units", 1, "leaders", "mid_term", 0, value=None)),
            refusals.ValueWrong("units[1].leaders.mid_term[0]", "number"),
        ),
        (county(advanced=[]), refusals.ValueWrong("advanced", "object")),
        (
            county(put("advanced", "restoration", value="3")),
            refusals.ValueWrong("advanced.restoration", "whole-number"),
        ),
        (
            county(put("units", 0, "bonuses", value=[{"reason": "x", "confirmed": 1}])),
            refusals.ValueWrong("units[0].bonuses[0].confirmed", "flag"),
        ),
        (
            county(put("units", 0, "penalties", value={"reason": "x"})),
            refusals.ValueWrong("units[0].penalties", "list"),
        ),
        (county(put("units", 0, "id", value=" ")), refusals.ValueWrong("units[0].id", "text")),
    ],
)
def test_every_fault_is_told_with_its_place(case: Any, refusal: Any) -> None:
    assert cases.score(case, (MOF_2020,), (PLAN5,)) == refusal


def test_of_several_versions_of_a_scheme_the_newest_counts() -> None:
    newer = MOF_2020.model_copy(update={"version": 2, "execution": 0})
    result = cases.score(project(), (newer, MOF_2020), (PLAN5,))
    assert isinstance(result, dict)
    assert result["execution"] == "0.00"
