"""Runs: one, many on several processors, and the smallest that still fails."""

from __future__ import annotations

import faulthandler
import logging
import multiprocessing
from collections.abc import Generator, Sequence, Set
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from queue import Empty
from typing import Any

from backbone.process.logs import configure
from tests.simulation.invariants import violations
from tests.simulation.mutants import MUTANTS
from tests.simulation.scheduler import Stuck
from tests.simulation.server import Broom, Made
from tests.simulation.world import World

SILENT_SECONDS = 180
"""So long may a process of runs say nothing: then it hangs, which is told."""


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    seed: int
    steps: int
    hash: str
    drawn: int
    faults: dict[str, int]
    found: list[str]
    excused: list[str] = field(default_factory=list[str])
    told: list[str] = field(default_factory=list[str], repr=False)

    def shows(self, sentence: str = "") -> bool:
        """Whether a violation was found that says this."""
        return any(sentence in each for each in self.found)

    def sentence(self) -> str:
        """The run in a line."""
        return f"seed {self.seed}: {self.steps} steps, faults {self.faults or 'none'}: {'; '.join(self.found) or 'nothing found'}"


class Stage:
    """The databases of one process, emptied before each run."""

    def __init__(self, made: Made) -> None:
        self.databases = made.open()
        self.broom = Broom(self.databases)

    def play(self, seed: int, part: str = "", only: Set[int] | None = None) -> Outcome:
        """One run."""
        self.broom.sweep()
        world = World(seed, self.databases, part, only)
        try:
            world.play()
            found = violations(world)
        except Stuck as stuck:
            found = [str(stuck)]
        scheduler = world.scheduler
        return Outcome(
            seed,
            scheduler.steps,
            scheduler.hash,
            world.breaking.drawn,
            dict(world.breaking.faults),
            found,
            world.excused,
            scheduler.told,
        )

    def fewest(self, failed: Outcome, part: str = "", shows: str = "") -> Outcome:
        """The failed run with the fewest of its faults that still fails: parts of them are left out, larger ones first."""
        kept, size, best = list(range(1, failed.drawn + 1)), failed.drawn, failed
        while size >= 1:
            for start in range(0, len(kept), size):
                fewer = kept[:start] + kept[start + size :]
                again = self.play(failed.seed, part, set(fewer))
                if again.shows(shows):
                    kept, best = fewer, again
                    break
            else:
                size //= 2
            size = min(size, len(kept))
        return best


def spread(made: Sequence[Made], seeds: Sequence[int], part: str = "", mutant: str = "") -> Generator[Outcome]:
    """Play seeds on as many processes as there are databases, with a mutant planted where one is named; outcomes as they come, without
    their steps. Processes are begun anew, not forked: Polars keeps threads."""
    context = multiprocessing.get_context("spawn")
    outcomes: Any = context.Queue()
    processes = [
        context.Process(target=_work, args=(own, seeds[number :: len(made)], part, mutant, outcomes), daemon=True)
        for number, own in enumerate(made)
    ]
    for process in processes:
        process.start()
    try:
        for _ in seeds:
            yield _next(outcomes, processes)
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _work(made: Made, seeds: Sequence[int], part: str, mutant: str, outcomes: Any) -> None:
    quiet()
    stage = Stage(made)
    with planted(mutant):
        for seed in seeds:
            faulthandler.dump_traceback_later(SILENT_SECONDS - 10)
            outcomes.put(replace(stage.play(seed, part), told=[]))
            faulthandler.cancel_dump_traceback_later()


def quiet() -> None:
    """What breaks is meant to, and nobody reads of it."""
    logging.disable(logging.CRITICAL)
    configure("simulation", "run", level="critical")


def planted(name: str) -> AbstractContextManager[object]:
    """The mutant of this name, planted; nothing without a name."""
    return next((mutant.plant() for mutant in MUTANTS if mutant.name == name), nullcontext())


def _next(outcomes: Any, processes: Sequence[Any]) -> Outcome:
    for _ in range(SILENT_SECONDS):
        try:
            return outcomes.get(timeout=1)
        except Empty:
            if any(process.exitcode for process in processes):
                raise RuntimeError("a process of runs ended with an error") from None
    raise RuntimeError(f"a run hangs: no outcome in {SILENT_SECONDS} s")
