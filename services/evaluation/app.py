"""Wiring of evaluation: its record, its worker, its API and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backbone.kafka.lag import Lag
from backbone.kafka.service import Service
from backbone.process.settings import Settings
from backbone.record.events import record_of
from services.evaluation import clock, inbox, projections
from services.evaluation.domain import EVENTS, refusals

if TYPE_CHECKING:
    from fastapi import FastAPI

RECORD = record_of("evaluation", EVENTS, projections.apply)
STATUSES = {refusals.AssessmentNotOpen: 404, refusals.UnitNotAssessed: 404, refusals.BonusUnknown: 404}


def service(settings: Settings) -> Service:
    """What evaluation's worker runs: relay, inbox, clock."""
    return Service(RECORD, "evaluation.events", hears=inbox.HEARS, hear=inbox.hear, due=clock.due)


def api(settings: Settings) -> FastAPI:
    """Evaluation's HTTP: commands and queries under /api, pages beside them."""
    from backbone.web.app import service_app
    from services.evaluation.api import assessments, projects, units
    from services.evaluation.pages import PAGES, assessed, evaluated

    app = service_app(
        RECORD,
        settings,
        PAGES.words,
        routers=(assessments.router, units.router, projects.router, evaluated.router, assessed.router),
        lag=Lag(settings.kafka, service(settings).topics),
        title="绩效评价 · Jixiao evaluation",
        statuses=STATUSES,
        show=PAGES.problem,
    )
    PAGES.install(app)
    return app
