"""What a rule says, in words: thresholds, and the projects that a scope or an exemption means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backbone.web import notation
from backbone.web.organisations import Organisations
from backbone.web.words import Language, Words
from services.monitoring.domain.scopes import Condition
from services.monitoring.domain.thresholds import LEVELS, Threshold


@dataclass(frozen=True)
class RuleWords:
    """Tells in one language."""

    words: Words
    lang: Language
    organisations: Organisations

    def thresholds(self, levels: Mapping[str, Threshold]) -> Iterator[tuple[str, str, str]]:
        """Each level with its name and its threshold, the mildest first."""
        for level in LEVELS:
            threshold = levels.get(level)
            if threshold is not None:
                yield level, self.words.say(f"level.{level}", self.lang), self.threshold(threshold)

    def threshold(self, threshold: Threshold) -> str:
        """From where a level is reached."""
        if threshold.at_least is not None:
            return self.words.say("threshold.at_least", self.lang, value=notation.number(threshold.at_least))
        if threshold.above is not None:
            return self.words.say("threshold.above", self.lang, value=notation.number(threshold.above))
        return self.words.say("threshold.always", self.lang)

    def condition(self, condition: Condition) -> str:
        """Which projects are meant."""
        between = "；" if self.lang == "zh" else "; "
        return between.join(self._part(name, value) for name, value in condition.said().items())

    def _part(self, name: str, value: Any) -> str:
        if name == "level":
            return self.words.say(f"government.{value}", self.lang)
        if name in ("budget_from", "budget_to"):
            return self.words.say(f"condition.{name}", self.lang, value=notation.number(value))
        organisations = name in ("departments", "units", "transfer_to")
        said = [self.organisations.name(each, self.lang) if organisations else str(each) for each in value]
        return self.words.say(f"condition.{name}", self.lang, values=("、" if self.lang == "zh" else ", ").join(said))
