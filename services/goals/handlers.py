"""The commands of goals: permit, load, decide, append, apply; the only place that writes."""

from __future__ import annotations

from dataclasses import replace

from backbone.process.dated import in_force, load_all
from backbone.record.transaction import Decider, Outcome, Transaction
from contracts.authority import permit
from contracts.decision import Refusal
from contracts.envelope import Envelope
from contracts.event import PublicEvent, project_stream
from services.goals.domain import adjustment, declaration, reallocation
from services.goals.domain.adjustment import (
    ApplyForAdjustment,
    ApproveAdjustment,
    ApprovedGoal,
    Cause,
    GoalsAndBudget,
    RejectAdjustment,
    TakeProposal,
)
from services.goals.domain.declaration import (
    ApproveGoal,
    Declaration,
    ReturnDeclaration,
    ReviewDeclaration,
    SubmitDeclaration,
)
from services.goals.domain.reallocation import ApproveReallocation, ProposeReallocation, Receiver, RejectReallocation
from services.goals.domain.rules import DeclarationRules

DECLARATION = Decider(declaration.INITIAL, declaration.evolve, declaration.decide)
ADJUSTMENT = Decider(adjustment.INITIAL, adjustment.evolve, adjustment.decide)
REALLOCATION = Decider(reallocation.INITIAL, reallocation.evolve, reallocation.decide)
RULES = "declaration-1"


def submit_declaration(tx: Transaction, command: SubmitDeclaration) -> Outcome | Refusal:
    """A unit, or its department for it, declares goals."""
    return permit(tx.context.actor, "submit-goal", command.unit) or tx.decide(DECLARATION, command.stream, command)


def review_declaration(tx: Transaction, project: str, year: int, reason: str) -> Outcome | Refusal:
    """Finance reviews a declaration by the rule set in force."""
    command = ReviewDeclaration(project, year, rules=_rules(tx), reason=reason)
    return _by_finance(tx, "review-goal", command)


def return_declaration(tx: Transaction, command: ReturnDeclaration) -> Outcome | Refusal:
    """Finance sends a declaration back by hand."""
    return _by_finance(tx, "return-goal", command)


def approve_goal(tx: Transaction, command: ApproveGoal) -> Outcome | Refusal:
    """Finance approves goals with their budget."""
    return _by_finance(tx, "approve-goal", command)


def apply_for_adjustment(
    tx: Transaction, project: str, year: int, cause: Cause, reason: str, asked: GoalsAndBudget
) -> Outcome | Refusal:
    """A unit applies to adjust goals and budget; reviewed by the rule set in force."""
    command = ApplyForAdjustment(project, year, cause=cause, reason=reason, asked=asked, rules=_rules(tx))
    unit = _unit(tx, command.stream) or tx.context.actor.org
    return permit(tx.context.actor, "apply-for-adjustment", unit) or tx.decide(ADJUSTMENT, command.stream, command)


def decide_adjustment(tx: Transaction, command: ApproveAdjustment | RejectAdjustment) -> Outcome | Refusal:
    """Finance approves or rejects an application."""
    unit = _unit(tx, command.stream) or command.project
    decided = permit(tx.context.actor, "decide-adjustment", unit) or tx.decide(ADJUSTMENT, command.stream, command)
    if isinstance(decided, Outcome):
        following = take_proposal(tx, command.project, command.year)
        return replace(following, events=(*decided.events, *following.events))
    return decided


def take_proposal(tx: Transaction, project: str, year: int) -> Outcome:
    """What a round of monitoring proposed becomes an application as soon as none waits before it."""
    command = TakeProposal(project, year, rules=_rules(tx))
    taken = tx.decide(ADJUSTMENT, command.stream, command)
    assert isinstance(taken, Outcome)  # the decision takes it or leaves it, and refuses nothing
    return taken


def propose_reallocation(
    tx: Transaction, project: str, year: int, to: str, amount: int, reason: str
) -> Outcome | Refusal:
    """Finance proposes to give freed money to a project as it stands now."""
    refusal = permit(tx.context.actor, "propose-reallocation", _unit(tx, project_stream(project, year)) or project)
    if refusal is not None:
        return refusal
    known = tx.state(ADJUSTMENT, project_stream(to, year))
    currency = known.declared.currency if known.declared else ""
    receiver = Receiver(known.in_force is not None, known.standing.execution == "stopped", currency)
    command = ProposeReallocation(project, year, to=to, amount=amount, reason=reason, receiver=receiver)
    return tx.decide(REALLOCATION, command.stream, command)


def decide_reallocation(tx: Transaction, command: ApproveReallocation | RejectReallocation) -> Outcome | Refusal:
    """Finance approves or rejects a proposal."""
    unit = _unit(tx, command.stream) or command.project
    return permit(tx.context.actor, "decide-reallocation", unit) or tx.decide(REALLOCATION, command.stream, command)


def hear(tx: Transaction, event: PublicEvent, envelope: Envelope) -> None:
    """What another service announced joins the project's stream."""
    tx.hear(event.stream(), event, envelope)


def declaration_of(tx: Transaction, stream: str) -> Declaration:
    """Where a declaration stands, for the answer of a command."""
    return tx.state(DECLARATION, stream)


def goal_of(tx: Transaction, stream: str) -> ApprovedGoal:
    """The goal in force and its applications, for the answer of a command."""
    return tx.state(ADJUSTMENT, stream)


def _by_finance(
    tx: Transaction, action: str, command: ReviewDeclaration | ReturnDeclaration | ApproveGoal
) -> Outcome | Refusal:
    unit = _unit(tx, command.stream) or command.project
    return permit(tx.context.actor, action, unit) or tx.decide(DECLARATION, command.stream, command)


def _unit(tx: Transaction, stream: str) -> str | None:
    """The unit whose project it is: the place that permission is asked for; None where nobody declared it."""
    submitted = tx.state(DECLARATION, stream).submitted
    return submitted.unit if submitted else None


def _rules(tx: Transaction) -> DeclarationRules:
    return in_force(load_all("services.goals.rules", DeclarationRules), RULES, tx.context.day)
