"""Projects that the intake of vouchers touched are judged, never in the flush.

Most touches bring nothing. Most of those PostgreSQL tells apart itself, by the calm of each project (domain.calm); the others are judged
in memory, from states kept between steps. What brings events is judged again in a transaction, a few projects at once.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from functools import reduce

from backbone.process import trace
from backbone.process.connections import OUTAGES
from backbone.process.logs import log
from backbone.record.clock import Clock
from backbone.record.events import COLUMNS, Connection, Record
from backbone.record.transact import RETRIED, Transact
from backbone.record.transaction import Transaction
from contracts.decision import SYSTEM, Context
from contracts.event import project_stream
from services.monitoring import views
from services.monitoring.domain import INITIAL, evolve
from services.monitoring.domain.calm import calm
from services.monitoring.domain.project import Project
from services.monitoring.handlers.calm import Noted, Place, not_calm, note_calm
from services.monitoring.handlers.judging import Story, judge_months, rules_on
from services.monitoring.handlers.marks import leave_again, read_marks, remove_marks

MARKS = 64
MANY = 2_000
"""So many touched projects in one step are a backlog that the intake drains."""
REST = 1.0
"""Seconds that the step after such a one waits at most, else twice as long as it took: what is touched meanwhile is then judged once."""
KEPT = 5_000
TOGETHER = 20
"""Projects that bring events, judged in one transaction: its commit is most of what a judgement costs."""

_SINCE = f"""
select {COLUMNS} from unnest(%s::text[], %s::int[]) as kept(kept_stream, kept_version)
join record.event on stream = kept_stream and version > kept_version
order by stream, version
"""  # noqa: S608


class TouchedProjects:
    """Judges what was touched, step by step. Connection, record and clock are passed in; one thread uses it."""

    def __init__(
        self, conn: Connection, record: Record, clock: Clock, *, worker: str = "", marks: int = MARKS, many: int = MANY
    ) -> None:
        self.conn = conn
        self.record = record
        self.clock = clock
        self.worker = worker
        self.marks = marks
        self.many = many
        self.transact = Transact(lambda: nullcontext(conn), record, clock)
        self._rest = 0.0
        self._kept: OrderedDict[str, tuple[int, Project]] = OrderedDict()

    def step(self) -> int:
        """Judge what the oldest marks name; how many fiscal years of projects that were. One that a defect of ours keeps from being
        judged is said in the log, is marked again for the next step, and keeps no other waiting."""
        time.sleep(self._rest)
        self._rest = 0.0
        ids, marked = read_marks(self.conn, self.worker, self.marks)
        if not ids:
            return 0
        began = time.perf_counter()
        context = Context(now=self.clock.now(), day=self.clock.day(self.conn), actor=SYSTEM)
        places = not_calm(self.conn, marked, context.day, rules_on(context.day).reference)
        bringing = self._bringing(places, context)
        failed = self._judge(sorted(bringing))
        with self.conn.transaction():
            leave_again(self.conn, [(place.number, place.period) for place in failed])
            remove_marks(self.conn, ids)
        if len(marked) >= self.many:
            self._rest = min(2 * (time.perf_counter() - began), REST)
        return len(marked) - len(failed)

    def close(self) -> None:
        """Nothing to let go of: the connection belongs to the caller."""

    def _bringing(self, places: Sequence[Place], context: Context) -> list[Place]:
        """The places whose judgement brings something; of the others, the calm is noted where there is one."""
        by_project: dict[str, list[views.Row]] = {}
        for row in views.figure_rows(self.conn, sorted({place.project for place in places})):
            by_project.setdefault(row["project"], []).append(row)
        states = self._states({_stream(place) for place in places})
        rules = rules_on(context.day)
        bringing: list[Place] = []
        noted: list[Noted] = []
        for place in places:
            version, state = states[_stream(place)]
            rows = by_project.get(place.project, ())
            figures = views.cumulated(rows, place.project, place.year, _currency(state))
            told = calm(state, place.year, context.day, rules)
            if told is not None and told.covers(place.period, figures.by_period):
                noted.append(Noted(place, version, _currency(state), told))
            elif state.goal is not None and _brings(state, place, figures, context):
                bringing.append(place)
        note_calm(self.conn, noted, context.day, rules.reference)
        return bringing

    def _states(self, streams: Iterable[str]) -> dict[str, tuple[int, Project]]:
        """Version and state of each stream, from those kept and what was appended since; only what is committed is ever kept."""
        wanted = {stream: self._kept.get(stream, (0, INITIAL)) for stream in streams}
        versions = [version for version, _ in wanted.values()]
        for row in self.conn.execute(_SINCE, (list(wanted), versions)):
            recorded = self.record.read(row)
            wanted[recorded.stream] = (recorded.version, reduce(evolve, [recorded.event], wanted[recorded.stream][1]))
        self._kept.update(wanted)
        for stream in wanted:
            self._kept.move_to_end(stream)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return wanted

    def _judge(self, places: Sequence[Place]) -> list[Place]:
        """Judge some places in transactions of a few; those that a defect stands in the way of."""
        failed: list[Place] = []
        for start in range(0, len(places), TOGETHER):
            failed += self._judge_together(places[start : start + TOGETHER])
        return failed

    def _judge_together(self, places: Sequence[Place]) -> list[Place]:
        """In one transaction; where that fails other than by an outage, each in one of its own. Each is a step of its voucher's trace."""
        trace.enter(places[0].trace if len(places) == 1 else None)
        try:
            self.transact(lambda tx: judge_touched(tx, places))
        except OUTAGES as error:
            if not isinstance(error, RETRIED) or len(places) == 1:
                raise
        except Exception:
            if len(places) == 1:
                log.error("not judged", project=places[0].project, exc_info=True)
                return list(places)
        else:
            return []
        return [failed for place in places for failed in self._judge_together([place])]


def _brings(state: Project, place: Place, figures: views.YearFigures, context: Context) -> bool:
    """Does judging bring anything? What a defect keeps from being told is judged by itself, where the defect is said."""
    try:
        return bool(judge_months(state, place.project, place.year, place.period, figures, context, lambda _: ""))
    except Exception:
        return True


def judge_touched(tx: Transaction, places: Sequence[Place]) -> int:
    """Judge some projects' fiscal years, each from a month on and as a step of its voucher's trace; how many events that brought.
    Everything is decided before anything is appended: the record's lock is held for the appending alone."""
    stories = [Story.load(tx, place.project, place.year) for place in places]
    for place, story in zip(places, stories, strict=True):
        story.judge(place.period)
    brought = 0
    for place, story in zip(places, stories, strict=True):
        tx.trace = trace.child(place.trace or tx.trace)
        brought += len(story.append().events)
    return brought


def _stream(place: Place) -> str:
    return project_stream(place.project, place.year)


def _currency(state: Project) -> str:
    return state.goal.currency if state.goal else "CNY"
