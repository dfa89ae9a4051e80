"""Many decisions at once: one action with one reason and one measure, on every project, deviation or order that was chosen.

Each is a command of its own, with a key of its own and in a transaction of its own: one that is refused holds no other up. A door
runs them one after the other and lists what became of each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from backbone.record.transaction import Outcome, Transaction
from contracts.decision import Refusal
from contracts.monitoring import Measure
from services.monitoring.domain.corrections import AcceptCorrection, OrderCorrection
from services.monitoring.domain.deviations import DismissDeviation
from services.monitoring.handlers import commands
from services.monitoring.views import office

Action = Literal["suspend", "stop", "correct", "dismiss", "accept"]
ACTIONS: dict[str, str] = {
    "suspend": "order-suspension",
    "stop": "order-stop",
    "correct": "order-correction",
    "dismiss": "dismiss-deviation",
    "accept": "accept-correction",
}
"""Each action with its line in the authority table."""
MEASURED = ("suspend", "stop", "correct")
"""Actions that say a measure."""
MOST = 500
"""Decisions at once, at the most."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a decision is on: a project, or a deviation or an order of it. Written `YEAR/PROJECT`, `YEAR/ORDER/PROJECT`,
    `YEAR/MONTH/RULE/PROJECT`."""

    year: int
    project: str
    order: int | None = None
    deviation: str | None = None

    @classmethod
    def of(cls, written: str) -> Subject:
        """ValueError where it is not written so."""
        match written.split("/"):
            case [year, project]:
                return cls(int(year), project)
            case [year, order, project]:
                return cls(int(year), project, order=int(order))
            case [year, period, rule, project]:
                return cls(int(year), project, deviation=f"{period}/{rule}")
            case _:
                raise ValueError(f"not a project, a deviation or an order: {written!r}")

    @property
    def written(self) -> str:
        """As `of` reads it."""
        middle = self.order if self.deviation is None else self.deviation
        return f"{self.year}/{self.project}" if middle is None else f"{self.year}/{middle}/{self.project}"


@dataclass(frozen=True, slots=True)
class Together:
    """One decision for all. `by` empty: each project's own unit carries the measure out."""

    action: Action
    reason: str
    what: str = ""
    by: str = ""
    until: date | None = None
    document: str = ""

    def asked(self, subject: Subject) -> dict[str, Any]:
        """What is asked of one subject, for the audit."""
        said = asdict(self) | asdict(subject)
        return {name: value for name, value in said.items() if value not in (None, "")}

    def on(self, subject: Subject) -> Callable[[Transaction], Outcome | Refusal]:
        """The decision on one subject. ValueError where the action can't be on such a subject."""
        project, year = subject.project, subject.year
        match self.action:
            case "suspend":
                return lambda tx: commands.suspend_project(
                    tx, project, year, (self._measure(tx, subject),), self.reason
                )
            case "stop":
                return lambda tx: commands.stop_project(tx, project, year, (self._measure(tx, subject),), self.reason)
            case "correct" if subject.deviation:
                deviations = (subject.deviation,)
                return lambda tx: commands.order_correction(
                    tx, OrderCorrection(project, year, deviations, self._measure(tx, subject), self.reason)
                )
            case "dismiss" if subject.deviation:
                dismissal = DismissDeviation(project, year, subject.deviation, self.reason, self.document or None)
                return lambda tx: commands.dismiss_deviation(tx, dismissal)
            case "accept" if subject.order:
                acceptance = AcceptCorrection(project, year, subject.order, self.reason)
                return lambda tx: commands.accept_correction(tx, acceptance)
            case _:
                raise ValueError(f"{self.action} can't be decided on {subject}")

    def _measure(self, tx: Transaction, subject: Subject) -> Measure:
        by = self.by or office.unit(tx.conn, subject.year, subject.project) or subject.project
        return Measure(what=self.what, by=by, until=self.until, document=self.document)
