"""Rounds: opened and closed by finance or an official; a project's part taken down, filled in, reviewed, chased, decided.

Opening writes one event; the figures of each project are taken down after it, many projects in a transaction, and what a breakdown left
is taken up by the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from backbone.process.dated import in_force, load_all
from backbone.record.transact import Transact
from backbone.record.transaction import Decider, Outcome, Transaction
from contracts.authority import permit
from contracts.decision import Refusal
from contracts.event import Event, project_stream
from contracts.monitoring import Measure
from services.monitoring import views
from services.monitoring.domain.judging import Figures
from services.monitoring.domain.refusals import GoalNotApproved, RoundUnknown
from services.monitoring.domain.rounds import decider, opening, part
from services.monitoring.domain.rounds.deciding import DecidePart
from services.monitoring.domain.rounds.events import ProposalKind, RoundKind, RoundOpened, round_stream
from services.monitoring.domain.rounds.filling import ChasePart, FillPart, PassPart, ReturnPart
from services.monitoring.domain.rounds.opening import CloseRound, OpenRound
from services.monitoring.domain.rounds.part import InRounds, OfPart
from services.monitoring.domain.rounds.policy import MidTermPolicy
from services.monitoring.domain.rounds.taking import TakeIntoRound
from services.monitoring.domain.rules import RuleSet
from services.monitoring.domain.seeing import NOBODYS
from services.monitoring.handlers.judging import figures_now, rules_on
from services.monitoring.views import rounds

ROUND = Decider(opening.INITIAL, opening.evolve, opening.decide)
PART = Decider(part.INITIAL, part.evolve, decider.decide)
POLICY = "mid-term-1"
POLICIES = "services.monitoring.rules.mid_term"
RULE_SETS = "services.monitoring.rules"
AT_ONCE = 50
"""Projects whose figures are taken down in one transaction."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A round as it is asked for; `departments` or `projects` None: all of the year."""

    round: str
    kind: RoundKind
    through: str
    document: str
    due: date | None = None
    departments: Sequence[str] | None = None
    projects: Sequence[str] | None = None


def open_round(tx: Transaction, asked: Asked) -> Outcome | Refusal:
    """Open a round for every project in scope that is not stopped."""
    in_scope = rounds.in_scope(tx.conn, int(asked.round[:4]), asked.departments, asked.projects)
    day = tx.context.day
    command = OpenRound(
        asked.round,
        asked.kind,
        asked.through,
        in_scope,
        asked.due,
        asked.document,
        rules_on(day).reference,
        in_force(load_all(POLICIES, MidTermPolicy), POLICY, day),
    )
    return permit(tx.context.actor, "run-round", NOBODYS) or tx.decide(ROUND, command.stream, command)


def close_round(tx: Transaction, round: str, document: str) -> Outcome | Refusal:
    """Close a round in which everything is decided."""
    command = CloseRound(round, document, rounds.undecided(tx.conn, round))
    return permit(tx.context.actor, "run-round", NOBODYS) or tx.decide(ROUND, command.stream, command)


def take_waiting(transact: Transact, round: str | None = None) -> int:
    """Take down the figures of every project in scope of a round (None: of all rounds) that are not yet; how many those were."""
    taken = 0
    seen: set[rounds.Place] = set()
    while True:
        with transact.connect() as conn:
            found = rounds.untaken(conn, round, AT_ONCE + len(seen))
        waiting = [place for place in found if place not in seen][:AT_ONCE]
        if not waiting:
            return taken
        seen.update(waiting)
        taken += transact(lambda tx, places=waiting: _take_all(tx, places))


def fill_part(tx: Transaction, command: FillPart) -> Outcome | Refusal:
    """A unit, or its department for it, fills in its part."""
    return _commanded(tx, "fill-round", command)


def return_part(tx: Transaction, project: str, round: str, reason: str) -> Outcome | Refusal:
    """Finance returns a part."""
    policy = _policy(tx, round)
    if isinstance(policy, Refusal):
        return permit(tx.context.actor, "review-round", NOBODYS) or policy
    return _commanded(tx, "review-round", ReturnPart(project, int(round[:4]), round, reason, policy))


def pass_part(tx: Transaction, project: str, round: str, note: str) -> Outcome | Refusal:
    """Finance passes a part; the system proposes."""
    policy = _policy(tx, round)
    if isinstance(policy, Refusal):
        return permit(tx.context.actor, "review-round", NOBODYS) or policy
    return _commanded(tx, "review-round", PassPart(project, int(round[:4]), round, policy, note))


