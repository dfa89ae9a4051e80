"""`make sim RUNS=n` breaks the services n times; `make sim SEED=k` plays one run again and tells its steps; `make sim-mutants` plants
faults and finds them."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence

os.environ.setdefault("POLARS_MAX_THREADS", "1")

from tests.simulation.mutants import MUTANTS
from tests.simulation.runs import Outcome, Stage, planted, quiet, spread
from tests.simulation.scenes import SCENES
from tests.simulation.server import Made, server

SHOWN = 5
PROCESSES = 2
"""Of runs a core: while PostgreSQL answers one, another draws its next step."""
MOST = 1_000
"""Runs in which a mutant must be found."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where nothing was found, or every mutant."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--runs", type=int, default=4_000)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seed", type=int, help="play this one and tell its steps")
    parser.add_argument("--part", choices=("", *SCENES), default="")
    parser.add_argument("--mutants", action="store_true")
    parser.add_argument("--mutant", help="this one alone, by the beginning of its name")
    parser.add_argument("--processes", type=int, default=PROCESSES * (os.cpu_count() or 1))
    asked = parser.parse_args(arguments)
    quiet()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    with server(1 if asked.seed is not None else asked.processes) as made:
        if asked.seed is not None:
            return one(made[0], asked.seed, asked.part)
        if asked.mutants or asked.mutant:
            return mutants(made, asked.mutant or "")
        return many(made, range(asked.first, asked.first + asked.runs), asked.part)


def one(made: Made, seed: int, part: str) -> int:
    """One run, step by step, twice: the same steps, or its hash tells that they are not."""
    stage = Stage(made)
    first, again = stage.play(seed, part), stage.play(seed, part)
    print("\n".join(first.told))
    print(first.sentence())
    print(
        json.dumps(
            {
                "seed": seed,
                "steps": first.steps,
                "hash": first.hash,
                "again": again.hash,
                "excused": first.excused,
                "violations": first.found,
            }
        )
    )
    return 1 if first.found or first.hash != again.hash else 0


def many(made: Sequence[Made], seeds: range, part: str) -> int:
    """Many runs; what failed is cut to the fewest faults."""
    began, steps, fewest, excused = time.perf_counter(), 0, 10**9, 0
    faults: Counter[str] = Counter()
    failed: list[Outcome] = []
    for outcome in spread(made, seeds, part):
        steps += outcome.steps
        fewest = min(fewest, outcome.steps)
        faults.update(outcome.faults)
        excused += len(outcome.excused)
        if outcome.found:
            failed.append(outcome)
            print(outcome.sentence(), flush=True)
    seconds = time.perf_counter() - began
    for outcome in failed[:SHOWN]:
        smallest = Stage(made[0]).fewest(outcome, part)
        print("fewest faults,", smallest.sentence())
    print("faults:", ", ".join(f"{name} {number:,}" for name, number in sorted(faults.items())))
    line = {
        "runs": len(seeds), "first_seed": seeds.start, "steps": steps, "mean_steps": round(steps / len(seeds), 1), "fewest_steps": fewest,
        "seconds": round(seconds, 1), "runs_per_minute": round(60 * len(seeds) / seconds), "excused": excused,
        "violations": [each.seed for each in failed],
    }  # fmt: skip
    print(json.dumps(line))
    return 1 if failed else 0


def mutants(made: Sequence[Made], name: str) -> int:
    """Plant each and look for it."""
    chosen = [mutant for mutant in MUTANTS if mutant.name.startswith(name)]
    found = 0
    for mutant in chosen:
        outcomes = spread(made, range(1, MOST + 1), mutant.part, mutant.name)
        failed = next((outcome for outcome in outcomes if outcome.shows(mutant.shows)), None)
        outcomes.close()
        if failed is None:
            print(f"NOT FOUND in {MOST} runs: {mutant.name}", flush=True)
            continue
        found += 1
        with planted(mutant.name):
            smallest = Stage(made[0]).fewest(failed, mutant.part, mutant.shows)
        print(f"{mutant.name}: {smallest.sentence()}", flush=True)
    print(json.dumps({"mutants": len(chosen), "found": found}))
    return 0 if found == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
