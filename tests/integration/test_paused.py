"""A process that is stopped in the middle of something holds up nobody for long: the server ends its session."""

from __future__ import annotations

import time

import psycopg
import pytest

from backbone.process import connections
from backbone.process.connections import OUTAGES, connect
from backbone.record import relay
from backbone.record.relay import Relay
from tests.integration.recording import RECORD, resumed, transact
from tests.integration.servers import Servers
from tests.integration.test_relay import Broker


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", 1)
    monkeypatch.setattr(relay, "PAUSED_SECONDS", 1)


def test_who_is_paused_between_append_and_commit_lets_the_next_one_write(servers: Servers) -> None:
    """Whatever its connection is: an API's may wait long, but not while it holds the service's lock."""
    url, event = servers.fresh("goals").url, resumed("CS-1")
    with psycopg.connect(url, autocommit=True) as paused, psycopg.connect(url, autocommit=True) as successor:
        paused.execute("begin")
        transact(paused)(lambda tx: tx.append(event.stream(), 0, (event,)))
        transact(successor)(lambda tx: tx.append(event.stream(), 0, (event,)))
        with pytest.raises(OUTAGES):
            paused.execute("commit")
        with pytest.raises(OUTAGES):
            paused.execute("select 1")


def test_a_worker_that_is_paused_in_a_transaction_keeps_no_row(servers: Servers) -> None:
    url, event = servers.fresh("goals").url, resumed("CS-1")
    with connect(url) as paused, connect(url) as successor:
        paused.execute("begin")
        paused.execute("select pg_advisory_xact_lock(%s)", (RECORD.lock,))
        transact(successor)(lambda tx: tx.append(event.stream(), 0, (event,)))
        with pytest.raises(OUTAGES):
            paused.execute("commit")


def test_a_relay_that_is_paused_gives_up_its_lead(servers: Servers) -> None:
    url, event, broker = servers.fresh("goals").url, resumed("CS-1"), Broker()
    with connect(url) as paused, connect(url) as other:
        first = Relay(paused, broker.producer, RECORD, "goals.events")
        second = Relay(other, broker.producer, RECORD, "goals.events")
        assert first.step() == 0
        transact(other)(lambda tx: tx.append(event.stream(), 0, (event,)))
        sent, until = second.step(), time.monotonic() + 5
        assert sent == 0
        while not sent and time.monotonic() < until:
            time.sleep(0.2)
            sent = second.step()
        assert sent == 1
        with pytest.raises(psycopg.OperationalError):
            first.step()
    assert len(broker.log) == 1
