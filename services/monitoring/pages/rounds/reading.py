"""Rounds to read: all of them, one by department, the list of its projects, a project's part with the forms that its reader may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from backbone.process.dated import load_all
from backbone.web.asking import Ask, Asking
from backbone.web.forms import new_key
from backbone.web.languages import language_of
from backbone.web.problems import Problem, Refused
from contracts.authority import permit
from contracts.decision import Refusal
from contracts.kinds import Code, Period
from services.monitoring import views
from services.monitoring.domain.refusals import NotInRound, RoundUnknown
from services.monitoring.domain.rounds.events import CauseKind, ProposalKind, RoundKind
from services.monitoring.domain.rounds.policy import MidTermPolicy
from services.monitoring.domain.seeing import NOBODYS, bound_to, see
from services.monitoring.handlers.rounds import POLICIES
from services.monitoring.pages import PAGES
from services.monitoring.pages.telling import LEVEL_TONES, Telling
from services.monitoring.views import rounds as queries

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
State = Literal["waiting", "filled", "returned", "passed", "decided"]
Q = Annotated[str, Query(max_length=100)]
PAGE = 100
TONES = {"keep": "good", "correct": "fair", "cut": "warning", "suspend": "grave", "stop": "grave"}
STATE_TONES = {"waiting": "warning", "filled": "link", "returned": "warning", "passed": "fair", "decided": "good"}


@dataclass(frozen=True)
class Said:
    """What became of a form: what was refused, what was done (a key of `page.round.done`), and the entries to show again."""

    refused: Problem | None = None
    done: str = ""
    entries: Mapping[str, str] = field(default_factory=dict[str, str])
    many: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def status(self) -> int:
        return self.refused.status if self.refused else 200


@router.get("/rounds")
def rounds(ask: Ask, request: Request) -> Response:
    """Every round; who may open one has the form."""
    return show_rounds(ask, request, Said())


@router.get("/rounds/{round}")
def overview(ask: Ask, request: Request, round: Period, done: Q = "") -> Response:
    """A round by department: how many filled in, reviewed, decided; what money."""
    return show_round(ask, request, round, Said(done=done))


@router.get("/rounds/{round}/projects")
def parts(
    ask: Ask,
    request: Request,
    round: Period,
    department: Q = "",
    state: State | None = None,
    proposal: ProposalKind | None = None,
    after: Q = "",
) -> Response:
    """The projects of a round; filters are links."""
    return show_parts(ask, request, round, Filter(department, state, proposal, after), Said())


@router.get("/rounds/{round}/projects/{project}")
def part(ask: Ask, request: Request, round: Period, project: Code, done: Q = "") -> Response:
    """A project's part in a round, with the forms that its reader may use now."""
    return show_part(ask, request, round, project, Said(done=done))


@dataclass(frozen=True)
class Filter:
    """What a list of parts is filtered by; its address with other choices."""

    department: str = ""
    state: str | None = None
    proposal: str | None = None
    after: str = ""

    def address(self, round: str, **changed: str | None) -> str:
        """The address of the list with other choices; a changed choice begins at the first page."""
        fields = {"department": self.department, "state": self.state, "proposal": self.proposal, **changed}
        kept = {name: value for name, value in fields.items() if value}
        return f"/rounds/{round}/projects" + (f"?{urlencode(kept)}" if kept else "")


def show_rounds(ask: Asking, request: Request, said: Said) -> Response:
    """The page of all rounds."""
    bound_of(ask)
    fields = {
        "rounds": ask.read(queries.rounds),
        "may_run": permit(ask.actor, "run-round", NOBODYS) is None,
        "kinds": get_args(RoundKind),
    }
    return _render(ask, request, "rounds.html", say("page.rounds.title", language_of(request)), said, **fields)


def show_round(ask: Asking, request: Request, round: str, said: Said) -> Response:
    """The page of one round."""
    org = bound_of(ask)
    found = round_of(ask, round)
    lang = language_of(request)
    day = ask.read(views.as_of) or found["opened_on"]
    own = ask.read(lambda conn: queries.departments(conn, round, org, day))
    fields = {
        "found": found,
        "departments": own,
        "causes": ask.read(lambda conn: queries.causes(conn, round, org)),
        "untaken": found["in_scope"] - found["taken"] if org is None else 0,
        "may_run": permit(ask.actor, "run-round", NOBODYS) is None,
        "filtered": Filter().address,
    }
    return _render(ask, request, "round.html", title_of(found, lang), said, **fields)


