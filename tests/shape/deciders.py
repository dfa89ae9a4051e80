"""Every decider of every service, and ways to make any history and any command for it, from the events' own examples."""

from __future__ import annotations

import types
import typing
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.resources import files
from random import Random
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from backbone.process.dated import DatedFileError, parse
from contracts.asyncapi import EXAMPLE, example
from contracts.authority import ROLES
from contracts.catalogue import PUBLIC
from contracts.dated import Dated
from contracts.decision import Actor, Context
from contracts.event import Event, PrivateEvent
from tests.shape.house import SERVICES

DAYS = (
    date(2026, 1, 20),
    date(2026, 4, 11),
    date(2026, 7, 15),
    date(2026, 12, 31),
    date(2027, 1, 25),
    date(2027, 2, 5),
)
PLACES = ("finance", "department-03", "county")


@dataclass(frozen=True)
class Subject:
    """One decider: its service and name, where its state begins, how it folds and decides."""

    service: str
    name: str
    initial: Any
    evolve: Callable[[Any, Event], Any]
    decide: Callable[[Any, Any, Context], Any]

    def __str__(self) -> str:
        return f"{self.service}.{self.name}"

    @property
    def commands(self) -> tuple[type, ...]:
        """The classes of its commands, from the annotation of `decide`."""
        command = next(iter(typing.get_type_hints(self.decide).values()))
        return get_args(command) or (command,)


@cache
def subjects() -> tuple[Subject, ...]:
    """Every decider that a service's domain lists in `DECIDERS`."""
    return tuple(
        Subject(service, name, *parts)
        for service in SERVICES
        for name, parts in import_module(f"services.{service}.domain").DECIDERS.items()
    )


@cache
def events(service: str) -> tuple[type[Event], ...]:
    """Every event that can stand in a service's event table, in the order of the domain's index."""
    return import_module(f"services.{service}.domain").EVENTS


def own_example(event: type[Event]) -> Event:
    """The example that an event's docstring gives."""
    return event.model_validate(example(event))  # type: ignore[arg-type]


def private_events() -> Iterator[type[Event]]:
    """The private events of all services."""
    return (event for service in SERVICES for event in events(service) if issubclass(event, PrivateEvent))


def any_context(chance: Random) -> Context:
    """Some day, some actor."""
    day = chance.choice(DAYS)
    actor = Actor("赵强", chance.choice(sorted(ROLES)), chance.choice(PLACES))
    return Context(datetime.combine(day, time(4), UTC), day, actor)


def any_history(service: str, chance: Random) -> list[Event]:
    """The service's example events in the order of their index, up to any one of them, and some left out."""
    examples = _examples(service)
    until = chance.randint(0, len(examples))
    left_out = {chance.randrange(len(examples)) for _ in range(chance.choice((0, 0, 1, 3)))}
    return [event for place, event in enumerate(examples[:until]) if place not in left_out]


def any_command(subject: Subject, chance: Random) -> Any:
    """A command of the decider, its fields from what the examples say under the same names."""
    while True:
        made = _of_class(chance.choice(subject.commands), subject.service, chance)
        if made is not None:
            return made


def _of_class(cls: Any, service: str, chance: Random) -> Any:
    """An instance of a dataclass or model; None where what chance gave does not fit together."""
    values = {name: _of_type(hint, name, service, chance) for name, hint in _parts(cls)}
    try:
        return cls(**values)
    except (ValidationError, ValueError):
        return None


@cache
def _parts(cls: Any) -> tuple[tuple[str, Any], ...]:
    hints = typing.get_type_hints(cls, include_extras=True)
    names = [field.name for field in fields(cls)] if is_dataclass(cls) else list(cls.model_fields)
    return tuple((name, hints[name]) for name in names)


def _of_type(hint: Any, name: str, service: str, chance: Random) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _of_type(arguments[0], name, service, chance)
    if origin is Literal:
        return chance.choice(arguments)
    if origin in (Union, types.UnionType):
        return _of_type(chance.choice(arguments), name, service, chance)
    if origin in (tuple, list, frozenset):
        return origin(_of_type(arguments[0], name, service, chance) for _ in range(chance.choice((0, 1, 1, 2))))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        keys, values = arguments
        many = range(chance.choice((0, 1, 1, 2)))
        return {_of_type(keys, name, service, chance): _of_type(values, name, service, chance) for _ in many}
    return _of_plain(hint, name, service, chance)


