"""Good JSON made bad with its structure in view: other types, missing and doubled entries, numbers and texts that hurt, deep nesting."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.badinput.mutations import recoded


@dataclass(frozen=True)
class Raw:
    """Text put into JSON as it is, whether it is JSON or not."""

    text: str


@dataclass(frozen=True)
class Doubled:
    """An object with one of its names twice."""

    pairs: tuple[tuple[str, Any], ...]


Place = tuple[Any, Any]
"""A container with the name or number of one of its parts."""

TEXTS = (
    "", " ", "\u3000", "\x00", "a\x00b", "\x07", "\x7f", "\r\n", "\ufeff", "\u202e", "\ud800", "\udc00\ud800", "\U0010ffff", "\uffff",
    "é" * 90, "汉" * 81, "汉" * 4001, "a" * 100_000, "=1+1", "@SUM(A1)", "'; drop table record.event; --", "%s%s%n", "{0}", "{{7*7}}",
    "${jndi:x}", "../../etc/passwd", "/", "a/b", "<script>x</script>", "-0", "+1", "1e5", "1_000", "1,000", "0x10", "１２", "٣", "NaN",
    "Infinity", "0" * 61, "9" * 60, "9" * 28, "0." + "1" * 59, "." , "2026-02-30", "2026-13", "0000-01", "0000-00-00", "0001-01-01",
    "9999-12-31", "10000-01-01", "2026-1-1", "２０２６-01", "2026-07-11T00:00:00Z", "true", "null", "None", "[]", "{}", "\\", "\"",
)  # fmt: skip
SCALARS = (
    "null", "true", "false", "0", "-0", "-1", "1", "0.1", "1.0", "1e2", "1e400", "-1e400", "1e-400", "NaN", "Infinity", "-Infinity",
    str(2**31), str(2**63 - 1), str(2**63), str(-(2**63)), str(2**64), str(10**15 + 1), "9" * 400, "9" * 5000, "0" * 10, "01", "0x1F",
    "[]", "{}", "[[]]", '{"":{}}', "[null]", '""', "undefined", "'x'", "\"\\u0000\"", "\"\\ud800\"", "\"\\x41\"", "\"\t\"", "/**/1",
)  # fmt: skip


def bad_json(good: Any, chance: Random) -> bytes:
    """A good value after one to three mutations, as bytes: mostly UTF-8, sometimes another encoding."""
    top = [copy.deepcopy(good)]
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        places = list(_places(top))
        if not places:
            break
        holder, key = chance.choice(places)
        if chance.random() < 0.75:
            holder[key] = chance.choice(_CHANGES)(holder[key], chance)
        else:
            chance.choice(_ENTRIES)(holder, key, chance)
    text = dumps(top[0] if top else None, ascii_only=chance.random() < 0.5)
    data = text.encode("utf-8", "surrogatepass")
    return recoded(data, chance) if chance.random() < 0.03 else data


def dumps(value: Any, *, ascii_only: bool = True) -> str:
    """JSON, with `Raw` and `Doubled` among its parts."""
    match value:
        case Raw(text):
            return text
        case Doubled(pairs):
            return _object(pairs, ascii_only=ascii_only)
        case dict():
            return _object(value.items(), ascii_only=ascii_only)
        case list() | tuple():
            return f"[{','.join(dumps(part, ascii_only=ascii_only) for part in value)}]"
        case _:
            return json.dumps(value, ensure_ascii=ascii_only)


def texts_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all texts in a value."""
    if isinstance(value, str):
        yield path
    for key, part in _parts(value):
        yield from texts_in(part, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], part: Any) -> Any:
    """A copy of `value` with `part` at a path."""
    if not path:
        return part
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], part)
    return changed


def _object(pairs: Any, *, ascii_only: bool) -> str:
    parts = (f"{json.dumps(str(k), ensure_ascii=ascii_only)}:{dumps(v, ascii_only=ascii_only)}" for k, v in pairs)
    return f"{{{','.join(parts)}}}"


def _parts(value: Any) -> list[tuple[Any, Any]]:
    match value:
        case dict():
            return list(value.items())
        case list():
            return list(enumerate(value))
        case _:
            return []


def _places(holder: Any) -> Iterator[Place]:
    for key, part in _parts(holder):
        yield holder, key
        yield from _places(part)


def _scalar(value: Any, chance: Random) -> Any:
    return Raw(chance.choice(SCALARS))


def _text(value: Any, chance: Random) -> Any:
    return chance.choice(TEXTS)


def _retyped(value: Any, chance: Random) -> Any:
    """A number as text, a text as number, a part as a list or table of itself."""
    ways = (str(value), [value], {"value": value}, [value] * 300, Raw("1"), len(str(value)), None, bool(value))
    return chance.choice(ways)


def _deep(value: Any, chance: Random) -> Any:
    depth = chance.choice((20, 200, 2_000, 50_000))
    opening, closing = chance.choice((("[", "]"), ('{"a":', "}")))
    return Raw(opening * depth + "1" + closing * (depth if chance.random() < 0.7 else 0))


def _noise(value: Any, chance: Random) -> Any:
    """A long text that can't be compressed, of which no index can hold the whole."""
    length = chance.choice((60, 200, 3_000, 3_999, 9_000, 60_000))
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789汉字项目", k=length))


def _touched(value: Any, chance: Random) -> Any:
    """A text with something put into it; a number moved a little or far."""
    if isinstance(value, str):
        place = chance.randrange(len(value) + 1)
        return value[:place] + chance.choice(TEXTS)[:500] + value[place:]
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 10**6, -(10**9), 10**18, 10**30))
    return _retyped(value, chance)


def _lost(holder: Any, key: Any, chance: Random) -> None:
    del holder[key]


def _unknown(holder: Any, key: Any, chance: Random) -> None:
    if isinstance(holder, dict):
        holder[chance.choice(TEXTS)[:3000]] = holder[key]
    else:
        holder.extend([holder[key]] * chance.choice((1, 60, 1000)))


def _renamed(holder: Any, key: Any, chance: Random) -> None:
    if isinstance(holder, dict):
        holder[chance.choice((*TEXTS[:20], str(key).upper(), f"{key} "))[:3000]] = holder.pop(key)


def _twice(holder: Any, key: Any, chance: Random) -> None:
    if isinstance(holder[key], dict) and holder[key]:
        pairs = tuple(holder[key].items())
        name = chance.choice(pairs)[0]
        holder[key] = Doubled((*pairs, (name, chance.choice((None, "x", 1, pairs[0][1])))))


_CHANGES: tuple[Callable[[Any, Random], Any], ...] = (
    _scalar,
    _scalar,
    _text,
    _text,
    _retyped,
    _deep,
    _noise,
    _touched,
    _touched,
)
_ENTRIES: tuple[Callable[[Any, Any, Random], None], ...] = (_lost, _lost, _unknown, _renamed, _twice)
