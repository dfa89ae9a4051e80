"""Money that a stop freed goes to a project that needs it (及时调整用于亟需支持的项目, 方案篇一 双监控): finance proposes, finance decides.

All of it stands in the stream of the stopped project, so that never more is given than was freed: what is proposed and not decided
counts as given. The receiving project's goals and budget are then adjusted by the adjustment procedure (`adjustment.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from contracts.decision import Context, Refusal
from contracts.event import Event, OfProject, PrivateEvent
from contracts.goals import FundsReallocated, GoalSubmitted, ReallocationRejected
from contracts.kinds import Code, Fen, Text
from contracts.monitoring import ProjectStopped
from services.goals.domain import refusals
from services.goals.domain.adjustment import OfAdjustment as OfFreed


class ReallocationProposed(OfProject, PrivateEvent):
    """Finance proposed to give freed money to another project. `amount` in fen; `reallocation` counts from 1.

    Example::

        {"project": "CS-2026-007", "year": 2026, "reallocation": 1, "to": "CS-2026-012", "amount": 60000000, "currency": "CNY",
         "reason": "灌区抢修亟需资金", "proposed_by": "王芳 (finance, finance)"}
    """

    owner: ClassVar[str] = "goals"

    reallocation: int
    to: Code
    amount: Fen
    currency: Text
    reason: Text
    proposed_by: Text


@dataclass(frozen=True, slots=True)
class Receiver:
    """What is known of the project that is to receive: whether its goal is approved, whether it was stopped, its currency."""

    approved: bool
    stopped: bool
    currency: str


@dataclass(frozen=True, slots=True)
class ProposeReallocation(OfFreed):
    """Give `amount` (fen) of what the stop of `project` freed to the project `to`."""

    to: str
    amount: int
    reason: str
    receiver: Receiver


@dataclass(frozen=True, slots=True)
class ApproveReallocation(OfFreed):
    """Approve proposal number `reallocation` on a document."""

    reallocation: int
    document: str


@dataclass(frozen=True, slots=True)
class RejectReallocation(OfFreed):
    """Reject proposal number `reallocation` and say why."""

    reallocation: int
    reason: str


Command = ProposeReallocation | ApproveReallocation | RejectReallocation


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal and what became of it."""

    proposed: ReallocationProposed
    decision: Literal["approved", "rejected"] | None = None
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Freed:
    """What a stop freed (fen; None: the project was not stopped) and where it is to go."""

    freed: int | None = None
    currency: str = "CNY"
    proposals: tuple[Proposal, ...] = ()

    @property
    def left(self) -> int:
        """What is neither given nor proposed."""
        taken = sum(each.proposed.amount for each in self.proposals if each.decision != "rejected")
        return (self.freed or 0) - taken


INITIAL = Freed()


def evolve(state: Freed, event: Event) -> Freed:
    """The state after `event`."""
    match event:
        case GoalSubmitted():
            return replace(state, currency=event.currency)
        case ProjectStopped():
            return replace(state, freed=event.freed)
        case ReallocationProposed():
            return replace(state, proposals=(*state.proposals, Proposal(event)))
        case FundsReallocated():
            return _decided(state, event.reallocation, "approved", event.document)
        case ReallocationRejected():
            return _decided(state, event.reallocation, "rejected", event.reason)
        case _:
            return state


def decide(command: Command, state: Freed, context: Context) -> tuple[Event, ...] | Refusal:
    """The events that follow from `command`, none where it has happened already, or why it is refused."""
    match command:
        case ProposeReallocation():
            return propose(command, state, context)
        case ApproveReallocation():
            return approve(command, state, context)
        case RejectReallocation():
            return reject(command, state, context)


def propose(command: ProposeReallocation, state: Freed, context: Context) -> tuple[Event, ...] | Refusal:
    """Only up to what was freed, only to a project that runs, in the same currency."""
    of = (command.project, command.year)
    asked = (command.to, command.amount, command.reason)
    if any(
        each.decision is None and (each.proposed.to, each.proposed.amount, each.proposed.reason) == asked
        for each in state.proposals
    ):
        return ()
    if refusal := _unfit(command, state):
        return refusal
    return (
        ReallocationProposed(
            project=of[0],
            year=of[1],
            reallocation=len(state.proposals) + 1,
            to=command.to,
            amount=command.amount,
            currency=state.currency,
            reason=command.reason,
            proposed_by=str(context.actor),
        ),
    )


def approve(command: ApproveReallocation, state: Freed, context: Context) -> tuple[Event, ...] | Refusal:
    """The money goes over on a document; the receiving project's budget follows by its own adjustment."""
    of = (command.project, command.year)
    proposal = _proposal(state, command.reallocation)
    if proposal is None:
        return refusals.ReallocationUnknown(*of, command.reallocation)
    if not command.document.strip():
        return refusals.DocumentMissing(*of)
    if (proposal.decision, proposal.ground) == ("approved", command.document):
        return ()
    if proposal.decision:
        return refusals.ReallocationDecided(*of, command.reallocation, proposal.decision)
    proposed = proposal.proposed
    return (
        FundsReallocated(
            project=command.project,
            year=command.year,
            reallocation=proposed.reallocation,
            to=proposed.to,
            amount=proposed.amount,
            currency=proposed.currency,
            reason=proposed.reason,
            document=command.document,
            decided_by=str(context.actor),
            decided_on=context.day,
        ),
    )


def reject(command: RejectReallocation, state: Freed, context: Context) -> tuple[Event, ...] | Refusal:
    """The money is free again for another proposal."""
    of = (command.project, command.year)
    proposal = _proposal(state, command.reallocation)
    if proposal is None:
        return refusals.ReallocationUnknown(*of, command.reallocation)
    if not command.reason.strip():
        return refusals.ReasonMissing(*of)
    if (proposal.decision, proposal.ground) == ("rejected", command.reason):
        return ()
    if proposal.decision:
        return refusals.ReallocationDecided(*of, command.reallocation, proposal.decision)
    return (
        ReallocationRejected(
            project=command.project,
            year=command.year,
            reallocation=command.reallocation,
            reason=command.reason,
            rejected_by=str(context.actor),
            to=proposal.proposed.to,
            amount=proposal.proposed.amount,
            currency=proposal.proposed.currency,
            rejected_on=context.day,
        ),
    )


def _unfit(command: ProposeReallocation, state: Freed) -> Refusal | None:
    of = (command.project, command.year)
    if state.freed is None:
        return refusals.NothingFreed(*of)
    if command.amount <= 0:
        return refusals.AmountNotPositive(*of, command.amount)
    if not command.reason.strip():
        return refusals.ReasonMissing(*of)
    receiver = command.receiver
    if not receiver.approved or receiver.stopped or command.to == command.project:
        return refusals.CannotReceive(*of, command.to)
    if receiver.currency != state.currency:
        return refusals.CurrenciesDiffer(*of, state.currency, receiver.currency)
    if command.amount > state.left:
        return refusals.MoreThanFreed(*of, command.amount, state.left, state.currency)
    return None


def _proposal(state: Freed, reallocation: int) -> Proposal | None:
    return next((each for each in state.proposals if each.proposed.reallocation == reallocation), None)


def _decided(state: Freed, reallocation: int, decision: Literal["approved", "rejected"], ground: str) -> Freed:
    return replace(
        state,
        proposals=tuple(
            replace(each, decision=decision, ground=ground) if each.proposed.reallocation == reallocation else each
            for each in state.proposals
        ),
    )
