"""What becomes of a message that could not be taken: waited for, or set aside as unreadable, refused or a defect of ours."""

from __future__ import annotations

import traceback

from backbone.identity import NotAuthenticated
from backbone.kafka.dead import Kind
from backbone.kafka.fence import Fenced
from backbone.process.connections import NOT_HELD, OUTAGES
from backbone.process.logs import log
from backbone.record.transact import RETRIED
from contracts.decision import Refusal
from contracts.envelope import Unreadable


class Refused(Exception):
    """A handler refused what another service announced."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(repr(refusal))
        self.refusal = refusal


def passes(error: Exception) -> bool:
    """Whether it says nothing of the message, which is to be given again: an outage, a conflict, a partition that is another's now."""
    return isinstance(error, (Fenced, *OUTAGES, *RETRIED)) and not isinstance(error, NOT_HELD)


def told(error: Exception) -> tuple[Kind, str, str]:
    """Which kind of dead letter an error makes, its reason as a stable word, and a sentence. A defect is logged with its traceback."""
    match error:
        case Unreadable():
            return "unreadable", error.reason, error.detail
        case Refused():
            return "refused", type(error.refusal).__name__, repr(error.refusal)
        case NotAuthenticated():
            return "refused", f"token-{error.reason}", "the message names nobody whom we know"
        case _ if isinstance(error, NOT_HELD):
            return "unreadable", "invalid-data", f"PostgreSQL can't hold it: {error}"
        case _:
            log.error("defect", error="".join(traceback.format_exception(error)))
            return "defect", type(error).__name__, "".join(traceback.format_exception_only(error))
