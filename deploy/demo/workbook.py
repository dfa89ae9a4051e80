"""A month's reports as a clerk sends them who has no system: the workbook fetched, its open cells filled in, handed in; mended where it
comes back with a marked cell."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from deploy.demo.doors import Doors
from deploy.demo.facts import Report
from deploy.demo.steps import Workbook

Rows = dict[str, list[list[str]]]
VALUES, PROJECTS = 0, 1
"""The sheets to fill in, in their order; the third says what the workbook is about."""
HEADINGS = 2
PATH = "/api/reports/workbook"


def report(workbook: Workbook, doors: Doors) -> list[str]:
    """Fetch, fill in, hand in; with a wrong cell first where one is planted. A sentence for each answer that isn't the expected one."""
    place = f"{PATH}?unit={workbook.person.org}&period={workbook.period}"
    blank = _opened(doors.fetch("monitoring", place, workbook.person))
    surprises: list[str] = []
    if workbook.wrong:
        cell = _fill(blank, workbook.reports, workbook.wrong)
        status, back = doors.hand_in("monitoring", PATH, _written(blank), workbook.person)
        found = marked(back) if status == 422 else set[str]()
        if (status, found) != (422, {cell}):
            surprises.append(f"workbook {workbook.period}: {status}, marked {sorted(found)} instead of {cell}")
    _fill(blank, workbook.reports, None)
    status, back = doors.hand_in("monitoring", PATH, _written(blank), workbook.person)
    taken = json.loads(back).get("reports") if status == 200 else None
    if taken != len(workbook.reports):
        surprises.append(f"workbook {workbook.period}: {status}, {taken} reports instead of {len(workbook.reports)}")
    return surprises


def marked(content: bytes) -> set[str]:
    """The cells of a workbook that carry a comment."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        comments = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/comments")]
    return {cell for text in comments for cell in re.findall(r'<comment ref="([A-Z]+[0-9]+)"', text)}


def _opened(content: bytes) -> Rows:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: [[str(cell) for cell in row] for row in _cells(book, name)] for name in book.sheet_names}


def _cells(book: CalamineWorkbook, name: str) -> list[list[object]]:
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)  # pyright: ignore[reportReturnType]


def _fill(rows: Rows, reports: tuple[Report, ...], wrong: tuple[str, str, str] | None) -> str:
    """Fill in values and what is said of the month; the cell with the wrong text, if there is one."""
    names = list(rows)
    values, projects = rows[names[VALUES]], rows[names[PROJECTS]]
    of = {report.project: report for report in reports}
    head = {text: place for place, text in enumerate(values[0])}
    cell = ""
    for number, row in enumerate(values[HEADINGS:], HEADINGS + 1):
        project, indicator = row[head["项目代码"]], row[head["指标代码"]]
        row[head["本月累计完成数"]] = str(of[project].values.get(indicator, ""))
        if wrong and wrong[:2] == (project, indicator):
            row[head["本月累计完成数"]], cell = wrong[2], f"{chr(ord('A') + head['本月累计完成数'])}{number}"
    said = {text: place for place, text in enumerate(projects[0])}
    for row in projects[HEADINGS:]:
        row[said["实施进度"]] = of[row[said["项目代码"]]].implementation
    return cell


def _written(rows: Rows) -> bytes:
    """The workbook as an office program saves it: the same sheets and cells."""
    out = BytesIO()
    book: Any = xlsxwriter.Workbook(out, {"in_memory": True})
    with book:
        for name, lines in rows.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                for place, text in enumerate(line):
                    if text:
                        sheet.write_string(number, place, text)
    return out.getvalue()
