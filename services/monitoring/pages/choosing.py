"""Filters as links: every value of every filter with how many projects it would leave beside the others, and a way out of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlencode

from backbone.record.events import Connection
from backbone.web import notation
from backbone.web.organisations import Organisations
from backbone.web.problems import BadRequest
from contracts.kinds import periods_of
from contracts.monitoring import FindingLevel
from services.monitoring.pages.telling import Telling, rule_ids
from services.monitoring.views import filters
from services.monitoring.views.filters import Filters

DEPARTMENTS = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: in words, how many it would leave, where to go."""

    words: str
    count: str
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choosing:
    """The filters of a page: how many projects they leave, each group of choices, those that are set with a way out."""

    asked: Filters
    count: str
    groups: dict[str, list[Choice]]
    chosen: list[Choice]
    path: str

    @classmethod
    def of(
        cls,
        conn: Connection,
        year: int,
        org: str | None,
        asked: Filters,
        telling: Telling,
        organisations: Organisations,
    ) -> Choosing:
        """What a reader can choose from here."""
        path = f"/{year}/projects"
        values = {
            "state": filters.STATES,
            "level": filters.LEVELS,
            "rule": rule_ids(),
            "month": periods_of(year),
            "department": filters.departments(conn, year, DEPARTMENTS),
        }
        groups: dict[str, list[Choice]] = {}
        for name, each in values.items():
            counted = filters.choices(conn, year, org, asked, name, each)
            groups[name] = [
                Choice(
                    said(name, value, telling, organisations),
                    bounded(n, filters.MOST_OF_A_CHOICE),
                    _address(path, asked.but(**{name: None if value == getattr(asked, name) else value})),
                    value == getattr(asked, name),
                )
                for value, n in counted.items()
            ]
        chosen = [
            Choice(said(name, value, telling, organisations), "", _address(path, asked.but(**{name: None})), True)
            for name, value in asked.chosen().items()
        ]
        count = bounded(filters.count(conn, year, org, asked), filters.MOST_COUNTED)
        return cls(asked, count, groups, chosen, path)

    def address(self, **changed: str | None) -> str:
        """This page with other filters; the place in the list is left."""
        after = changed.pop("after", None)
        return _address(self.path, self.asked.but(**changed), after)


def asked_for(
    year: int,
    unit: str | None,
    department: str | None,
    month: str | None,
    rule: str | None,
    level: str,
    state: str,
    q: str,
) -> Filters:
    """The filters of an address; a 400 problem for a value that is none."""
    known = (
        (not level or level in get_args(FindingLevel))
        and (not state or state in filters.STATES)
        and (not month or month in periods_of(year))
    )
    if not known:
        raise BadRequest("problem.400.detail")
    return Filters(unit, department, month, rule, level or None, state or None, q.strip() or None)


def bounded(n: int, most: int) -> str:
    """A count, or that there are more than anybody counts."""
    return f"{notation.number(most)}+" if n > most else notation.number(n)


def said(name: str, value: str, telling: Telling, organisations: Organisations) -> str:
    """A filter's value in words."""
    match name:
        case "unit" | "department":
            return organisations.name(value, telling.lang)
        case "month":
            return notation.month_of_year(value, telling.lang)
        case "rule":
            return telling.rule(value)
        case "q":
            return f"“{value}”"
        case _:
            return telling.words.say(f"{name}.{value}", telling.lang)


def _address(path: str, asked: Filters, after: str | None = None) -> str:
    fields = asked.chosen() | ({"after": after} if after else {})
    return f"{path}?{urlencode(fields)}" if fields else path
