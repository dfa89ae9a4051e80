"""Which decision answers which command of a part. The decisions are with their subjects; this file only dispatches."""

from __future__ import annotations

from contracts.decision import Context, Refusal
from contracts.event import Event
from services.monitoring.domain.rounds.deciding import DecidePart, decide_part
from services.monitoring.domain.rounds.filling import (
    ChasePart,
    FillPart,
    PassPart,
    ReturnPart,
    chase_part,
    fill_part,
    pass_part,
    return_part,
)
from services.monitoring.domain.rounds.part import InRounds
from services.monitoring.domain.rounds.taking import TakeIntoRound, take_into_round

Command = TakeIntoRound | FillPart | ReturnPart | PassPart | ChasePart | DecidePart


def decide(command: Command, state: InRounds, context: Context) -> tuple[Event, ...] | Refusal:
    """What happens, or why it does not. The same command again yields no event."""
    match command:
        case TakeIntoRound():
            return take_into_round(command, state, context)
        case FillPart():
            return fill_part(command, state, context)
        case ReturnPart():
            return return_part(command, state, context)
        case PassPart():
            return pass_part(command, state, context)
        case ChasePart():
            return chase_part(command, state, context)
        case DecidePart():
            return decide_part(command, state, context)
