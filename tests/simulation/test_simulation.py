"""The simulation itself: some runs find nothing, the same seed does the same, and a planted fault is found and cut to few faults."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.simulation.runs import Stage, planted
from tests.simulation.scenes import SCENES
from tests.simulation.server import server

LOOKED = 60
TORN_SEEDS = 40


@pytest.fixture(scope="module")
def stage() -> Generator[Stage]:
    with server(1) as (made,):
        yield Stage(made)


@pytest.mark.parametrize("part", ["", *SCENES])
def test_runs_converge_and_nothing_is_found(stage: Stage, part: str) -> None:
    outcomes = [stage.play(seed, part) for seed in range(900, 910)]
    assert [outcome.sentence() for outcome in outcomes if outcome.found] == []
    assert min(outcome.steps for outcome in outcomes) >= 40


def test_the_same_seed_does_the_same(stage: Stage) -> None:
    for seed in range(910, 916):
        first, again = stage.play(seed), stage.play(seed)
        assert (first.hash, first.told) == (again.hash, again.told)


def test_a_topic_that_is_torn_is_said_and_only_what_it_took_is_excused(stage: Stage) -> None:
    outcomes = [stage.play(seed, "draining") for seed in range(1, TORN_SEEDS)]
    torn = [outcome for outcome in outcomes if {"tail lost", "made anew"} & outcome.faults.keys()]
    assert [outcome.sentence() for outcome in outcomes if outcome.found] == []
    assert any(outcome.excused for outcome in torn)
    assert not any(outcome.excused for outcome in outcomes if outcome not in torn)


@pytest.mark.parametrize(
    ("mutant", "part"), [("no fence on a paused owner", "draining"), ("relay ordered by transaction id", "relaying")]
)
def test_a_planted_fault_is_found_and_cut_to_few(stage: Stage, mutant: str, part: str) -> None:
    with planted(mutant):
        failed = next(outcome for outcome in (stage.play(seed, part) for seed in range(1, LOOKED)) if outcome.found)
        smallest = stage.fewest(failed, part)
    assert smallest.found
    assert sum(smallest.faults.values()) <= sum(failed.faults.values())
    assert not stage.play(failed.seed, part).found
