"""The checker: `python -m tests.nemesis.check HOME LOG` reads the log, the topics and the tables of a run, and says what does not hold.

It starts the servers of HOME where they don't run. The last line is one JSON object; what a fault makes impossible is listed as excused,
under the fault's name. Exit status 1 where there are violations.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from backbone.process.settings import SERVICES
from deploy.local.databases import at
from deploy.local.runtime import Runtime
from tests.nemesis import log
from tests.nemesis.evidence import Evidence, Told, ends_of, topic_of
from tests.nemesis.invariants import violations

SHOWN = 50
"""Violations that are listed at the most; of the others their number."""


def judged(evidence: Evidence) -> dict[str, Any]:
    """What is lost, doubled, excused by which fault, and what violates an invariant."""
    told, wrong, counted = evidence.told, list[str](), {"lost": 0, "doubled": 0, "wrong": 0}
    excused: defaultdict[str, list[str]] = defaultdict(list)
    for violation in violations(evidence, say):
        if violation.excuse.faults:
            excused[", ".join(violation.excuse.faults)].append(violation.excuse.name)
        else:
            counted[violation.kind] += 1
            wrong.append(f"{violation.invariant}: {violation.sentence}")
    wrong += [f"converged: {sentence}" for sentence in told.unconverged]
    wrong += [f"fault not done: {sentence}" for sentence in told.undone]
    shown = [*wrong[:SHOWN], *([f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else [])]
    return {"lost": counted["lost"], "doubled": counted["doubled"], "excused": dict(excused), "violations": shown}


@contextmanager
def gathered(home: Path, file: Path) -> Iterator[Evidence]:
    """The evidence of a run whose services have been stopped."""
    runtime = Runtime(home / "servers", processes=False, tables=False)
    with ExitStack() as ending:
        if not runtime.running():
            ending.enter_context(runtime)
        values = runtime.settings_values()
        databases = {
            service: ending.enter_context(psycopg.connect(at(values["database"], f"jixiao_{service}"), autocommit=True))
            for service in SERVICES
        }
        topics = {service: topic_of(values["kafka"], f"{service}.events") for service in SERVICES}
        yield Evidence(Told.of(log.read(file)), databases, topics, ends_of(values["kafka"]))


def say(sentence: str) -> None:
    """Progress, beside the last line."""
    print(f"{time.strftime('%H:%M:%S')} {sentence}", file=sys.stderr, flush=True)


def main(home: Path, file: Path) -> int:
    with gathered(home.absolute(), file) as evidence:
        found = judged(evidence)
        faults = sum(evidence.told.faults.values())
    print(json.dumps({"faults": faults, **found}, ensure_ascii=False))
    return 1 if found["violations"] else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
