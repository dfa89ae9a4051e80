"""The report of a round in print (PDF): its charts, its departments, and the projects that something follows for, with their events."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from backbone.web import notation
from backbone.web.charts import picture
from backbone.web.printing import printed
from services.monitoring.pages import PAGES
from services.monitoring.pages.rounds.reading import quoted

if TYPE_CHECKING:
    from services.monitoring.pages.rounds.report import Report

Name = Callable[[str], str]
say = PAGES.words.say


def of(report: Report, name: Name) -> bytes:
    """The report's PDF."""
    lang = report.lang
    data = {
        "lang": lang,
        "title": say("page.round_report.title", lang, name=report.title),
        "lead": say("page.round_report.lead", lang),
        "summary": report.summary,
        "as_of": say("page.round_report.as_of", lang, day=report.as_of) if report.as_of else "",
        "charts": [
            {"title": chart.title, "description": chart.description, "svg": picture(chart.spec)}
            for chart in report.charts
        ],
        "departments": _departments(report, name),
        "projects": [_projects(report, department, rows, name) for department, rows in report.attention],
        "none": "" if report.attention else say("page.round_report.projects_none", lang),
        "cut_off": say("page.round_report.cut_off", lang, n=sum(len(rows) for _, rows in report.attention))
        if report.cut_off
        else "",
    }
    return printed(_source(), data, report.as_of)


def _departments(report: Report, name: Name) -> dict[str, Any]:
    lang = report.lang
    head = ["column.department", "field.projects", "column.filled", "column.reviewed", "column.decided", "field.budget"]
    head += ["field.paid", "column.proposed_cut", "column.decided_cut"]
    rows = [
        [
            name(row["department"]),
            *(str(row[each]) for each in ("projects", "filled", "reviewed", "decided")),
            *(
                notation.wan(row[each], lang, row["currency"])
                for each in ("budget", "paid", "proposed_cut", "decided_cut")
            ),
        ]
        for row in report.departments
    ]
    return {"title": say("page.round.by_department", lang), "head": [say(each, lang) for each in head], "rows": rows}


def _projects(report: Report, department: str, rows: list[dict[str, Any]], name: Name) -> dict[str, Any]:
    lang = report.lang
    head = ["field.project", "field.execution", "ground.expected_execution", "ground.expected_attainment"]
    head += ["column.proposal", "field.budget", "column.budget_after"]
    return {
        "title": say("page.round_report.projects", lang, department=name(department)),
        "head": [say(each, lang) for each in head],
        "rows": [_project(report, row) for row in rows],
    }


def _project(report: Report, row: dict[str, Any]) -> dict[str, Any]:
    lang, currency = report.lang, row["currency"]
    after = row["decided_budget"] if row["decision"] else row["proposed_budget"]
    events = [row[each] for each in ("taken_event", "passed_event", "decided_event") if row[each] is not None]
    kind = say(f"proposal.{row['decision'] or row['proposal']}", lang)
    state = say(f"part_state.{row['state']}", lang)
    return {
        "name": f"{row['name']} {row['project']}",
        "address": f"{report.root}/rounds/{row['round']}/projects/{quoted(row['project'])}",
        "events": [{"id": str(each), "address": f"{report.root}/events/{each}"} for each in events],
        "cells": [
            *(notation.percent(row[each]) for each in ("execution", "expected_execution", "expected_attainment")),
            f"{kind} ({state})" if lang == "en" else f"{kind}（{state}）",
            notation.yuan(row["budget"], lang, currency),
            notation.yuan(after, lang, currency),
        ],
    }


@cache
def _source() -> str:
    return (resources.files("services.monitoring") / "pages" / "templates" / "round_report.typ").read_text("utf-8")
