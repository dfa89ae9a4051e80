"""The report of a round by department: as a page, as a workbook and in print, all of the same figures.

Each project in it leads to its page and names the events that its figures come from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from backbone.record.events import Connection
from backbone.web.asking import Ask, Asking
from backbone.web.charts import Chart
from backbone.web.languages import language_of
from backbone.web.layout import organisations_of
from backbone.web.words import Language
from contracts.kinds import Period
from services.monitoring import views
from services.monitoring.pages import PAGES
from services.monitoring.pages.rounds import drawings, printed, reading, workbook
from services.monitoring.views import Row
from services.monitoring.views import rounds as queries

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
SHOWN = 300
"""Projects that the page and the print list; the workbook has all."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Report:
    """A round's figures as its report tells them; `parts` are all that the reader may see, by department and project."""

    found: Row
    title: str
    lang: Language
    as_of: date | None
    root: str
    departments: list[Row]
    names: list[str]
    causes: list[Row]
    parts: list[Row]

    @property
    def charts(self) -> tuple[Chart, ...]:
        """The drawings; none of what is not there."""
        if not self.departments:
            return ()
        drawn = [
            drawings.money(self.departments, self.names, PAGES.words, self.lang),
            drawings.kinds(self.departments, PAGES.words, self.lang),
        ]
        return (*drawn, drawings.causes(self.causes, PAGES.words, self.lang)) if self.causes else tuple(drawn)

    @property
    def summary(self) -> str:
        """How far the round has come, in a sentence."""
        sums = {
            name: sum(row[name] for row in self.departments) for name in ("projects", "filled", "reviewed", "decided")
        }
        return say("page.round_report.summary", self.lang, **sums)

    @property
    def attention(self) -> list[tuple[str, list[Row]]]:
        """The projects that something follows for, by department, at most `SHOWN` of them."""
        rows = [row for row in self.parts if (row["decision"] or row["proposal"] or "keep") != "keep"][:SHOWN]
        return [(department, list(own)) for department, own in groupby(rows, key=lambda row: row["department"])]

    @property
    def cut_off(self) -> bool:
        """Whether there are more than the page and the print list."""
        return sum((row["decision"] or row["proposal"] or "keep") != "keep" for row in self.parts) > SHOWN


@router.get("/rounds/{round}/report")
def page(ask: Ask, request: Request, round: Period) -> Response:
    """The report as a page."""
    report = _report(ask, request, round)
    return PAGES.render(
        request,
        "round_report.html",
        title=say("page.round_report.title", report.lang, name=report.title),
        as_of=report.as_of,
        report=report,
        quote=reading.quoted,
        tones=reading.TONES,
        state_tones=reading.STATE_TONES,
        shown=SHOWN,
    )


@router.get("/rounds/{round}/report.xlsx")
def as_workbook(ask: Ask, request: Request, round: Period) -> Response:
    """The report as a workbook: every project with its figures, its page and its events."""
    report = _report(ask, request, round)
    organisations = organisations_of(request)
    content = workbook.of(report, lambda code: organisations.name(code, report.lang))
    return _file(content, WORKBOOK, f"round-{round}.xlsx")


@router.get("/rounds/{round}/report.pdf")
def as_print(ask: Ask, request: Request, round: Period) -> Response:
    """The report in print, with its charts."""
    report = _report(ask, request, round)
    organisations = organisations_of(request)
    content = printed.of(report, lambda code: organisations.name(code, report.lang))
    return _file(content, "application/pdf", f"round-{round}.pdf")


def _report(ask: Asking, request: Request, round: str) -> Report:
    org = reading.bound_of(ask)
    found = reading.round_of(ask, round)
    lang = language_of(request)
    as_of = ask.read(views.as_of)
    departments = ask.read(lambda conn: queries.departments(conn, round, org, as_of or found["opened_on"]))
    organisations = organisations_of(request)
    parts = ask.read(
        lambda conn: sorted(_all_parts(conn, round, org), key=lambda row: (row["department"], row["project"]))
    )
    return Report(
        found,
        reading.title_of(found, lang),
        lang,
        as_of,
        str(request.base_url).rstrip("/"),
        departments,
        [organisations.name(row["department"], lang) for row in departments],
        ask.read(lambda conn: queries.causes(conn, round, org)),
        parts,
    )


def _all_parts(conn: Connection, round: str, org: str | None) -> Iterator[Row]:
    after = ""
    while rows := queries.parts(conn, round, queries.Wanted(org, after=after, limit=1000)):
        yield from rows
        after = rows[-1]["project"]


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
