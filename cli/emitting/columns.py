"""Where a map's columns stand in one file: header names compared as plain names, templates of several columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backbone.tables.guards import unguarded
from backbone.tables.headers import plain_name, positions
from cli.emitting.maps import NEEDED, Map, usual_map
from cli.emitting.words import Refused

Cell = Callable[[Sequence[str]], str]
"""What a row's cells say for one part of a voucher; empty where they say nothing."""

_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Found:
    """Where the parts of a voucher stand in a file: what its cells say, the columns that they stand in, and the parts it hasn't."""

    cells: dict[str, Cell]
    places: dict[str, tuple[int, ...]]
    absent: tuple[str, ...]


def recognised(headers: Sequence[str], map: Map) -> int:
    """How well a row is understood as headers: ten for each column that is needed, one for each other."""
    names = positions(headers)
    if not names:
        return 0
    return sum(
        10 if part in NEEDED else 1
        for part, alternatives in _wanted(map)
        if any(all(name in names for name in _named(alternative)) for alternative in alternatives)
    )


def find_columns(headers: Sequence[str], map: Map, *, sheet: str | None = None) -> Found:
    """The columns that a map names, in these headers; Refused with the headers found (in which sheet) and those needed.

    A needed column whose header stands twice is refused: which of two amounts is meant, a person has to say.
    """
    names = positions(headers)
    cells: dict[str, Cell] = {}
    places: dict[str, tuple[int, ...]] = {}
    absent: list[str] = []
    for part, alternatives in _wanted(map):
        chosen = next((one for one in alternatives if all(name in names for name in _named(one))), None)
        if chosen is None:
            absent.append(part)
            continue
        twice = [name for name in _named(chosen) if len(names[name]) > 1]
        if twice and part in NEEDED:
            raise Refused("header-twice", header=twice[0], part=part)
        cells[part] = _cell(chosen, names)
        places[part] = tuple(names[name][0] for name in _named(chosen))
    missing = [part for part in NEEDED if part not in cells]
    if missing:
        found = f"{sheet}: {_list(headers)}" if sheet else _list(headers)
        needed = "; ".join(_needed(part, map) for part in missing)
        raise Refused("headers-not-recognised", found=found, needed=needed)
    usual = map.columns == usual_map().columns  # nobody asked for all of these
    asked = () if usual else (part for part in absent if getattr(map.columns, part) is not None)
    return Found(cells, places, tuple(asked))


def _wanted(map: Map) -> list[tuple[str, tuple[str, ...]]]:
    wanted = {part: headers for part, headers in map.columns if headers is not None}
    if usual := usual_map().columns.fiscal_year:
        wanted.setdefault("fiscal_year", usual)
    return list(wanted.items())


def _named(alternative: str) -> list[str]:
    """The plain names of the headers that a header name or a template stands on."""
    return [plain_name(name) for name in _PLACE.findall(alternative)] or [plain_name(alternative)]


def _cell(alternative: str, names: dict[str, list[int]]) -> Cell:
    if not _PLACE.search(alternative):
        return _one(names[plain_name(alternative)][0])
    pieces = _PLACE.split(alternative)  # text, name, text, name, … text
    if len(pieces) == 3 and pieces[0] == pieces[2] == "":
        return _one(names[plain_name(pieces[1])][0])
    columns = [_one(names[plain_name(name)][0]) for name in pieces[1::2]]
    texts = pieces[0::2]

    def joined(cells: Sequence[str]) -> str:
        values = [column(cells) for column in columns]
        if not all(values):
            return ""  # half a code is no code
        return (texts[0] + "".join(value + text for value, text in zip(values, texts[1:], strict=True))).strip()

    return joined


def _one(position: int) -> Cell:
    def cell(cells: Sequence[str]) -> str:
        if position >= len(cells):
            return ""
        cell = cells[position]
        return (
            unguarded(cell.strip()) if type(cell) is str else cell
        )  # numbers and days of a workbook stay what they are

    return cell


def _needed(part: str, map: Map) -> str:
    names: tuple[str, ...] = getattr(map.columns, part)
    return f"{part} ({_list(names[:6])}{' …' if len(names) > 6 else ''})"


def _list(headers: Sequence[str]) -> str:
    return ", ".join(header for header in headers[:40] if header) or "–"
