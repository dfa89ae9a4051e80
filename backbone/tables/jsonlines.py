"""JSON lines: one flat object a line, its keys as the headers. Numbers keep their text, so that no amount passes through a float."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from backbone.tables.delimited import LONGEST_LINE, lines
from backbone.tables.encodings import Encoding
from backbone.tables.row import Number, Row, Unreadable

FIRST_LINES = 1000
"""Lines whose keys make the headers; a row with a key that is met only later is refused, for its meaning would be passed over."""

_LOST = re.compile("[\udc80-\udcff]")


class JsonLines:
    """A file of JSON lines. A line that is no flat object is given with its problem; the next is read all the same."""

    kind = "jsonl"

    def __init__(self, file: BinaryIO, encoding: Encoding) -> None:
        self._file = file
        self._size = max(1, file.seek(0, io.SEEK_END))
        self._encoding = encoding
        self.encoding = encoding.name
        keys: dict[str, None] = {}
        for line in islice(self._lines(), FIRST_LINES):
            keys.update(dict.fromkeys(_read(line)[0]))
        if not keys:
            raise Unreadable("no-json-object")
        self.headers = tuple(keys)
        self.sheet: str | None = None
        self._places = {key: place for place, key in enumerate(keys)}

    def rows(self) -> Iterator[Row]:
        for number, line in enumerate(self._lines(), 1):
            yield self._row(number, line)

    def done(self) -> float:
        return self._file.tell() / self._size

    def _lines(self) -> Iterator[str]:
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, self._encoding.name, self._encoding.errors, newline="")
        try:
            yield from lines(text)
        finally:
            text.detach()

    def _row(self, number: int, line: str) -> Row:
        if line.isspace():
            return Row(number, [])
        found, problem = _read(line)
        problems = [problem] if problem else []
        cells = [""] * len(self.headers)
        for key, value in found.items():
            if key in self._places:
                cells[self._places[key]] = value
            elif "unknown-key" not in problems:
                problems.append("unknown-key")
        raw = line.strip()
        if self._encoding.damaged and _LOST.search(raw):
            raw = raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            problems.append("bytes-not-readable")
        return Row(number, cells, tuple(problems), raw)


def _read(line: str) -> tuple[dict[str, str], str | None]:
    """A line's keys and values as text, and the problem that keeps it from being a flat object."""
    if len(line) >= LONGEST_LINE:
        return {}, "too-long"
    if line.isspace():
        return {}, None
    try:
        value = _DECODER.decode(line.strip())
    except _Repeated:
        return {}, "repeated-key"
    except RecursionError:
        return {}, "nested-value"
    except ValueError:
        return {}, "not-json"
    if not isinstance(value, dict):
        return {}, "not-an-object"
    cells: dict[str, str] = {}
    problem = None
    for key, item in value.items():
        if isinstance(item, dict | list):
            problem = "nested-value"
        cells[key] = _cell(item)
    return cells, problem


def _cell(value: Any) -> str:
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return json.dumps(value, ensure_ascii=False)


class _Repeated(ValueError):
    """An object names a key twice: which one is meant?"""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Repeated
    return found


_DECODER = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=Number, object_pairs_hook=_object)
