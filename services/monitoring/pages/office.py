"""The monitoring office's screen: what needs a decision now, many decided at once, units by months, the projects that filters choose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, get_args
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from backbone.web.asking import Ask, Asking
from backbone.web.forms import new_key, same_origin
from backbone.web.headers import WITH_LIVE_SCRIPT
from backbone.web.languages import language_of
from backbone.web.layout import organisations_of
from backbone.web.problems import BadRequest, Refused, problem
from contracts.authority import permit
from contracts.decision import Refusal
from contracts.kinds import Code, Period, Year, periods_of
from contracts.monitoring import Measure
from services.monitoring import views
from services.monitoring.domain.seeing import NOBODYS, bound_to
from services.monitoring.handlers.together import ACTIONS, MEASURED, MOST, Action, Subject, Together
from services.monitoring.pages import PAGES
from services.monitoring.pages.choosing import Choosing, asked_for
from services.monitoring.pages.telling import LEVEL_TONES, Telling
from services.monitoring.pages.vouchers import address as ledger_address
from services.monitoring.pages.waiting import Listed, listed
from services.monitoring.views import filters, ledger, office

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
PAGE = 50
UNITS = 60
Said = Annotated[str, Form(max_length=4000)]
Asked = Annotated[str, Query(max_length=100)]


@router.get("/{year:int}")
def desk(ask: Ask, request: Request, year: Year) -> Response:
    """What needs a decision now, the gravest and oldest first."""
    org = bound(ask)
    now = ask.transact.clock.now()
    as_of, years, conflicts, gaps = ask.read(
        lambda conn: (
            views.as_of(conn),
            views.years(conn),
            _of_ledger(ask, lambda: ledger.conflicts(conn, "open", None, office.HELD)[0]),
            _of_ledger(ask, lambda: [each for each in ledger.numberings(conn, now) if each["ranges"]]),
        )
    )
    response = PAGES.render(
        request,
        "office.html",
        title=say("page.office.title", language_of(request), year=year),
        as_of=as_of,
        year=year,
        other_years=[each for each in years if each != year],
        sections=sections(ask, request, year, org, as_of),
        conflicts=conflicts,
        gaps=gaps,
        ledger_address=ledger_address,
        measured=MEASURED,
        key=new_key(),
        quote=quoted,
    )
    response.headers["Content-Security-Policy"] = WITH_LIVE_SCRIPT
    return response


def sections(ask: Asking, request: Request, year: int, org: str | None, today: date | None) -> list[Listed]:
    """What waits, as the reader reads it."""
    found = ask.read(lambda conn: office.waiting(conn, year, org))
    telling = Telling(PAGES.words, language_of(request))
    return listed(found, ask.actor, telling, organisations_of(request), today)


@router.post("/{year:int}/decisions")
def decide(
    ask: Ask,
    request: Request,
    year: Year,
    key: Annotated[str, Form(min_length=1, max_length=80)],
    action: Annotated[str, Form()],
    reason: Said = "",
    what: Said = "",
    by: Said = "",
    until: Annotated[str, Form(max_length=10)] = "",
    document: Said = "",
    chosen: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Decide on each chosen row by itself: one that is refused does not hold the others up."""
    same_origin(request)
    if action not in get_args(Action) or len(chosen or ()) > MOST:
        raise BadRequest("problem.400.detail")
    said = {
        name: value.strip() for name, value in {"reason": reason, "what": what, "by": by, "document": document}.items()
    }
    missing = [name for name in _needed(action) if not {**said, "until": until}[name]]
    lang = language_of(request)
    results: list[dict[str, Any]] = []
    if not missing:
        try:
            decision = Together(action=action, until=date.fromisoformat(until) if until else None, **said)  # type: ignore[arg-type]
            subjects = [Subject.of(each) for each in dict.fromkeys(chosen or ())]
            handlers = [decision.on(subject) for subject in subjects]
            if action in MEASURED:
                Measure(what=decision.what, by=decision.by or "unit", until=decision.until, document=decision.document)
        except ValueError:
            raise BadRequest("problem.400.detail") from None
        results = [
            _decided(ask, decision, subject, handler, key, lang)
            for subject, handler in zip(subjects, handlers, strict=True)
        ]
    return PAGES.render(
        request,
        "decided.html",
        title=say(f"action.{action}", lang),
        as_of=ask.read(views.as_of),
        status=200 if results else 422,
        year=year,
        results=results,
        missing=[say(f"field.{name}", lang) for name in missing],
        quote=quoted,
    )


