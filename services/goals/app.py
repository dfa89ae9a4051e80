"""Wiring of goals: its record, its worker, its API and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backbone.kafka.lag import Lag
from backbone.kafka.service import Service
from backbone.process.settings import Settings
from backbone.record.events import record_of
from services.goals import clock, inbox, projections
from services.goals.domain import EVENTS, refusals

if TYPE_CHECKING:
    from fastapi import FastAPI

RECORD = record_of("goals", EVENTS, projections.apply)
STATUSES = {refusals.NotDeclared: 404, refusals.AdjustmentUnknown: 404, refusals.ReallocationUnknown: 404}


def service(settings: Settings) -> Service:
    """What goals' worker runs: relay, inbox, clock."""
    return Service(RECORD, "goals.events", hears=inbox.HEARS, hear=inbox.hear, due=clock.due)


def api(settings: Settings) -> FastAPI:
    """Goals' HTTP: commands and queries under /api, pages beside them."""
    from backbone.web.app import service_app
    from services.goals.api import adjustments, declarations, projects, reallocations, uses
    from services.goals.pages import PAGES, routes
    from services.goals.pages import adjustments as adjustments_page
    from services.goals.pages import reallocations as freed

    app = service_app(
        RECORD,
        settings,
        PAGES.words,
        routers=(
            declarations.router,
            adjustments.router,
            reallocations.router,
            projects.router,
            uses.router,
            routes.router,
            adjustments_page.router,
            freed.router,
        ),
        lag=Lag(settings.kafka, service(settings).topics),
        title="绩效目标 · Jixiao goals",
        statuses=STATUSES,
        show=PAGES.problem,
    )
    PAGES.install(app)
    return app
