"""Health and readiness of a process, and its metrics, for whoever supervises it."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

Check = Callable[[], str | None]
"""None when all is well, else a sentence that says what is not."""


def health_routes(checks: dict[str, Check]) -> list[BaseRoute]:
    """`/health/live` (the process answers), `/health/ready` (503 with a sentence for each check that fails), `/metrics`."""

    def live(_: Request) -> Response:
        return JSONResponse({"live": True})

    def ready(_: Request) -> Response:
        problems = {name: sentence for name, check in checks.items() if (sentence := _asked(check)) is not None}
        return JSONResponse({"ready": not problems, "problems": problems}, status_code=503 if problems else 200)

    def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/health/live", live), Route("/health/ready", ready), Route("/metrics", metrics)]


def _asked(check: Check) -> str | None:
    try:
        return check()
    except Exception as error:
        return f"{type(error).__name__}: {error}".strip()
