"""A rule set of dual monitoring (双监控): which measure of a month is a finding, from which threshold, how grave, for which projects.

Rule sets are data (`rules/*.toml`), dated and with their source document; this file says what one may hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from contracts.dated import Dated
from contracts.kinds import Code, next_period
from contracts.monitoring import FindingLevel
from services.monitoring.domain.follow_up import FollowUp
from services.monitoring.domain.scopes import Exemption, Held, Place, Scope
from services.monitoring.domain.thresholds import LEVELS, Part, Threshold, gravest, gravity, threshold_faults

__all__ = ["FACTS", "LEVELS", "Listing", "Rule", "RuleSet", "Threshold", "gravity"]

Fact = Literal["report_overdue", "paid_before_approval", "expected_low", "expected_none", "serious_problem"]
Percentage = Literal["execution", "attainment", "mismatch", "slow_execution", "behind_goal"]
FACTS: frozenset[str] = frozenset(get_args(Fact))


class Rule(Part):
    """One rule: its measure, its thresholds by level, and whether it is judged while the month still runs (`at_once`). `watched` has
    the stricter thresholds for what is on the watch list (重点监控), `scopes` other thresholds for some projects."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    measure: Literal[Fact, Percentage]
    at_once: bool
    source: Annotated[str, Field(min_length=1)]
    title: dict[str, str]
    levels: dict[FindingLevel, Threshold] = Field(min_length=1)
    watched: dict[FindingLevel, Threshold] = Field(default_factory=dict[FindingLevel, Threshold])
    scopes: tuple[Scope, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Rule:
        a_fact, where = self.measure in FACTS, f"rule {self.id}"
        faults = [*threshold_faults(where, a_fact, self.levels, self.watched)]
        for scope in self.scopes:
            faults += threshold_faults(f"{where}, scope {scope.id}", a_fact, scope.levels, scope.watched)
        ids = [scope.id for scope in self.scopes]
        faults += [f"{where}: a scope stands twice: {id}" for id in sorted({id for id in ids if ids.count(id) > 1})]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @cached_property
    def everywhere(self) -> Held:
        """The rule's own thresholds."""
        return Held(self.levels, self.watched)

    @cached_property
    def _held(self) -> dict[str, Held]:
        return {scope.id: Held(scope.levels, scope.watched or self.watched, scope.id) for scope in self.scopes}

    def held(self, place: Place, budget: int, currency: str) -> Held:
        """The thresholds that hold for a project: those of the first scope that fits it, else the rule's own."""
        for scope in self.scopes:
            if scope.fits(place, budget, currency):
                return self.held_in(scope.id)
        return self.everywhere

    def held_in(self, scope: str | None) -> Held:
        """The thresholds of a scope by its id; the rule's own for None. LookupError where there is no such scope."""
        held = self.everywhere if scope is None else self._held.get(scope)
        if held is None:
            raise LookupError(f"rule {self.id} has no scope {scope}")
        return held

    def level_of(self, measured: Decimal | bool) -> FindingLevel | None:
        """The gravest level of the rule's own that the measure reaches; None for no finding."""
        return gravest(self.everywhere.ordinary, measured)


class Listing(Part):
    """Which results of an evaluation put a project or a unit on the watch list (方案篇三 结果应用 (3): 低 → 重点监控)."""

    grades: tuple[Code, ...] = ()
    consequences: tuple[Code, ...] = ()

    def low(self, grade: str, consequence: str | None) -> bool:
        """Does this result put its subject on the list?"""
        return grade in self.grades or consequence in self.consequences


class RuleSet(Dated):
    """A dated set of rules; findings are told in the order of the rules."""

    report_due_day: Annotated[int, Field(ge=1, le=28)]
    rules: tuple[Rule, ...]
    follow_up: FollowUp = FollowUp()
    exemptions: tuple[Exemption, ...] = ()
    watch_list: Listing = Listing()

    @model_validator(mode="wrap")
    @classmethod
    def _sound(cls, data: Any, handler: ModelWrapValidatorHandler[RuleSet]) -> RuleSet:
        """What is wrong between the parts is named together with what is wrong inside them."""
        faults = [_fault(place, sentence) for place, sentence in _between(data)]
        try:
            made = handler(data)
        except ValidationError as error:
            inside = [_again(each) for each in error.errors(include_url=False)]
            raise ValidationError.from_exception_data(cls.__name__, [*inside, *faults]) from None
        if faults:
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return made

    @cached_property
    def immediate(self) -> tuple[Rule, ...]:
        """The rules that a running month is judged by."""
        return tuple(rule for rule in self.rules if rule.at_once)

    def rule(self, id: str) -> Rule | None:
        """A rule by its id; None where the set has none of that id."""
        return self._by_id.get(id)

    @cached_property
    def _by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def exemption(self, rule: str, place: Place, budget: int, currency: str, period: str) -> Exemption | None:
        """The exemption of a project from a rule in a month, if there is one."""
        if not self.exemptions:
            return None
        return next((each for each in self.exemptions if each.holds(rule, place, budget, currency, period)), None)

    def report_due(self, period: str) -> date:
        """The last day on which a month's report is in time: the 10th of the next month in the default rules."""
        return _day_after(period, self.report_due_day)


@lru_cache(maxsize=1024)
def _day_after(period: str, day: int) -> date:
    following = next_period(period)
    return date(int(following[:4]), int(following[5:]), day)


def _between(data: Any) -> list[tuple[tuple[int | str, ...], str]]:
    """What is wrong between the parts of a rule set as it was read: a rule twice, an exemption from a rule that there is not."""
    ids = [str(_said(each, "id")) for each in _list(data, "rules")]
    faults: list[tuple[tuple[int | str, ...], str]] = [
        (("rules",), f"a rule stands twice: {id}") for id in sorted({id for id in ids if ids.count(id) > 1})
    ]
    if not ids and _said(data, "rules") is not None:
        faults.append((("rules",), "a rule set has at least one rule"))
    for place, exemption in enumerate(_list(data, "exemptions")):
        faults += [
            (("exemptions", place, "rules"), f"there is no rule {rule!r} to be exempt from")
            for rule in _list(exemption, "rules")
            if rule not in ids
        ]
    return faults


def _list(part: Any, name: str) -> Sequence[Any]:
    found = _said(part, name)
    return cast("Sequence[Any]", found) if isinstance(found, list | tuple) else ()


def _said(part: Any, name: str) -> Any:
    """What a part says under a name, as it was read from a file or made already."""
    return cast("dict[str, Any]", part).get(name) if isinstance(part, dict) else getattr(part, name, None)


def _fault(place: tuple[int | str, ...], sentence: str) -> InitErrorDetails:
    return InitErrorDetails(
        type=PydanticCustomError("rule_set", "{sentence}", {"sentence": sentence}), loc=place, input=None
    )


def _again(error: Any) -> InitErrorDetails:
    """A fault that was found inside, with its place and its sentence."""
    sentence = PydanticCustomError(error["type"], "{sentence}", {"sentence": error["msg"]})
    return InitErrorDetails(type=sentence, loc=error["loc"], input=error["input"])
