"""`python -m tests.nemesis --seed N --minutes M`: load, faults, healing, convergence, proof. The last line is one JSON object.

Exit status 0 where every invariant holds, 1 where one does not, or where the installation did not converge in time.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.nemesis.commands import Commands
from tests.nemesis.days import FIRST, Days
from tests.nemesis.disk import enter, within
from tests.nemesis.faults import dealt
from tests.nemesis.guard import Guard
from tests.nemesis.hand import Fault, Hand
from tests.nemesis.installation import Installation
from tests.nemesis.log import ACKNOWLEDGED, UNKNOWN, Log
from tests.nemesis.recovery import Recoveries, converged
from tests.nemesis.vouchers import Vouchers

LOADED = 20
"""Projects that carry the vouchers from the start."""
PATIENCE = 240.0
"""Seconds after which nobody waits for convergence any longer."""


@dataclass
class Run:
    """One run in a folder."""

    asked: argparse.Namespace
    home: Path
    chance: Random
    said: dict[str, Any] = field(default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        self.log = Log(self.home / "operations.jsonl")
        self.at = Installation(self.home)

    def play(self) -> None:
        """Start, torment, heal, converge."""
        self.at.start(say)
        values = self.at.values
        days = Days(self.at.kafka, self.log)
        commands = Commands(values, self.asked.commands, self.log, self._chance(), lambda: days.day)
        days.begin(FIRST)
        self._settle(days, "before the load")
        commands.begin(LOADED)
        self._settle(days, "the projects are known")
        vouchers = Vouchers(self.at.kafka, self.asked.rate, self.log, self._chance(), lambda: commands.approved)
        recoveries = Recoveries(values, 2 * self.asked.rate)
        stop = threading.Event()
        with ThreadPoolExecutor(3) as pool, ExitStack() as ending:
            ending.callback(stop.set)
            working = [pool.submit(load.run, stop) for load in (vouchers, commands, days)]
            began = time.monotonic()
            self._torment(Hand(self.at, self.log, self._chance(), recoveries, self.asked.minutes))
            stop.set()
            took = time.monotonic() - began
            for each in working:
                each.result()
        say(f"healing; {vouchers.sent} vouchers in {took:.0f} s, {vouchers.sent / took:.0f}/s")
        self.at.heal()
        vouchers.finish()
        days.begin(days.day + timedelta(days=1))
        self.said["vouchers"], self.said["rate"] = vouchers.sent, round(vouchers.sent / took)
        self.said["converged_s"] = self._settle(days, "healed")
        self.said["recovered"] = recoveries.told()
        days.close()

    def _torment(self, hand: Hand) -> None:
        """Deal faults until the time is over, then let those that last come to their end."""
        faults, until = (
            dealt(self._chance(), self.at.disk is not None, self.asked.only),
            time.monotonic() + 60 * self.asked.minutes,
        )
        locks: dict[str, threading.Lock] = {}
        with ThreadPoolExecutor(8) as pool:
            begun = []
            try:
                while (left := until - time.monotonic()) > 0:
                    time.sleep(min(left, self.chance.uniform(*self.asked.every)))
                    if time.monotonic() >= until:
                        break
                    fault = next(faults)
                    begun.append(pool.submit(self._inflict, hand, fault, locks))
            finally:
                hand.over.set()
            for each in begun:
                each.result()
        self.said["faults"] = len(begun)

    def _inflict(self, hand: Hand, fault: Fault, locks: dict[str, threading.Lock]) -> None:
        """One fault, once no other one on the same process or server lasts."""
        with ExitStack() as held:
            for name in sorted(fault.hits):
                held.enter_context(locks.setdefault(name, threading.Lock()))
            say(f"fault: {fault.name}")
            began = time.monotonic()
            problem = None
            try:
                fault.act(hand)
            except Exception as error:
                problem = f"{type(error).__name__}: {error}"
                say(f"  {fault.name} could not be done: {problem}")
            lasted = round(time.monotonic() - began, 1)
            self.log.write("fault", name=fault.name, lasted=lasted, problem=problem)

    def _settle(self, days: Days, what: str) -> float:
        """Wait for convergence; what stands in its way is said, and written down."""
        seconds, busy = converged(self.at.values, days.day, PATIENCE)
        say(f"{what}: {'not ' if busy else ''}converged after {seconds:.1f} s")
        if busy or seconds > self.asked.within:
            self.log.write("unconverged", seconds=round(seconds, 1), busy=busy)
        return round(seconds, 1)

    def _chance(self) -> Random:
        return Random(self.chance.getrandbits(64))


def checked(home: Path) -> dict[str, Any]:
    """What the checker says; it starts the servers itself."""
    command = [sys.executable, "-m", "tests.nemesis.check", str(home), str(home / "operations.jsonl")]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1) or not done.stdout.strip():
        return {"violations": [f"the checker ended with {done.returncode}"], "lost": 0, "doubled": 0, "excused": {}}
    return json.loads(done.stdout.splitlines()[-1])


def report(run: Run, found: dict[str, Any]) -> dict[str, Any]:
    """The last line."""
    log = run.log
    return {
        "seed": run.asked.seed,
        "minutes": run.asked.minutes,
        "faults": run.said.get("faults", 0),
        "acknowledged": log.count("command", ACKNOWLEDGED) + log.count("voucher", ACKNOWLEDGED),
        "unknown": log.count("command", UNKNOWN) + log.count("voucher", UNKNOWN),
        "vouchers": run.said.get("vouchers", 0),
        "vouchers_per_s": run.said.get("rate", 0),
        "lost": found["lost"],
        "doubled": found["doubled"],
        "excused": {fault: len(what) for fault, what in found["excused"].items()},
        "violations": found["violations"],
        "converged_s": run.said.get("converged_s"),
    }


def say(sentence: str) -> None:
    """Progress, beside the last line."""
    print(f"{time.strftime('%H:%M:%S')} {sentence}", file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.nemesis", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=int, default=2000, help="vouchers a second")
    parser.add_argument("--commands", type=float, default=20, help="commands a second")
    parser.add_argument(
        "--every", type=float, nargs=2, default=(5, 15), help="seconds between two faults, least and most"
    )
    parser.add_argument("--only", default="", help="a regular expression: faults of such names alone")
    parser.add_argument("--within", type=float, default=180, help="seconds in which all of it has to converge")
    parser.add_argument(
        "--home", type=Path, help="a folder to keep; without it a temporary one, kept where something is wrong"
    )
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    if not within():
        enter()
    home = (asked.home or Path(tempfile.mkdtemp(prefix="nemesis-"))).absolute()
    home.mkdir(parents=True, exist_ok=True)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)
    if not within():
        say("no namespace of our own is allowed here: PostgreSQL's disk is not filled")
    guard = Guard(home)
    run = Run(asked, home, Random(asked.seed))
    try:
        run.play()
        say("stopping, to check from the start")
        run.at.stop()
        found = checked(home)
    finally:
        run.at.stop()
        guard.dismiss()
    print(json.dumps({"excused": found["excused"]}, ensure_ascii=False))
    print(json.dumps({"recovered_s": run.said["recovered"]}))
    print(json.dumps(report(run, found), ensure_ascii=False), flush=True)
    if not found["violations"] and asked.home is None:
        run.at.remove()
    else:
        run.at.keep()
        say(f"log and data: {home}")
    return 1 if found["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
