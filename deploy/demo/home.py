"""The demo's own folder: what was played there, and whether to the end. Real data never lie in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.demo.facts import Unit

NOTE = "demo-year.json"
ORGANISATIONS = "organisations.toml"


class NotADemo(Exception):
    """The folder holds something that the demo did not make: it is left alone."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of the year in a folder."""

    seed: int
    finished: bool


def read(home: Path) -> Note | None:
    """The note in a folder; None where no year was begun, or the note can't be read."""
    try:
        return Note(**json.loads((home / NOTE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(home: Path, note: Note) -> None:
    """Note what was begun or finished."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / NOTE).write_text(json.dumps(asdict(note)) + "\n", "utf-8")


def name_organisations(home: Path, county: str, units: Iterable[Unit]) -> None:
    """Write the county's directory: pages read names where events carry codes."""
    names = {unit.code: unit.name for unit in units}
    names |= {"county": county, "finance": f"{county}财政局", "performance-office": f"{county}绩效办"}
    lines = [f"{json.dumps(code)} = {json.dumps(name, ensure_ascii=False)}\n" for code, name in names.items()]
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / ORGANISATIONS).write_text("".join(lines), "utf-8")


def clean(home: Path) -> None:
    """Remove the folder with an earlier demo year; NotADemo where it has none."""
    if not home.exists() or not {entry.name for entry in home.iterdir()} - {"lock"}:
        return  # a runtime that looked whether it runs leaves its lock, and nothing else
    if not (home / NOTE).is_file():
        raise NotADemo(
            f"{home} holds data that no demo made: name another folder with JIXIAO_HOME, or remove it yourself"
        )
    shutil.rmtree(home)
