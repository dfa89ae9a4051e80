"""A month's reports of a unit as one workbook: given out with its projects and indicators, read back filled in, marked where it is wrong.

Of a workbook everything is taken in one transaction, or nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from backbone.record.events import Connection
from backbone.record.transaction import Outcome, Transaction
from backbone.tables.forms import Column, Mark, NotTheForm, Sheet, read, write
from backbone.web.words import Words
from contracts.authority import permit
from contracts.decision import Refusal
from services.monitoring.domain.filled import EVIDENCE, Wrong, all_or_none, is_blank, report_of, texts_of
from services.monitoring.domain.refusals import GoalNotApproved, ReportsRefused
from services.monitoring.domain.reports import ReportProgress
from services.monitoring.handlers.judging import Story
from services.monitoring.handlers.marks import mark_project
from services.monitoring.views import reports
from services.monitoring.views.statements import Row

MOST_PROJECTS = 1000
VALUES, PROJECTS, ABOUT = "指标 Indicators", "项目 Projects", "说明 About"
CHOICES = {"expected": ("planned", "low", "none"), "serious": ("no", "yes")}
FORM = "jixiao-progress-1"


@dataclass(frozen=True, slots=True)
class Filled:
    """A workbook as it came back: the unit and month that it was given out for, its rows, and what was made of them."""

    unit: str
    period: str
    values: list[dict[str, str]]
    projects: list[dict[str, str]]
    commands: list[ReportProgress] = field(default_factory=list[ReportProgress])
    wrong: list[tuple[str, int, str, str, dict[str, str]]] = field(
        default_factory=list[tuple[str, int, str, str, dict[str, str]]]
    )


def template(conn: Connection, unit: str, period: str, words: Words) -> bytes:
    """The workbook for a unit's projects in a month, filled with what was reported before where the month has a report."""
    rows = reports.of_month(conn, period, unit, limit=MOST_PROJECTS)
    owing = [row for row in rows if row["status"] != "stopped"]
    return write(sheets(unit, period, _values_of(owing), _projects_of(owing, words), words))


def filled(conn: Connection, data: bytes, words: Words) -> Filled:
    """Read a workbook that came back. NotTheForm where it is another file; all that is wrong in its cells is told in `wrong`."""
    found = read(data, sheets("", "", (), (), words))
    about = {row["key"]: row["value"] for row in found[ABOUT]}
    if about.get("form") != FORM:
        raise NotTheForm("headings", ABOUT)
    workbook = Filled(about.get("unit", ""), about.get("period", ""), found[VALUES], found[PROJECTS])
    indicators = _known(conn, workbook)
    for project, (texts, places) in _by_project(workbook, indicators, words).items():
        if is_blank(texts):
            continue
        made = report_of(project, workbook.period, texts, indicators[project])
        if isinstance(made, ReportProgress):
            workbook.commands.append(made)
        else:
            workbook.wrong.extend(_placed(each, places) for each in made)
    return workbook


def take(tx: Transaction, workbook: Filled) -> Outcome | Refusal:
    """Take all reports of a workbook and judge what they change; ReportsRefused, and nothing taken, where one can't be.

    Everything is decided before anything is appended: the record's lock is taken last.
    """
    commands = sorted(workbook.commands, key=lambda command: command.project)
    for command in commands:
        mark_project(tx.conn, command.project, command.period)
    stories = [Story.load(tx, command.project, command.year) for command in commands]
    refused = [(story.project, _decided(tx, story, command)) for story, command in zip(stories, commands, strict=True)]
    if refusal := all_or_none(refused):
        return refusal
    for story, command in zip(stories, commands, strict=True):
        if story.decided:
            story.judge(command.period)
    events = tuple(event for story in stories for event in story.append().events)
    return Outcome(f"reports/{workbook.unit}/{workbook.period}", len(events), events)


def refused_at(workbook: Filled, refused: ReportsRefused, words: Words) -> list[Mark]:
    """The refusals of whole reports, each at its project's row."""
    rows = {row["project"]: number for number, row in enumerate(workbook.projects)}
    return [
        Mark(
            PROJECTS,
            rows[project],
            "project",
            "\n".join(words.both(f"refusal.{type(why).__name__}", **why.fields()).values()),
        )
        for project, why in zip(refused.projects, refused.refused, strict=True)
    ]


def as_download(unit: str, period: str) -> dict[str, str]:
    """The headers of an answer that is a workbook; its name in any script."""
    name = quote(f"jixiao-{unit}-{period}.xlsx", safe="")
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}


def marked(workbook: Filled, words: Words, more: Iterable[Mark] = ()) -> bytes:
    """The same workbook with what is wrong marked at its cells, in both languages."""
    marks = [
        Mark(sheet, row, column, "\n".join(words.both(f"wrong.{key}", **fields).values()))
        for sheet, row, column, key, fields in workbook.wrong
    ]
    made = sheets(workbook.unit, workbook.period, workbook.values, workbook.projects, words)
    return write(made, [*marks, *more])


def _decided(tx: Transaction, story: Story, command: ReportProgress) -> Refusal | None:
    if story.state.goal is None:
        return GoalNotApproved(command.project, command.year)
    return permit(tx.context.actor, "report-progress", story.state.unit) or story.decide(command)


def _known(conn: Connection, workbook: Filled) -> dict[str, tuple[str, ...]]:
    """The indicators with a number as target, of each project that the workbook names and that is known."""
    known: dict[str, tuple[str, ...]] = {}
    if len(workbook.period) != 7 or not workbook.period[:4].isdecimal():
        raise NotTheForm("headings", ABOUT)
    for project in dict.fromkeys(row["project"] for row in workbook.projects if row["project"]):
        row = reports.of_project(conn, workbook.period, project)
        if row is not None:
            known[project] = tuple(each["id"] for each in monitored(row))
    return known


