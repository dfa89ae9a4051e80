"""The demo's own folder: what was played there, and whether to the end. Real data never lie in it."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Generator, Iterable
from contextlib import contextmanager
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


class InUse(Exception):
    """Another demo plays or shows a year in the folder just now."""


@contextmanager
def alone(home: Path) -> Generator[None]:
    """Nobody else plays or shows a year in the folder meanwhile; InUse where somebody does. The lock stands beside the folder,
    because the folder itself is removed and made anew."""
    home.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home.parent / f"{home.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InUse(f"another `jixiao demo` uses {home} just now: end it there with Ctrl-C first") from None
        yield


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
