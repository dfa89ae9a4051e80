"""What a door is: it makes an input of its number and a chance drawn for it alone, takes it, and lets a good one pass in between.

play(Http(…), Asked(seed=1, mutations=10_000))  → the tally; every failure told as it is found
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from random import Random
from typing import Any, Literal, Protocol

Fate = Literal["accepted", "refused", "dead_lettered"]
FATES: tuple[Fate, ...] = ("accepted", "refused", "dead_lettered")
BOUND = 30.0
"""Seconds that one input may take on a machine that others use too: a sheet of a million rows takes five of its processor."""
MOST_TOLD = 40
"""Failures of a door that are told one by one."""


class Wrong(Exception):
    """An input ended in another way than accepted, refused with a sentence or dead-lettered with a reason."""


@dataclass(frozen=True)
class Input:
    """One input: its number, how it was made in a few words, and what the door sends."""

    number: int
    what: str
    sent: Any


@dataclass(frozen=True)
class Asked:
    """What is to be tried: so many mutations behind the fixed inputs, or one number alone. `share`: every so many fixed inputs. `part`: of
    all these the first, second, … of so many that are dealt out in turn."""

    seed: int
    mutations: int
    share: int = 1
    only: int | None = None
    part: tuple[int, int] = (0, 1)


class Door(Protocol):
    """One way in."""

    name: str
    batch: int
    """Inputs that are taken together."""
    rest: int
    """Batches between two good inputs."""

    def fixed(self) -> int:
        """How many inputs come from the collections; their numbers are the first."""
        ...

    def make(self, number: int, chance: Random) -> Input: ...

    def take(self, inputs: Sequence[Input]) -> list[Fate | Wrong]:
        """What became of each."""
        ...

    def good(self) -> None:
        """A good input passes; Wrong where it does not."""
        ...


@dataclass
class Tally:
    """What became of a door's inputs."""

    name: str
    fates: Counter[str] = field(default_factory=Counter[str])
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        return self.fates["failed"]


Say = Callable[[str], None]
Begun = Callable[[int], None]
"""Told the number of the input that is begun, for who watches from outside."""


def play(door: Door, asked: Asked, say: Say, begun: Begun = lambda number: None) -> Tally:
    """Try everything that is asked for, a good input between."""
    tally, started = Tally(door.name), time.monotonic()

    def wrong(number: int, what: str, why: object) -> None:
        tally.fates["failed"] += 1
        if tally.failed <= MOST_TOLD:
            say(f"FAILED SEED={asked.seed} ONLY={door.name}:{number} {what}: {why}")

    door.good()
    for round_, numbers in enumerate(_batches(_numbers(door, asked), door.batch)):
        begun(numbers[0])
        inputs = [door.make(n, Random(f"{asked.seed}/{door.name}/{n}")) for n in numbers]
        began = time.monotonic()
        for each, fate in zip(inputs, door.take(inputs), strict=True):
            tally.fates["tried"] += 1
            if isinstance(fate, Wrong):
                wrong(each.number, each.what, fate)
            else:
                tally.fates[fate] += 1
        if (took := time.monotonic() - began) > BOUND:
            wrong(numbers[0], inputs[0].what, f"took {took:.1f} s")
        if round_ % door.rest == 0 or asked.only is not None:
            try:
                door.good()
            except Wrong as error:
                wrong(numbers[-1], inputs[-1].what, f"the next good input did not pass: {error}")
    tally.seconds = time.monotonic() - started
    return tally


def _numbers(door: Door, asked: Asked) -> Iterator[int]:
    if asked.only is not None:
        yield asked.only
        return
    fixed, (first, parts) = door.fixed(), asked.part
    all_ = chain(range(asked.seed % asked.share, fixed, asked.share), range(fixed, fixed + asked.mutations))
    yield from islice(all_, first, None, parts)


def _batches(numbers: Iterable[int], size: int) -> Iterator[list[int]]:
    left = iter(numbers)
    while batch := list(islice(left, size)):
        yield batch