def decide_part(
    tx: Transaction,
    project: str,
    round: str,
    decision: ProposalKind,
    reason: str,
    *,
    budget: int | None = None,
    measure: Measure | None = None,
) -> Outcome | Refusal:
    """An official decides; what the project has been paid is read from the ledger."""
    command = DecidePart(project, int(round[:4]), round, decision, reason, 0, budget, measure)
    return _commanded(tx, "decide-round", command)


def confirm_part(tx: Transaction, project: str, round: str, reason: str, measure: Measure) -> Outcome | Refusal:
    """An official confirms what the system proposed."""
    state = tx.state(PART, project_stream(project, int(round[:4])))
    own = state.parts.get(round)
    if own is None or own.passed is None:
        return decide_part(tx, project, round, "keep", reason)
    proposal = own.passed
    return decide_part(tx, project, round, proposal.proposal, reason, budget=proposal.budget, measure=measure)


def chase_part(tx: Transaction, place: rounds.Place) -> Outcome | Refusal:
    """The clock chases a unit whose part is due."""
    policy = _policy(tx, place.round)
    if isinstance(policy, Refusal):
        return policy
    command = ChasePart(place.project, place.year, place.round, policy)
    return tx.decide(PART, command.stream, command)


def _commanded(
    tx: Transaction, action: str, command: FillPart | ReturnPart | PassPart | DecidePart
) -> Outcome | Refusal:
    """Permit by the project's unit, decide, append."""
    state: InRounds = tx.state(PART, command.stream)
    project = state.project
    if project.goal is None:
        return permit(tx.context.actor, action, tx.context.actor.org) or GoalNotApproved(command.project, command.year)
    if refusal := permit(tx.context.actor, action, project.unit):
        return refusal
    if isinstance(command, DecidePart):
        command = replace(command, paid=figures_now(tx.conn, command.project, command.year, project))
    return tx.decide(PART, command.stream, command)


def _take_all(tx: Transaction, places: Sequence[rounds.Place]) -> int:
    """Take several projects' figures down in one transaction; how many were taken. All is read and decided before the first is
    written, so that the record's lock is held shortly."""
    opened = {round: tx.state(ROUND, round_stream(round)).opened for round in {place.round for place in places}}
    decided = [_taken(tx, place, found) for place in places if (found := opened[place.round]) is not None]
    for stream, version, events in decided:
        tx.append(stream, version, events)
    return sum(len(events) for _, _, events in decided)


def _taken(tx: Transaction, place: rounds.Place, opened: RoundOpened) -> tuple[str, int, tuple[Event, ...]]:
    """The project's stream, its version, and what taking it down brings; nothing where it was stopped meanwhile."""
    own = OfPart(place.project, place.year, place.round)
    past = tx.load(own.stream)
    state = PART.fold([recorded.event for recorded in past])
    version = past[-1].version if past else 0
    goal = state.project.goal
    if goal is None:
        return own.stream, version, ()
    command = TakeIntoRound(
        place.project,
        place.year,
        place.round,
        opened.kind,
        opened.through,
        opened.due,
        _figures(tx, place, goal.currency, opened.through),
        next(rules for rules in load_all(RULE_SETS, RuleSet) if rules.reference == opened.rules),
        opened.policy,
    )
    result = PART.decide(command, state, tx.context)
    return own.stream, version, () if isinstance(result, Refusal) else result


def _figures(tx: Transaction, place: rounds.Place, currency: str, through: str) -> Figures:
    """What the ledger says up to a month, with the digest of just these vouchers: read again where some arrived meanwhile."""

    def now() -> Figures:
        return views.figures(tx.conn, place.project, place.year, currency).by_period[through]

    before = now()
    while True:
        digest = views.digest(tx.conn, place.project, place.year, currency, through)
        after = now()
        if after == before:
            return replace(after, digest=digest)
        before = after


def _policy(tx: Transaction, round: str) -> MidTermPolicy | Refusal:
    """The policy that a round was opened under, however many newer ones there are."""
    opened = tx.state(ROUND, round_stream(round)).opened
    if opened is None:
        return RoundUnknown(round)
    return next(each for each in load_all(POLICIES, MidTermPolicy) if each.reference == opened.policy)
