"""The watch list (重点监控) over HTTP: who is on it, who was; put on it and taken off by an official's decision."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response

from backbone.web.asking import Ask
from backbone.web.problems import Refused
from contracts.decision import Refusal
from contracts.kinds import Code, Year
from services.monitoring.api import bodies, shapes
from services.monitoring.domain.seeing import bound_to
from services.monitoring.handlers import watching as commands
from services.monitoring.views import watching as views

router = APIRouter(prefix="/api/watch-list", tags=["watch list"])
Kind = Literal["project", "unit"]


@router.get("")
def watch_list(ask: Ask, year: Year) -> dict[str, Any]:
    """Who is on the list now, with how many projects of a year each entry covers, and who was on it before."""
    org = bound_to(ask.actor, "read-project")
    if isinstance(org, Refusal):
        raise Refused(org)
    now, before = ask.read(lambda conn: (views.watch_list(conn, year, org), views.watched_before(conn, org)))
    return {"entries": shapes.plain(now), "before": shapes.plain(before)}


@router.post("")
def put_on_list(ask: Ask, body: bodies.WatchBody) -> Response:
    """Put a project or a unit on the list."""
    return ask.command(
        "decide-watch-list",
        {"put": True, **body.model_dump(mode="json")},
        lambda tx: commands.put_on_list(tx, body.kind, body.subject, body.reason, body.document),
    )


@router.post("/{kind}/{subject}/removal")
def take_off_list(ask: Ask, kind: Kind, subject: Code, body: bodies.ResumptionBody) -> Response:
    """Take a project or a unit off the list."""
    return ask.command(
        "decide-watch-list",
        {"put": False, "kind": kind, "subject": subject, **body.model_dump(mode="json")},
        lambda tx: commands.take_off_list(tx, kind, subject, body.reason, body.document),
    )
