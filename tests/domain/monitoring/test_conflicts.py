"""Vouchers that contradict a counted one: what a person decides, and that a decision holds for the figures, not for an arrival."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import reduce

from contracts.decision import Actor, Context
from services.monitoring.domain.conflicts import UNDECIDED, DecideConflict, decide, evolve
from services.monitoring.domain.ledger_events import ConflictDecided, VoucherFigures
from services.monitoring.domain.ledger_refusals import ConflictWithoutDifference

FINANCE = Context(datetime(2026, 3, 20, 4, tzinfo=UTC), date(2026, 3, 20), Actor("王芳", "finance", "finance"))
STANDING = VoucherFigures(date=date(2026, 3, 18), amount=4_005_219, project="CS-1")
HELD = VoucherFigures(date=date(2026, 3, 18), amount=4_005_291, project="CS-1")


def asked(**changes: object) -> DecideConflict:
    said = {
        "source": "treasury-1",
        "numbering_year": 2026,
        "number": "记-1",
        "standing": STANDING,
        "held": HELD,
        "decision": "first-stands",
        "reason": "录入错误",
    }
    return DecideConflict(**(said | changes))  # type: ignore[arg-type]


def test_a_decision_says_both_figures_who_and_why() -> None:
    decided = decide(asked(document="县财库〔2026〕3号"), UNDECIDED, FINANCE)
    assert decided == (
        ConflictDecided(
            source="treasury-1",
            numbering_year=2026,
            number="记-1",
            standing=STANDING,
            held=HELD,
            decision="first-stands",
            reason="录入错误",
            document="县财库〔2026〕3号",
            decided_by="王芳 (finance, finance)",
            decided_on=date(2026, 3, 20),
        ),
    )
    assert decided[0].stream() == "voucher/treasury-1/2026/记-1"


def test_the_same_again_is_none_and_another_decision_takes_its_place() -> None:
    state = UNDECIDED
    for command, events in (
        (asked(), 1),
        (asked(), 0),
        (asked(decision="to-be-reversed"), 1),
        (asked(), 1),
        (asked(number="记-2"), 1),
        (asked(held=STANDING.model_copy(update={"project": "CS-2"})), 1),
    ):
        decided = decide(command, state, FINANCE)
        assert isinstance(decided, tuple)
        assert len(decided) == events
        state = reduce(evolve, decided, state)


def test_figures_that_do_not_differ_are_no_conflict() -> None:
    assert decide(asked(held=STANDING), UNDECIDED, FINANCE) == ConflictWithoutDifference("treasury-1", "记-1")
