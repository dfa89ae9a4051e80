"""Marks: which projects are to be judged, from which month on. Whoever changes what a judgement rests on leaves one, in its transaction.

A mark is a row of its own, so nobody waits for anybody's mark. It becomes visible with what it was left for; who judges reads marks
first, figures and streams after, and removes only the marks it has read. So whichever of two transactions commits last, its mark is
read after both, and no voucher falls between the figures that a command read and the next judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from backbone.record.events import Connection

MARKED = "marked"
"""The channel that PostgreSQL notifies when projects are to be judged."""

ADOPTED_AFTER = 2.0
"""Seconds; a mark that its worker has left so long is everybody's: that worker ended, or can't follow."""

_MARK = "insert into ledger.mark (worker, projects, periods, traces) values (%s, %s, %s, %s)"
_NUMBER = """
with made as (insert into ledger.project (code) values (%(code)s) on conflict (code) do nothing returning id)
select id from made union all select id from ledger.project where code = %(code)s limit 1
"""
_BEGUN = """
insert into ledger.mark (projects, periods, traces)
select array_agg(distinct project), array_agg(%(period)s::text), array_agg(''::text)
from (select distinct project from ledger.figure where period = %(period)s) as begun having count(*) > 0
"""
_READ = """
select id, projects, periods, traces from ledger.mark
where worker in ('', %s) or since < now() - make_interval(secs => %s) order by id limit %s
"""
_REMOVE = "delete from ledger.mark where id = any(%s)"


class Marked(NamedTuple):
    """A project to be judged (by the ledger's number of it), from which month on, and the trace of what marked it, if it has one."""

    project: int
    period: str
    trace: str


def mark(
    conn: Connection,
    projects: Sequence[int] | str,
    periods: Sequence[str] | str,
    traces: Sequence[str] | str,
    worker: str = "",
) -> None:
    """Leave a mark on several projects at once, for `worker` to judge, or for any. Each is a sequence, or an array as PostgreSQL writes
    it."""
    if projects:
        conn.execute(_MARK, (worker, projects, periods, traces))
        conn.execute("select pg_notify(%s, '')", (MARKED,))


def mark_project(conn: Connection, project: str, period: str) -> None:
    """Leave a mark on a project, by its code, from a month on."""
    row = conn.execute(_NUMBER, {"code": project}).fetchone()
    if row is None:  # somebody else wrote the code down while this statement ran
        row = conn.execute("select id from ledger.project where code = %s", (project,)).fetchone()
    assert row is not None
    mark(conn, [row[0]], [period], [""])


def mark_begun(conn: Connection, period: str) -> None:
    """A month began: projects with vouchers dated in it that came before are to be judged now."""
    conn.execute(_BEGUN, {"period": period})
    conn.execute("select pg_notify(%s, '')", (MARKED,))


def leave_again(conn: Connection, failed: Sequence[tuple[int, str]]) -> None:
    """Mark projects again that could not be judged, for the next step and without waking anybody."""
    if failed:
        conn.execute(
            _MARK, ("", [number for number, _ in failed], [period for _, period in failed], [""] * len(failed))
        )


def read_marks(conn: Connection, worker: str, limit: int) -> tuple[list[int], list[Marked]]:
    """The oldest marks for `worker`: their ids, and one entry a project and fiscal year with the earliest month and the latest trace."""
    ids: list[int] = []
    found: dict[tuple[int, str], Marked] = {}
    for id_, projects, periods, traces in conn.execute(_READ, (worker, ADOPTED_AFTER, limit)):
        ids.append(id_)
        for project, period, trace in zip(projects, periods, traces, strict=True):
            place = (project, period[:4])
            before = found.get(place)
            if before is not None:
                period, trace = min(period, before.period), trace or before.trace
            found[place] = Marked(project, period, trace)
    return ids, list(found.values())


def remove_marks(conn: Connection, ids: Sequence[int]) -> None:
    """These marks have been seen to."""
    conn.execute(_REMOVE, (list(ids),))
