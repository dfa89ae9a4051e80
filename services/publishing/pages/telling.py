"""How an event is told to a person: a title, a sentence and a tone for the story; every field with its name for the event's own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from backbone.web import notation
from backbone.web.organisations import Organisations, person
from backbone.web.words import Language, Words
from contracts.catalogue import BY_TYPE

_MONEY = {"budget", "previous_budget", "paid", "unspent", "freed", "amount"}
_PERCENT = {"execution", "attainment", "time", "mismatch"}
_DAYS = {
    "approved_on",
    "adjusted_on",
    "received",
    "as_of",
    "ordered_on",
    "urged_on",
    "evaluated_on",
    "published_on",
    "until",
}
_PERSONS = {"submitted_by", "returned_by", "approved_by", "adjusted_by", "ordered_by", "urged_by", "evaluated_by"}
_TABLES = {
    "level": "level",
    "previous": "level",
    "recommendation": "recommendation",
    "rule": "rule",
    "cause": "cause",
    "grade": "grade",
    "consequence": "consequence",
    "dimension": "dimension",
    "direction": "direction",
    "scheme": "scheme",
    "rules": "scheme",
}
"""Fields whose values have a table of their own in words.toml."""
_ORGANISATIONS = {"unit", "department", "transfer_to", "supplied_by", "by"}
_CHOICES = {"kind", "type", "expected", "conclusion", "subject_kind", "audience", "tags"}
_TONES = {
    "GoalReturned": "fair",
    "GoalApproved": "link",
    "GoalAdjusted": "link",
    "AdjustmentUrged": "fair",
    "CorrectionOrdered": "warning",
    "SuspensionRecommended": "warning",
    "StopRecommended": "grave",
    "ProjectSuspended": "grave",
    "ProjectStopped": "grave",
    "ProjectResumed": "good",
    "EvaluationCompleted": "link",
    "ResultPublished": "good",
}
_DEVIATION_TONES = {"notice": "fair", "warning": "warning", "suspend": "grave", "stop": "grave"}


@dataclass(frozen=True)
class Told:
    """An event as the story tells it; `tone` is a colour's name of the style sheet and never says more than the words."""

    title: str
    sentence: str
    tone: str


@dataclass(frozen=True)
class Detail:
    """A field of an event: its name, and a text or a table of parts."""

    label: str
    text: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Telling:
    """Tells events in one language."""

    words: Words
    lang: Language
    organisations: Organisations = field(default_factory=Organisations)

    def tell(self, type_name: str, data: Mapping[str, Any]) -> Told:
        """The event in a title and a sentence; `type_name` is the CloudEvents type."""
        name = short(type_name)
        fields = {name_: self.text(name_, value, data) for name_, value in data.items()}
        tone = (
            _DEVIATION_TONES.get(str(data.get("level")), "fair")
            if name == "DeviationDetected"
            else _TONES.get(name, "quiet")
        )
        say = self.words.say
        return Told(
            say(f"event.{name}.title", self.lang, **fields), say(f"event.{name}.told", self.lang, **fields), tone
        )

    def details(self, type_name: str, data: Mapping[str, Any]) -> list[Detail]:
        """Every field that the event has something in, by its name, in the order in which its class tells them."""
        known = BY_TYPE[type_name].model_fields if type_name in BY_TYPE else {}
        names = [*(name for name in known if name in data), *(name for name in data if name not in known)]
        return [self._detail(name, data[name], data) for name in names if data[name] not in (None, [], {}, "")]

    def text(self, name: str, value: Any, of: Mapping[str, Any]) -> str:
        """One value as people read it, by the name of its field."""
        match value:
            case None | "":
                return notation.NOTHING
            case bool():
                return self.words.say("value.yes" if value else "value.no", self.lang)
            case list() | tuple():
                return ("、" if self.lang == "zh" else ", ").join(self.text(name, each, of) for each in value)
            case Mapping():
                return "；".join(f"{self.text('', key, of)} {self.text(key, part, of)}" for key, part in value.items())
            case int() if name in _MONEY:
                return notation.yuan(value, self.lang, str(of.get("currency") or "CNY"))
            case _:
                return self._word(name, str(value))

    def _word(self, name: str, value: str) -> str:
        if name in _PERCENT and _is_number(value):
            return notation.percent(value)
        if name in ("points", "total"):
            return notation.points(value)
        if name in _DAYS:
            return notation.day(value, self.lang)
        if name == "period":
            return notation.month(value, self.lang)
        if name in _PERSONS:
            return self.person(value)
        if name in _ORGANISATIONS:
            return self.organisations.name(value, self.lang)
        if name in _TABLES:
            return self.named(_TABLES[name], value)
        return self.named("value", value) if name in _CHOICES else value

    def named(self, table: str, value: str) -> str:
        """A coded value in words where there are some (`mof-2020-10@1` without its version), else the code itself."""
        code = value.partition("@")[0]
        key = f"{table}.{code}"
        return self.words.say(key, self.lang) if self.words.has(key) else value

    def person(self, actor: str) -> str:
        """An actor as the record names it, in words."""
        return person(actor, self.words, self.organisations, self.lang)

    def _detail(self, name: str, value: Any, data: Mapping[str, Any]) -> Detail:
        label = self._label(name)
        match value:
            case [Mapping(), *_]:
                return self._table(label, value, data)
            case Mapping() if all(not isinstance(part, Mapping | list) for part in value.values()):
                if all(self.words.has(f"field.{key}") for key in value):
                    return self._table(label, [value], data)
                rows = tuple((self._key(name, key), self.text(key, part, data)) for key, part in value.items())
                return Detail(label, head=(self._label("key"), self._label("value")), rows=rows)
            case Mapping():
                return self._table(label, [value], data)
            case _:
                return Detail(label, text=self.text(name, value, data))

    def _table(self, label: str, parts: Sequence[Mapping[str, Any]], data: Mapping[str, Any]) -> Detail:
        columns = [name for name in parts[0] if any(part.get(name) not in (None, [], {}, "") for part in parts)]
        rows = tuple(tuple(self._cell(name, part.get(name), data) for name in columns) for part in parts)
        return Detail(label, head=tuple(self._label(name) for name in columns), rows=rows)

    def _cell(self, name: str, value: Any, data: Mapping[str, Any]) -> str:
        if isinstance(value, Mapping):
            between = "；" if self.lang == "zh" else "; "
            return between.join(f"{self._key(name, key)} {self.text(key, part, data)}" for key, part in value.items())
        return self.text(name, value, data)

    def _key(self, of: str, key: str) -> str:
        """A key of a table inside an event: a month in words, an aspect by its name, an indicator's code as it is."""
        if of == "schedule":
            return notation.month(key, self.lang)
        return self._label(key) if of == "dimensions" else key

    def _label(self, name: str) -> str:
        return self.words.say(f"field.{name}", self.lang) if self.words.has(f"field.{name}") else name


def short(type_name: str) -> str:
    """The event's own name in its CloudEvents type: `jixiao.goals.GoalApproved.v1` → `GoalApproved`."""
    return type_name.split(".")[2]


def _is_number(value: str) -> bool:
    try:
        Decimal(value)
    except ArithmeticError:
        return False
    return True