def show_parts(ask: Asking, request: Request, round: str, chosen: Filter, said: Said) -> Response:
    """The list of a round's projects."""
    org = bound_of(ask)
    found = round_of(ask, round)
    wanted = queries.Wanted(
        org, chosen.department or None, chosen.state, chosen.proposal, after=chosen.after, limit=PAGE + 1
    )
    rows = ask.read(lambda conn: queries.parts(conn, round, wanted))
    fields = {
        "found": found,
        "chosen": chosen,
        "parts_of_page": rows[:PAGE],
        "following": rows[PAGE - 1]["project"] if len(rows) > PAGE else None,
        "may_decide": permit(ask.actor, "decide-round", NOBODYS) is None,
        "states": get_args(State),
        "proposals": get_args(ProposalKind),
    }
    title = say("page.round_parts.title", language_of(request), round=round)
    return _render(ask, request, "round_parts.html", title, said, **fields)


def show_part(ask: Asking, request: Request, round: str, project: str, said: Said) -> Response:
    """A part with its forms; what was entered and refused stands in them again."""
    row = ask.read(lambda conn: queries.part(conn, round, project))
    refusal = see(ask.actor, "read-project", row and row["unit"], NotInRound(project, round))
    if refusal is not None:
        raise Refused(refusal)
    lang = language_of(request)
    found = round_of(ask, round)
    goal = {each["id"]: each for each in row["goal"]}
    fields = {
        "found": found,
        "part": row,
        "indicators": [
            {**goal.get(each["id"], {"name": each["id"], "unit": None}), **each} for each in row["indicators"]
        ],
        "may": {
            action: permit(ask.actor, f"{action}-round", row["unit"]) is None for action in ("fill", "review", "decide")
        },
        "cause_kinds": get_args(CauseKind),
        "proposals": get_args(ProposalKind),
        "vouchers": "/ledger/vouchers?"
        + urlencode({"project": project, "year": row["year"], "until": found["through"]}),
        "severity": severity_title(row["policy"], row["severity"], lang),
        "telling": Telling(PAGES.words, lang, row["currency"]),
    }
    return _render(ask, request, "round_part.html", row["name"], said, **fields)


def title_of(found: views.Row, lang: Any) -> str:
    """A round's name: 2026年8月集中监控, 2026年6月预算中期评估."""
    return say(f"page.round.title.{found['kind'].replace('-', '_')}", lang, round=found["round"])


def severity_title(policy: str, severity: str | None, lang: str) -> str:
    """A severity in words, by the policy that the part was proposed under."""
    return _severities().get((policy, severity or ""), {}).get(lang, severity or "")


def round_of(ask: Asking, round: str) -> views.Row:
    """The round, or the problem that there is none."""
    found = ask.read(lambda conn: queries.round_of(conn, round))
    if found is None:
        raise Refused(RoundUnknown(round))
    return found


def bound_of(ask: Asking) -> str | None:
    """The organisation that bounds what the reader may see."""
    bound = bound_to(ask.actor, "read-project")
    if isinstance(bound, Refusal):
        raise Refused(bound)
    return bound


def quoted(text: str) -> str:
    """A code in an address."""
    return quote(text, safe="")


def _render(ask: Asking, request: Request, template: str, title: str, said: Said, **fields: Any) -> Response:
    response = PAGES.render(
        request,
        template,
        title=title,
        as_of=ask.read(views.as_of),
        status=said.status,
        said=said,
        key=new_key(),
        tones=TONES,
        state_tones=STATE_TONES,
        level_tones=LEVEL_TONES,
        quote=quoted,
        **fields,
    )
    if said.refused or said.many:
        response.headers["Cache-Control"] = "no-store"
    return response


@cache
def _severities() -> dict[tuple[str, str], dict[str, str]]:
    return {
        (policy.reference, each.id): each.title
        for policy in load_all(POLICIES, MidTermPolicy)
        for each in policy.severities
    }
