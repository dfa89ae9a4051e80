"""What the runs come to: a table for people, and the one object that is the benchmark's last line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks.machine import described
from benchmarks.monitoring.runner import Run

SAME_WORK = ("kafka_streams_by_number", "kafka_streams_by_partition")
RATIOS = {
    "ratio_to_kafka_streams_same_work": ("jixiao", "kafka_streams_same_work"),
    "ratio_to_kafka_streams_fold": ("jixiao", "kafka_streams_fold"),
    "ratio_without_ledger_to_kafka_streams_fold": ("jixiao_without_ledger", "kafka_streams_fold"),
    "ratio_to_quix": ("jixiao", "quix_eos"),
    "ratio_to_faust_agent": ("jixiao", "faust_agent"),
}


def summary(events: int, runs: int, results: Sequence[Run], others: dict[str, Any]) -> dict[str, Any]:
    """Medians by name; what was not run is null. `others` are the lines of replay and latency."""
    rates = {name: _median(results, name, "events_per_s") for name in _names(results)}
    same_work = max((name for name in SAME_WORK if name in rates), key=rates.__getitem__, default=None)
    if same_work:
        rates["kafka_streams_same_work"] = rates[same_work]
    peers = (
        "kafka_streams_same_work",
        *SAME_WORK,
        "kafka_streams_fold",
        "quix_eos",
        "quix_eos_fold",
        "faust_agent",
        "bare_fetch",
    )
    latency, replay = others.get("latency", {}), others.get("replay", {})
    return {
        "events": events,
        "runs": runs,
        "events_per_s": _whole(rates.get("jixiao")),
        "events_per_s_without_ledger": _whole(rates.get("jixiao_without_ledger")),
        **{f"{name}_events_per_s": _whole(rates.get(name)) for name in peers},
        "kafka_streams_same_work_is": same_work,
        **{name: _ratio(rates.get(ours), rates.get(peer)) for name, (ours, peer) in RATIOS.items()},
        "latency_p50_ms": latency.get("latency_p50_ms"),
        "latency_p99_ms": latency.get("latency_p99_ms"),
        "replay_events_per_s": replay.get("events_per_s"),
        "rss_mb": _whole(_median(results, "jixiao", "rss_mb")) if "jixiao" in rates else None,
        "contenders": {name: _contender(results, name) for name in _names(results)},
        "machine": described(),
    }


def table(results: Sequence[Run]) -> None:
    """To stderr: medians, processor seconds and the spread of each contender."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(title="medians; processor in seconds")
    for heading in ("contender", "events", "events/s", "runs", "own", "kafka", "postgres", "others", "memory MB"):
        shown.add_column(heading, justify="left" if heading == "contender" else "right")
    for name in _names(results):
        runs = [run for run in results if run.contender.name == name]
        entry = _contender(results, name)
        spread = " ".join(f"{run.line['events_per_s'] / 1000:.1f}k" for run in runs)
        cpu = [f"{entry['cpu_s'][part]:.1f}" for part in ("own", "kafka", "postgres", "others")]
        rate, memory = f"{entry['events_per_s']:,.0f}", f"{entry['rss_mb']:,.0f}"
        shown.add_row(runs[0].contender.label, f"{runs[0].line['events']:,}", rate, spread, *cpu, memory)
    console = Console(file=sys.stderr, width=None if sys.stderr.isatty() else 160)
    console.print(shown)
    for name in _names(results):
        run = next(run for run in results if run.contender.name == name)
        console.print(f"{run.contender.label}: {run.line.get('versions', {})}", highlight=False)


def _contender(results: Sequence[Run], name: str) -> dict[str, Any]:
    runs = [run for run in results if run.contender.name == name]
    return {
        "label": runs[0].contender.label,
        "events": runs[0].line["events"],
        "events_per_s": _whole(_median(results, name, "events_per_s")),
        "all_events_per_s": [round(run.line["events_per_s"]) for run in runs],
        "cpu_s": {part: round(median(run.cpu_s[part] for run in runs), 1) for part in runs[0].cpu_s},
        "rss_mb": _whole(_median(results, name, "rss_mb")),
        "versions": runs[0].line.get("versions", {}),
    }


def _names(results: Sequence[Run]) -> list[str]:
    return list(dict.fromkeys(run.contender.name for run in results))


def _median(results: Sequence[Run], name: str, figure: str) -> float:
    return median(float(run.line[figure]) for run in results if run.contender.name == name)


def _whole(figure: float | None) -> int | None:
    return None if figure is None else round(figure)


def _ratio(ours: float | None, peer: float | None) -> float | None:
    return round(ours / peer, 2) if ours and peer else None
