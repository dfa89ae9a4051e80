"""Wiring of monitoring: its record, what it hears, what its worker runs beside, its API and pages."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from backbone.kafka.batches import Batches
from backbone.kafka.clients import KafkaReading
from backbone.kafka.inbox import BrakeCount
from backbone.kafka.lag import Lag
from backbone.kafka.service import Beside, Service
from backbone.process.connections import connect
from backbone.process.settings import Settings
from backbone.record.clock import Clock
from backbone.record.events import Connection, record_of
from contracts.execution import ExecutionReported
from services.monitoring import clock, inbox, projections, views
from services.monitoring.bulk.figures import rebuild_figures
from services.monitoring.bulk.intake import FLUSH_SECONDS, Ahead, Claims, Intake, replay, seldom_collected
from services.monitoring.domain import EVENTS, ledger_refusals, refusals
from services.monitoring.handlers.gaps import GapWatch
from services.monitoring.handlers.marks import MARKED
from services.monitoring.handlers.touched import TouchedProjects

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["RECORD", "api", "rebuild_figures", "replay", "service"]

BRAKE = BrakeCount()
"""Stands for the whole process once it is pulled, however often the intake's loop starts anew."""
WORKER = secrets.token_hex(8)
"""This process among all workers: it judges first what its own intake marked."""
RECORD = record_of("monitoring", EVENTS, projections.apply)
STATUSES = {
    refusals.ProjectUnknown: 404,
    refusals.EventUnknown: 404,
    refusals.RuleUnknown: 404,
    refusals.RoundUnknown: 404,
    refusals.NotInRound: 404,
    ledger_refusals.SourceUnknown: 404,
    ledger_refusals.PlaceUnknown: 400,
    ledger_refusals.ConflictUnknown: 404,
    ledger_refusals.GapUnknown: 404,
    ledger_refusals.VoucherUnknown: 404,
    ledger_refusals.ReconciliationUnknown: 404,
}


def service(settings: Settings) -> Service:
    """What monitoring's worker runs."""
    return Service(
        RECORD,
        "monitoring.events",
        hears=inbox.HEARS,
        hear=inbox.hear,
        due=clock.due,
        beside=(
            Beside("intake", intake, idle=0.0),
            Beside("judging", judging, idle=0.5, listen=MARKED),
            Beside("gaps", gaps, idle=30.0),
        ),
    )


def intake(conn: Connection, settings: Settings, clock: Clock) -> Ahead:
    """The loop that drains the execution stream into the ledger."""
    seldom_collected()
    conn.execute("select set_config('transaction_timeout', %s, false)", (f"{FLUSH_SECONDS}s",))
    with ExitStack() as undone:
        asking = undone.enter_context(closing(connect(settings.database_of("monitoring"))))
        claims = Claims(asking, KafkaReading(settings.kafka))
        stream = Batches(settings.kafka, "jixiao-monitoring-intake", ExecutionReported.topic, claims.take, claims.drop)
        undone.callback(stream.close)
        ahead = Ahead(Intake(conn, stream, claims, clock, worker=WORKER, brake=BRAKE), asking)
        undone.pop_all()
    return ahead


def judging(conn: Connection, settings: Settings, clock: Clock) -> TouchedProjects:
    """The loop that judges what the intake touched."""
    return TouchedProjects(conn, RECORD, clock, worker=WORKER)


def gaps(conn: Connection, settings: Settings, clock: Clock) -> GapWatch:
    """The loop that watches the sources' own numbering."""
    return GapWatch(conn, clock)


def api(settings: Settings) -> FastAPI:
    """Monitoring's API and pages."""
    from backbone.web.app import service_app
    from services.monitoring.api import ledger, ledger_matters, orders, projects, reporting, rounds
    from services.monitoring.api import office as office_api
    from services.monitoring.api import rules as rules_api
    from services.monitoring.api import watching as watching_api
    from services.monitoring.pages import PAGES, desk, matters, rules, vouchers, watching
    from services.monitoring.pages import ledger as ledger_pages
    from services.monitoring.pages import reporting as reporting_pages
    from services.monitoring.pages.rounds import forms, reading, report

    app = service_app(
        RECORD,
        settings,
        PAGES.words,
        routers=(
            ledger.router,
            ledger_matters.router,
            projects.router,
            orders.router,
            rounds.router,
            office_api.router,
            desk.router,
            vouchers.router,
            ledger_pages.router,
            matters.router,
            watching_api.router,
            watching.router,
            rules_api.router,
            rules.router,
            reading.router,
            forms.router,
            report.router,
            reporting.router,
            reporting_pages.router,
        ),
        lag=_lag(settings),
        title="Jixiao monitoring",
        statuses=STATUSES,
        show=PAGES.problem,
    )
    PAGES.install(app)
    return app


def _lag(settings: Settings) -> Callable[[Connection], tuple[int, float]]:
    """What waits in Kafka, the execution stream included, and what is counted but not judged yet."""
    of_topics = Lag(settings.kafka, (*service(settings).topics, ExecutionReported.topic))

    def lag(conn: Connection) -> tuple[int, float]:
        events, seconds = of_topics(conn)
        return (events if events < 0 else events + views.marked_count(conn)), seconds

    return lag
