"""Every fault there is, and the deck that they are dealt from. Those that take something for good are in `losses.py`."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from random import Random

import psycopg

from deploy.local.runtime import EVERY
from tests.nemesis.hand import Fault, Hand
from tests.nemesis.losses import losses

SESSION = 8.0
"""Seconds that are longer than any session a service has with Kafka, and than a transaction may idle."""
_SENDING = "select 1 from record.event where number is not null and position > (select position from record.relay_cursor) limit 1"
_FLUSHING = (
    "select 1 from pg_stat_activity where datname = 'jixiao_monitoring' and state = 'active' and backend_xid is not null"
    " and query ~* '^(copy|insert into) (ledger|staging)'"
)
_BUSY = (
    "select pid from pg_stat_activity where datname like 'jixiao%' and pid <> pg_backend_pid() and backend_xid is not null"
    " order by query !~* '^commit', random() limit 1"
)


def every(disk: bool) -> list[Fault]:
    """All faults, in an order of their own; `disk` says whether PostgreSQL has one of its own."""
    return [*_processes(), *_workers(), *_postgres(), *_kafka(), *_connections(), *losses(disk)]


def dealt(chance: Random, disk: bool, named: str = "") -> Iterator[Fault]:
    """Faults without end, those whose names match a regular expression: the whole deck in some order, then all of it in another."""
    while True:
        deck = [fault for fault in every(disk) if re.search(named, fault.name)]
        chance.shuffle(deck)
        yield from deck


def _processes() -> Iterator[Fault]:
    for process in EVERY:
        yield Fault(f"kill {process}", (process,), partial(_kill, process=process))
        yield Fault(f"terminate {process}", (process,), partial(_terminate, process=process))
        yield Fault(f"pause {process}", (process,), partial(_pause, process=process))
    yield Fault("kill every process", EVERY, _kill_every)


def _workers() -> Iterator[Fault]:
    yield Fault("two relays of goals", ("goals-worker",), _two_relays)
    yield Fault("kill goals-worker while it sends", ("goals-worker",), _kill_sending)
    yield Fault("kill monitoring-worker in a flush", ("monitoring-worker",), _kill_flushing)
    yield Fault("three rebalances of the intake", ("monitoring-worker",), _rebalances)


def _postgres() -> Iterator[Fault]:
    yield Fault("kill postgres", ("postgres",), partial(_kill, process="postgres"))
    yield Fault("end backends in a transaction", ("postgres",), _end_backends)
    yield Fault("hold a transaction open", ("held",), _hold)


def _kafka() -> Iterator[Fault]:
    yield Fault("kill kafka, down for a while", ("kafka",), _kafka_down)
    yield Fault("pause kafka", ("kafka",), partial(_pause, process="kafka"))
    yield Fault("kill kafka in its recovery", ("kafka",), _kafka_twice)


def _connections() -> Iterator[Fault]:
    for server in ("postgres", "kafka"):
        hits = (f"connections to {server}",)
        yield Fault(f"reset connections to {server}", hits, partial(_reset, server=server))
        yield Fault(f"freeze connections to {server}", hits, partial(_until_healed, server=server, order=("freeze",)))
        yield Fault(f"delay {server} by 500 ms", hits, partial(_until_healed, server=server, order=("delay", 500)))
        yield Fault(f"slow {server} to 1 kB/s", hits, partial(_until_healed, server=server, order=("rate", 1000)))


def _kill(hand: Hand, process: str) -> None:
    hand.kill(process)


def _terminate(hand: Hand, process: str) -> None:
    hand.at.signal(process, signal.SIGTERM)


def _pause(hand: Hand, process: str) -> None:
    hand.pause(process, SESSION + hand.chance.uniform(0, 4))


def _kill_every(hand: Hand) -> None:
    for process in EVERY:
        hand.kill(process)


def _two_relays(hand: Hand) -> None:
    """A second worker of goals; the first dies, and the second leads, until it goes too."""
    second = hand.at.guest("goals")
    hand.rest(8)
    hand.kill("goals-worker")
    hand.rest(6)
    second.terminate()


def _kill_sending(hand: Hand) -> None:
    hand.when("goals", _SENDING)
    hand.kill("goals-worker")


def _kill_flushing(hand: Hand) -> None:
    hand.when("monitoring", _FLUSHING)
    hand.kill("monitoring-worker")


def _rebalances(hand: Hand) -> None:
    """Three more workers of monitoring come within ten seconds, and go in the same order."""
    guests = []
    for _ in range(3):
        guests.append(hand.at.guest("monitoring"))
        hand.rest(10 / 3)
    for guest in guests:
        guest.terminate()
        hand.rest(2)


def _end_backends(hand: Hand) -> None:
    """Twenty times, a backend that has written something in its transaction; one that commits before any other."""
    with suppress(psycopg.OperationalError), hand.at.admin() as conn:
        until, ended = time.monotonic() + 10, 0
        while ended < 20 and time.monotonic() < until and not hand.over.is_set():
            for (pid,) in conn.execute(_BUSY).fetchall():
                ended += 1
                conn.execute("select pg_terminate_backend(%s)", (pid,))
            time.sleep(0.02)


def _hold(hand: Hand) -> None:
    """A transaction that has written in a database of nobody's keeps every vacuum waiting."""
    with suppress(psycopg.OperationalError), hand.at.admin() as conn:
        conn.execute("create table if not exists held (number integer)")
        with conn.transaction(force_rollback=True):
            conn.execute("insert into held values (1)")
            hand.rest(min(120.0, hand.minutes * 15))


def _kafka_down(hand: Hand) -> None:
    hand.at.down("kafka")
    hand.rest(hand.between(2, 60))
    hand.at.up("kafka")
    hand.recoveries.begin("kafka")


def _kafka_twice(hand: Hand) -> None:
    """KILL, and again as soon as it is back and recovers its log."""
    hand.at.signal("kafka", signal.SIGKILL)
    hand.rest(hand.chance.uniform(2, 4))
    hand.kill("kafka")


def _reset(hand: Hand, server: str) -> None:
    hand.at.proxies.order(server, "reset")


def _until_healed(hand: Hand, server: str, order: tuple[object, ...]) -> None:
    hand.at.proxies.order(server, *order)
    hand.rest(hand.between(8, 15))
    hand.at.proxies.order(server, "heal")
