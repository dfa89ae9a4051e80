"""The report of a round as a workbook (XLSX): departments, projects with their events, causes. Text stays text: no cell is a formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from contracts.kinds import major_units
from services.monitoring.pages import PAGES
from services.monitoring.pages.rounds.reading import quoted, severity_title

if TYPE_CHECKING:
    from services.monitoring.pages.rounds.report import Report

Name = Callable[[str], str]
say = PAGES.words.say
_COUNTS = ("projects", "filled", "overdue", "reviewed", "decided", "deviating")
_MONEY = ("budget", "paid", "expected_payments", "proposed_cut", "decided_cut", "adjusted_cut")
_EVENTS = ("taken_event", "filled_event", "passed_event", "decided_event", "adjusted_event")
_FIGURES = ("execution", "attainment", "expected_execution", "expected_attainment")


def of(report: Report, name: Name) -> bytes:
    """The workbook's bytes; the same report gives the same sheets."""
    import xlsxwriter

    held = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        _sheet(book, head, say("page.round_report.sheet_departments", report.lang), *_departments(report, name))
        _sheet(book, head, say("page.round_report.sheet_projects", report.lang), *_projects(report, name))
        _sheet(book, head, say("page.round_report.sheet_causes", report.lang), *_causes(report))
    return held.getvalue()


def _sheet(book: Any, head: Any, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    money = book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 1)
    for column, label in enumerate(columns):
        sheet.write_string(0, column, label, head)
        widest = max((len(str(row[column])) for row in rows[:200] if row[column] is not None), default=0)
        sheet.set_column(column, column, min(max(12, 2 * len(label), widest + 2), 60))
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            match value:
                case None:
                    continue
                case Decimal():
                    sheet.write_number(line, column, value, money)
                case int():
                    sheet.write_number(line, column, value)
                case _:
                    sheet.write_string(line, column, str(value))
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _departments(report: Report, name: Name) -> tuple[list[str], list[list[Any]]]:
    lang = report.lang
    columns = [say("column.department", lang), say("column.currency", lang)]
    columns += [say("field.projects" if each == "projects" else f"column.{each}", lang) for each in _COUNTS]
    columns += [say(f"{'field' if each in ('budget', 'paid') else 'column'}.{each}", lang) for each in _MONEY]
    rows = [
        [
            name(row["department"]),
            row["currency"],
            *(row[each] for each in _COUNTS),
            *(major_units(row[each], row["currency"]) for each in _MONEY),
        ]
        for row in report.departments
    ]
    return columns, rows


def _projects(report: Report, name: Name) -> tuple[list[str], list[list[Any]]]:
    lang = report.lang
    columns = [
        say("column.department", lang), say("field.unit", lang), say("field.project", lang), say("field.number", lang),
        say("field.state", lang), say("column.currency", lang), say("field.budget", lang), say("field.paid", lang),
        say("field.vouchers", lang), say("column.expected_payments", lang),
        *(say(f"ground.{each}", lang) for each in _FIGURES),
        say("column.causes", lang), say("column.severity", lang), say("column.proposal", lang), say("column.decision", lang),
        say("column.budget_after", lang), say("entry.reason", lang), say("column.address", lang),
        *(f"{say('column.events', lang)} {each.removesuffix('_event')}" for each in _EVENTS),
    ]  # fmt: skip
    return columns, [_project(report, row, name) for row in report.parts]


def _project(report: Report, row: dict[str, Any], name: Name) -> list[Any]:
    lang, currency = report.lang, row["currency"]

    def money(field: str) -> Decimal | None:
        return None if row[field] is None else major_units(row[field], currency)

    causes = "; ".join(f"{say('cause_kind.' + each['kind'], lang)}: {each['text']}" for each in row["causes"] or ())
    return [
        name(row["department"]), name(row["unit"]), row["name"], row["project"],
        say(f"part_state.{row['state']}", lang), currency, money("budget"), money("paid"), row["vouchers"],
        money("expected_payments"), *(row[each] for each in _FIGURES), causes or None,
        severity_title(row["policy"], row["severity"], lang) or None,
        row["proposal"] and say(f"proposal.{row['proposal']}", lang),
        row["decision"] and say(f"proposal.{row['decision']}", lang),
        money("decided_budget") if row["decision"] else money("proposed_budget"), row["reason"],
        f"{report.root}/rounds/{row['round']}/projects/{quoted(row['project'])}",
        *(row[each] for each in _EVENTS),
    ]  # fmt: skip


def _causes(report: Report) -> tuple[list[str], list[list[Any]]]:
    lang = report.lang
    columns = [say("column.causes", lang), say("field.projects", lang)]
    return columns, [[say(f"cause_kind.{row['kind']}", lang), row["projects"]] for row in report.causes]
