"""What is published of a project's year, to the letter: one JSON document, in a canonical form, with its SHA-256.

Canonical as RFC 8785 has it: keys sorted, no spaces, UTF-8. Every number in the events is an integer or a decimal written as text, so
the standard library's writing is already the canonical one. Who downloads the document can compute the digest anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from contracts.event import Event

if TYPE_CHECKING:
    from services.publishing.domain.result import Result

FORMAT = "jixiao.publication.1"
"""Names this form: a later one gets a name of its own, so that what was published stays computable."""
_SAME_EVERYWHERE = {"project", "year"}


def document(project: str, year: int, evaluation: str, result: Result) -> dict[str, Any]:
    """What is published: goals as approved and adjusted, each month's money and results, what was found and ordered, the score.

    `evaluation` is the id of the EvaluationCompleted event. Every part is the event's own data; money in fen.
    """
    return {
        "format": FORMAT,
        "project": project,
        "year": year,
        "evaluation": evaluation,
        "goal": _data(result.goal) if result.goal else None,
        "adjustments": [_data(adjusted) for adjusted in result.adjustments],
        "months": [_data(result.months[period]) for period in sorted(result.months)],
        "deviations": [_data(deviation) for deviation in result.deviations],
        "measures": [{"type": measure.type_name(), **_data(measure)} for measure in result.measures],
        "result": _data(result.held) if result.held else None,
    }


def canonical(published: Mapping[str, Any]) -> bytes:
    """The document's canonical bytes."""
    return json.dumps(published, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(published: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(published)).hexdigest()


def _data(event: Event) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude=_SAME_EVERYWHERE)