def _by_project(
    workbook: Filled, indicators: Mapping[str, Sequence[str]], words: Words
) -> dict[str, tuple[dict[str, str], dict[str, tuple[str, int, str]]]]:
    """Each project's texts by field, and where in the workbook each field stands. Rows of nobody's are told as wrong."""
    texts: defaultdict[str, dict[str, str]] = defaultdict(dict)
    places: defaultdict[str, dict[str, tuple[str, int, str]]] = defaultdict(dict)
    codes = {name: _codes(name, words) for name in CHOICES}
    for number, row in enumerate(workbook.projects):
        project = row["project"]
        if project not in indicators or project in texts:
            if any(row.values()):
                key = "project-twice" if project in texts else "project"
                workbook.wrong.append((PROJECTS, number, "project", key, {"given": project}))
            continue
        for column in _project_columns(words):
            if column.open:
                text = row[column.key].strip()
                texts[project][column.key] = codes[column.key].get(text, text) if column.key in codes else text
                places[project][column.key] = (PROJECTS, number, column.key)
    for number, row in enumerate(workbook.values):
        project, place = row["project"], f"value.{row['indicator']}"
        if row["indicator"] not in indicators.get(project, ()) or place in texts[project]:
            if row["value"].strip():
                workbook.wrong.append((VALUES, number, "indicator", "indicator", {"given": row["indicator"]}))
            continue
        texts[project][place] = row["value"]
        places[project][place] = (VALUES, number, "value")
    return {project: (texts[project], places[project]) for project in indicators}


def _placed(wrong: Wrong, places: Mapping[str, tuple[str, int, str]]) -> tuple[str, int, str, str, dict[str, str]]:
    return (*places[wrong.field], wrong.key, {"given": wrong.given})


def monitored(row: Row) -> list[Row]:
    """The indicators of a project that are reported by value."""
    return [each for each in row["indicators"] if each["type"] == "quantitative" and each["target"] is not None]


def _values_of(rows: Iterable[Row]) -> list[dict[str, str]]:
    return [
        {
            "project": row["project"],
            "name": row["name"],
            "indicator": each["id"],
            "indicator_name": each["name"],
            "measured_in": each.get("unit") or "",
            "target": str(each["target"]),
            "before": str((row["before"] or {}).get(each["id"], "")),
            "value": str((row["indicator_values"] or {}).get(each["id"], "")),
        }
        for row in rows
        for each in monitored(row)
    ]


def _projects_of(rows: Iterable[Row], words: Words) -> list[dict[str, str]]:
    """A row a project; where the month has a report its texts, so that it can be corrected."""
    made: list[dict[str, str]] = []
    for row in rows:
        texts = texts_of({}, row["said"]) if row["said"] else {}
        chosen = {name: _label(name, texts[name], words) for name in CHOICES if texts.get(name)}
        made.append({**texts, **chosen, "project": row["project"], "name": row["name"]})
    return made


def sheets(
    unit: str, period: str, values: Sequence[Mapping[str, str]], projects: Sequence[Mapping[str, str]], words: Words
) -> tuple[Sheet, Sheet, Sheet]:
    about = [
        {"key": "form", "value": FORM},
        {"key": "unit", "value": unit},
        {"key": "period", "value": period},
        *({"key": "", "value": words.say("workbook.about", lang)} for lang in ("zh", "en")),
    ]
    return (
        Sheet(VALUES, _value_columns(words), values),
        Sheet(PROJECTS, _project_columns(words), projects),
        Sheet(ABOUT, (_column("key", words), _column("value", words, 90)), about),
    )


def _value_columns(words: Words) -> tuple[Column, ...]:
    locked = ("project", "name", "indicator", "indicator_name", "measured_in", "target", "before")
    widths = {"name": 30, "indicator_name": 26}
    return (*(_column(key, words, widths.get(key, 14)) for key in locked), _column("value", words, 16, open=True))


def _project_columns(words: Words) -> tuple[Column, ...]:
    proofs = tuple(
        Column(f"evidence.{n}.{part}", f"{zh} {n}", f"{en} {n}", 26, open=True)
        for n in range(1, EVIDENCE + 1)
        for part in ("name", "sha256", "kept")
        for zh, en in [tuple(words.both(f"workbook.evidence.{part}").values())]
    )
    said = tuple(
        _column(key, words, 16 if key in CHOICES else 36, open=True)
        for key in ("expected", "serious", "serious_problem", "progress", "problems", "next_steps")
    )
    return (_column("project", words), _column("name", words, 30), *said, *proofs)


def _column(key: str, words: Words, width: int = 14, *, open: bool = False) -> Column:
    zh, en = words.both(f"workbook.column.{key}").values()
    choices = tuple(_label(key, code, words) for code in CHOICES.get(key, ()))
    return Column(key, zh, en, width, open, choices)


def _label(name: str, code: str, words: Words) -> str:
    return " ".join(words.both(f"choice.{name}.{code}").values())


def _codes(name: str, words: Words) -> dict[str, str]:
    """A choice's code by its label, and by either language of it."""
    found: dict[str, str] = {}
    for code in CHOICES[name]:
        both = words.both(f"choice.{name}.{code}")
        found |= dict.fromkeys((*both.values(), " ".join(both.values())), code)
    return found
