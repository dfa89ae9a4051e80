"""`jixiao demo --check` that breaks off: its last line is the machine's object all the same, and its exit status 1."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from deploy.demo import home
from deploy.demo.clock import NotQuiet
from deploy.demo.doors import Unanswered
from deploy.local import runtime
from deploy.local.refusal import Refused

NOTHING_KNOWN = {
    "ok": False,
    "vouchers": None,
    "amount_in": None,
    "amount_ledger": None,
    "projects": None,
    "deviations": None,
    "suspended": None,
    "published": None,
}


class Breaking:
    """A runtime that breaks off when it is started, or when it is stopped at the end."""

    def __init__(self, home: Path, start: BaseException | None, end: BaseException | None) -> None:
        self.home = home
        self._start = start
        self._end = end
        self._started = False

    def start(self, say: Callable[[str], None]) -> None:
        say("starting")
        self._started = True
        if self._start is not None:
            raise self._start

    def stop(self, say: Callable[[str], None]) -> None:
        if self._started and self._end is not None:
            raise self._end

    def running(self) -> bool:
        return False


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("JIXIAO_HOME", str(tmp_path))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield tmp_path
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    def check(start: BaseException | None = None, end: BaseException | None = None, *options: str) -> Result:
        monkeypatch.setattr(runtime, "Runtime", lambda folder, **_: Breaking(folder, start, end))
        return CliRunner().invoke(app, ["demo", *options])

    return check


def last_line(result: Result) -> dict[str, Any]:
    *before, last = result.stdout.splitlines()
    assert before == []
    return json.loads(last)


@pytest.mark.parametrize(
    "broke",
    [
        NotQuiet("2026-03-10: goals does not answer"),
        Unanswered("GET goals/api"),
        Refused("no Java"),
        KeyboardInterrupt(),
        RuntimeError("a defect of ours"),
    ],
    ids=lambda broke: type(broke).__name__,
)
def test_whatever_breaks_a_check_off_leaves_its_line(broken: Callable[..., Result], broke: BaseException) -> None:
    result = broken(broke, None, "--check")
    line = last_line(result)
    assert line.pop("seconds") >= 0
    assert line == NOTHING_KNOWN
    assert result.exit_code == 1
    if not isinstance(broke, KeyboardInterrupt | RuntimeError):
        assert f"jixiao: {broke}" in result.stderr


def test_a_second_ctrl_c_while_it_stops_leaves_the_line(broken: Callable[..., Result]) -> None:
    result = broken(KeyboardInterrupt(), KeyboardInterrupt(), "--check")
    assert last_line(result)["ok"] is False
    assert result.exit_code == 1


def test_a_folder_in_use_leaves_the_line(own_home: Path) -> None:
    with home.alone(own_home / "demo-check"):
        result = CliRunner().invoke(app, ["demo", "--check"])
    assert last_line(result).keys() == {*NOTHING_KNOWN, "seconds"}
    assert result.exit_code == 1
    assert "another `jixiao demo` uses" in result.stderr


def test_a_demonstration_that_is_only_shown_has_no_such_line(broken: Callable[..., Result]) -> None:
    result = broken(Refused("no Java"), None)
    assert result.stdout == ""
    assert result.exit_code == 1
