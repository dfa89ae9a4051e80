"""From a voucher accepted by Kafka to the recommendation readable at monitoring's API, under a steady load.

Starts the whole local runtime in a folder of its own, approves projects through goals' API, sends vouchers at a constant rate for a
while and, among them, one voucher after another that takes a project past 110 % of its budget. Measured is the time from Kafka's
acknowledgement of that voucher until `GET /api/recommendations` names its project. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
from confluent_kafka import Producer

from backbone.process.settings import SERVICES
from backbone.record.clock import SHANGHAI
from benchmarks.machine import described
from contracts.envelope import binary_headers
from contracts.execution import ExecutionReported
from deploy.local.runtime import Runtime
from deploy.local.tokens import sign

YEAR = datetime.now(SHANGHAI).year
BUDGET = 1_000_000_00
POLL = 0.03


@dataclass
class Bench:
    """One run against a started runtime."""

    values: dict[str, Any]
    tripped: int
    loaded: int
    accepted: dict[str, float] = field(default_factory=dict)
    readable: dict[str, float] = field(default_factory=dict)
    sent: int = 0
    done: threading.Event = field(default_factory=threading.Event)

    def token(self, role: str, org: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {sign(self.values['token_key'], name='bench', role=role, org=org, seconds=3600)}"
        }

    def url(self, service: str, path: str) -> str:
        return f"http://127.0.0.1:{self.values[f'{service}_port']}{path}"

    def approve_all(self) -> None:
        """Projects T0… will be tripped, L0… carry the load."""
        names = [*(f"T{n}" for n in range(self.tripped)), *(f"L{n}" for n in range(self.loaded))]
        with httpx2.Client(timeout=60) as client, ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda name: self._approve(client, name), names))
        wait_until(lambda: self._known_to_monitoring() >= len(names), 120, "monitoring heard every goal")
        wait_until(self._quiet, 120, "every service has heard all there is")

    def _approve(self, client: httpx2.Client, project: str) -> None:
        base = self.url("goals", f"/api/projects/{YEAR}/{project}")
        for path, body, role, org in (
            ("/declarations", declaration(project), "unit", "department-01"),
            ("/review", {}, "finance", "finance"),
            ("/approval", {"document": "基准〔1〕号"}, "finance", "finance"),
        ):
            answer = client.post(
                base + path, json=body, headers={**self.token(role, org), "Idempotency-Key": str(uuid4())}
            )
            answer.raise_for_status()

    def _quiet(self) -> bool:
        """Nothing waits anywhere: what is measured is the load, not the goals that were approved for it."""
        said = [httpx2.get(self.url(service, "/status"), timeout=60).json() for service in SERVICES]
        return not any(each["relay_backlog"] or each["lag_events"] for each in said)

    def _known_to_monitoring(self) -> int:
        found, after = 0, ""
        while after is not None:
            query: dict[str, Any] = {"year": YEAR, "limit": 100, **({"after": after} if after else {})}
            page = httpx2.get(
                self.url("monitoring", "/api/projects"),
                params=query,
                headers=self.token("auditor", "county"),
                timeout=60,
            ).json()
            found += len(page["projects"])
            after = page.get("next")
        return found

    def send(self, rate: int, seconds: float) -> None:
        """`rate` vouchers a second at a constant pace; the tripping ones spread evenly among them."""
        producer = Producer(
            {"bootstrap.servers": self.values["kafka"], "linger.ms": 10, "acks": "all", "enable.idempotence": True}
        )
        total, messages = int(rate * seconds), made_quickly()
        every = max(1, total // self.tripped)
        started = time.perf_counter()
        for number in range(total):
            trip = number % every == every // 2 and number // every < self.tripped
            project = f"T{number // every}" if trip else f"L{number % self.loaded}"
            callback = self._acknowledged(project) if trip else None
            value, headers = messages(project, number, BUDGET * 6 // 5 if trip else 100)
            producer.produce(ExecutionReported.topic, value, project.encode(), headers=headers, on_delivery=callback)
            if trip or number % 50 == 0:
                producer.poll(0)
            ahead = started + (number + 1) / rate - time.perf_counter()
            if ahead > 0.002:
                time.sleep(ahead)
        producer.flush(30)
        self.sent = total

    def _acknowledged(self, project: str) -> Any:
        def callback(error: Any, _: Any) -> None:
            assert error is None, error
            self.accepted[project] = time.perf_counter()

        return callback

    def watch(self) -> None:
        """Poll the API and note when each recommendation is first readable."""
        with httpx2.Client(headers=self.token("official", "finance"), timeout=60) as client:
            while not self.done.is_set():
                answer = client.get(
                    self.url("monitoring", "/api/recommendations"), params={"year": YEAR, "limit": 10_000}
                ).json()
                now = time.perf_counter()
                for recommendation in answer["recommendations"]:
                    self.readable.setdefault(recommendation["project"], now)
                if len(self.readable) >= self.tripped:
                    return
                time.sleep(POLL)


def voucher(project: str, number: int, amount: int) -> ExecutionReported:
    today = datetime.now(
        SHANGHAI
    ).date()  # as the goals' day of approval: a payment dated before it would be a finding of its own
    return ExecutionReported(
        source="bench", number=str(number), numbering_year=YEAR, date=today, amount=amount, project=project
    )


def made_quickly() -> Callable[[str, int, int], tuple[bytes, list[tuple[str, str | bytes | None]]]]:
    """Messages by filling in a pattern: at 10,000 a second the load must leave the machine to what is measured."""
    pattern = voucher("PROJECT", 0, 100)
    value = pattern.model_dump_json().encode()
    head = [each for each in binary_headers(pattern, time=datetime.now(UTC)) if each[0] != "ce_id"]
    before, after = value.replace(b'"number":"0"', b'"number":"%d"').split(b'"amount":100')
    form = before + b'"amount":%d' + after.replace(b"PROJECT", b"%s")

    def message(project: str, number: int, amount: int) -> tuple[bytes, list[tuple[str, str | bytes | None]]]:
        return form % (number, amount, project.encode()), [*head, ("ce_id", b"bench-%d" % number)]

    return message


def declaration(project: str) -> dict[str, Any]:
    """A declaration that the review passes."""
    end = f"{YEAR}-12"
    indicator = {
        "type": "quantitative",
        "direction": "at_least",
        "target": "100",
        "unit": "个",
        "schedule": {end: "100"},
    }
    return {
        "name": f"基准项目 {project}", "unit": "department-01", "department": "department-01", "kind": "continuing", "years": 1,
        "budget": str(BUDGET // 100), "items": [{"name": "全部", "amount": str(BUDGET // 100)}],
        "annual": [
            {"id": "o", "name": "产出", "dimension": "output", "kind": "quantity", "weight": "50", **indicator},
            {"id": "b", "name": "效益", "dimension": "benefit", "kind": "social", "weight": "30", **indicator},
            {"id": "s", "name": "满意度", "dimension": "satisfaction", "kind": "satisfaction", "weight": "10", **indicator},
        ],
    }  # fmt: skip


def wait_until(condition: Any, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(0.2)


def measure(values: dict[str, Any], rate: int, seconds: float, tripped: int, loaded: int) -> dict[str, Any]:
    """One run; latencies in milliseconds."""
    bench = Bench(values, tripped, loaded)
    bench.approve_all()
    return measured(bench, rate, seconds)


def measured(bench: Bench, rate: int, seconds: float) -> dict[str, Any]:
    """The load and what was seen of it, once all projects are approved."""
    watcher = threading.Thread(target=bench.watch)
    watcher.start()
    print(f"sending {rate} vouchers/s for {seconds:g} s …", file=sys.stderr)
    started = time.perf_counter()
    bench.send(rate, seconds)
    took = time.perf_counter() - started
    watcher.join(60)
    bench.done.set()
    missing = sorted(set(bench.accepted) - set(bench.readable))
    latencies = sorted(
        (bench.readable[project] - bench.accepted[project]) * 1000
        for project in bench.accepted
        if project in bench.readable
    )
    quantiles = statistics.quantiles(latencies, n=100)
    return {
        "events": bench.sent,
        "events_per_s": round(bench.sent / took, 1),
        "recommendations": len(latencies),
        "missing": len(missing),
        "latency_p50_ms": round(quantiles[49], 1),
        "latency_p99_ms": round(quantiles[98], 1),
        "latency_max_ms": round(latencies[-1], 1),
        **described(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=1000, help="vouchers a second")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument(
        "--tripped", type=int, default=200, help="projects that run over their budget, one after another"
    )
    parser.add_argument("--loaded", type=int, default=100, help="projects that carry the rest of the load")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Runtime(Path(folder) / "bench") as runtime:
        print(json.dumps(measure(runtime.settings_values(), asked.rate, asked.seconds, asked.tripped, asked.loaded)))


if __name__ == "__main__":
    main()
