"""The rows that were refused, in a file that is corrected and sent again on its own: the columns as they were, the reason in front.

A sheet's rejects are CSV in UTF-8 with its mark, which Excel and `emit` both know without being told; a workbook's too, each with its
cells' places, its days written in the map's first format. JSON lines' are JSON lines, for in a sheet nobody could tell minor units from
major ones. Columns that begin with `jixiao` are ours and are not repeated.
"""

from __future__ import annotations

import csv
import filecmp
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from backbone.tables import Day, Float, Row, Table
from backbone.tables.headers import plain_name
from cli.emitting.places import Places
from cli.emitting.vouchers import Reasons
from cli.emitting.words import Refused, reason_sentence

OURS = ("jixiao_row", "jixiao_reason", "jixiao_explanation")
PLACE = "jixiao_place"

_STRING = r'"(?:[^"\\]|\\.)*"'
_OURS_IN_JSON = re.compile(
    rf'\{{\s*"jixiao_row":\s*\d+,\s*"jixiao_reason":\s*{_STRING},\s*"jixiao_explanation":\s*{_STRING},?\s*'
)


def write_rejects(
    table: Table, refused: Mapping[int, Reasons], *, places: Places, day: str, name: str, path: Path | None
) -> Path:
    """Write the refused rows of `table` and say where: to `path`, else to `rejects-<name>` where the command runs.

    A file that is already there under that name, and says something else, may hold a person's corrections: it is kept, and the next
    free number taken. `day` is the format of the days that a workbook's cells hold.
    """
    suffix = ".jsonl" if table.kind == "jsonl" else ".csv"
    target = path or Path(f"rejects-{name}{suffix}")
    draft = target.with_name(f".{target.name}.part")
    rows = (row for row in table.rows() if row.number in refused)
    try:
        if table.kind == "jsonl":
            _write_json(draft, rows, refused)
        else:
            ours = ((_ours(row, refused) | _place(row, refused, places), _as_text(row, day)) for row in rows)
            _write_sheet(draft, table.headers, ours, [*OURS, *([PLACE] if table.sheet else [])])
        if path is None:
            target = _free(target, draft)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Refused("rejects-not-written", file=target, why=error.strerror or error) from None
    return target


def _write_sheet(
    draft: Path, headers: tuple[str, ...], rows: Iterator[tuple[dict[str, object], list[str]]], ours: list[str]
) -> None:
    kept = [place for place, header in enumerate(headers) if not plain_name(header).startswith("jixiao ")]
    with draft.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow([*ours, *(headers[place] for place in kept)])
        for said, cells in rows:
            shown = (cells[place] if place < len(cells) else "" for place in kept)
            sheet.writerow([*said.values(), *shown, *cells[len(headers) :]])


def _write_json(draft: Path, rows: Iterator[Row], refused: Mapping[int, Reasons]) -> None:
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            raw = _OURS_IN_JSON.sub("{", row.raw or "", count=1)
            ours = json.dumps(_ours(row, refused), ensure_ascii=False)
            if not _an_object(raw) or raw[1:].strip() == "}":
                file.write(f'{ours[:-1]}, "jixiao_raw": {json.dumps(raw, ensure_ascii=False)}}}\n')
            else:
                file.write(f"{ours[:-1]}, {raw[1:].lstrip()}\n")


def _ours(row: Row, refused: Mapping[int, Reasons]) -> dict[str, object]:
    reasons = refused[row.number]
    return dict(zip(OURS, (row.number, "; ".join(reasons), reason_sentence(reasons)), strict=True))


def _place(row: Row, refused: Mapping[int, Reasons], places: Places) -> dict[str, object]:
    return {PLACE: places.of(row.number, refused[row.number])} if places.sheet else {}


def _as_text(row: Row, day: str) -> list[str]:
    """A row's cells in the text that `emit` reads again with the same map."""

    def text(cell: str) -> str:
        match cell:
            case Day():
                return date.fromisoformat(cell).strftime(day)
            case Float():
                return cell.shown()
            case _:
                return cell

    return [text(cell) for cell in row.cells]


def _an_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _free(target: Path, draft: Path) -> Path:
    """`target`, or the same with a number where another file has the name."""
    number, free = 1, target
    while free.exists() and not filecmp.cmp(free, draft, shallow=False):
        number += 1
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
    return free
