"""Jixiao's own intake as its worker runs it: batches prepared ahead, flushed behind the fence, and in a loop beside them judged.

`full`: 10,000 projects have approved goals; counted once, ledger, figures, totals, marks, real rules, offsets. Timed from the first batch
taken until the last voucher is committed and no project waits to be judged. `no-ledger`: decode, fold, figures, offsets and nothing else.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from confluent_kafka import Consumer, TopicPartition

from backbone.kafka.batches import Batches
from backbone.process.logs import configure
from backbone.record.events import Connection
from backbone.record.transact import Transact
from backbone.record.transaction import Transaction
from benchmarks.monitoring.vouchers import Plan, Project, projects
from contracts.envelope import open_structured, seal
from contracts.event import project_stream
from contracts.goals import GoalApproved, Indicator
from services.monitoring import views
from services.monitoring.app import RECORD
from services.monitoring.bulk.codes import Codes
from services.monitoring.bulk.flush import write_figures
from services.monitoring.bulk.fold import sums
from services.monitoring.bulk.intake import BATCH, WAIT, Ahead, Claims, Intake, seldom_collected, taken
from services.monitoring.bulk.ready import numbered
from services.monitoring.bulk.taking import advance_all
from services.monitoring.handlers.touched import TouchedProjects

GROUP = "bench-jixiao"
TOGETHER = 500


@dataclass(frozen=True)
class LastDay:
    """A clock that stands on the last day of the vouchers' year."""

    year: int
    follows_topic: bool = False

    def now(self) -> datetime:
        return datetime.now(UTC)

    def day(self, conn: Connection) -> date:
        return date(self.year, 12, 31)


class Folding:
    """Decode, fold, figures and offsets: what an intake without a ledger would do."""

    def __init__(self, conn: Connection, stream: Batches, claims: Claims) -> None:
        self.conn, self.stream, self.claims = conn, stream, claims
        self.codes = Codes(claims.conn)

    def step(self) -> int:
        """Take, fold and write the next batch; how many messages it had."""
        taking = taken(self.stream, self.claims.held, BATCH, WAIT)
        if not taking.moves:
            return 0
        vouchers = numbered(taking.batch.vouchers(), self.codes)
        added = sums(vouchers)
        with self.conn.transaction():
            write_figures(self.conn, added)
            advance_all(self.conn, taking.moves)
        self.claims.held.update({place: move.moved for place, move in taking.moves.items()})
        return vouchers.height

    def close(self) -> None:
        """Leave the group."""
        self.stream.close()


def approve(conn: Connection, made: list[Project], year: int) -> None:
    """Every project's goal, as heard from goals."""
    indicator = Indicator(
        id="done", name="完成率", dimension="output", kind="quantity", type="quantitative", direction="at_least", target="100",
        unit="%", weight="50",
    )  # fmt: skip
    transact = Transact(lambda: _Held(conn), RECORD, LastDay(year))
    for start in range(0, len(made), TOGETHER):
        part = made[start : start + TOGETHER]

        def hear(tx: Transaction, part: list[Project] = part) -> None:
            for project in part:
                event = GoalApproved(
                    project=project.code, year=year, submission=1, name=project.name, unit=project.unit, department=project.unit,
                    budget=project.budget, approved_on=date(year, 1, 1), document="基准〔1〕号", annual=(indicator,), approved_by="bench",
                )  # fmt: skip
                envelope = seal(event, id=str(uuid4()), time=datetime.now(UTC), number=1, actor="bench")
                tx.hear(project_stream(project.code, year), event, open_structured(envelope.to_bytes()))

        transact(hear)


def read_projects(file: Path) -> list[Project]:
    """What `write_projects` wrote."""
    return [Project(*json.loads(line)) for line in file.read_text("utf-8").splitlines()]


