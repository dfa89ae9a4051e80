"""Queries of what follows a deviation: a project's orders, one order, what its unit has to do."""

from __future__ import annotations

from uuid import UUID

from backbone.record.events import Connection
from services.monitoring.views.statements import Row, rows


def of_project(conn: Connection, year: int, project: str) -> list[Row]:
    """Every order given of a project, the latest first."""
    return rows(conn, "consequences", year=year, project=project)


def one(conn: Connection, event: UUID) -> Row | None:
    """An order by its event, with the project that it is of and the correction that it began."""
    return next(iter(rows(conn, "consequence", event=event)), None)


def story(conn: Connection, consequence: Row) -> list[Row]:
    """What has happened to an order, in order: its own events, what ended it, the suspension that its failure recommended."""
    stream = f"project/{consequence['project']}/{consequence['year']}"
    place = {name: consequence[name] for name in ("version", "kind", "number")}
    return rows(conn, "consequence_story", stream=stream, **place)


def tasks(conn: Connection, year: int, org: str | None, limit: int = 200) -> list[Row]:
    """What units have to do: orders that hold still and notices that nobody has explained, the earliest deadline first."""
    return rows(conn, "tasks", year=year, org=org, limit=limit)
