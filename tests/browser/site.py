"""A public site of its own for tests and pictures: publishing's pages over a real PostgreSQL, with a county's published year."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.request import urlopen
from uuid import NAMESPACE_URL, uuid5

import psycopg
import uvicorn

from backbone.process.settings import Settings
from backbone.record.clock import confirm_day
from backbone.record.events import Connection
from backbone.record.transact import Transact
from backbone.web import organisations
from contracts.envelope import Envelope, seal
from contracts.event import PublicEvent
from deploy.local import assets, tokens
from services.publishing import handlers
from services.publishing.app import RECORD, api
from tests.domain.publishing.year import OFFICIAL, business_day, whole_year

TODAY = date(2027, 2, 5)
PROJECTS = (
    ("CS-2026-001", "高标准农田灌溉渠改造", "department-14", "excellent", 520_000_000, 96, False),
    ("CS-2026-002", "农村饮水安全巩固提升", "department-14", "good", 318_600_000, 91, False),
    ("CS-2026-003", "县域医共体信息化建设", "department-18", "fair", 264_000_000, 78, True),
    ("CS-2026-004", "义务教育薄弱环节改善", "department-03", "excellent", 731_250_000, 99, False),
    ("CS-2026-005", "古城风貌恢复一期", "古城管理委员会", "good", 1_204_800_050, 88, False),
    ("CS-2026-006", "困难群众救助补助", "department-07", "excellent", 408_900_000, 100, False),
    ("CS-2026-007", "乡村道路养护", "department-13", "poor", 196_000_000, 62, True),
    ("CS-2026-008", "职业技能提升行动", "department-09", "good", 88_400_000, 93, False),
)
ORGANISATIONS = """
department-14 = { zh = "水利局", en = "Water Bureau" }
department-18 = { zh = "卫生健康局", en = "Health Bureau" }
department-03 = { zh = "教育体育局", en = "Education and Sports Bureau" }
department-07 = { zh = "民政局", en = "Civil Affairs Bureau" }
department-13 = { zh = "交通运输局", en = "Transport Bureau" }
department-09 = { zh = "人力资源和社会保障局", en = "Human Resources and Social Security Bureau" }
department-17 = { zh = "文化和旅游局", en = "Culture and Tourism Bureau" }
county = { zh = "青禾县", en = "Qinghe County" }
finance = { zh = "财政局", en = "Finance Bureau" }
"""
"""The county's directory; the administration of the old city is not in it, so that its code is shown."""
HELD = (
    ("CS-2026-011", "县图书馆数字化改造", "department-17", "good", 152_000_000, 90, False),
    ("CS-2026-012", "病险水库除险加固", "department-14", "excellent", 612_000_000, 97, False),
)
"""Evaluated, and waiting for an approval."""


@dataclass(frozen=True)
class Site:
    """Where it is, and a token of each role that the tests sign in with."""

    url: str
    token: dict[str, str]
    transact: Transact


class StandingClock:
    """A business clock that stands on the day of publication."""

    follows_topic = True

    def now(self) -> datetime:
        return datetime(2027, 2, 5, 1, 30, tzinfo=UTC)

    def day(self, conn: Connection) -> date:
        return TODAY


def hear(transact: Transact, events: list[PublicEvent], numbers: dict[tuple[str, str], int]) -> None:
    """Let publishing hear `events`, numbered as their services would."""
    for event in events:
        envelope = enveloped(event, numbers)
        transact(lambda tx, event=event, envelope=envelope: handlers.hear(tx, event, envelope))


def enveloped(event: PublicEvent, numbers: dict[tuple[str, str], int]) -> Envelope:
    """The envelope that the event's service would have put it in."""
    place = (event.owner, event.stream())
    numbers[place] = numbers.get(place, 0) + 1
    day = business_day(event)
    return seal(
        event,
        id=str(uuid5(NAMESPACE_URL, f"{event.owner}:{event.stream()}#{numbers[place]}")),
        time=datetime(day.year, day.month, day.day, 1, 15, tzinfo=UTC),
        number=numbers[place],
        actor="王芳 (finance, finance)",
        day=day,
    )


def seed(transact: Transact) -> None:
    """A published year, and two results that wait."""
    numbers: dict[tuple[str, str], int] = {}
    for project in (*PROJECTS, *HELD):
        hear(transact, whole_year(*project), numbers)
    for project in PROJECTS:
        transact(
            lambda tx, code=project[0]: handlers.approve_result(tx, code, 2026, "县绩效〔2027〕2号"), actor=OFFICIAL
        )
    with transact.connect() as conn:
        confirm_day(conn, TODAY)


@contextmanager
def serve(database: str, folder: Path) -> Iterator[Site]:
    """The site over an empty migrated database of publishing, on a free port, for as long as the block lasts."""
    assets.unpack(folder)
    (folder / organisations.FILE).write_text(ORGANISATIONS, "utf-8")
    private, public = tokens.new_key()
    port = free_port()
    chosen = Settings(  # pyright: ignore[reportCallIssue]
        publishing_database=database, token_public_key=public, assets=folder, home=folder,
        publishing_port=port, demo=True, clock="business",
    )  # fmt: skip
    with psycopg.connect(database, autocommit=True) as conn:
        transact = Transact(lambda: nullcontext(conn), RECORD, StandingClock())
        seed(transact)
        with running(chosen, port):
            signed = {
                role: tokens.sign(private, name="赵强", role=role, org="county", seconds=3600)
                for role in ("official", "auditor", "unit", "performance-office")
            }
            yield Site(f"http://127.0.0.1:{port}", signed, transact)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(chosen: Settings, port: int) -> Iterator[None]:
    """uvicorn in a thread of this process."""
    server = uvicorn.Server(uvicorn.Config(api(chosen), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the site did not start"
        time.sleep(0.02)
    urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5).read()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
