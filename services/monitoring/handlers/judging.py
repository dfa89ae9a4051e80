"""A project in an open transaction: loaded once, decided on in memory, appended once, so that the record's lock is taken last.

A change in a month judges that month and the later ones that it may change. The digest of a judgement's vouchers is made at the
moment when there is a judgement to carry it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce

from backbone.process import metrics
from backbone.process.dated import in_force, load_all
from backbone.record.events import Connection
from backbone.record.transaction import Outcome, Transaction
from contracts.decision import Context, Refusal
from contracts.event import Event, project_stream
from contracts.monitoring import MonthJudged
from services.monitoring import views
from services.monitoring.domain import INITIAL, decide, evolve
from services.monitoring.domain.decider import Command
from services.monitoring.domain.judging import Figures
from services.monitoring.domain.months import JudgeMonth, months_to_judge
from services.monitoring.domain.project import Project
from services.monitoring.domain.rules import RuleSet
from services.monitoring.views import YearFigures

RULES = "dual-monitoring-1"
Digest = Callable[[str], str]
"""Makes the digest of a month's cumulative figure."""


def rules_on(day: date) -> RuleSet:
    """The rule set in force on a day."""
    return in_force(load_all("services.monitoring.rules", RuleSet), RULES, day)


@dataclass(slots=True)
class Story:
    """A project's stream as it stands in a transaction, and what has been decided since."""

    tx: Transaction
    project: str
    year: int
    version: int
    state: Project
    decided: list[Event] = field(default_factory=list)

    @classmethod
    def load(cls, tx: Transaction, project: str, year: int) -> Story:
        """The stream as the record holds it."""
        past = tx.load(project_stream(project, year))
        state = reduce(evolve, (recorded.event for recorded in past), INITIAL)
        return cls(tx, project, year, past[-1].version if past else 0, state)

    def decide(self, command: Command) -> Refusal | None:
        """Decide on a command and fold what it brings; the refusal where there is one."""
        result = decide(command, self.state, self.tx.context)
        if isinstance(result, Refusal):
            return result
        self.fold(result)
        return None

    def judge(self, touched: str) -> None:
        """Judge the months that a change in the month `touched` may change."""
        goal = self.state.goal
        if goal is None:
            return
        figures = views.figures(self.tx.conn, self.project, self.year, goal.currency)
        self.fold(judge_months(self.state, self.project, self.year, touched, figures, self.tx.context, self.digest))

    def close(self, periods: Sequence[str]) -> None:
        """Close months by every rule, the earliest first."""
        goal = self.state.goal
        if goal is None:
            return
        figures = views.figures(self.tx.conn, self.project, self.year, goal.currency).by_period
        rules = rules_on(self.tx.context.day)
        for period in periods:
            carried = replace(figures[period], digest=self.digest(period))
            self.decide(JudgeMonth(self.project, self.year, period, carried, rules, close=True))

    def digest(self, period: str) -> str:
        """The digest of the vouchers that the month's figure counts."""
        goal = self.state.goal
        currency = goal.currency if goal else "CNY"
        return views.digest(self.tx.conn, self.project, self.year, currency, period)

    def fold(self, events: Sequence[Event]) -> None:
        """Take what was decided into the state."""
        self.state = reduce(evolve, events, self.state)
        self.decided += events

    def append(self) -> Outcome:
        """Append what was decided and apply it to the read models."""
        stream = project_stream(self.project, self.year)
        appended = self.tx.append(stream, self.version, self.decided)
        for event in self.decided:
            if isinstance(event, MonthJudged):
                metrics.JUDGED.labels(event.recommendation).inc()
        return Outcome(stream, self.version + len(appended), appended)


def judge_months(
    state: Project, project: str, year: int, touched: str, figures: YearFigures, context: Context, digest: Digest
) -> tuple[Event, ...]:
    """What a change in the month `touched` brings, month by month; each month sees what the earlier ones brought."""
    brought: list[Event] = []
    rules = rules_on(context.day)
    for period in months_to_judge(state, year, touched, context.day, figures.active):
        events = _judged(state, JudgeMonth(project, year, period, figures.by_period[period], rules), context, digest)
        state = reduce(evolve, events, state)
        brought += events
    return tuple(brought)


def _judged(state: Project, command: JudgeMonth, context: Context, digest: Digest) -> tuple[Event, ...]:
    result = decide(command, state, context)
    if isinstance(result, Refusal) or not result:
        return ()
    carried: Figures = replace(command.figures, digest=digest(command.period))
    again = decide(replace(command, figures=carried), state, context)
    return () if isinstance(again, Refusal) else again


def figures_now(conn: Connection, project: str, year: int, state: Project) -> int:
    """What has been paid of a project in its goal's currency so far in the fiscal year (fen)."""
    return views.paid(conn, project, year, state.goal.currency) if state.goal else 0
