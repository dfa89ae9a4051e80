"""Laws over every decider at once: the same command again is none, folding never fails, every refusal is reached and worded."""

from __future__ import annotations

import inspect
import json
from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from random import Random
from typing import Any

import pytest

from backbone.web.problems import kind_of
from contracts.catalogue import PUBLIC
from contracts.decision import Refusal
from contracts.event import Event
from contracts.generate import MANIFEST, SAMPLES
from tests.shape.deciders import (
    Subject,
    any_command,
    any_context,
    any_history,
    events,
    has_example,
    own_example,
    private_events,
    subjects,
)
from tests.shape.expected import expected
from tests.shape.house import ROOT, SERVICES
from tests.shape.scenes import scenes

COURSES = 1_500
"""Random courses of a decider, the same in every run: a seed, so that a failure can be looked at again."""

AT_THE_EDGE = {
    "monitoring": {
        "ConflictUnknown",
        "GapUnknown",
        "VoucherUnknown",
        "ReconciliationUnknown",
        "ProjectUnknown",
        "EventUnknown",
        "SourceUnknown",
        "PlaceUnknown",
        "RuleUnknown",
    },
    "publishing": {"ProjectNotPublished", "UnitNotPublished", "YearNotPublished", "EventNotPublic"},
}
"""Refusals of questions, not of commands: raised in api/ and pages/, and so met in the service's integration tests."""

EVERY_DECIDER = pytest.mark.parametrize("subject", subjects(), ids=str)
EVERY_SERVICE = pytest.mark.parametrize("service", SERVICES)


@EVERY_DECIDER
def test_the_same_command_again_yields_no_event(subject: Subject) -> None:
    chance, accepted = Random(str(subject)), Counter[str]()
    for _ in range(COURSES * max(1, len(subject.commands) // 6)):  # the more commands, the rarer each
        past, asked = any_course(subject, chance)
        state, context = fold(subject, subject.initial, past), any_context(chance)
        for each in asked:
            decided = subject.decide(each, state, context)
            if isinstance(decided, Refusal):
                continue
            assert {type(event) for event in decided} <= set(events(subject.service)), "not in the domain's index"
            state = fold(subject, state, decided)
            assert subject.decide(each, state, context) == (), f"{each} had happened already, after {past}"
            accepted[type(each).__name__] += bool(decided)
    never = {cls.__name__ for cls in subject.commands} - set(+accepted)
    assert never == set(), f"no example ever made {sorted(never)} happen; what did: {dict(+accepted)}"


@EVERY_DECIDER
def test_folding_is_total_over_every_event_ever_written(subject: Subject) -> None:
    chance, ever = Random(str(subject)), ever_written()
    for _ in range(COURSES):
        state = fold(subject, subject.initial, chance.choices(ever, k=chance.randint(1, 12)))
        assert type(state) is type(subject.initial)


@EVERY_DECIDER
def test_folding_changes_no_state_in_place(subject: Subject) -> None:
    before = repr(subject.initial)
    fold(subject, subject.initial, ever_written())
    assert repr(subject.initial) == before


@EVERY_SERVICE
def test_every_private_event_has_an_example_that_survives_being_written(service: str) -> None:
    private = [event for event in private_events() if event.owner == service]
    assert [event.__name__ for event in private if not has_example(event)] == []
    for event in private:
        written = own_example(event).model_dump_json()
        assert event.model_validate_json(written) == own_example(event)


@EVERY_SERVICE
def test_every_refusal_is_expected_by_a_test_of_its_own_service(service: str) -> None:
    tests = sorted((ROOT / "tests" / "domain" / service).rglob("*.py"))
    reached = set[str]().union(*(expected(path.read_text("utf-8")) for path in tests))
    never = {refusal.__name__ for refusal in refusals(service)} - reached
    assert never - AT_THE_EDGE.get(service, set()) == set()


@pytest.mark.parametrize("service", AT_THE_EDGE)
def test_a_refusal_that_only_an_edge_can_raise_is_met_on_the_way(service: str) -> None:
    known = {refusal.__name__ for refusal in refusals(service)}
    tests = sorted((ROOT / "tests" / "integration").glob(f"test_{service}*.py"))
    text = "\n".join(path.read_text("utf-8") for path in tests)
    assert AT_THE_EDGE[service] - known == set()
    assert [name for name in sorted(AT_THE_EDGE[service]) if f'"{kind_of(name)}"' not in text] == []


def test_only_an_expectation_reaches_a_refusal() -> None:
    assert expected("given().when(ask).refused(refusals.NotHeld(1))") >= {"NotHeld"}
    assert expected("assert score() == refusals.BandsWrong(0, 1)") >= {"BandsWrong"}
    assert expected("before = refusals.Decided(1)\ngiven().when(ask).refused(before)") >= {"Decided"}
    by_hand = (
        "from refusals import NotHeld\nshown = (NotHeld(1),)\nassert [sorted(each.fields()) for each in shown] == [1]"
    )
    assert "NotHeld" not in expected(by_hand)
    assert "NotHeld" not in expected("assert NotHeld(1).fields() == {}")


@EVERY_SERVICE
def test_every_command_is_a_frozen_value(service: str) -> None:
    loose = [
        cls.__name__
        for subject in subjects()
        if subject.service == service
        for cls in subject.commands
        if not cls.__dataclass_params__.frozen
    ]
    assert loose == []


def refusals(service: str) -> list[type[Refusal]]:
    """The refusals that a service's domain names, without those that only gather fields for others."""
    folder = ROOT / "services" / service / "domain"
    names = [f"services.{service}.domain.{path.stem}" for path in sorted(folder.glob("*refusals.py"))]
    found = [
        cls
        for name in names
        for _, cls in inspect.getmembers(import_module(name), inspect.isclass)
        if issubclass(cls, Refusal) and cls.__module__ == name
    ]
    return [cls for cls in found if not any(other is not cls and issubclass(other, cls) for other in found)]


def any_course(subject: Subject, chance: Random) -> tuple[list[Event], list[Any]]:
    """What has happened and what is asked then: a scene whose figures fit together, or anything."""
    more = [any_command(subject, chance) for _ in range(chance.randint(1, 4))]
    played = scenes(str(subject))
    if played and chance.random() < 0.05:
        past, command = chance.choice(played)
        return past, [command, *more]
    return any_history(subject.service, chance), more


def fold(subject: Subject, state: Any, past: Iterable[Event]) -> Any:
    """The state after these events."""
    for event in past:
        state = subject.evolve(state, event)
    return state


def ever_written() -> list[Event]:
    """Every golden sample, and every private event's example."""
    by_label = {f"{event.__name__}.v{event.version}": event for event in PUBLIC}
    names = [name for name in json.loads((SAMPLES / MANIFEST).read_text("utf-8")) if not name.endswith(".schema.json")]
    golden: list[Event] = [
        by_label[name.removesuffix(".json")].model_validate_json((SAMPLES / name).read_text("utf-8")) for name in names
    ]
    return golden + [own_example(event) for event in private_events()]
