"""The demo year as steps from outside: on which day which people post what, and which files the finance systems send."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from deploy.demo.facts import Report, Voucher

Service = Literal["goals", "monitoring", "evaluation", "publishing"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: a name, a role of the authority table, and the organisation acted for."""

    name: str
    role: str
    org: str


@dataclass(frozen=True, slots=True)
class Post:
    """One command over HTTP. Posts of one `lane` keep their order; `answers` is what the answer must say."""

    service: Service
    path: str
    body: dict[str, Any]
    person: Person
    lane: str
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """An export of one finance system, as it is sent with `jixiao emit`."""

    source: str
    vouchers: tuple[Voucher, ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """A unit's reports of a month in the workbook that monitoring gives out. `wrong`: the cell (project, indicator) in which it writes
    a text that is no number at first."""

    person: Person
    period: str
    reports: tuple[Report, ...]
    wrong: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One call of `jixiao` whose last line is JSON; `answers` is what that must say."""

    arguments: tuple[str, ...]
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Phase:
    """What happens at once; the next phase of the day begins when it is done."""

    posts: tuple[Post, ...] = ()
    files: tuple[File, ...] = ()
    workbooks: tuple[Workbook, ...] = ()
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """One day that is played: a sentence for who watches, in both languages, and its phases. `closes`: a month is judged on it."""

    day: date
    zh: str
    en: str
    phases: tuple[Phase, ...]
    closes: bool = False
