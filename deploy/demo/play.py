"""The demo year played from outside, through the doors that real data take: HTTP commands, files of vouchers, the business clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from deploy.demo.calling import call
from deploy.demo.clock import BusinessClock, wait_begun, wait_quiet
from deploy.demo.doors import Doors
from deploy.demo.export import Senders, surprises, write
from deploy.demo.facts import Plan
from deploy.demo.script import script
from deploy.demo.script_projects import AUDITOR
from deploy.demo.steps import Day, File, Person
from deploy.demo.workbook import report

DAYS_IN_MONTH = 30.44


@dataclass(frozen=True, slots=True)
class Place:
    """Where the year is played: addresses by service, Kafka, how to sign, a folder for the files, the environment of `jixiao`."""

    addresses: Mapping[str, str]
    kafka: str
    sign: Callable[[Person], str]
    folder: Path
    environment: Mapping[str, str]


@dataclass(slots=True)
class Played:
    """How it went. `surprises` are answers that were not the expected ones, each as a sentence."""

    days: int = 0
    posts: int = 0
    rows: int = 0
    seconds: float = 0.0
    surprises: list[str] = field(default_factory=list)


def play(
    plan: Plan,
    place: Place,
    *,
    tell: Callable[[Day, int, int], None] = lambda _day, _number, _of: None,
    on_step: Callable[[str, Day], None] = lambda _moment, _day: None,
    seconds_per_month: float = 0.0,
) -> Played:
    """Play the whole year. `tell` hears each day when it is done; `on_step` hears `begins` and `ends` of every day, and may do as it
    likes (a test kills a process there); `seconds_per_month` slows the year down for who watches."""
    started = time.monotonic()
    days = script(plan)
    played = Played()
    doors = Doors(place.addresses, place.sign, run=f"demo-{plan.seed}")
    clock = BusinessClock(place.kafka)
    senders = Senders(place.environment)
    try:
        for number, day in enumerate(days, 1):
            _keep_pace(started, days[0].day, day.day, seconds_per_month)
            clock.begin(day.day)
            on_step("begins", day)
            wait_begun(doors, {post.service for phase in day.phases for post in phase.posts}, day.day)
            for phase in day.phases:
                played.posts += len(phase.posts)
                played.surprises += doors.post_all(phase.posts)
                for workbook in phase.workbooks:
                    played.posts += 1
                    played.surprises += report(workbook, doors)
                played.rows += sum(len(file.vouchers) for file in phase.files)
                played.surprises += _send(phase.files, day.day, place.folder, senders)
                for command in phase.commands:
                    played.surprises += call(command, place.environment)
            wait_quiet(doors, day.day)
            on_step("ends", day)
            tell(_with_what_was_found(day, doors) if day.closes else day, number, len(days))
    finally:
        senders.close()
        clock.close()
        doors.close()
    played.days, played.seconds = len(days), time.monotonic() - started
    return played


def _with_what_was_found(day: Day, doors: Doors) -> Day:
    """A close's sentence with what monitoring says after it: projects off their course, recommendations that wait for an official."""
    year = day.day.year if day.day.month > 1 else day.day.year - 1
    rows = doors.get("monitoring", f"/api/projects?year={year}&limit=1000", AUDITOR)["projects"]
    off = sum(row["open_deviations"] > 0 for row in rows)
    waiting = sum(row["recommendation"] != "none" for row in rows)
    zh = f"{day.zh}，{off} 个有偏差" + (f"，{waiting} 个建议暂缓或停止" if waiting else "")
    en = f"{day.en}, {off} off their course" + (
        f", {waiting} recommended to be suspended or stopped" if waiting else ""
    )
    return replace(day, zh=zh, en=en)


def _send(files: tuple[File, ...], day: date, folder: Path, senders: Senders) -> list[str]:
    """The day's exports side by side, as two finance systems send them."""
    if not files:
        return []

    def one(file: File) -> list[str]:
        said = senders.send(write(file, folder, day.isoformat()), file.source)
        senders.prepare(file.source)
        return surprises(file, said)

    with ThreadPoolExecutor(len(files)) as pool:
        return [surprise for told in pool.map(one, files) for surprise in told]


def _keep_pace(started: float, first: date, day: date, seconds_per_month: float) -> None:
    if seconds_per_month:
        due = started + (day - first).days / DAYS_IN_MONTH * seconds_per_month
        time.sleep(max(0.0, due - time.monotonic()))
