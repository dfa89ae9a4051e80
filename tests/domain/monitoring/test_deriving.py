"""Every deviation is derived again from its own figures by the rule set that it names, whatever the rules, the scope and the watch list."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from contracts.decision import Refusal
from contracts.monitoring import DeviationDetected
from services.monitoring.domain.deriving import derived
from services.monitoring.domain.events import WatchBegan
from services.monitoring.domain.judging import Figures
from services.monitoring.domain.months import JudgeMonth
from services.monitoring.domain.rules import RuleSet
from tests.domain.monitoring.examples import APPROVED, ID, RULES, given, reported

SCOPED = RuleSet.model_validate(
    {
        **RULES.model_dump(),
        "id": "scoped",
        "rules": [
            {
                **rule.model_dump(),
                "scopes": [
                    {
                        "id": "livelihood",
                        "title": {},
                        "document": "文",
                        "tags": ["livelihood"],
                        "levels": {"notice": {"above": "3"}, "warning": {"at_least": "12.5"}},
                    }
                ]
                if rule.measure in ("mismatch", "slow_execution")
                else [],
            }
            for rule in RULES.rules
        ],
    }
)
WATCHED = WatchBegan(**ID, kind="project", subject="CS-1", since=date(2026, 1, 2))


@st.composite
def judgings(draw: st.DrawFn) -> tuple[DeviationDetected, ...]:
    """What some month of some project brings."""
    tags = draw(st.sampled_from([(), ("livelihood",)]))
    period = draw(st.sampled_from(["2026-01", "2026-03", "2026-11"]))
    received = draw(st.sampled_from([date(2026, 1, 30), date(2026, 4, 5), date(2026, 4, 25), date(2026, 12, 9)]))
    said: dict[str, Any] = {
        "values": {"canal": draw(st.decimals(0, 140, places=1)), "quiet": Decimal(4)},
        "expected": draw(st.sampled_from([None, "low", "none"])),
        "serious_problem": draw(st.sampled_from([None, "停工", " "])),
    }
    first_paid = draw(st.sampled_from([None, date(2026, 1, 19), date(2026, 1, 20)]))
    story = given(
        APPROVED.model_copy(update={"tags": tags}),
        *draw(st.sampled_from([(), (WATCHED,)])),
        reported(draw(st.sampled_from([period, "2026-02"])), received, **said),
    ).on(date(2026, 12, 31))
    figures = Figures(draw(st.integers(0, 1_300_000)), 1, first_paid)
    command = JudgeMonth(**ID, period=period, figures=figures, rules=draw(st.sampled_from([RULES, SCOPED])), close=True)
    result = story.decided(command)
    assert not isinstance(result, Refusal)
    return tuple(each for each in result if isinstance(each, DeviationDetected))


@settings(max_examples=400, deadline=None)
@for_all(judgings())
def test_every_deviation_is_derived_from_its_own_figures(found: tuple[DeviationDetected, ...]) -> None:
    for event in found:
        written = DeviationDetected.model_validate_json(event.model_dump_json())
        assert derived(written, SCOPED if written.rules == SCOPED.reference else RULES) == event.level


def deviation(**changes: Any) -> DeviationDetected:
    """The mismatch of a project without `applied`, as events of before say it."""
    event: dict[str, Any] = {
        "period": "2026-06",
        "deviation": "2026-06/mismatch",
        "rule": "mismatch",
        "level": "suspend",
        "judgement": 1,
        "rules": RULES.reference,
        "execution": Decimal("81.00"),
        "attainment": Decimal("22.50"),
        "time": Decimal("50.00"),
        "mismatch": Decimal("58.50"),
    }
    return DeviationDetected(**ID, **(event | changes))


def test_an_event_of_before_is_derived_by_the_rules_own_thresholds() -> None:
    assert derived(deviation(), RULES) == "suspend"
    assert derived(deviation(rule="behind-goal", level="notice"), RULES) == "notice"
    assert derived(deviation(rule="expected-none", level="stop"), RULES) == "stop"


def test_figures_that_were_changed_come_to_another_level() -> None:
    assert derived(deviation(execution=Decimal("40.00")), RULES) == "notice"
    assert derived(deviation(execution=Decimal("22.50")), RULES) is None


@pytest.mark.parametrize("changes", [{"rules": "dual-monitoring-1@9"}, {"rule": "nobody"}])
def test_a_deviation_is_derived_by_the_rules_that_it_names_alone(changes: dict[str, Any]) -> None:
    with pytest.raises(LookupError):
        derived(deviation(**changes), RULES)
