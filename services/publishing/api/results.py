"""What officials do: see what is held, and approve it for publication."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from backbone.web.asking import Ask
from contracts.kinds import Code, Year
from services.publishing import handlers, views
from services.publishing.api import shapes

router = APIRouter(prefix="/api", tags=["results"])


class Approval(BaseModel):
    """The document that the approval rests on, and the evaluation that was looked at (optional: whichever is held)."""

    model_config = ConfigDict(extra="forbid")

    document: Annotated[str, Field(min_length=1, max_length=200)]
    evaluation: UUID | None = None


@router.get("/held")
def held(ask: Ask, year: Year | None = None) -> Response:
    """Results that wait for an official's approval."""
    ask.require("read-held", handlers.COUNTY)
    rows = ask.read(lambda conn: views.held(conn, year))
    return JSONResponse({"held": shapes.plain(rows)}, headers={"Cache-Control": "no-store"})


@router.post("/projects/{year}/{project}/approval")
def approve(ask: Ask, year: Year, project: Code, body: Approval) -> Response:
    """Approve the held result of a project and publish it."""
    seen = str(body.evaluation) if body.evaluation else None
    return ask.command(
        "approve-result",
        {"project": project, "year": year, **body.model_dump(mode="json")},
        lambda tx: handlers.approve_result(tx, project, year, body.document, seen),
    )
