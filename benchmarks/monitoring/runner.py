"""Runs the contenders, one at a time and interleaved, each as a process of its own, and checks every run by its sums."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from importlib.util import find_spec
from typing import IO, Any

from benchmarks.monitoring.arena import FEW, TOPIC, Arena, say
from benchmarks.monitoring.contenders import Contender

PATIENCE = 900.0  # seconds for one run
QUIET = 0.1  # cores that others may take before it is said


class Failed(Exception):
    """A contender ended badly, said nothing readable, or its sums are wrong."""


@dataclass(frozen=True)
class Run:
    """One contender's run: the line that it printed, and what it, Kafka, PostgreSQL and all others took of the processor."""

    contender: Contender
    line: dict[str, Any]
    cpu_s: dict[str, float]


def interleaved(arena: Arena, contenders: list[Contender], runs: int) -> list[Run]:
    """Every contender once, then every one again, each round beginning with another; Failed at the first that is wrong."""
    done: list[Run] = []
    for number in range(runs):
        first = number % len(contenders)
        for contender in contenders[first:] + contenders[:first]:
            run = one(arena, contender)
            done.append(run)
            say(
                f"run {number + 1} of {runs}: {contender.label}: {run.line['events_per_s']:,.0f} events/s{_disturbed(run)}"
            )
    return done


def one(arena: Arena, contender: Contender) -> Run:
    """One run, checked."""
    topic = FEW if contender.few else TOPIC
    command = contender.command(arena, topic)
    os.sync()  # what the one before has left to be written is not written at this one's expense
    before = arena.cpu_seconds()
    line, own = executed(contender.label, command)
    after = arena.cpu_seconds()
    expected = arena.expected[topic]
    wanted = {"events": expected.events, **contender.sums(expected)}
    if wrong := {name: (line.get(name), figure) for name, figure in wanted.items() if line.get(name) != figure}:
        said = ", ".join(f"{name} {found} instead of {figure}" for name, (found, figure) in wrong.items())
        raise Failed(f"{contender.label} is wrong: {said}")
    used = {"own": own} | {name: after[name] - before[name] for name in before}
    used["others"] = max(0.0, used.pop("machine") - sum(used[name] for name in ("own", "kafka", "postgres")))
    return Run(contender, line, used)


def _disturbed(run: Run) -> str:
    """Said where others took more of the machine than a quiet one's housekeeping does."""
    others = run.cpu_s["others"]
    return (
        f" (other processes took {others:.0f} s of the processor meanwhile)"
        if others > QUIET * run.line["seconds"]
        else ""
    )


def aside(arena: Arena) -> dict[str, Any]:
    """What is measured beside the drain, where it is there: a replay of the last run's ledger, and latency in a runtime of its own."""
    found: dict[str, Any] = {}
    at = ["--database", arena.owner("full")] if "full" in arena.databases else []
    for module, arguments in (("benchmarks.monitoring.replay", at), ("benchmarks.monitoring.latency", [])):
        if find_spec(module) is not None:
            say(f"{module} …")
            found[module.rpartition(".")[2]], _ = executed(module, [sys.executable, "-m", module, *arguments])
    return found


def executed(label: str, command: list[str]) -> tuple[dict[str, Any], float]:
    """Run a process to its end: the JSON object in its last line, and its processor time in seconds with that of its children."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, start_new_session=True)
        end = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
        end.start()
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            end.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        last = (_text(out).splitlines() or [""])[-1]
        try:
            line = json.loads(last) if process.returncode == 0 else None
        except ValueError:
            line = None
        if not isinstance(line, dict):
            complaint = "\n".join(_text(err).splitlines()[-20:])
            raise Failed(f"{label} ended with {process.returncode} and said {last[:200]!r}\n{complaint}")
        return line, used.ru_utime + used.ru_stime


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace").strip()
