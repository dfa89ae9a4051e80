"""The page of the watch list (重点监控): who is on it and why, who was; an official puts projects and units on it and takes them off."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from backbone.web.asking import Ask
from backbone.web.forms import new_key, same_origin
from backbone.web.languages import language_of
from backbone.web.problems import BadRequest, Problem, Refused, problem
from contracts.authority import permit
from contracts.decision import Refusal
from contracts.monitoring import WatchKind
from services.monitoring import views
from services.monitoring.domain.seeing import NOBODYS, bound_to
from services.monitoring.handlers import watching as commands
from services.monitoring.pages import PAGES
from services.monitoring.pages.telling import Telling
from services.monitoring.views import watching as list_views

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
Said = Annotated[str, Form(max_length=4000)]


@router.get("/watch-list")
def watch_list(ask: Ask, request: Request) -> Response:
    """Who is on the list now, and who was."""
    return _shown(ask, request)


@router.post("/watch-list")
def decide(
    ask: Ask,
    request: Request,
    key: Annotated[str, Form(min_length=1, max_length=100)],
    move: Annotated[Literal["put", "take"], Form()],
    entry: Said = "",
    kind: Annotated[Literal["project", "unit"], Form()] = "project",
    subject: Said = "",
    reason: Said = "",
    document: Said = "",
) -> Response:
    """Put an entry on the list, or take the chosen one off. `entry` is `kind/code` of one that stands there."""
    same_origin(request)
    if move == "take":
        named, _, subject = entry.partition("/")
        kind = "unit" if named == "unit" else "project"
    subject, reason, document = subject.strip(), reason.strip(), document.strip()
    if not subject or not reason or not document:
        return _shown(ask, request, incomplete=True)
    try:
        _command(ask, key, move == "put", kind, subject, reason, document)
    except Refused as error:
        return _shown(ask, request, refused=problem(error.refusal, PAGES.words, language_of(request)))
    except BadRequest as error:
        return _shown(ask, request, refused=problem(error, PAGES.words, language_of(request)))
    return _shown(ask, request, done=(move, kind, subject))


def _command(ask: Ask, key: str, put: bool, kind: WatchKind, subject: str, reason: str, document: str) -> None:
    run = commands.put_on_list if put else commands.take_off_list
    asked = {"put": put, "kind": kind, "subject": subject, "reason": reason, "document": document}
    ask.command("decide-watch-list", asked, lambda tx: run(tx, kind, subject, reason, document), key=key)


def quoted(text: str) -> str:
    """As a part of an address."""
    return quote(text, safe="")


def _shown(
    ask: Ask,
    request: Request,
    *,
    done: tuple[str, str, str] | None = None,
    refused: Problem | None = None,
    incomplete: bool = False,
) -> Response:
    org = bound_to(ask.actor, "read-project")
    if isinstance(org, Refusal):
        raise Refused(org)
    lang = language_of(request)
    as_of, years = ask.read(lambda conn: (views.as_of(conn), views.years(conn)))
    year = years[0] if years else (as_of.year if as_of else 2000)
    now, before = ask.read(lambda conn: (list_views.watch_list(conn, year, org), list_views.watched_before(conn, org)))
    response = PAGES.render(
        request,
        "watch_list.html",
        title=say("page.watch_list.title", lang),
        as_of=as_of,
        year=year,
        entries=now,
        before=before,
        may_decide=permit(ask.actor, commands.ACTION, NOBODYS) is None,
        done=done,
        refused=refused,
        incomplete=incomplete,
        key=new_key(),
        telling=Telling(PAGES.words, lang),
        quote=quoted,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
