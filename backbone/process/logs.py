"""Structured logs: one JSON object a line, with service, process and trace id; or text for a terminal."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from backbone.process import trace


def configure(service: str, process: str, *, level: str = "info", form: str = "json") -> None:
    """Set up logging of this process, the standard library's loggers included."""

    def stamp(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["service"], line["process"] = service, process
        if (found := trace.trace_id(trace.current())) is not None:
            line.setdefault("trace_id", found)
        return line

    steps: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        stamp,
        structlog.processors.format_exc_info,
    ]
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *steps],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("faust", "mode", "aiokafka", "kafka", "asyncio", "uvicorn.access", "yoyo"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


log: Any = structlog.get_logger()
"""This process's logger: `log.info("relayed", events=12)`; the first word says what happened."""
