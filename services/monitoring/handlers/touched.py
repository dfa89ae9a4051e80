"""Projects that the intake of vouchers touched are judged: each that brings something in a transaction of its own, never in the flush.

Most touches bring nothing. Those are told apart in memory, many at once, from states kept between steps, and their marks removed
together, unless they were touched again meanwhile.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from functools import reduce

import psycopg

from backbone.process import trace
from backbone.process.logs import log
from backbone.record.clock import Clock
from backbone.record.events import COLUMNS, Connection, Record
from backbone.record.transact import Transact
from backbone.record.transaction import Transaction, VersionConflict
from contracts.decision import SYSTEM, Context
from contracts.event import project_stream
from services.monitoring import views
from services.monitoring.domain import INITIAL, evolve
from services.monitoring.domain.project import Project
from services.monitoring.handlers.judging import Story, judge_months
from services.monitoring.views import Touched

AT_ONCE = 500
KEPT = 5_000

_SINCE = f"""
select {COLUMNS} from unnest(%s::text[], %s::int[]) as kept(kept_stream, kept_version)
join record.event on stream = kept_stream and version > kept_version
order by stream, version
"""  # noqa: S608
_DONE = """
delete from ledger.touched where ctid in (
    select t.ctid from ledger.touched t join unnest(%s::text[], %s::text[]) as seen(project, row_version)
        on t.project = seen.project and t.xmin::text = seen.row_version
    order by t.project for update of t
)
"""


class TouchedProjects:
    """Judges what was touched, step by step. Connection, record and clock are passed in; one thread uses it."""

    def __init__(self, conn: Connection, record: Record, clock: Clock, *, at_once: int = AT_ONCE) -> None:
        self.conn = conn
        self.record = record
        self.clock = clock
        self.at_once = at_once
        self.transact = Transact(lambda: nullcontext(conn), record, clock)
        self._kept: OrderedDict[str, tuple[int, Project]] = OrderedDict()

    def step(self) -> int:
        """Judge the projects that wait longest; how many were judged. One that a defect of ours keeps from being judged is said in the
        log, keeps its mark, and keeps no other waiting."""
        touched = views.touched(self.conn, self.at_once)
        if not touched:
            return 0
        bringing = self._bringing(touched)
        quiet = [each for each in touched if each.project not in bringing]
        if quiet:
            self.conn.execute(_DONE, ([each.project for each in quiet], [each.row_version for each in quiet]))
        return len(quiet) + sum(self._judge(each) for each in sorted(touched) if each.project in bringing)

    def close(self) -> None:
        """Nothing to let go of: the connection belongs to the caller."""

    def _judge(self, each: Touched) -> int:
        """Judge one project in a transaction of its own, a step of its voucher's trace; 0 where a defect stands in the way."""
        project = each.project
        trace.enter(each.trace)
        try:
            self.transact(lambda tx: judge_touched(tx, project))
        except (psycopg.Error, VersionConflict):
            raise
        except Exception:
            log.error("not judged", project=project, exc_info=True)
            return 0
        return 1

    def _bringing(self, touched: Sequence[Touched]) -> set[str]:
        """The projects whose judgement brings something. The marks were read before the figures, so no figure is older than its mark."""
        rows = views.figure_rows(self.conn, [each.project for each in touched])
        context = Context(now=self.clock.now(), day=self.clock.day(self.conn), actor=SYSTEM)
        by_project: dict[str, list[views.Row]] = {}
        for row in rows:
            by_project.setdefault(row["project"], []).append(row)
        places = {
            (each.project, int(period[:4]), max(each.period, f"{period[:4]}-01"))
            for each in touched
            for period in (row["period"] for row in by_project.get(each.project, ()))
            if period >= each.period
        }
        states = self._states({project_stream(project, year) for project, year, _ in places})
        bringing: set[str] = set()
        for project, year, period in places:
            state = states[project_stream(project, year)]
            if state.goal is not None:
                figures = views.cumulated(by_project[project], project, year, state.goal.currency)
                if _brings(state, project, year, period, figures, context):
                    bringing.add(project)
        return bringing

    def _states(self, streams: Iterable[str]) -> dict[str, Project]:
        """The projects' states, from those kept and what was appended since; only what is committed is ever kept."""
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
        return {stream: state for stream, (_, state) in wanted.items()}


def _brings(state: Project, project: str, year: int, period: str, figures: views.YearFigures, context: Context) -> bool:
    """Does judging bring anything? What a defect keeps from being told is judged by itself, where the defect is said."""
    try:
        return bool(judge_months(state, project, year, period, figures, context, lambda _: ""))
    except Exception:
        return True


def judge_touched(tx: Transaction, project: str) -> int:
    """Remove a project's mark and judge what it is marked for; how many events that brought.

    The mark goes first: a flush that touches the project from now on waits for this transaction and marks it anew, and every figure
    read after this is at least as new as the mark.
    """
    row = tx.conn.execute("delete from ledger.touched where project = %s returning period", (project,)).fetchone()
    if row is None:
        return 0
    period: str = row[0]
    brought = 0
    years = sorted(
        {int(each["period"][:4]) for each in views.figure_rows(tx.conn, [project]) if each["period"] >= period}
    )
    for year in years:
        story = Story.load(tx, project, year)
        story.judge(max(period, f"{year:04d}-01"))
        brought += len(story.append().events)
    return brought
