"""What is wrong with one entry of a request, said to a clerk: pydantic's error types in our own words, with the place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from backbone.web.words import Words

_KEYS = {
    "missing": "missing",
    "string_type": "text",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "pattern",
    "int_type": "whole",
    "int_parsing": "whole",
    "int_from_float": "whole",
    "decimal_type": "decimal",
    "decimal_parsing": "decimal",
    "finite_number": "decimal",
    "float_type": "decimal",
    "float_parsing": "decimal",
    "bool_type": "yes_or_no",
    "bool_parsing": "yes_or_no",
    "date_type": "day",
    "date_parsing": "day",
    "date_from_datetime_parsing": "day",
    "date_from_datetime_inexact": "day",
    "literal_error": "choice",
    "enum": "choice",
    "too_short": "too_few",
    "too_long": "too_many",
    "decimal_max_digits": "too_many_digits",
    "greater_than": "not_above",
    "greater_than_equal": "too_small",
    "less_than": "not_below",
    "less_than_equal": "too_large",
    "list_type": "list",
    "tuple_type": "list",
    "dict_type": "table",
    "model_type": "table",
    "model_attributes_type": "table",
    "dataclass_type": "table",
    "extra_forbidden": "unknown",
    "json_invalid": "json",
}
_LIMITS = ("min_length", "max_length", "max_digits", "gt", "ge", "lt", "le")
_DOORS = ("body", "query", "path", "header", "cookie")


def sentences(error: Mapping[str, Any], words: Words) -> dict[str, str]:
    """What is wrong, in both languages: the entry's place and what it should be."""
    key = f"invalid.{_KEYS.get(error['type'], 'value')}"
    context = error.get("ctx") or {}
    fields: dict[str, object] = {
        "limit": next((context[name] for name in _LIMITS if name in context), ""),
        "expected": tuple(re.findall(r"'([^']*)'", str(context.get("expected", "")))),
        "position": error["loc"][-1],
    }
    place = _place(error["loc"])
    if place:
        return words.both(key, place=place, **fields)
    everywhere = words.both("invalid.whole_request")
    return {lang: words.say(key, lang, place=everywhere[lang], **fields) for lang in everywhere}  # pyright: ignore[reportArgumentType]


def pointer(location: Sequence[str | int]) -> str:
    """The place as a JSON pointer into the body (RFC 6901): `#/annual/0/target`; `?limit` for a query's entry."""
    door, rest = _split(location)
    if door == "body":
        return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in rest)
    return "?" + ".".join(map(str, rest)) if door == "query" else ".".join(map(str, location))


def _place(location: Sequence[str | int]) -> str:
    """The place for a person, items counted from 1."""
    _, rest = _split(location)
    return " › ".join(str(part + 1) if isinstance(part, int) else part for part in rest)


def _split(location: Sequence[str | int]) -> tuple[str, Sequence[str | int]]:
    if location and location[0] in _DOORS:
        return str(location[0]), location[1:]
    return "body", location
