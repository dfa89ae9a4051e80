"""Whose projects somebody may see."""

from __future__ import annotations

import pytest

from contracts.decision import Actor, NotPermitted, Refusal
from services.monitoring.domain.ledger_refusals import PlaceUnknown, SourceUnknown
from services.monitoring.domain.refusals import EventUnknown, ProjectUnknown
from services.monitoring.domain.seeing import bound_to, see

AUDITOR = Actor("钱进", "auditor", "county")
UNIT = Actor("李明", "unit", "department-03")
OPERATOR = Actor("周全", "operator", "county")


def test_an_auditor_sees_everybodys_and_a_unit_its_own() -> None:
    assert bound_to(AUDITOR, "read-project") is None
    assert bound_to(UNIT, "read-project") == "department-03"
    assert bound_to(OPERATOR, "read-project") == NotPermitted("operator", "county", "read-project", "county")


@pytest.mark.parametrize(
    ("unit", "seen"), [("department-03", True), ("department-03.station-1", True), ("department-04", False)]
)
def test_a_unit_sees_its_subordinates_projects_and_no_others(unit: str, seen: bool) -> None:
    refusal = see(UNIT, "read-project", unit, ProjectUnknown("CS-1", 2026))
    assert refusal == (None if seen else NotPermitted("unit", "department-03", "read-project", unit))


@pytest.mark.parametrize(
    "unknown", [ProjectUnknown("CS-9", 2026), EventUnknown("e"), SourceUnknown("treasury-9"), PlaceUnknown("x")]
)
def test_what_is_not_there_is_said_to_who_may_see_anything(unknown: Refusal) -> None:
    assert see(UNIT, "read-project", None, unknown) == unknown
    assert see(OPERATOR, "read-project", None, unknown) == NotPermitted("operator", "county", "read-project", "county")
