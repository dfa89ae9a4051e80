"""Answers that say what went wrong (RFC 9457 `application/problem+json`), in both languages, in words a clerk understands.

    raise Refused(GoalNotApproved("CS-1", 2026))              # anywhere under a route: 409 with the refusal's sentence
    return answer(problem(refusal, words, "zh"))              # or as a value
    install(app, words, statuses={ProjectUnknown: 404})       # in app.py, once

`detail` is in the reader's language, the member `words` in both; `type` (`/problems/goal-not-approved`) is stable. The library
fastapi-problem writes one language, passes pydantic's own messages on and puts an unhandled exception's text into the answer, so
every handler of it would be replaced; what is used of it is the description of these answers in the OpenAPI document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi_problem.handler import customise_openapi
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from backbone.web import invalid
from backbone.web.languages import language_of
from backbone.web.words import Language, Words
from contracts.decision import NotPermitted, Refusal

MEDIA_TYPE = "application/problem+json"
Show = Callable[[Request, "Problem"], Response]
"""How a person's browser is answered; a machine gets the JSON."""


class Refused(Exception):
    """A command was refused by the domain."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(type(refusal).__name__)
        self.refusal = refusal


class BadRequest(Exception):
    """A request that is wrong before any domain sees it; `key` names its sentence in a words.toml, `status` the HTTP status."""

    def __init__(self, key: str, status: int = 400, **fields: object) -> None:
        super().__init__(key)
        self.key = key
        self.status = status
        self.fields = fields


@dataclass(frozen=True)
class Problem:
    """One RFC 9457 answer. `words` holds the detail in both languages, `members` what else the machine may want to know."""

    kind: str
    status: int
    lang: Language
    title: str
    words: Mapping[str, str]
    members: Mapping[str, Any] = field(default_factory=dict[str, Any])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def detail(self) -> str:
        return self.words[self.lang]

    def body(self) -> dict[str, Any]:
        """The members of the answer; those of RFC 9457 stand over a refusal's field of the same name."""
        own = {
            "type": self.kind,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "words": dict(self.words),
        }
        return {**own, **{name: _plain(value) for name, value in self.members.items() if name not in own}}


def problem(
    wrong: Refusal | Exception, words: Words, lang: Language, statuses: Mapping[type[Refusal], int] | None = None
) -> Problem:
    """The answer to a refusal (409, 403 for NotPermitted, or as `statuses` says) or to an error of the request or of ours."""
    match wrong:
        case Refused(refusal=refusal):
            return problem(refusal, words, lang, statuses)
        case Refusal():
            status = (statuses or {}).get(type(wrong), 403 if isinstance(wrong, NotPermitted) else 409)
            name = type(wrong).__name__
            fields = wrong.fields()
            return Problem(
                kind_of(name),
                status,
                lang,
                _title(status, words, lang),
                words.both(f"refusal.{name}", **fields),
                fields,
            )
        case BadRequest(key=key, status=status, fields=fields):
            return Problem(
                kind_of(key.rpartition(".")[2]),
                status,
                lang,
                _title(status, words, lang),
                words.both(key, **fields),
                fields,
            )
        case RequestValidationError() | ValidationError():
            return _invalid(wrong, words, lang)
        case HTTPException(status_code=status):
            known = words.has(f"problem.{status}.detail") and status != 422
            sentences = words.both(f"problem.{status}.detail" if known else "problem.other.detail", status=status)
            kind = "/problems/" + _dashed(_title(status, words, "en"))
            return Problem(kind, status, lang, _title(status, words, lang), sentences, headers=wrong.headers or {})
        case _:
            return Problem("/problems/internal", 500, lang, _title(500, words, lang), words.both("problem.500.detail"))


def answer(of: Problem) -> JSONResponse:
    """The problem as an HTTP answer for a machine."""
    headers = {
        "Content-Language": of.lang,
        "Cache-Control": "no-store",
        "Vary": "Accept-Language, Cookie",
        **of.headers,
    }
    return JSONResponse(of.body(), of.status, headers, MEDIA_TYPE)


def kind_of(name: str) -> str:
    """The stable `type` of a refusal: `GoalNotApproved` → `/problems/goal-not-approved`."""
    return "/problems/" + re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_", "-", name).lower()


def install(
    app: FastAPI, words: Words, statuses: Mapping[type[Refusal], int] | None = None, show: Show | None = None
) -> None:
    """Answer every refusal and error of `app` with a problem; a browser outside /api with a page, where `show` can make one."""
    log = structlog.get_logger("web")

    def handle(request: Request, error: Exception) -> Response:
        found = problem(error, words, language_of(request), statuses)
        if found.status == 500:
            log.error("request_failed", method=request.method, path=request.url.path, exc_info=error)
        if show is not None and _is_browser(request):
            return show(request, found)
        return answer(found)

    for kind in (Refused, BadRequest, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, handle)
    app.openapi = customise_openapi(app.openapi)  # pyright: ignore[reportAttributeAccessIssue]


def _invalid(error: RequestValidationError | ValidationError, words: Words, lang: Language) -> Problem:
    said = [(entry, invalid.sentences(entry, words)) for entry in error.errors()]
    for entry, sentences in said:
        if entry["type"] == "json_invalid":
            return Problem("/problems/not-json", 400, lang, _title(400, words, lang), sentences)
    entries = [
        {"pointer": invalid.pointer(entry["loc"]), "detail": sentences[lang], "words": sentences}
        for entry, sentences in said
    ]
    counted = words.both("problem.422.detail", n=len(entries))
    return Problem("/problems/invalid", 422, lang, _title(422, words, lang), counted, {"errors": entries})


def _is_browser(request: Request) -> bool:
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def _title(status: int, words: Words, lang: Language) -> str:
    key = f"problem.{status}.title"
    return words.say(key if words.has(key) else "problem.other.title", lang)


def _dashed(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _plain(value: Any) -> Any:
    """A refusal's field as JSON: decimals and days as text, never a float."""
    match value:
        case Decimal() | date():
            return str(value)
        case tuple() | list() | set() | frozenset():
            return [_plain(part) for part in value]
        case dict():
            return {str(name): _plain(part) for name, part in value.items()}
        case None | bool() | int() | str():
            return value
        case Refusal():
            return {name: _plain(part) for name, part in value.fields().items()}
        case _:
            return str(value)
