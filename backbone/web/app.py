"""The FastAPI app of a service: pool, clock, identity, health, status, traces; problems in two languages."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from psycopg_pool import ConnectionPool, PoolTimeout
from starlette.exceptions import HTTPException

from backbone.identity import Identity
from backbone.process.connections import NOT_HELD, OUTAGES, READING_SECONDS, options
from backbone.process.health import health_routes
from backbone.process.logs import log
from backbone.process.settings import Settings
from backbone.record.changes import told
from backbone.record.clock import Clock, SystemClock, clock_for, confirmed_day
from backbone.record.events import Connection, Record
from backbone.record.relay import backlog
from backbone.record.transact import Transact
from backbone.web import problems
from backbone.web.entry import Entry
from backbone.web.languages import language_of
from backbone.web.words import Words
from contracts.decision import Refusal

Lag = Callable[[Connection], tuple[int, float]]
"""Messages not yet consumed by the service, and the age in seconds of the last one consumed while some wait (backbone/kafka/lag.py)."""


def service_app(
    record: Record,
    settings: Settings,
    words: Words,
    routers: Sequence[APIRouter],
    *,
    lag: Lag,
    title: str,
    statuses: Mapping[type[Refusal], int] | None = None,
    show: problems.Show | None = None,
) -> FastAPI:
    """The app of one service. `routers` are its api and pages; `words` its sentences; `lag` asks Kafka what waits; `statuses` the HTTP
    status of refusals that are not 409; `show` answers a browser's problems with a page."""
    pool: ConnectionPool[Connection] = ConnectionPool(
        settings.database_of(record.service),
        min_size=1,
        max_size=8,
        open=False,
        timeout=15,
        kwargs={"prepare_threshold": 3, **options(READING_SECONDS)},
        check=ConnectionPool.check_connection,
    )
    clock = clock_for(settings.clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        pool.open()
        yield
        pool.close()

    app = FastAPI(
        title=title, version="1", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url="/openapi.json"
    )
    app.state.identity = Identity(settings.token_public_key)
    app.state.transact = Transact(pool.connection, record, clock)
    app.state.settings = settings
    app.state.words = words
    problems.install(app, words, statuses, show)
    for outage in (*OUTAGES, PoolTimeout):
        app.add_exception_handler(outage, _unanswered)
    for unholdable in NOT_HELD:
        app.add_exception_handler(unholdable, _not_held)
    app.add_middleware(Entry)
    app.router.routes.extend(health_routes({"database": lambda: _answers(pool)}))
    app.include_router(_state_of_service(record, pool, clock, lag))
    for router in routers:
        app.include_router(router)
    return app


def _state_of_service(record: Record, pool: ConnectionPool[Connection], clock: Clock, lag: Lag) -> APIRouter:
    """`/clock` and `/status`: what the demo waits for and `jixiao status` shows."""
    router = APIRouter()

    @router.get("/clock")
    def clock_of_service() -> dict[str, Any]:
        with pool.connection() as conn:
            day = confirmed_day(conn)
        return {
            "clock": "system" if isinstance(clock, SystemClock) else "business",
            "day": day.isoformat() if day else None,
        }

    @router.get("/status")
    def status() -> dict[str, Any]:
        with pool.connection() as conn:
            events, seconds = lag(conn)
            day = confirmed_day(conn)
            row = conn.execute(
                "select (select count(*) from record.dead_letter where status = 'waiting'),"
                " (select count(*) from record.parked) + (select count(*) from record.held_back)"
            ).fetchone()
            assert row is not None
            return {
                "service": record.service,
                "relay_backlog": backlog(conn),
                "lag_events": events,
                "lag_seconds": round(seconds, 3),
                "dead_letters": row[0],
                "parked": row[1],
                "topic_changes": told(conn),
                "day": day.isoformat() if day else None,
            }

    return router


def _answers(pool: ConnectionPool[Connection]) -> str | None:
    with pool.connection(timeout=2) as conn:
        conn.execute("select 1")
    return None


def _unanswered(request: Request, error: Exception) -> Response:
    """The database did not answer: whether the command was carried out is unknown, and the same key may be sent again."""
    log.warning("outage", part="database", error=str(error).strip())
    found = problems.problem(
        HTTPException(503, headers={"Retry-After": "2"}), request.app.state.words, language_of(request)
    )
    return problems.answer(found)


def _not_held(request: Request, error: Exception) -> Response:
    """A value that PostgreSQL can't hold, such as a NUL in a search: the request's fault, and nothing was done."""
    log.info("refused", error=str(error).strip())
    return problems.answer(problems.problem(HTTPException(400), request.app.state.words, language_of(request)))
