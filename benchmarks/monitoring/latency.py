"""From a voucher accepted by Kafka to the recommendation readable at monitoring's API, at 10,000 vouchers a second for a minute, while
the office's screen is open: the whole local runtime, all eight processes and the load on one machine.

The way is that of `benchmarks.chain`; the screen is the page itself and its stream of server-sent events, read as a browser reads it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from pathlib import Path

import httpx2

from benchmarks.chain import YEAR, Bench, measured
from deploy.local.runtime import Runtime


class Screen:
    """The monitoring office's page, open beside the load; `changes` counts what was sent to it."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.changes = 0
        self.failed: str | None = None
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            with httpx2.Client(headers=self._bench.token("official", "finance"), timeout=90) as client:
                client.get(self._bench.url("monitoring", f"/{YEAR}")).raise_for_status()
                while not self._bench.done.is_set():  # a stream ends after a while, and a browser comes again
                    self._follow(client)
        except httpx2.HTTPError as error:
            if self._bench.done.is_set():
                return  # the runtime is stopped under it: nobody is to be shown anything any more
            self.failed = f"{type(error).__name__}: {error}"

    def _follow(self, client: httpx2.Client) -> None:
        with client.stream("GET", self._bench.url("monitoring", f"/{YEAR}/live")) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines():
                self.changes += line.startswith("data:")
                if self._bench.done.is_set():
                    return


def main() -> int:
    """Print the line; 1 where a recommendation is missing or the screen was closed on the way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=10_000, help="vouchers a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument(
        "--tripped", type=int, default=300, help="projects that run over their budget, one after another"
    )
    parser.add_argument("--loaded", type=int, default=1_000, help="projects that carry the rest of the load")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Runtime(Path(folder) / "bench") as runtime:
        bench = Bench(runtime.settings_values(), asked.tripped, asked.loaded)
        bench.approve_all()
        screen = Screen(bench)
        line = measured(bench, asked.rate, asked.seconds)
    if screen.failed:
        print(f"the screen was closed: {screen.failed}", file=sys.stderr)
    print(json.dumps(line | {"screen_changes": screen.changes}, ensure_ascii=False))
    return 1 if line["missing"] or screen.failed else 0


if __name__ == "__main__":
    sys.exit(main())
