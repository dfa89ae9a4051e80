"""Money that a stop freed goes to a project that needs it, and never more than was freed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.decision import Actor, Context, Refusal
from contracts.event import Event
from contracts.goals import FundsReallocated, ReallocationRejected
from services.goals.domain import refusals
from services.goals.domain.reallocation import (
    INITIAL,
    ApproveReallocation,
    ProposeReallocation,
    ReallocationProposed,
    Receiver,
    RejectReallocation,
    decide,
    evolve,
)
from tests.domain.goals.scenario import PROJECT, YEAR, submitted
from tests.domain.goals.test_adjustment import STOPPED

OF: dict[str, Any] = {"project": PROJECT, "year": YEAR}
READY = Receiver(approved=True, stopped=False, currency="CNY")
FREED = STOPPED.freed
CONTEXT = Context(datetime(2026, 10, 28, tzinfo=UTC), date(2026, 10, 28), Actor("王芳", "finance", "finance"))


def propose(
    amount: int = 1_000, to: str = "CS-2", receiver: Receiver = READY, reason: str = "抢修"
) -> ProposeReallocation:
    return ProposeReallocation(**OF, to=to, amount=amount, reason=reason, receiver=receiver)


def decided(past: tuple[Event, ...], command: Any) -> tuple[Event, ...] | Refusal:
    return decide(command, reduce(evolve, past, INITIAL), CONTEXT)


def so(*commands: Any, past: tuple[Event, ...] = (submitted(), STOPPED)) -> tuple[Event, ...]:
    """What has happened after these commands."""
    for command in commands:
        events = decided(past, command)
        assert not isinstance(events, Refusal), events
        past = (*past, *events)
        assert decided(past, command) == ()
    return past


APPROVE = ApproveReallocation(**OF, reallocation=1, document="县财预〔2026〕45号")
REJECT = RejectReallocation(**OF, reallocation=1, reason="本年无法支出")


def test_freed_money_is_proposed_and_given_on_a_document() -> None:
    *_, proposed, given_ = so(propose(), APPROVE)
    assert isinstance(proposed, ReallocationProposed)
    assert isinstance(given_, FundsReallocated)
    assert (given_.to, given_.amount, given_.document, given_.decided_on) == (
        "CS-2", 1_000, "县财预〔2026〕45号", date(2026, 10, 28),
    )  # fmt: skip


def test_what_is_proposed_counts_as_given_and_what_is_rejected_is_free_again() -> None:
    whole = so(propose(FREED))
    assert decided(whole, propose(1, reason="另")) == refusals.MoreThanFreed(*OF.values(), 1, 0, "CNY")
    freed = so(REJECT, past=whole)
    rejected = freed[-1]
    assert isinstance(rejected, ReallocationRejected)
    assert (rejected.to, rejected.amount, rejected.rejected_on) == ("CS-2", FREED, date(2026, 10, 28))
    so(propose(FREED, reason="另"), past=freed)


@pytest.mark.parametrize(
    ("past", "command", "refusal"),
    [
        ((submitted(),), propose(), refusals.NothingFreed(*OF.values())),
        (so(), propose(0), refusals.AmountNotPositive(*OF.values(), 0)),
        (so(), propose(reason=" "), refusals.ReasonMissing(*OF.values())),
        (so(), propose(to=PROJECT), refusals.CannotReceive(*OF.values(), PROJECT)),
        (so(), propose(receiver=Receiver(False, False, "CNY")), refusals.CannotReceive(*OF.values(), "CS-2")),
        (so(), propose(receiver=Receiver(True, True, "CNY")), refusals.CannotReceive(*OF.values(), "CS-2")),
        (so(), propose(receiver=Receiver(True, False, "GBP")), refusals.CurrenciesDiffer(*OF.values(), "CNY", "GBP")),
        (so(), propose(FREED + 1), refusals.MoreThanFreed(*OF.values(), FREED + 1, FREED, "CNY")),
        (so(), APPROVE, refusals.ReallocationUnknown(*OF.values(), 1)),
        (so(), REJECT, refusals.ReallocationUnknown(*OF.values(), 1)),
        (
            so(propose()),
            ApproveReallocation(**OF, reallocation=1, document=" "),
            refusals.DocumentMissing(*OF.values()),
        ),
        (so(propose()), RejectReallocation(**OF, reallocation=1, reason=" "), refusals.ReasonMissing(*OF.values())),
        (so(propose(), REJECT), APPROVE, refusals.ReallocationDecided(*OF.values(), 1, "rejected")),
        (so(propose(), APPROVE), REJECT, refusals.ReallocationDecided(*OF.values(), 1, "approved")),
    ],
)
def test_what_cannot_be_is_refused(past: tuple[Event, ...], command: Any, refusal: Refusal) -> None:
    assert decided(past, command) == refusal


ASKED = st.one_of(
    st.tuples(st.just("propose"), st.integers(-1, FREED + 2)),
    st.tuples(st.just("approve"), st.integers(1, 8)),
    st.tuples(st.just("reject"), st.integers(1, 8)),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(ASKED, max_size=30))
def test_never_more_is_given_than_was_freed(steps: list[tuple[str, int]]) -> None:
    past: tuple[Event, ...] = so()
    for number, (what, value) in enumerate(steps):
        command: Any = {
            "propose": lambda value=value, number=number: propose(value, reason=f"r{number}"),
            "approve": lambda value=value: ApproveReallocation(**OF, reallocation=value, document="d"),
            "reject": lambda value=value: RejectReallocation(**OF, reallocation=value, reason="r"),
        }[what]()
        events = decided(past, command)
        past = past if isinstance(events, Refusal) else (*past, *events)
        assert sum(event.amount for event in past if isinstance(event, FundsReallocated)) <= FREED
