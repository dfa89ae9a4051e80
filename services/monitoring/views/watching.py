"""Queries of the watch list (重点监控): who is on it, who was, and which projects an entry covers."""

from __future__ import annotations

from backbone.record.events import Connection
from services.monitoring.views.statements import Row, rows

PAST = 200


def watch_list(conn: Connection, year: int, org: str | None) -> list[Row]:
    """Who is on the list now, with how many projects of a year each entry covers; those of `org` and its subordinates, or all."""
    return rows(conn, "watch_list", year=year, org=org)


def watched_before(conn: Connection, org: str | None) -> list[Row]:
    """Who was on the list and is no longer, the latest first."""
    return rows(conn, "watch_past", org=org, limit=PAST)


def entries_of(conn: Connection, project: str, unit: str) -> list[tuple[str, str]]:
    """The entries, kind and code, that cover a project of a unit now."""
    return [(row["kind"], row["subject"]) for row in rows(conn, "watch_entries_of", project=project, unit=unit)]


def covers(conn: Connection, kind: str, subject: str, year: int) -> list[Row]:
    """Year, project and unit of what an entry covers or would cover, from a fiscal year on."""
    return rows(conn, "watch_covers", kind=kind, subject=subject, year=year)


def covered(conn: Connection, kind: str, subject: str) -> list[Row]:
    """Year and project of what an entry covers now."""
    return rows(conn, "watch_covered", entry=f"{kind}/{subject}")
