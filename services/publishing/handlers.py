"""The only place of publishing that writes: permit → load → decide → append → apply; and what is heard is written down."""

from __future__ import annotations

from backbone.record.events import Recorded
from backbone.record.transaction import Decider, Outcome, Transaction
from contracts.authority import permit
from contracts.decision import Actor, Refusal
from contracts.envelope import Envelope
from contracts.evaluation import EvaluationCompleted
from contracts.event import PublicEvent, project_stream
from contracts.monitoring import MonthJudged
from services.publishing.domain import result
from services.publishing.domain.result import ApproveResult

RESULT = Decider(result.INITIAL, result.evolve, result.decide)
COUNTY = "county"
"""The place of a publication in the authority table: it concerns the whole county."""


def approve_result(
    tx: Transaction, project: str, year: int, document: str, seen: str | None = None
) -> Outcome | Refusal:
    """Approve the project's held result and publish it. `seen` is the id of the evaluation that the official looked at."""
    refusal = permit(tx.context.actor, "approve-result", COUNTY)
    if refusal is not None:
        return refusal
    stream = project_stream(project, year)
    past = tx.load(stream)
    held = _held(past)
    command = ApproveResult(
        project,
        year,
        document,
        evaluation=str(held.id) if held else None,
        seen=seen,
        missing=_missing(past, held),
        outdated=_newer_december(past, held),
    )
    return tx.decide(RESULT, stream, command)


def may_read_held(actor: Actor | None) -> bool:
    """Whether somebody may see what has not been published yet."""
    return actor is not None and permit(actor, "read-held", COUNTY) is None


def hear(tx: Transaction, event: PublicEvent, envelope: Envelope) -> Refusal | None:
    """Write down what another service announced. A unit's assessment is for its audience alone (方案篇五): it is not even kept here."""
    if isinstance(event, EvaluationCompleted) and not result.is_public(event):
        return None
    tx.hear(event.stream(), event, envelope)
    return None


def _held(past: list[Recorded]) -> Recorded | None:
    evaluations = [
        each for each in past if isinstance(each.event, EvaluationCompleted) and result.is_public(each.event)
    ]
    return evaluations[-1] if evaluations else None


def _missing(past: list[Recorded], held: Recorded | None) -> tuple[str, ...]:
    """The events that the score rests on and that are not here yet: their topics may be behind evaluation's."""
    if held is None or not isinstance(held.event, EvaluationCompleted):
        return ()
    known = {str(each.id) for each in past}
    return tuple(id_ for id_ in held.event.rests_on if id_ not in known)


def _newer_december(past: list[Recorded], held: Recorded | None) -> bool:
    """Whether the year's last month was judged again since the score: page and score would tell different money."""
    closed = [
        str(each.id)
        for each in past
        if isinstance(each.event, MonthJudged) and each.event.closed and each.event.period.endswith("-12")
    ]
    evaluation = held.event if held else None
    if not isinstance(evaluation, EvaluationCompleted) or not evaluation.rests_on or not closed:
        return False
    return closed[-1] not in evaluation.rests_on
