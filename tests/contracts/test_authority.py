"""The authority table: what a row allows, what no row allows, and that the table itself is sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.authority import ACTIONS, AUTHORITY, ROLES, covers, permit
from contracts.decision import SYSTEM, Actor

ORGS = st.lists(st.sampled_from(["department-03", "department-30", "station-1", "a"]), min_size=1, max_size=3).map(
    ".".join
)


def test_the_table_names_only_roles_that_exist_and_no_row_twice() -> None:
    assert {grant.role for grant in AUTHORITY} <= ROLES - {"system"}
    assert len(set(AUTHORITY)) == len(AUTHORITY)


@pytest.mark.parametrize(
    ("role", "org", "action", "place"),
    [
        ("unit", "department-03", "submit-goal", "department-03"),
        ("unit", "department-03", "submit-goal", "department-03.station-1"),
        ("finance", "finance", "approve-goal", "department-03"),
        ("official", "county", "order-suspension", "department-03"),
        ("auditor", "county", "read-vouchers", "town-1"),
    ],
)
def test_a_row_allows(role: str, org: str, action: str, place: str) -> None:
    assert permit(Actor("李明", role, org), action, place) is None


@pytest.mark.parametrize(
    ("role", "org", "action", "place"),
    [
        ("unit", "department-03", "submit-goal", "department-04"),
        ("unit", "department-03", "submit-goal", "department-030"),  # a longer code is not a subordinate's
        ("unit", "department-03.station-1", "submit-goal", "department-03"),  # nor is the parent's
        ("unit", "department-03", "approve-goal", "department-03"),
        ("unit", "department-03", "claim-bonus", "department-03.station-1"),  # own alone
        ("finance", "finance", "order-suspension", "department-03"),  # people of another office order
        ("nobody", "county", "read-project", "county"),
    ],
)
def test_what_no_row_allows_is_refused_with_its_fields(role: str, org: str, action: str, place: str) -> None:
    refusal = permit(Actor("李明", role, org), action, place)
    assert refusal is not None
    assert refusal.fields() == {"role": role, "org": org, "action": action, "place": place}


def test_the_system_itself_may_act_and_an_unknown_action_is_a_defect() -> None:
    assert all(permit(SYSTEM, action, "department-03") is None for action in ACTIONS)
    with pytest.raises(LookupError, match="'fly'"):
        permit(SYSTEM, "fly", "department-03")


@given(ORGS, ORGS)
def test_a_wider_place_covers_all_that_a_narrower_one_does(actor_org: str, org: str) -> None:
    if covers("own", actor_org, org):
        assert covers("subtree", actor_org, org)
    assert covers("all", actor_org, org)
    assert covers("subtree", actor_org, f"{actor_org}.{org}")
