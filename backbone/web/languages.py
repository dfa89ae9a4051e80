"""Which language a reader wants: `?lang=`, else the cookie of an earlier choice, else Accept-Language, else 中文."""

from __future__ import annotations

from starlette.requests import Request

from backbone.web.words import LANGUAGES, Language

COOKIE = "lang"


def language_of(request: Request) -> Language:
    """The reader's language."""
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return asked
    return accepted(request.headers.get("accept-language", ""))


def chosen(request: Request) -> Language | None:
    """The language that this request's address chooses, to be kept in the cookie; None where it chooses none."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else None


def accepted(header: str) -> Language:
    """The best of an Accept-Language header: `en-GB,en;q=0.9,zh;q=0.3` → en; 中文 where it names neither."""
    best: Language = "zh"
    best_weight = 0.0
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        lang = tag.strip().lower().split("-")[0]
        weight = _weight(parameter)
        if lang in LANGUAGES and weight > best_weight:
            best, best_weight = lang, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
