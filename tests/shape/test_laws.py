"""Laws over every decider at once: the same command again is none, folding never fails, every refusal is reached and worded."""

from __future__ import annotations

import inspect
import json
from collections import Counter
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.decision import Refusal
from contracts.event import Event
from contracts.generate import MANIFEST, SAMPLES
from tests.shape.deciders import (
    CONTEXTS,
    Subject,
    command,
    events,
    has_example,
    history,
    own_example,
    private_events,
    subjects,
)
from tests.shape.house import ROOT, SERVICES

SLOW = settings(
    max_examples=800,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
EVERY_DECIDER = pytest.mark.parametrize("subject", subjects(), ids=str)
EVERY_SERVICE = pytest.mark.parametrize("service", SERVICES)


@EVERY_DECIDER
def test_the_same_command_again_yields_no_event(subject: Subject) -> None:
    accepted: Counter[str] = Counter()

    @SLOW
    @given(past=history(subject.service), asked=st.lists(command(subject), min_size=1, max_size=4), context=CONTEXTS)
    def law(past: list[Event], asked: list[Any], context: Any) -> None:
        state = fold(subject, subject.initial, past)
        for each in asked:
            decided = subject.decide(each, state, context)
            if isinstance(decided, Refusal):
                continue
            assert isinstance(decided, tuple)
            assert all(type(event) in events(subject.service) for event in decided), (
                "an event that the index does not list"
            )
            state = fold(subject, state, list(decided))
            again = subject.decide(each, state, context)
            assert again == (), f"{each} happened already, and yields {again}"
            accepted[type(each).__name__] += bool(decided)

    law()
    never = {cls.__name__ for cls in subject.commands} - set(+accepted)
    assert never == set(), f"no example ever made {sorted(never)} happen; what did: {dict(+accepted)}"


@EVERY_DECIDER
def test_folding_is_total_over_every_event_ever_written(subject: Subject) -> None:
    ever = ever_written()

    @SLOW
    @given(past=st.lists(st.sampled_from(ever), max_size=12))
    def law(past: list[Event]) -> None:
        state = fold(subject, subject.initial, past)
        assert type(state) is type(subject.initial)

    law()


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
def test_every_refusal_is_reached_by_a_test_of_the_domain(service: str) -> None:
    tests = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "tests" / "domain").rglob("*.py")))
    assert [refusal.__name__ for refusal in refusals(service) if refusal.__name__ not in tests] == []


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
    module = import_module(f"services.{service}.domain.refusals")
    found = [
        cls
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if issubclass(cls, Refusal) and cls.__module__ == module.__name__
    ]
    return [cls for cls in found if not any(other is not cls and issubclass(other, cls) for other in found)]


def fold(subject: Subject, state: Any, past: list[Event]) -> Any:
    for event in past:
        state = subject.evolve(state, event)
    return state


def ever_written() -> list[Event]:
    """Every golden sample, and every private event's example."""
    from contracts.catalogue import PUBLIC

    by_label = {f"{event.__name__}.v{event.version}": event for event in PUBLIC}
    names = [name for name in json.loads((SAMPLES / MANIFEST).read_text("utf-8")) if not name.endswith(".schema.json")]
    golden: list[Event] = [
        by_label[name.removesuffix(".json")].model_validate_json((SAMPLES / name).read_text("utf-8")) for name in names
    ]
    return golden + [own_example(event) for event in private_events()]