def _needed(action: str) -> tuple[str, ...]:
    """What a decision can't do without."""
    if action not in MEASURED:
        return ("reason",)
    return ("reason", "what", "document", *(("until",) if action == "correct" else ()))


def _decided(ask: Asking, decision: Together, subject: Subject, handler: Any, key: str, lang: Any) -> dict[str, Any]:
    """One decision in a transaction of its own, and what became of it."""
    place = {"subject": subject, "name": ask.read(lambda conn: office.name(conn, subject.year, subject.project))}
    try:
        ask.command(
            ACTIONS[decision.action],
            decision.asked(subject),
            handler,
            key=f"{key}/{subject.written}",
        )
    except Refused as error:
        return {**place, "refused": problem(error.refusal, PAGES.words, lang).detail}
    return {**place, "refused": None}


@router.get("/{year:int}/units")
def units(
    ask: Ask, request: Request, year: Year, unit: Code | None = None, department: Code | None = None, after: Asked = ""
) -> Response:
    """Units by months: the gravest level of each month in a word, how many projects have it, and a way to them."""
    org = bound(ask)
    rows, following = ask.read(
        lambda conn: office.units(conn, year, org, unit=unit, department=department, after=after, limit=UNITS)
    )
    return PAGES.render(
        request,
        "units.html",
        title=say("page.units.title", language_of(request), year=year),
        as_of=ask.read(views.as_of),
        year=year,
        rows=rows,
        months=periods_of(year),
        levels=filters.LEVELS,
        tones={**LEVEL_TONES, "none": "good"},
        following=following,
        department=department,
        address=address,
        quote=quoted,
    )


@router.get("/{year:int}/projects")
def projects(
    ask: Ask,
    request: Request,
    year: Year,
    unit: Code | None = None,
    department: Code | None = None,
    month: Period | None = None,
    rule: Code | None = None,
    level: Asked = "",
    state: Asked = "",
    q: Asked = "",
    after: Asked = "",
) -> Response:
    """The projects that the filters choose, with money, results and state; each further filter with how many it would leave."""
    org = bound(ask)
    lang = language_of(request)
    asked = asked_for(year, unit, department, month, rule, level, state, q)
    rows = ask.read(lambda conn: filters.page(conn, year, org, asked, after, PAGE + 1))
    return PAGES.render(
        request,
        "projects.html",
        title=say("page.projects.title", lang, year=year),
        as_of=ask.read(views.as_of),
        year=year,
        choosing=ask.read(
            lambda conn: Choosing.of(conn, year, org, asked, Telling(PAGES.words, lang), organisations_of(request))
        ),
        rows_of_page=rows[:PAGE],
        following=rows[PAGE - 1]["project"] if len(rows) > PAGE else None,
        after=after,
        telling=Telling(PAGES.words, lang),
        tones=LEVEL_TONES,
        quote=quoted,
    )


def bound(ask: Asking) -> str | None:
    """The organisation that bounds what the reader may see; None: everybody's."""
    found = bound_to(ask.actor, "read-project")
    if isinstance(found, Refusal):
        raise Refused(found)
    return found


def address(path: str, **fields: object) -> str:
    """A page's address with those of the fields that say something."""
    kept = {name: value for name, value in fields.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def quoted(text: str) -> str:
    """A code as a part of an address."""
    return quote(text, safe="")


def _of_ledger(ask: Asking, read: Callable[[], list[views.Row]]) -> list[views.Row]:
    """What in the ledger needs a look, for who may see it."""
    return read() if permit(ask.actor, "read-ledger", NOBODYS) is None else []
