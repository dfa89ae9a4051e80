"""The open screen over HTTP: what it is sent first, what after a change, what after it was away, who may have one, and how many."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import uvicorn

from backbone.process.settings import Settings
from backbone.web.live import Screens
from services.monitoring.app import api
from services.monitoring.projections.office import CHANGED
from tests.browser.site import free_port
from tests.integration.monitored import PUBLIC, Monitoring, approved, monitoring, token, voucher
from tests.integration.servers import Servers


@pytest.fixture(scope="module")
def m(servers: Servers) -> Iterator[Monitoring]:
    """Five running projects of a unit in May."""
    with monitoring(servers) as service:
        service.hear(*(approved(f"CS-{n}", name=f"项目{n}", unit="town-2", department="town-2") for n in range(1, 6)))
        service.day(date(2026, 5, 11))
        yield service


@pytest.fixture(scope="module")
def served(m: Monitoring) -> Iterator[int]:
    """The port of a server with room for two screens."""
    port = free_port()
    chosen = Settings(monitoring_database=m.url, token_public_key=PUBLIC, monitoring_port=port, clock="business")  # type: ignore[arg-type,call-arg]
    app = api(chosen)
    app.state.screens, app.state.shown = Screens(m.url, CHANGED, most=2, pause=0.2), {}
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield port
    server.should_exit = server.force_exit = True
    thread.join(10)


class Stream:
    """A screen's stream as a browser reads it."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.answer = answer

    def message(self) -> tuple[str, dict[str, Any]]:
        """The next message: its id and what it says."""
        fields: dict[str, str] = {}
        while line := self.answer.readline().decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            fields[name] = value
        return (fields["id"], json.loads(fields["data"])) if "data" in fields else self.message()


@contextmanager
def screen(port: int, who: str = "official", last: str = "") -> Iterator[Stream]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"authorization": f"Bearer {token(who)}", "accept-language": "en", "last-event-id": last}
    connection.request("GET", "/2026/live", headers=headers)
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    try:
        yield Stream(answer)
    finally:
        answer.close()
        connection.close()


def overspend(m: Monitoring, code: str) -> None:
    m.pay(voucher(f"v-{code}", "2026-05-04", "12000.00", project=code))


def test_a_screen_is_sent_all_first_then_what_changed_and_what_it_missed(m: Monitoring, served: int) -> None:
    with screen(served) as stream:
        assert stream.answer.headers["content-type"].startswith("text/event-stream")
        assert stream.answer.headers["x-accel-buffering"] == "no"
        first, said = stream.message()
        assert set(said["sections"]) == {"recommendations", "overdue", "findings", "answers", "reports"}
        assert said["said"] == "", "what was there is no news"
        overspend(m, "CS-1")
        second, said = stream.message()
        assert "1 new recommendation" in said["said"]
        assert list(said["sections"]["recommendations"]["rows"]) == ["2026/CS-1"]
        assert "reports" not in said["sections"], "what is as it was is not sent"
        assert "<tr" in said["sections"]["recommendations"]["rows"]["2026/CS-1"]
    with screen(served, last=first) as stream:
        again, said = stream.message()
        assert again == second
        assert list(said["sections"]["recommendations"]["rows"]) == ["2026/CS-1"]
    with screen(served, last="of-another-process") as stream:
        assert len(stream.message()[1]["sections"]) == 5


def test_a_unit_sees_its_own_and_another_nothing(m: Monitoring, served: int) -> None:
    overspend(m, "CS-2")
    with screen(served, who="other") as own:
        assert "2026/CS-2" in own.message()[1]["sections"]["recommendations"]["order"]
    with screen(served, who="unit") as others:
        said = others.message()[1]
        assert said["nothing"] is True


def test_there_is_room_for_so_many_and_no_more(served: int) -> None:
    deadline = time.monotonic() + 20
    while _status(served) != 200:
        assert time.monotonic() < deadline, "screens that were closed make room"
        time.sleep(0.3)
    with screen(served) as one, screen(served) as two:
        one.message()
        two.message()
        assert _status(served) == 503


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("operator", 403)])
def test_who_may_not_read_has_no_screen(served: int, who: str | None, status: int) -> None:
    assert _status(served, who) == status


def _status(port: int, who: str | None = "official") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/2026/live", headers={"authorization": f"Bearer {token(who)}"} if who else {})
    answer = connection.getresponse()
    connection.close()
    return answer.status
