"""The outcome of a reconciliation: written down once a day, and again when it is another one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import reduce

from contracts.decision import Actor, Context
from services.monitoring.domain.ledger_events import Difference, StatementSums
from services.monitoring.domain.ledger_refusals import OutcomeContradictsItself
from services.monitoring.domain.reconciling import (
    NOTHING_RECONCILED,
    SHOWN,
    WriteDownReconciliation,
    decide,
    evolve,
)

SAID = StatementSums(vouchers=391, amounts={"CNY": 470_000_000})
COUNTED = StatementSums(vouchers=390, amounts={"CNY": 469_500_000})
LINE = Difference(kind="missing-here", place="2026/记-1", statement="2026-03-18 500000 CNY CS-1")


def on(day: int) -> Context:
    return Context(
        datetime(2026, 4, day, 4, tzinfo=UTC), date(2026, 4, day), Actor("jixiao reconcile", "auditor", "county")
    )


def asked(**changes: object) -> WriteDownReconciliation:
    said = {
        "statement": "国库对账单.csv",
        "sha256": "0" * 64,
        "kind": "vouchers",
        "source": "treasury-1",
        "first": "2026-03",
        "last": "2026-03",
        "said": SAID,
        "counted": SAID,
    }
    return WriteDownReconciliation(**(said | changes))  # type: ignore[arg-type]


def test_an_outcome_is_written_down_once_a_day() -> None:
    different = asked(counted=COUNTED, counts={"missing-here": 1}, differences=(LINE,), listed="9" * 64)
    state = NOTHING_RECONCILED
    for command, day, equal in (
        (asked(), 1, True),
        (asked(), 1, None),
        (different, 1, False),
        (asked(), 1, None),
        (asked(), 2, True),
        (asked(last="2026-04"), 2, True),
    ):
        decided = decide(command, state, on(day))
        assert isinstance(decided, tuple)
        assert [event.equal for event in decided] == ([] if equal is None else [equal])
        state = reduce(evolve, decided, state)


def test_an_event_carries_the_first_differences_and_the_digest_of_all() -> None:
    decided = decide(
        asked(counts={"missing-here": 500, "other-amount": 0}, differences=(LINE,) * 500, listed="9" * 64),
        NOTHING_RECONCILED,
        on(1),
    )
    assert isinstance(decided, tuple)
    assert (decided[0].counts, len(decided[0].differences), decided[0].listed) == (
        {"missing-here": 500},
        SHOWN,
        "9" * 64,
    )
    assert decided[0].stream() == "reconciliation/treasury-1"


def test_an_outcome_that_contradicts_itself_is_refused() -> None:
    for wrong in (asked(last="2026-02"), asked(counts={"missing-here": 1}), asked(listed="9" * 64)):
        assert decide(wrong, NOTHING_RECONCILED, on(1)) == OutcomeContradictsItself("国库对账单.csv")
