"""Whose projects somebody may see, by the authority table (contracts.authority)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.authority import permit
from contracts.decision import Actor, NotPermitted, Refusal

NOBODYS = ""
"""An organisation that nobody is: what is nobody's is seen only by who may see everything."""


def bound_to(actor: Actor, action: str) -> str | NotPermitted | None:
    """The organisation that bounds what an actor may see by `action`, with its subordinates; None: everybody's."""
    if permit(actor, action, NOBODYS) is None:
        return None
    return permit(actor, action, actor.org) or actor.org


def see(actor: Actor, action: str, unit: str | None, unknown: Refusal) -> Refusal | None:
    """May an actor see what is `unit`'s? Where there is nothing to see (`unit` None), that is what is said, to who may see anything."""
    if unit is None:
        return permit(actor, action, actor.org) or unknown
    return permit(actor, action, unit)


def whose(event: Mapping[str, Any], actor: Actor) -> str | None:
    """The organisation that an event of the record is of: its project's unit; a round is everybody's who may see any project."""
    return actor.org if event["stream"].startswith("round/") else event["unit"]
