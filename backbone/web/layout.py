"""The pages of all four services: one navigation, one look, two languages; complete without a script.

    pages = Pages.of("services.publishing", load("services.publishing"))      # once, in the service's pages/
    pages.install(app)                                                        # once, in its app.py
    return pages.render(request, "overview.html", title=pages.words.say("page.overview.title", lang), as_of=day, year=2026)

A service's templates lie in its `pages/templates/` and extend `layout.html`. Every key that a template says is looked for when the
process starts: a page with a missing sentence does not come up. `as_of` is the day that the page's data are of; it must be given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, nodes, pass_context
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from backbone.process.settings import Settings, settings
from backbone.web import assets, notation, organisations, problems
from backbone.web.asking import asking
from backbone.web.headers import SecurityHeaders, with_etag
from backbone.web.languages import COOKIE, chosen, language_of
from backbone.web.organisations import Organisations
from backbone.web.words import Language, Words, WordsMissing
from contracts.decision import Actor

Who = Callable[[Request], Actor | None]
"""Who asks, by the session cookie; None for a reader who has not signed in."""

_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Place:
    """One entry of the navigation: its words `site.nav.KEY`, whose page it is, and whether only a signed-in person sees it."""

    key: str
    service: str
    path: str
    signed_in: bool = False


NAVIGATION = (
    Place("overview", "publishing", "/"),
    Place("projects", "publishing", "/projects"),
    Place("goals", "goals", "/", signed_in=True),
    Place("monitoring", "monitoring", "/", signed_in=True),
    Place("evaluation", "evaluation", "/", signed_in=True),
    Place("held", "publishing", "/held", signed_in=True),
)


@dataclass(frozen=True)
class Pages:
    """Renders a service's templates inside the layout."""

    service: str
    words: Words
    environment: Environment
    who: Who

    @classmethod
    def of(cls, package: str, words: Words, who: Who | None = None) -> Pages:
        """The pages of a service's package; WordsMissing names every key that a template says and no words.toml has."""
        loaders = [PackageLoader("backbone.web", "templates")]
        if package != "backbone.web":
            loaders.insert(0, PackageLoader(package, "pages/templates"))
        environment = Environment(
            loader=ChoiceLoader(loaders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.do"],
        )
        environment.filters.update(_filters())
        _check_keys(environment, words)
        return cls(package.rpartition(".")[2], words, environment, who or _signed_in)

    def render(
        self, request: Request, template: str, *, title: str, as_of: date | None, status: int = 200, **fields: Any
    ) -> Response:
        """A page as HTML with ETag (304 where the reader holds it), in the reader's language.

        The template gets `say(key, **fields)`, `lang`, `actor`, the filters amount, yuan, wan, percent, points, number, day, month,
        moment, org (an organisation's name by its code), person (an actor in words), and `fields`.
        """
        lang = language_of(request)
        actor = self.who(request)
        body = self.environment.get_template(template).render(
            {**fields, **self._frame(request, lang, actor), "title": title, "as_of": as_of}
        )
        response = HTMLResponse(body, status)
        response.headers["Content-Language"] = "zh-CN" if lang == "zh" else "en"
        response.headers["Vary"] = "Accept-Language, Cookie"
        response.headers["Cache-Control"] = "private, no-cache" if actor else "public, no-cache"
        if (asked := chosen(request)) is not None:
            response.set_cookie(COOKIE, asked, max_age=_YEAR, samesite="lax", httponly=True)
        return with_etag(request, response)

    def part(self, request: Request, template: str, **fields: Any) -> str:
        """A piece of a page as HTML, for a screen that is open already."""
        frame = self._frame(request, language_of(request), self.who(request))
        return self.environment.get_template(template).render({**fields, **frame})

    def problem(self, request: Request, found: problems.Problem) -> Response:
        """A refusal or an error as a page."""
        response = self.render(
            request, "problem.html", title=found.title, as_of=None, status=found.status, problem=found
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def install(self, app: FastAPI) -> None:
        """Serve the style sheets, and put the security headers on every answer of `app`."""
        assets.install(app, settings_of(app).assets)
        app.add_middleware(SecurityHeaders)

    def _frame(self, request: Request, lang: Language, actor: Actor | None) -> dict[str, Any]:
        here = settings_of(request.app)

        def say(key: str, **fields: Any) -> str:
            return self.words.say(key, lang, **fields)

        known = assets.find(here.assets)
        return {
            "say": say,
            "lang": lang,
            "actor": actor,
            "demo": here.demo,
            "organisations": organisations_of(request),
            "sentences": self.words,
            "style_sheets": assets.style_sheets(known),
            "seal": known["seal.svg"].address,
            "live_script": known["live.js"].address,
            "navigation": list(self._navigation(request, actor)),
            "site": address_of("publishing", self.service, request),
            "other_language": _with(request, lang="en" if lang == "zh" else "zh"),
            "path": request.url.path,
        }

    def _navigation(self, request: Request, actor: Actor | None) -> Iterator[dict[str, Any]]:
        for place in NAVIGATION:
            if place.signed_in and actor is None:
                continue
            own = place.service == self.service and _is_at(request.url.path, place)
            address = address_of(place.service, self.service, request) + place.path
            yield {"key": f"site.nav.{place.key}", "address": address, "here": own, "work": place.signed_in}


def settings_of(app: FastAPI) -> Settings:
    """What the app was made with (`service_app` keeps it), else the process's own settings."""
    return getattr(app.state, "settings", None) or settings()


def organisations_of(request: Request) -> Organisations:
    """The names of organisations that this process knows."""
    return organisations.load(settings_of(request.app).home)


def address_of(service: str, here: str, request: Request) -> str:
    """The root of a service's pages as seen from `here`: nothing for the own ones, else the same host at that service's port."""
    if service == here:
        return ""
    return f"{request.url.scheme}://{request.url.hostname}:{settings_of(request.app).port_of(service, 'api')}"


def _signed_in(request: Request) -> Actor | None:
    """The reader by token or session cookie; nobody in an app that checks no tokens."""
    return asking(request).anybody if hasattr(request.app.state, "identity") else None


def _is_at(path: str, place: Place) -> bool:
    """Whether a page belongs to an entry: /2026/projects/X to the projects, /2026 and /2026/units/Y to the year."""
    if place.service != "publishing":
        return True
    parts = path.strip("/").split("/")
    section = (
        "held"
        if parts[0] == "held"
        else "projects"
        if "projects" in parts[:2]
        else "overview"
        if _is_year(parts[0])
        else ""
    )
    return section == place.key


def _is_year(part: str) -> bool:
    return part == "" or (len(part) == 4 and part.isdecimal())


def _with(request: Request, **changed: str) -> str:
    """This page's address with other query fields."""
    query = [(name, value) for name, value in request.query_params.multi_items() if name not in changed]
    return f"{request.url.path}?{urlencode([*query, *changed.items()])}"


def _filters() -> dict[str, Callable[..., Any]]:
    """Filters of the templates; those whose text depends on the language read it from the page."""

    def in_language(write: Callable[..., str]) -> Callable[..., str]:
        @pass_context
        def filtered(context: Context, value: Any, *more: Any) -> str:
            return write(value, context.resolve("lang"), *more)

        return filtered

    @pass_context
    def org(context: Context, code: str) -> str:
        return context.resolve("organisations").name(code, context.resolve("lang"))

    @pass_context
    def person(context: Context, actor: str) -> str:
        page: Mapping[str, Any] = context.get_all()
        return organisations.person(actor, page["sentences"], page["organisations"], page["lang"])

    plain: dict[str, Callable[..., Any]] = {"org": org, "person": person}
    plain |= {name: getattr(notation, name) for name in ("amount", "percent", "points", "number")}
    return plain | {
        name: in_language(getattr(notation, name))
        for name in ("yuan", "wan", "day", "month", "month_of_year", "moment")
    }


def _check_keys(environment: Environment, words: Words) -> None:
    """Every literal key that a template says must be there; a key put together (`"grade." ~ grade`) needs its table."""
    missing: list[str] = []
    for name in environment.list_templates(extensions=["html"]):
        source = environment.loader.get_source(environment, name)[0]  # pyright: ignore[reportOptionalMemberAccess]
        for call in environment.parse(source).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "say" and call.args:
                key = call.args[0]
                if isinstance(key, nodes.Const) and not words.has(key.value):
                    missing.append(f"{name}:{call.lineno} says {key.value}")
                if isinstance(key, nodes.Concat) and isinstance(key.nodes[0], nodes.Const):
                    table = key.nodes[0].value.rstrip(".")
                    if not words.keys(table):
                        missing.append(f"{name}:{call.lineno} says something of {table}, which has no sentences")
    if missing:
        raise WordsMissing("; ".join(missing))
