"""Judging rests after a backlog, and never otherwise."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from services.monitoring.app import RECORD
from services.monitoring.handlers import touched
from services.monitoring.handlers.marks import mark_project
from services.monitoring.handlers.touched import REST, TouchedProjects
from tests.integration.recording import StandingClock
from tests.integration.servers import Servers


@pytest.mark.parametrize(("projects", "rests"), [(2, False), (3, True)])
def test_after_so_many_projects_in_one_step(
    servers: Servers, monkeypatch: pytest.MonkeyPatch, projects: int, rests: bool
) -> None:
    rested: list[float] = []
    monkeypatch.setattr(touched.time, "sleep", rested.append)
    conn: psycopg.Connection[Any]
    with psycopg.connect(servers.fresh("monitoring").url, autocommit=True) as conn:
        judging = TouchedProjects(conn, RECORD, StandingClock(), many=3)
        for number in range(projects):
            mark_project(conn, f"CS-{number}", "2026-03")
        assert judging.step() == projects
        assert judging.step() == 0
    assert rested[0] == 0
    assert (0 < rested[1] <= REST) if rests else rested[1] == 0
