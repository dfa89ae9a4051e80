"""One demo year with each of the eight processes killed once in it; then everything sent, read, restarted and rebuilt again.

No final figure may differ from what the generator planted, whatever was done to the processes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser

from backbone.process.settings import SERVICES
from cli.demo import place_of
from deploy.demo.check import check
from deploy.demo.clock import wait_quiet
from deploy.demo.doors import Doors
from deploy.demo.expected import Expected, expect
from deploy.demo.facts import Plan
from deploy.demo.plan import make_plan
from deploy.demo.play import play
from deploy.demo.script import script
from deploy.demo.steps import Day
from deploy.local.runtime import EVERY, Runtime
from tests.browser.browser import PHONE, barriers
from tests.browser.working import Office

pytestmark = pytest.mark.timeout(900)
ROOT = Path(__file__).parents[2]


@dataclass
class Killer:
    """Kills one process after another, a few days apart, in the middle of the year's work."""

    runtime: Runtime
    left: list[str] = field(default_factory=lambda: list(EVERY))
    killed: list[str] = field(default_factory=list)
    moments: int = 0

    def __call__(self, moment: str, day: Day) -> None:
        self.moments += 1
        if moment == "begins" and self.left and self.moments % 6 == 5:
            process = self.left.pop(0)
            self.runtime.kill(process)
            self.killed.append(process)


@dataclass
class Year:
    """The year as it was played, with what it should come to."""

    runtime: Runtime
    plan: Plan
    expected: Expected
    killed: list[str]
    surprises: list[str]

    def differences(self) -> list[str]:
        doors = Doors(place_of(self.runtime).addresses, place_of(self.runtime).sign, run="check")
        try:
            wait_quiet(doors, script(self.plan)[-1].day)
            return check(self.plan, self.expected, doors).differences
        finally:
            doors.close()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    plan = make_plan(2026)
    runtime = Runtime(tmp_path_factory.mktemp("year") / "home", clock="business", demo=True)
    runtime.start()
    try:
        killer = Killer(runtime)
        played = play(plan, place_of(runtime), on_step=killer)
        yield Year(runtime, plan, expect(plan), killer.killed, played.surprises)
    finally:
        runtime.stop()


def test_each_process_killed_once_changes_no_figure(year: Year) -> None:
    assert sorted(year.killed) == sorted(EVERY)
    assert year.surprises == []
    assert year.differences() == []


@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
def test_working_pages_read_on_a_phone_and_keep_nobody_out(year: Year, browser: Browser, lang: str) -> None:
    """Goals', monitoring's and evaluation's pages over the year's data: no sideways scrolling, nothing grave for axe, no error page."""
    wrong: list[str] = []
    office = Office.of(year.runtime)
    with office.at_work(browser, width=PHONE, lang=lang) as page:
        for name, address in office.pages():
            answer = page.goto(address)
            if answer is None or answer.status != 200:
                wrong.append(f"{name}: {answer and answer.status}")
            wrong += [f"{name}: {barrier}" for barrier in barriers(page, PHONE)]
    assert wrong == []


def test_every_file_sent_again_changes_no_figure(year: Year) -> None:
    folder = place_of(year.runtime).folder
    files = sorted(path for path in folder.iterdir() if path.suffix in (".csv", ".jsonl", ".xlsx"))
    assert {path.suffix for path in files} == {".csv", ".jsonl", ".xlsx"}
    for path in files:
        source = next(source for source in ("treasury-1", "yonyou-county") if source in path.name)
        command = [sys.executable, "-m", "cli.main", "emit", str(path), "--source", source]
        assert subprocess.run(command, cwd=ROOT, env=year.runtime.environment(), check=False).returncode == 0
    assert year.differences() == []


def test_topics_read_again_from_the_start_and_read_models_rebuilt_change_no_figure(year: Year) -> None:
    runtime = year.runtime
    runtime.stop()
    alone = Runtime(runtime.home, clock="business", demo=True, processes=False)
    alone.start()
    try:
        for service in SERVICES:
            with psycopg.connect(alone.settings_values()[f"{service}_owner_database"], autocommit=True) as conn:
                conn.execute("update record.consumed set next_offset = 0, event_id = null")
        rebuilt = subprocess.run(
            [sys.executable, "-m", "cli.main", "rebuild", *SERVICES],
            cwd=ROOT,
            env={**os.environ, **alone.environment()},
            check=False,
        )
        assert rebuilt.returncode == 0
    finally:
        alone.stop()
    runtime.start()
    assert year.differences() == []
