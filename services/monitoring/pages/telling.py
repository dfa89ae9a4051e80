"""How an event and a finding are told to a person: names of rules from the rule sets, sums in words, a title and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from backbone.process.dated import load_all
from backbone.web import notation
from backbone.web.words import Language, Words
from services.monitoring.domain.rules import RuleSet

_MONEY = ("budget", "previous_budget", "paid", "unspent", "freed", "expected_payments", "amount")
_TONES = {
    "GoalApproved": "link", "GoalAdjusted": "link", "AdjustmentUrged": "fair", "CorrectionOrdered": "warning", "CorrectionOverdue": "grave",
    "CorrectionAccepted": "good", "SuspensionRecommended": "warning", "StopRecommended": "grave", "ProjectSuspended": "grave",
    "ProjectStopped": "grave", "ProjectResumed": "good", "EvaluationCompleted": "link",
    "WatchBegan": "warning", "WatchEnded": "good", "PutOnWatchList": "warning", "TakenOffWatchList": "good",
    "RoundPartReturned": "warning", "RoundPartChased": "warning", "RoundPartDecided": "link", "BudgetChangeProposed": "warning",
    "AdjustmentRejected": "warning", "FundsReallocated": "good", "ReallocationRejected": "warning",
    "ProgressVouched": "good", "ProgressDisputed": "warning", "ReportChased": "fair",
}  # fmt: skip
LEVEL_TONES = {"notice": "fair", "warning": "warning", "suspend": "grave", "stop": "grave"}


@dataclass(frozen=True)
class Told:
    """An event as the story tells it; `tone` never says more than the words."""

    title: str
    sentence: str
    tone: str


@dataclass(frozen=True)
class Telling:
    """Tells in one language; sums are in the project's currency."""

    words: Words
    lang: Language
    currency: str = "CNY"

    def tell(self, type_name: str, data: Mapping[str, Any]) -> Told:
        """The event in a title and a sentence; `type_name` is the CloudEvents type."""
        name = type_name.split(".")[2]
        fields = dict(data)
        for each in _MONEY:
            if isinstance(fields.get(each), int):
                fields[each] = notation.yuan(fields[each], self.lang, self.currency)
        if "rule" in fields:
            fields["rule"] = self.rule(fields["rule"])
        if "grade" in fields:
            fields["grade"] = self.grade(fields["grade"])
        tone = LEVEL_TONES[data["level"]] if name == "DeviationDetected" else _TONES.get(name, "quiet")
        title = self.words.say(f"event.title.{name}", self.lang, **fields)
        return Told(title, self.words.say(f"event.told.{name}", self.lang, **fields), tone)

    def rule(self, id: str) -> str:
        """A rule's title from the rule sets; the id itself where none has it."""
        return _rule_titles().get(id, {}).get(self.lang, id)

    def grade(self, code: str | None) -> str:
        """A grade in words where there are some."""
        if code is None:
            return notation.NOTHING
        return self.words.say(f"grade.{code}", self.lang) if self.words.has(f"grade.{code}") else code

    def deviation(self, deviation: str) -> str:
        """A deviation's name, `2026-05/behind-goal`, in words."""
        period, _, rule = deviation.partition("/")
        return f"{notation.month(period, self.lang)} {self.rule(rule)}"

    def target(self, indicator: Mapping[str, Any]) -> str:
        """An indicator's target with its direction and unit."""
        target = f"{notation.number(indicator['target'])} {indicator.get('unit') or ''}".strip()
        return self.words.say(f"direction.{indicator['direction']}", self.lang, target=target)


def rule_ids() -> tuple[str, ...]:
    """Every rule that a rule set has."""
    return tuple(_rule_titles())


@cache
def _rule_titles() -> dict[str, dict[str, str]]:
    return {rule.id: rule.title for rules in load_all("services.monitoring.rules", RuleSet) for rule in rules.rules}
