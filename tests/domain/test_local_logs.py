"""`jixiao logs`: a JSON line becomes readable, any other line stays as it is, a rotated file is read on from its beginning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli import logs

LINE = {
    "timestamp": "2026-07-11T01:02:03.456Z",
    "level": "warning",
    "event": "parked",
    "stream": "project/P-1/2026",
    "service": "goals",
}


def test_a_line_says_when_who_what_and_its_fields() -> None:
    assert (
        logs._readable("goals-worker", json.dumps(LINE))
        == "goals-worker       01:02:03.456 warning parked stream=project/P-1/2026"
    )


def test_a_traceback_follows_its_line() -> None:
    text = logs._readable("goals-api", json.dumps({**LINE, "exception": "Traceback …\nKeyError"}))
    assert text.endswith("\nTraceback …\nKeyError")


@pytest.mark.parametrize("line", ["plain words", "{broken", "[1]", "{1: 2}"])
def test_any_other_line_stays_as_it_is(line: str) -> None:
    assert logs._readable("kafka", line).endswith(line)


def test_half_a_line_waits_and_a_rotated_file_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "goals-api.log"
    file.write_text("one\ntwo\nhal", "utf-8")
    tail = logs._Tail(file)
    assert tail.last(1) == ["two"]
    with file.open("a") as more:
        more.write("f\n")
    assert list(tail.more()) == ["half"]
    file.rename(tmp_path / "goals-api.log.1")
    assert list(tail.more()) == []
    file.write_text("new\n", "utf-8")
    assert list(tail.more()) == ["new"]
