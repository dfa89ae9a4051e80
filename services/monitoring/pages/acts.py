"""What a person may do on a project's page: each act a small form with its fields, and what is written in them read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from backbone.web.forms import new_key
from contracts.authority import permit
from contracts.decision import Actor
from services.monitoring.domain.follow_up import FollowUp
from services.monitoring.pages.telling import Telling
from services.monitoring.views import Row

REQUIRED, FREE = True, False
MOST_WRITTEN = 4000


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: `kind` is text, area, day, number, choice (one of `choices`) or several; `wrong` says what is wrong."""

    name: str
    kind: str = "area"
    required: bool = REQUIRED
    choices: tuple[tuple[str, str], ...] = ()
    value: str | tuple[str, ...] = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """A form; `of` is the correction that it is about. `wrong` is what was refused of the whole."""

    name: str
    action: str
    fields: tuple[Field, ...]
    of: int | None = None
    wrong: str = ""
    key: str = field(default_factory=new_key)

    @property
    def place(self) -> str:
        """The act in an address and in the ids of its fields."""
        return self.name if self.of is None else f"{self.name}-{self.of}"

    @property
    def refused(self) -> bool:
        return bool(self.wrong or any(each.wrong for each in self.fields))

    def written(self, said: Mapping[str, Sequence[str]], missing: str, wrong: Mapping[str, str]) -> Act:
        """The form as somebody filled it in, each field that is empty or no day or number said so."""
        return replace(
            self, fields=tuple(_written(each, said.get(each.name, ()), missing, wrong) for each in self.fields)
        )

    def refuse(self, name: str, sentence: str) -> Act:
        """The form with a refusal at a field; at the whole where it has no such field."""
        if name not in {each.name for each in self.fields}:
            return replace(self, wrong=sentence)
        fields = tuple(replace(each, wrong=sentence) if each.name == name else each for each in self.fields)
        return replace(self, fields=fields)


def acts_of(found: Row, actor: Actor, telling: Telling, follow_up: FollowUp) -> list[Act]:
    """The acts that somebody may do on a project as it stands; none of a stopped one."""
    if found["status"] == "stopped":
        return []
    return [act for act in _possible(found, telling, follow_up) if permit(actor, act.action, found["unit"]) is None]


def _possible(found: Row, telling: Telling, follow_up: FollowUp) -> Iterator[Act]:
    opened = [each for each in found["deviations"] if each["open"] and each["dismissed_on"] is None]
    choices = tuple((each["deviation"], _named(each, telling)) for each in opened)
    yield from _of_corrections(found, follow_up)
    if choices:
        evidence = Field("evidence", required=FREE)
        yield Act(
            "explain", "explain-deviation", (Field("deviation", "choice", choices=choices), Field("text"), evidence)
        )
        several = Field("deviations", "several", choices=choices)
        yield Act(
            "correct", "order-correction", (several, *_measure(found, follow_up.answer_working_days), Field("reason"))
        )
        one = Field("deviation", "choice", choices=choices)
        yield Act("dismiss", "dismiss-deviation", (one, Field("reason"), Field("document", "text", FREE)))
    causes = tuple((cause, telling.words.say(f"cause.{cause}", telling.lang)) for cause in ("policy", "emergency"))
    until = _until(follow_up.answer_working_days)
    cause = Field("cause", "choice", choices=causes)
    yield Act("urge", "urge-adjustment", (cause, Field("document", "text"), *until, Field("reason")))
    if found["status"] == "active":
        yield Act("suspend", "order-suspension", (*_measure(found), Field("reason")))
    else:
        yield Act("resume", "order-resumption", (Field("document", "text"), Field("reason")))
    yield Act("stop", "order-stop", (*_measure(found), Field("reason")))


def _of_corrections(found: Row, follow_up: FollowUp) -> Iterator[Act]:
    for each in found["corrections"]:
        if each["acceptance"] is not None or each["withdrawn_on"] is not None:
            continue
        number = each["number"]
        yield Act("answer", "answer-correction", (Field("text"), Field("evidence", required=FREE)), number)
        if each["answer"] is not None:
            yield Act("accept", "accept-correction", (Field("reason"),), number)
            back = (Field("reason"), *_until(follow_up.answer_working_days), Field("document", "text", FREE))
            yield Act("return", "return-correction", back, number)


def _measure(found: Row, working_days: int | None = None) -> tuple[Field, ...]:
    """A consequence is structured: what, by whom, until when, on which document."""
    by = Field("by", "text", value=found["unit"])
    return (Field("what", "text"), by, *_until(working_days), Field("document", "text"))


def _until(working_days: int | None) -> tuple[Field, ...]:
    """A day, or so many working days; the day counts where both are written."""
    proposed = str(working_days) if working_days else ""
    return (Field("until", "day", FREE), Field("working_days", "number", FREE, value=proposed))


def _named(deviation: Row, telling: Telling) -> str:
    level = telling.words.say(f"level.{deviation['level']}", telling.lang)
    return f"{telling.deviation(deviation['deviation'])} · {level}"


def _written(of: Field, said: Sequence[str], missing: str, wrong: Mapping[str, str]) -> Field:
    values = tuple(each.strip()[:MOST_WRITTEN] for each in said if each.strip())
    value: str | tuple[str, ...] = values if of.kind == "several" else values[0] if values else ""
    if not values:
        return replace(of, value=value, wrong=missing if of.required else "")
    offered = {choice for choice, _ in of.choices}
    fits = {
        "choice": all(each in offered for each in values),
        "several": all(each in offered for each in values),
        "day": _is_day(values[0]),
        "number": values[0].isascii() and values[0].isdigit() and 1 <= int(values[0][:9]) <= 250,
    }.get(of.kind, "\0" not in values[0])
    return replace(of, value=value, wrong="" if fits else wrong.get(of.kind, wrong["text"]))


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def said_of(act: Act) -> dict[str, Any]:
    """What the fields say, for the audit: those that say something."""
    said = {each.name: list(each.value) if isinstance(each.value, tuple) else each.value for each in act.fields}
    return {name: value for name, value in {**said, "order": act.of}.items() if value}
