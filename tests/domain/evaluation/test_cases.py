"""A case that cannot be scored as it stands: what is wrong, and where; what counts for nothing does no harm."""

from __future__ import annotations

from typing import Any

import pytest

from services.evaluation.domain import cases, refusals
from tests.domain.evaluation.asking import county, project, put
from tests.domain.evaluation.scenario import MOF_2020, PLAN5


@pytest.mark.parametrize(
    ("case", "refusal"),
    [
        ([], refusals.ValueWrong("CASE.json", "object")),
        (None, refusals.ValueWrong("CASE.json", "object")),
        ({}, refusals.FieldMissing("kind")),
        ({"kind": "contest"}, refusals.ChoiceUnknown("kind", ("county-assessment", "project-self-evaluation"))),
        (project(scheme="other"), refusals.SchemeUnknown("other")),
        (project(put("budget", value="1,000")), refusals.ValueWrong("budget", "number")),
        (project(put("indicators", 2, "weight", value=...)), refusals.FieldMissing("indicators/2/weight")),
        (
            project(put("indicators", 0, "direction", value="up")),
            refusals.ChoiceUnknown("indicators/0/direction", ("at_least", "at_most", "equal")),
        ),
        (
            county(put("units", 0, "indicators", "mid_term", 0, "direction", value="")),
            refusals.ChoiceUnknown("units/0/indicators/mid_term/0/direction", ("at_least", "at_most")),
        ),
        (project(put("paid", value=None)), refusals.FieldMissing("paid")),
        (project(put("indicators", 0, "actual", value=None)), refusals.FieldMissing("indicators/0/actual")),
        (project(put("indicators", 3, "share", value=...)), refusals.FieldMissing("indicators/3/share")),
        (county(put("units", 1, "public", "Q2", value="much")), refusals.ValueWrong("units/1/public/Q2", "number")),
        (
            county(put("units", 1, "leaders", "mid_term", 0, value=None)),
            refusals.ValueWrong("units/1/leaders/mid_term/0", "number"),
        ),
        (county(advanced=[]), refusals.ValueWrong("advanced", "object")),
        (
            county(put("advanced", "restoration", value="3")),
            refusals.ValueWrong("advanced/restoration", "whole-number"),
        ),
        (
            county(put("units", 0, "bonuses", value=[{"reason": "x", "document": "文件1", "confirmed": 1}])),
            refusals.ValueWrong("units/0/bonuses/0/confirmed", "flag"),
        ),
        (
            county(put("units", 0, "penalties", value={"reason": "x"})),
            refusals.ValueWrong("units/0/penalties", "list"),
        ),
        (county(put("units", 0, "id", value=" ")), refusals.ValueWrong("units/0/id", "text")),
    ],
)
def test_every_fault_is_told_with_its_place(case: Any, refusal: Any) -> None:
    assert cases.score(case, (MOF_2020,), (PLAN5,)) == refusal


def test_of_several_versions_of_a_scheme_the_newest_counts() -> None:
    newer = MOF_2020.model_copy(update={"version": 2, "execution": 0})
    result = cases.score(project(), (newer, MOF_2020), (PLAN5,))
    assert isinstance(result, dict)
    assert result["execution"] == "0.00"


LETTER = {"document": "文件1", "confirmed": True}


@pytest.mark.parametrize(
    "bonus",
    [
        {"reason": "decision", **LETTER, "confirmed": False},
        {"reason": "decision", "points": "much", "document": "文件1"},
        {"reason": "decision", "points": "-1", "confirmed": True},
        {"reason": "commendation", "level": "county", **LETTER, "document": " \n"},
        {"reason": "kindness", **LETTER, "document": None},
        {"reason": "commendation", "level": "province", **LETTER, "document": ""},
        {},
    ],
)
def test_a_bonus_without_a_document_or_not_confirmed_counts_for_nothing_and_is_never_a_fault(bonus: Any) -> None:
    assert unit(county(put("units", 0, "bonuses", value=[bonus])), 0)["bonus"] == "0.00"


def test_a_bonus_with_a_document_and_confirmed_counts_and_has_to_make_sense() -> None:
    sound = {"reason": "commendation", "level": "province", **LETTER}
    assert unit(county(put("units", 0, "bonuses", value=[{}, sound])), 0)["bonus"] == "3.00"
    case = county(put("units", 0, "bonuses", value=[{}, {**sound, "level": "county"}]))
    fault = refusals.GroundUnknown("t/bonuses/1", "commendation", "county")
    assert cases.score(case, (MOF_2020,), (PLAN5,)) == fault


@pytest.mark.parametrize("merit", [{"reason": "decision", **LETTER}, {"reason": "discipline"}, {"reason": "x"}, {}, 7])
def test_a_restoration_unit_gets_neither_bonus_nor_penalty_whatever_is_claimed(merit: Any) -> None:
    def change(case: Any) -> None:
        case["units"][2] |= {"bonuses": [merit], "penalties": [merit]}

    restoration = unit(county(change), 2)
    assert (restoration["bonus"], restoration["penalty"], restoration["total"]) == ("0.00", "0.00", "100.00")


@pytest.mark.parametrize("entry", ["security_veto", "", {"reason": "security_veto"}, None, 7])
def test_any_entry_bars_a_unit_from_advanced(entry: Any) -> None:
    case = county(advanced={"town": 1, "restoration": 3})
    assert unit(case, 0)["grade"] == "advanced"
    case["units"][0]["disqualified_by"] = [entry]
    assert unit(case, 0)["grade"] == "qualified"


def unit(case: Any, number: int) -> dict[str, Any]:
    """The result of one unit of a case that can be scored."""
    result = cases.score(case, (MOF_2020,), (PLAN5,))
    assert isinstance(result, dict), result
    return result["units"][number]
