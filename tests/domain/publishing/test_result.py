"""A result is held until an official approves it; the same evaluation is published once, a later one anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from contracts.event import Event
from contracts.publishing import ResultApproved, ResultPublished
from services.publishing.domain import refusals
from services.publishing.domain.document import PublicationWritten, canonical, composed_again, digest, document
from services.publishing.domain.result import INITIAL, Result, evolve
from tests.domain.publishing.year import (
    EVALUATION,
    TODAY,
    YEAR,
    adjusted,
    approve,
    approved,
    correction,
    deviation,
    evaluated,
    given,
    judged,
    resumed,
    submitted,
    suspended,
    whole_year,
)

LATER = "7d1f2c7a-2c9f-4a61-9f0c-51d0f1b9a002"


def test_an_official_approves_a_held_result_and_it_is_published() -> None:
    past = given(approved(), judged(), evaluated())
    approval, written, publication = past.when(approve()).events()
    assert approval == ResultApproved(
        project="CS-1",
        year=YEAR,
        evaluation=EVALUATION,
        document="县绩效〔2027〕2号",
        approved_by="赵强 (official, county)",
        approved_on=TODAY,
    )
    text = canonical(document("CS-1", YEAR, EVALUATION, past.state))
    assert written == PublicationWritten(project="CS-1", year=YEAR, evaluation=EVALUATION, text=text.decode())
    assert publication == ResultPublished(
        project="CS-1",
        year=YEAR,
        evaluation=EVALUATION,
        page="/2026/projects/CS-1",
        published_on=TODAY,
        digest=digest(text),
    )


def test_nothing_is_held_before_an_evaluation() -> None:
    given(approved(), judged()).when(approve(evaluation=None)).refused(refusals.NothingHeld("CS-1", YEAR))
    given().when(approve()).refused(refusals.NothingHeld("CS-1", YEAR))


def test_a_units_assessment_and_a_circulated_score_are_never_held() -> None:
    for kept_back in (evaluated(audience="circulated"), evaluated(subject_kind="unit", project=None)):
        given(approved(), kept_back).when(approve()).refused(refusals.NothingHeld("CS-1", YEAR))


def test_an_approval_names_its_document() -> None:
    given(approved(), evaluated()).when(approve(document=" ")).refused(refusals.DocumentMissing("CS-1", YEAR))


def test_a_result_is_not_approved_unseen() -> None:
    past = given(approved(), evaluated(), evaluated(number=2))
    past.when(approve(evaluation=LATER, seen=EVALUATION)).refused(refusals.AnotherResultHeld("CS-1", YEAR))
    assert len(past.when(approve(evaluation=LATER, seen=LATER)).events()) == 3


def test_a_score_without_its_goal_waits_for_it() -> None:
    given(evaluated()).when(approve()).refused(refusals.GoalNotHeard("CS-1", YEAR))


def test_a_score_waits_for_the_events_that_it_rests_on() -> None:
    past = given(approved(), evaluated())
    past.when(approve(missing=("a", "b"))).refused(refusals.EventsNotHeard("CS-1", YEAR, 2))
    past.when(approve(outdated=True)).refused(refusals.ScoreOutdated("CS-1", YEAR))


def test_the_same_evaluation_is_published_once_and_a_later_one_anew() -> None:
    first = given(approved(), evaluated()).when(approve()).events()
    past = (approved(), evaluated(), *first)
    given(*past).when(approve()).nothing()
    given(*past).when(approve(document="另一份文件")).nothing()
    anew = given(*past, evaluated(number=2)).when(approve(evaluation=LATER)).events()
    assert [type(event).__name__ for event in anew] == ["ResultApproved", "PublicationWritten", "ResultPublished"]


def test_a_code_with_characters_has_an_address() -> None:
    *_, publication = given(approved("水利-1"), evaluated("水利-1")).when(approve("水利-1")).events()
    assert isinstance(publication, ResultPublished)
    assert publication.page == "/2026/projects/%E6%B0%B4%E5%88%A9-1"


@pytest.mark.parametrize(
    ("orders", "status"),
    [
        ((), "active"),
        ((suspended(),), "suspended"),
        ((suspended(), resumed()), "active"),
        ((correction(),), "active"),
    ],
)
def test_the_last_order_says_whether_the_project_runs(orders: tuple[Event, ...], status: str) -> None:
    assert given(approved(), *orders).state.status == status


def test_the_budget_in_force_is_the_adjusted_one() -> None:
    assert given(approved()).state.budget == 480_000_000
    assert given(approved(), adjusted()).state.budget == 520_000_000
    assert INITIAL.budget == 0


def test_the_latest_judgement_of_a_month_counts() -> None:
    state = given(approved(), judged(month=3, paid=100), judged(month=3, paid=250, judgement=4)).state
    assert state.months["2026-03"].paid == 250


def test_what_is_published_holds_every_figure_and_its_digest_can_be_computed_anew() -> None:
    past = given(*whole_year(troubled=True), adjusted())
    published = document("CS-1", YEAR, EVALUATION, past.state)
    assert published["goal"]["budget"] == 520_000_000
    assert [month["period"] for month in published["months"]] == [f"2026-{month:02d}" for month in range(1, 13)]
    assert published["deviations"][0]["level"] == "suspend"
    assert [measure["type"].split(".")[2] for measure in published["measures"]] == [
        "CorrectionOrdered",
        "ProjectSuspended",
        "ProjectResumed",
    ]
    assert published["result"]["total"] == "94.08"
    text = canonical(published)
    assert hashlib.sha256(text).hexdigest() == digest(text)
    assert canonical(json.loads(text)) == text


def test_the_canonical_form_is_that_of_rfc_8785() -> None:
    """Sorted by UTF-16 code units, no spaces, UTF-8; numbers are integers below 2**53 alone, which every language writes alike."""
    published = document("CS-1", YEAR, EVALUATION, given(*whole_year(troubled=True)).state)
    text = canonical(published).decode()
    assert "渠" in text and ": " not in text and '","' in text
    for value in every(published):
        assert isinstance(value, str | bool | type(None)) or (type(value) is int and abs(value) < 2**53), value
    for table in (value for value in every(published, tables=True) if isinstance(value, dict)):
        names = sorted(table, key=lambda name: name.encode("utf-16-be"))
        assert list(json.loads(canonical(table))) == names


def every(value: Any, tables: bool = False) -> Iterator[Any]:
    """Every plain value inside, or every table too."""
    if isinstance(value, dict | list):
        if tables:
            yield value
        for part in value.values() if isinstance(value, dict) else value:
            yield from every(part, tables)
    elif not tables:
        yield value


def test_any_changed_figure_changes_the_digest() -> None:
    state = given(*whole_year()).state
    first = digest(canonical(document("CS-1", YEAR, EVALUATION, state)))
    changed = replace(state, months={**state.months, "2026-05": judged(month=5, paid=state.months["2026-05"].paid + 1)})
    assert digest(canonical(document("CS-1", YEAR, EVALUATION, changed))) != first
    assert digest(canonical(document("CS-1", YEAR, LATER, state))) != first


@pytest.mark.parametrize("as_recorded", [True, False])
def test_a_publication_that_was_not_written_down_is_composed_again_to_its_digest(as_recorded: bool) -> None:
    """As its events said it; or, where another program wrote fewer fields than there are, with all of them."""
    state = given(*whole_year(troubled=True)).state
    text = canonical(document("CS-1", YEAR, EVALUATION, state, as_recorded=as_recorded))
    event = ResultPublished(
        project="CS-1", year=YEAR, evaluation=EVALUATION, page="/", published_on=TODAY, digest=digest(text)
    )
    assert composed_again(event, state).encode() == text


@whatever(st.lists(st.sampled_from([*whole_year(troubled=True), adjusted(), submitted(), deviation()]), max_size=20))
def test_folding_never_fails_and_changes_nothing_in_place(past: list[Any]) -> None:
    before = repr(INITIAL)
    state: Result = INITIAL
    for event in past:
        state = evolve(state, event)
    assert repr(INITIAL) == before
    assert digest(canonical(document("CS-1", YEAR, EVALUATION, state)))
