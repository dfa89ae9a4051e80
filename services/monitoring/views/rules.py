"""Queries of the rules' pages: what each rule hit in a year, by month and by unit, and what people decided on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from backbone.record.events import Connection
from contracts.shares import percent
from services.monitoring.views.statements import Row, rows

OUTCOMES = ("dismissed", "suspended", "corrected", "adjusted", "open", "over")
"""What became of a hit, the first that fits: dismissed with a reason, the project suspended or stopped on it, its correction ordered, the
goal adjusted after it was found, still open, or over by itself."""


@dataclass(frozen=True, slots=True)
class Hits:
    """How often a rule hit, by month, by unit and by what people decided."""

    total: int = 0
    months: Counter[str] = field(default_factory=Counter[str])
    units: Counter[str] = field(default_factory=Counter[str])
    outcomes: Counter[str] = field(default_factory=Counter[str])

    @property
    def dismissed(self) -> Decimal | None:
        """The share dismissed, in percent; None where there was no hit."""
        return percent(self.outcomes["dismissed"], self.total) if self.total else None

    def by_outcome(self) -> dict[str, int]:
        """Every outcome with its count, none too."""
        return {outcome: self.outcomes[outcome] for outcome in OUTCOMES}


def hits_of(conn: Connection, year: int, org: str | None, rule: str | None = None) -> dict[str, Hits]:
    """The year's hits by rule, of one or of all; of `org` and its subordinates, or of everybody where it is None."""
    return _summed(rows(conn, "rule_sums", year=year, org=org, rule=rule))


def listed(
    conn: Connection,
    year: int,
    org: str | None,
    rule: str,
    *,
    outcome: str | None = None,
    month: str | None = None,
    unit: str | None = None,
    limit: int = 200,
) -> list[Row]:
    """The latest hits of a rule, the watched first, each with what became of it."""
    chosen = {"outcome": outcome, "month": month, "unit": unit}
    return rows(conn, "rule_hits", year=year, org=org, rule=rule, limit=limit, **chosen)


def _summed(found: Iterable[Row]) -> dict[str, Hits]:
    by_rule: dict[str, list[Row]] = {}
    for row in found:
        by_rule.setdefault(row["rule"], []).append(row)
    return {rule: _hits(each) for rule, each in by_rule.items()}


def _hits(found: Sequence[Row]) -> Hits:
    months, units, outcomes = Counter[str](), Counter[str](), Counter[str]()
    for row in found:
        months[row["period"]] += row["hits"]
        units[row["unit"]] += row["hits"]
        outcomes[row["outcome"]] += row["hits"]
    return Hits(sum(months.values()), months, units, outcomes)
