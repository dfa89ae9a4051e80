"""Wiring of publishing: its record, what it hears, its API and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backbone.kafka.lag import Lag
from backbone.kafka.service import Service
from backbone.process.settings import Settings
from backbone.record.events import record_of
from services.publishing import clock, inbox, projections
from services.publishing.domain import EVENTS, HEARD, refusals

if TYPE_CHECKING:
    from fastapi import FastAPI

RECORD = record_of("publishing", EVENTS, projections.apply)
STATUSES = {
    refusals.NothingHeld: 404,
    refusals.ProjectNotPublished: 404,
    refusals.UnitNotPublished: 404,
    refusals.YearNotPublished: 404,
    refusals.EventNotPublic: 404,
    refusals.DocumentMissing: 422,
}


def service(settings: Settings) -> Service:
    """What publishing's worker runs."""
    return Service(RECORD, "publishing.events", hears=HEARD, hear=inbox.hear, due=clock.due)


def api(settings: Settings) -> FastAPI:
    """Publishing's API and pages; what officials do comes before what is addressed by a year."""
    from backbone.web.app import service_app
    from services.publishing.api import public, results
    from services.publishing.pages import PAGES, desk, reading

    app = service_app(
        RECORD,
        settings,
        PAGES.words,
        routers=(results.router, public.router, desk.router, reading.router),
        lag=Lag(settings.kafka, service(settings).topics),
        title="Jixiao publishing",
        statuses=STATUSES,
        show=PAGES.problem,
    )
    PAGES.install(app)
    return app