class _Held:
    """A connection lent for one use."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn

    def __enter__(self) -> Connection:
        return self.conn

    def __exit__(self, *_: object) -> None:
        """It stays open."""


def judging(database: str, year: int, done: threading.Event, idle: threading.Event) -> None:
    """The judging loop, until `done` and nothing waits."""
    with psycopg.connect(database, autocommit=True) as conn:
        loop = TouchedProjects(conn, RECORD, LastDay(year))
        while not (done.is_set() and not loop.step()):
            if not done.is_set() and not loop.step():
                time.sleep(0.05)
    idle.set()


def ends(bootstrap: str, topic: str) -> dict[int, int]:
    """The offset after the last message of each partition."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": f"{GROUP}-ends"})
    partitions = consumer.list_topics(topic, 30).topics[topic].partitions
    found = {number: consumer.get_watermark_offsets(TopicPartition(topic, number))[1] for number in partitions}
    consumer.close()
    return found


def drain(bootstrap: str, database: str, topic: str, mode: str, made: Path | None) -> dict[str, Any]:
    """Drain the topic once; the line. `made` holds the projects to be approved, one JSON array a line."""
    total = sum(ends(bootstrap, topic).values())
    year = Plan().year
    with (
        psycopg.connect(database, autocommit=True) as conn,
        psycopg.connect(database, autocommit=True) as asking,
    ):
        if mode == "full":
            approve(conn, read_projects(made) if made else projects(Plan(events=total)), year)
        seldom_collected()
        done, idle = threading.Event(), threading.Event()
        if mode == "full":
            threading.Thread(target=judging, args=(database, year, done, idle), daemon=True).start()
        claims = Claims(asking)
        stream = Batches(bootstrap, f"{GROUP}-{uuid4().hex[:8]}", topic, claims.take, claims.drop)
        clock = LastDay(year)
        work = Ahead(Intake(conn, stream, claims, clock), asking) if mode == "full" else Folding(conn, stream, claims)
        taken, began = 0, 0.0
        while taken < total:
            start = time.perf_counter()
            came = work.step()
            began = began or (start if came else 0.0)
            taken += came
        drained = time.perf_counter() - began
        done.set()
        if mode == "full":
            idle.wait()
        seconds = time.perf_counter() - began
        work.close()
        return {
            "events": taken,
            "seconds": round(seconds, 3),
            "drained_s": round(drained, 3),
            "events_per_s": round(taken / seconds),
            **counted(database, mode),
        }


def counted(database: str, mode: str) -> dict[str, Any]:
    """What the database says came out."""
    with psycopg.connect(database, autocommit=True) as conn:
        folded = "select coalesce(sum(paid), 0)::bigint, coalesce(sum(vouchers), 0)::bigint from ledger.figure"
        paid, vouchers = conn.execute(folded).fetchone() or (0, 0)
        if mode == "no-ledger":
            return {"counted": vouchers, "duplicates": 0, "conflicts": 0, "amount": paid}
        ledger = conn.execute("select count(*), sum(amount)::bigint from ledger.voucher").fetchone()
        if ledger != (vouchers, paid):
            raise SystemExit(f"the figures ({vouchers}, {paid}) are not the ledger's ({ledger})")
        row = conn.execute("select sum(counted), sum(duplicate), sum(conflict)::bigint from ledger.tally").fetchone()
        tally = Counter(dict(zip(("counted", "duplicates", "conflicts"), map(int, row or ()), strict=True)))
        judged = conn.execute("select count(*) from record.event where type like '%MonthJudged%'").fetchone()
        return {**tally, "amount": paid, "judged": judged[0] if judged else 0, "waiting": views.marked_count(conn)}


def main() -> None:
    """Print the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--mode", choices=("full", "no-ledger"), default="full")
    parser.add_argument(
        "--projects", type=Path, help="the projects that the runner wrote down; made anew (slowly) without it"
    )
    asked = parser.parse_args()
    configure("monitoring", "bench", level="warning", form="text")
    line = drain(asked.bootstrap, asked.database, asked.topic, asked.mode, asked.projects)
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    packages = ("confluent-kafka", "msgspec", "polars", "psycopg", "rbloom")
    versions = {"python": platform.python_version(), **{name: version(name) for name in packages}}
    print(json.dumps({**line, "rss_mb": resident, "versions": versions}))


if __name__ == "__main__":
    main()
