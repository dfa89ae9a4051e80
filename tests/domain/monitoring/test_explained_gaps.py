"""A gap explained by a named person on a document: once, mended by a later word, and never a reason to count less."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import reduce

from contracts.decision import Actor, Context
from contracts.event import Event
from services.monitoring.domain.explained_gaps import NOTHING_EXPLAINED, ExplainGap, decide, evolve
from services.monitoring.domain.gaps import Gap, within
from services.monitoring.domain.ledger_events import GapExplained

NOON = datetime(2026, 2, 3, 4, tzinfo=UTC)
FINANCE = Context(NOON, date(2026, 2, 3), Actor("王芳", "finance", "finance"))
EXPLAIN = ExplainGap("treasury-1", 2026, 5, 8, "空白凭证作废", "县国库〔2026〕7号")


def decided(command: ExplainGap, *past: Event) -> tuple[GapExplained, ...]:
    return decide(command, reduce(evolve, past, NOTHING_EXPLAINED), FINANCE)


def test_a_person_explains_a_gap_once_and_may_mend_what_was_said() -> None:
    (said,) = decided(EXPLAIN)
    assert said.stream() == "numbering/treasury-1/2026"
    assert (said.first, said.last, said.explained_by, said.explained_on) == (
        5, 8, "王芳 (finance, finance)", date(2026, 2, 3),
    )  # fmt: skip
    assert decided(EXPLAIN, said) == ()
    (mended,) = decided(replace(EXPLAIN, document="县国库〔2026〕9号"), said)
    assert decided(EXPLAIN, said, mended) == (said,)


def test_what_is_left_of_an_explained_gap_is_explained_and_nothing_else() -> None:
    assert within(Gap(5, 8, NOON), [(5, 8)]) and within(Gap(7, 8, NOON), [(5, 8)])
    assert not within(Gap(5, 9, NOON), [(5, 8)])
    assert not within(Gap(5, 8, NOON), [])
