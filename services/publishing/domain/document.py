"""What is published of a project's year, to the letter: one JSON document, in a canonical form, with its SHA-256.

Canonical as RFC 8785 has it: keys sorted, no spaces, UTF-8. Every number in the events is an integer or a decimal written as text, so
the standard library's writing is already the canonical one. Who downloads the document can compute the digest anew.

The document is composed once, at the approval, and written down: composed anew later, it would have whatever the events have by then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from contracts.event import Event, OfProject, PrivateEvent
from contracts.publishing import ResultPublished

if TYPE_CHECKING:
    from services.publishing.domain.result import Result

FORMAT = "jixiao.publication.1"
"""Names this form: a later one gets a name of its own, so that what was published stays computable."""
_SAME_EVERYWHERE = {"project", "year"}


class PublicationWritten(OfProject, PrivateEvent):
    """The document of a publication as it was approved, to the letter: `text` is its canonical form, `evaluation` the score in it.

    Example::

        {"project": "CS-2026-007", "year": 2026, "evaluation": "7d1f2c7a-2c9f-4a61-9f0c-51d0f1b9a001",
         "text": "{\\"format\\":\\"jixiao.publication.1\\",\\"project\\":\\"CS-2026-007\\",\\"year\\":2026}"}
    """

    owner: ClassVar[str] = "publishing"

    evaluation: str
    text: str


def document(project: str, year: int, evaluation: str, result: Result, *, as_recorded: bool = False) -> dict[str, Any]:
    """What is published: goals as approved and adjusted, each month's money and results, what was found and ordered, the score.

    `evaluation` is the id of the EvaluationCompleted event. Every part is the event's own data; money in fen. `as_recorded` leaves out
    what an event read from the record does not say there, such as a field that it has gained since.
    """

    def data(event: Event) -> dict[str, Any]:
        return event.model_dump(mode="json", exclude=_SAME_EVERYWHERE, exclude_unset=as_recorded)

    return {
        "format": FORMAT,
        "project": project,
        "year": year,
        "evaluation": evaluation,
        "goal": data(result.goal) if result.goal else None,
        "adjustments": [data(adjusted) for adjusted in result.adjustments],
        "months": [data(result.months[period]) for period in sorted(result.months)],
        "deviations": [data(deviation) for deviation in result.deviations],
        "measures": [{"type": measure.type_name(), **data(measure)} for measure in result.measures],
        "result": data(result.held) if result.held else None,
    }


def composed_again(event: ResultPublished, result: Result) -> str:
    """The text of a publication from before it was written down, from the events that it was made of.

    Its events said every field that they had then, unless another program had written them; the digest tells which of the two it was.
    """
    texts = [
        canonical(document(event.project, event.year, event.evaluation, result, as_recorded=as_recorded))
        for as_recorded in (True, False)
    ]
    return next((text for text in texts if digest(text) == event.digest), texts[0]).decode()


def canonical(published: Mapping[str, Any]) -> bytes:
    """The document's canonical bytes."""
    return json.dumps(published, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(text: bytes) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(text).hexdigest()
