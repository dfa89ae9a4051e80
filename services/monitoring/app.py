"""Wiring of monitoring: its record, what it hears, what its worker runs beside, its API and pages."""

from __future__ import annotations

from fastapi import FastAPI

from backbone.kafka.lag import Lag
from backbone.kafka.worker import Beside, Service
from backbone.process.settings import Settings
from backbone.record.clock import Clock
from backbone.record.events import Connection, record_of
from backbone.web.app import service_app
from services.monitoring import clock, inbox, projections
from services.monitoring.api import ledger, orders, projects
from services.monitoring.domain import EVENTS, refusals
from services.monitoring.handlers.touched import TouchedProjects
from services.monitoring.pages import PAGES, desk, vouchers

RECORD = record_of("monitoring", EVENTS, projections.apply)
STATUSES = {
    refusals.ProjectUnknown: 404,
    refusals.EventUnknown: 404,
    refusals.SourceUnknown: 404,
    refusals.PlaceUnknown: 400,
}


def service(settings: Settings) -> Service:
    """What monitoring's worker runs."""
    return Service(
        RECORD,
        "monitoring.events",
        hears=inbox.HEARS,
        hear=inbox.hear,
        due=clock.due,
        beside=(Beside("judging", judging, idle=0.02),),
    )


def judging(conn: Connection, settings: Settings, clock: Clock) -> TouchedProjects:
    """The loop that judges what the intake touched."""
    return TouchedProjects(conn, RECORD, clock)


def api(settings: Settings) -> FastAPI:
    """Monitoring's API and pages."""
    app = service_app(
        RECORD,
        settings,
        PAGES.words,
        routers=(ledger.router, projects.router, orders.router, desk.router, vouchers.router),
        lag=Lag(settings.kafka, service(settings).topics),
        title="Jixiao monitoring",
        statuses=STATUSES,
        show=PAGES.problem,
    )
    PAGES.install(app)
    return app
