"""The office's screen while it is open: what changed is sent as it changes (server-sent events), at most once a second, and said in words.

A message holds of each section that changed the order of its rows, the rows that are new or other as HTML, and its count. A screen that
comes back tells by Last-Event-ID what it showed last, and gets the difference; one that this process does not remember gets all.
"""

from __future__ import annotations

import json
import secrets
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from backbone.web.asking import Ask, Asking
from backbone.web.languages import language_of
from backbone.web.layout import settings_of
from backbone.web.live import Screens, TooManyScreens
from backbone.web.problems import BadRequest
from contracts.kinds import Year
from services.monitoring import views
from services.monitoring.handlers.together import ACTIONS
from services.monitoring.pages import PAGES
from services.monitoring.pages.office import bound, sections
from services.monitoring.pages.waiting import Line, Listed
from services.monitoring.projections.office import CHANGED

router = APIRouter(include_in_schema=False)
KEPT = 200
"""States of a screen that a reader may come back to: some minutes of steady change."""
LASTS = 600.0
"""Seconds until a screen has to come again, and to show anew that it may."""
AGAIN = 3000

Rows = Mapping[str, Mapping[str, int]]
"""What a screen shows: section → row → the row's content as a number."""


@dataclass(frozen=True, slots=True)
class State:
    """What a screen shows: the sections, each line's HTML, and by `rows` what it is compared with later."""

    id: str
    sections: list[Listed] = field(default_factory=list[Listed])
    html: Mapping[Line, str] = field(default_factory=dict[Line, str])
    rows: Rows = field(default_factory=dict[str, Mapping[str, int]])


class Shown:
    """What all screens of the same place and language show now; `past` are the ids of earlier messages with what they said."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(4)
        self.now = State("")
        self.past: deque[tuple[str, Rows]] = deque(maxlen=KEPT)

    def becomes(self, sections: list[Listed], html: Mapping[Line, str]) -> None:
        """A new state, under the next number."""
        number = int(self.now.id.rpartition("-")[2] or 0) + 1
        rows = {each.name: {line.value: hash(html[line]) for line in each.lines} for each in sections}
        self.now = State(f"{self.token}-{number}", sections, html, rows)
        self.past.append((self.now.id, rows))

    def remembered(self, id_: str) -> Rows | None:
        """What a screen showed after the message `id_`."""
        return next((rows for known, rows in reversed(self.past) if known == id_), None)


@dataclass(frozen=True, slots=True)
class Screen:
    """An open screen: whose, of which year, and what it showed last."""

    request: Request
    ask: Asking
    year: int
    org: str | None
    screens: Screens
    shown: dict[tuple[Any, ...], Shown]
    last: str

    @property
    def key(self) -> tuple[Any, ...]:
        """Readers of the same key see the same."""
        actor = self.ask.actor
        return (self.year, self.org, language_of(self.request), actor.role)


async def admitted(
    ask: Ask, request: Request, year: Year, last_event_id: Annotated[str, Header(max_length=40)] = ""
) -> AsyncIterator[Screen]:
    """One more screen, for who may see it; 503 where there are too many."""
    state = request.app.state
    if not hasattr(state, "screens"):
        state.screens = Screens(settings_of(request.app).database_of("monitoring"), CHANGED)
        state.shown = {}
    screens: Screens = state.screens
    shown = cast(dict[tuple[Any, ...], Shown], state.shown)
    org = bound(ask)
    try:
        with screens.admitted():
            yield Screen(request, ask, year, org, screens, shown, last_event_id)
    except TooManyScreens:
        raise BadRequest("page.office.too_many_screens", 503, most=screens.most) from None


@router.get("/{year:int}/live", response_class=EventSourceResponse)
async def live(screen: Annotated[Screen, Depends(admitted)]) -> AsyncGenerator[ServerSentEvent]:
    """What changes on the office's screen."""
    until = time.monotonic() + LASTS
    shown = screen.shown.setdefault(screen.key, Shown())
    last = screen.last
    async for _ in screen.screens.turns():
        await screen.screens.once(screen.key, lambda: _look(screen, shown))
        now = shown.now
        if last != now.id:
            change = json.dumps(_message(screen, now, shown.remembered(last)), ensure_ascii=False)
            yield ServerSentEvent(raw_data=change, event="change", id=now.id, retry=AGAIN)
            last = now.id
        if time.monotonic() > until:
            return


def _look(screen: Screen, shown: Shown) -> None:
    """Read what waits; where it is other than before, it is a new state."""
    found = sections(screen.ask, screen.request, screen.year, screen.org, screen.ask.read(views.as_of))
    if found != shown.now.sections or not shown.past:
        shown.becomes(found, dict(_rendered(screen.request, found, shown.now.html)))


def _rendered(request: Request, found: list[Listed], known: Mapping[Line, str]) -> Iterator[tuple[Line, str]]:
    """Each line's row as HTML; what is known already is not written again."""
    for section in found:
        fresh = [line for line in section.lines if line not in known]
        yield from ((line, known[line]) for line in section.lines if line in known)
        if fresh:
            written = PAGES.part(request, "office_rows.html", section=section, lines=fresh, measured=tuple(ACTIONS))
            yield from zip(fresh, (row.strip() for row in written.split("\x1e")), strict=False)


def _message(screen: Screen, now: State, before: Rows | None) -> dict[str, Any]:
    """What changed since `before`, or all where that is not remembered; and what is new, in words."""
    lang = language_of(screen.request)
    parts: dict[str, Any] = {}
    said: list[str] = []
    for section in now.sections:
        rows = now.rows[section.name]
        was = None if before is None else before.get(section.name, {})
        if was == rows:
            continue
        changed = [line for line in section.lines if was is None or was.get(line.value) != rows[line.value]]
        parts[section.name] = {
            "count": section.count,
            "more": section.more,
            "order": list(rows),
            "rows": {line.value: now.html[line] for line in changed},
        }
        new = 0 if was is None else len(rows.keys() - was.keys())
        if new:
            said.append(PAGES.words.say(f"live.{section.name}", lang, n=new))
    between = "，" if lang == "zh" else ", "
    return {"sections": parts, "nothing": not any(now.rows.values()), "said": between.join(said)}