def _of_plain(hint: Any, name: str, service: str, chance: Random) -> Any:
    if hint in (None, type(None)):
        return None
    if hint is bool:
        return chance.random() < 0.5
    if hint is date:
        return chance.choice(DAYS)
    if isinstance(hint, type) and issubclass(hint, Dated):
        return chance.choice(_rules(service, hint))
    if isinstance(hint, type) and issubclass(hint, BaseModel) and (seen := _seen_values(service)[hint]):
        return chance.choice(seen)
    if is_dataclass(hint) or (isinstance(hint, type) and issubclass(hint, BaseModel)):
        return _of_class(hint, service, chance)
    if hint in (str, int, Decimal):
        return chance.choice(_pool(service, hint, name))
    raise LookupError(f"{service}: the laws don't know how to make {name}: {hint}; teach tests/shape/deciders.py")


@cache
def _pool(service: str, kind: type, name: str) -> list[Any]:
    """What the examples say of this type under this name (or its singular); any of the type where they say nothing."""
    seen = _seen_names(service)
    return seen[kind, name] + seen[kind, name.removesuffix("s")] or seen[kind, ""]


@cache
def _examples(service: str) -> tuple[Event, ...]:
    return tuple(own_example(event) for event in events(service))


@cache
def _rules(service: str, model: type[Dated]) -> list[Dated]:
    """Every rule set of the service that `model` describes."""
    found: list[Dated] = []
    folders = [files(f"services.{service}") / "rules"]
    while folders:
        for item in folders.pop().iterdir():
            if item.is_dir():
                folders.append(item)
            elif item.name.endswith(".toml"):
                try:
                    found.append(parse(item.name, item.read_text("utf-8"), model))
                except DatedFileError:
                    continue
    assert found, f"{service} has no rule set that {model.__name__} describes"
    return found


@cache
def _seen_values(service: str) -> defaultdict[type, list[Any]]:
    """Every part of the examples by its class."""
    seen: defaultdict[type, list[Any]] = defaultdict(list)
    for value in _walk([own_example(event) for event in (*events(service), *PUBLIC)]):
        if isinstance(value, BaseModel) and value not in seen[type(value)]:
            seen[type(value)].append(value)
    return seen


@cache
def _seen_names(service: str) -> defaultdict[tuple[Any, str], list[Any]]:
    """Every plain value of the examples by its type and the name that it stands under; under "" all of a type."""
    seen: defaultdict[tuple[Any, str], list[Any]] = defaultdict(list)
    for kind, extra in (
        (str, ["", "甲"]),
        (int, [0, -1, 1, 2]),
        (Decimal, [Decimal(0), Decimal("88.5"), Decimal("0.9")]),
    ):
        seen[kind, ""] += extra
    for model in _walk([own_example(event) for event in (*events(service), *PUBLIC)]):
        if isinstance(model, BaseModel):
            for name, value in model:
                for plain in _plain(value):
                    for key in ((type(plain), name), (type(plain), "")):
                        if plain not in seen[key]:
                            seen[key].append(plain)
    return seen


def _plain(value: Any) -> Iterator[Any]:
    match value:
        case str() | Decimal() | int() if not isinstance(value, bool):
            yield value
        case tuple() | list():
            for part in value:
                yield from _plain(part)
        case Mapping():
            for part in (*value.keys(), *value.values()):
                yield from _plain(part)
        case _:
            return


def _walk(value: Any) -> Iterator[Any]:
    yield value
    match value:
        case BaseModel():
            for _, part in value:
                yield from _walk(part)
        case list() | tuple():
            for part in value:
                yield from _walk(part)
        case Mapping():
            for part in value.values():
                yield from _walk(part)
        case _:
            return


def has_example(event: type[Event]) -> bool:
    """Whether an event's docstring gives an example."""
    return EXAMPLE in (event.__doc__ or "")
