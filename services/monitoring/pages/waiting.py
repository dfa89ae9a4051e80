"""What waits for a decision, as a person reads it: each row with its matter, the figures that it rests on, its age in working days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from backbone.web import notation
from backbone.web.organisations import Organisations
from contracts.authority import permit
from contracts.decision import Actor
from contracts.workdays import working_days_between
from services.monitoring.domain.seeing import NOBODYS
from services.monitoring.handlers.together import ACTIONS
from services.monitoring.pages.telling import LEVEL_TONES, Telling
from services.monitoring.views.office import Section
from services.monitoring.views.statements import Row

ACTIONS_OF: Mapping[str, tuple[str, ...]] = {
    "recommendations": ("suspend", "stop"),
    "overdue": ("suspend",),
    "findings": ("correct", "dismiss"),
    "answers": ("accept",),
    "reports": ("correct", "dismiss"),
}
"""What can be decided of each section's rows."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: `value` is what a form sends of it, `badge` and `tone` its gravity in words and colour, `age` in working days."""

    value: str
    year: int
    project: str
    name: str
    unit: str
    badge: str
    tone: str
    matter: str
    more: str
    address: str
    period: str | None
    event: str | None
    execution: Any
    attainment: Any
    paid: int | None
    currency: str
    since: date
    age: int | None
    watched: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A section of the screen; `actions` are those that the reader may take."""

    name: str
    lines: list[Line]
    more: bool
    actions: tuple[str, ...]

    @property
    def count(self) -> str:
        return f"{len(self.lines)}+" if self.more else str(len(self.lines))


def listed(
    found: Mapping[str, Section], actor: Actor, telling: Telling, organisations: Organisations, today: date | None
) -> list[Listed]:
    """The sections in the order in which they press."""
    may = {action for action, allowed in ACTIONS.items() if permit(actor, allowed, NOBODYS) is None}
    return [
        Listed(
            name,
            [_line(name, row, telling, organisations, today) for row in section.rows],
            section.more,
            tuple(action for action in ACTIONS_OF[name] if action in may),
        )
        for name, section in found.items()
    ]


@lru_cache(maxsize=4096)
def age(since: date, today: date) -> int | None:
    """Working days gone by since a day; None where the working days of a year are not known."""
    try:
        return working_days_between(since, today)
    except LookupError:
        return None


def _line(name: str, row: Row, telling: Telling, organisations: Organisations, today: date | None) -> Line:
    matter, more = _matter(name, row, telling, organisations)
    project = f"/{row['year']}/projects/{quote(row['project'], safe='')}"
    words, lang = telling.words, telling.lang
    badge = {
        "recommendations": lambda: words.say(f"recommendation.{row['level']}", lang),
        "overdue": lambda: words.say("correction.overdue", lang),
        "answers": lambda: words.say("correction.answered", lang),
    }.get(name, lambda: words.say(f"level.{row['level']}", lang))
    return Line(
        value=_value(name, row),
        badge=badge(),
        tone="grave" if name == "overdue" else "link" if name == "answers" else LEVEL_TONES[row["level"]],
        matter=matter,
        more=more,
        address=project if name in ("overdue", "answers") else f"/events/{row['event']}",
        event=str(row["event"]) if row["event"] else None,
        age=age(row["since"], today) if today else None,
        watched=bool(row["watched_by"]),
        **{
            each: row[each]
            for each in (
                "year",
                "project",
                "name",
                "unit",
                "period",
                "execution",
                "attainment",
                "paid",
                "currency",
                "since",
            )
        },
    )


def _value(name: str, row: Row) -> str:
    match name:
        case "recommendations":
            return f"{row['year']}/{row['project']}"
        case "overdue" | "answers":
            return f"{row['year']}/{row['number']}/{row['project']}"
        case _:
            return f"{row['year']}/{row['deviation']}/{row['project']}"


def _matter(name: str, row: Row, telling: Telling, organisations: Organisations) -> tuple[str, str]:
    """What it is about, and what more there is to know before deciding."""
    between = "、" if telling.lang == "zh" else "; "
    match name:
        case "recommendations":
            return between.join(telling.rule(ground["rule"]) for ground in row["grounds"]), notation.month(
                row["period"], telling.lang
            )
        case "overdue":
            return row["measure"], organisations.name(row["by_whom"], telling.lang)
        case "answers":
            return row["measure"], row["answer"]
        case _:
            return telling.rule(row["rule"]), notation.month(row["period"], telling.lang)
