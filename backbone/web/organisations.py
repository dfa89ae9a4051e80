"""Names of organisations (组织机构名录): events carry codes, people read names.

A county keeps `organisations.toml` in `$JIXIAO_HOME`; without it, and for a code that it does not know, pages show the code:

    department-03 = { zh = "教育局", en = "Education Bureau" }
    county = "青禾县"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import structlog

from backbone.web.words import Language, Words

_ACTOR = re.compile(r"(.+) \(([a-z-]+), (.+)\)")
FILE = "organisations.toml"


@dataclass(frozen=True)
class Organisations:
    """The directory: code → language → name."""

    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])

    def name(self, code: str, lang: Language) -> str:
        """The organisation's name, else its code."""
        names = self.names.get(code, {})
        return names.get(lang) or names.get("zh") or code

    def known(self, text: str) -> list[str]:
        """The codes of the organisations in whose name `text` stands."""
        wanted = text.strip().casefold()
        return [
            code
            for code, names in self.names.items()
            if wanted and any(wanted in name.casefold() for name in names.values())
        ]


def load(home: Path) -> Organisations:
    """The directory in `home`, read anew when the file changes. A broken one is said in the log, and pages show codes."""
    file = home / FILE
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        return Organisations()
    return _read(file, changed)


def parse(text: str) -> Organisations:
    """The directory that a file's text says; ValueError says what is wrong with it."""
    names: dict[str, Mapping[str, str]] = {}
    for code, said in tomllib.loads(text).items():
        match said:
            case str():
                names[code] = {"zh": said}
            case {"zh": str()}:
                names[code] = {lang: str(name) for lang, name in said.items()}
            case _:
                raise ValueError(f"{code} must be a name, or a table with zh and en")
    return Organisations(names)


@lru_cache(maxsize=8)
def _read(file: Path, changed: int) -> Organisations:
    try:
        return parse(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        structlog.get_logger("web").error("organisations_unreadable", file=str(file), error=str(error))
        return Organisations()


def person(actor: str, words: Words, organisations: Organisations, lang: Language) -> str:
    """An actor as the record names it, `赵强 (official, finance)`, with role and organisation in words."""
    found = _ACTOR.fullmatch(actor)
    if found is None or not words.has(f"role.{found[2]}"):
        return actor
    role, org = words.say(f"role.{found[2]}", lang), organisations.name(found[3], lang)
    return f"{found[1]}（{role}，{org}）" if lang == "zh" else f"{found[1]} ({role}, {org})"
