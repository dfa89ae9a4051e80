"""`python -m benchmarks.monitoring`: every contender drains the same vouchers, interleaved; the last line is one JSON object."""

from __future__ import annotations

import argparse
import json
import sys
from importlib.util import find_spec

from benchmarks.monitoring.arena import Arena
from benchmarks.monitoring.contenders import CONTENDERS, Contender
from benchmarks.monitoring.outcome import summary, table
from benchmarks.monitoring.runner import Failed, aside, interleaved
from deploy.local.refusal import Refused


def main() -> int:
    """0, and 1 where a contender failed or its sums are wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="vouchers on the topic")
    parser.add_argument("--few", type=int, default=100_000, help="vouchers for whoever is slow (the Faust agent)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each contender; the median counts")
    parser.add_argument("--only", default="", help="names of contenders, with commas between; all where none is named")
    asked = parser.parse_args()
    wanted = chosen([name for name in asked.only.split(",") if name])
    try:
        with Arena(asked.events, asked.few if any(each.few for each in wanted) else 0) as arena:
            results = interleaved(arena, wanted, asked.runs)
            others = {} if asked.only else aside(arena)
    except (Failed, Refused) as error:
        print(error, file=sys.stderr)
        return 1
    table(results)
    print(json.dumps(summary(asked.events, asked.runs, results, others), ensure_ascii=False))
    return 0


def chosen(names: list[str]) -> list[Contender]:
    """The contenders of these names, those that are there; all where none is named."""
    if unknown := set(names) - {each.name for each in CONTENDERS}:
        raise SystemExit(
            f"no contender is named {', '.join(sorted(unknown))}: {', '.join(each.name for each in CONTENDERS)}"
        )
    return [each for each in CONTENDERS if (not names or each.name in names) and find_spec(each.module) is not None]


if __name__ == "__main__":
    sys.exit(main())
