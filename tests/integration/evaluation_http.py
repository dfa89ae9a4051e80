"""What evaluation's integration tests share: its API on a database of its own, people with their tokens, a county of five units."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import psycopg
from fastapi.testclient import TestClient
from httpx2 import Response

from backbone.identity import COOKIE
from backbone.kafka.fence import claim
from backbone.kafka.inbox import Inbox
from backbone.process.settings import Settings
from backbone.record.clock import begin_day
from backbone.record.transact import Transact
from contracts.event import PublicEvent
from contracts.goals import GoalAdjusted, GoalApproved, Indicator
from contracts.monitoring import MonthJudged, ProgressReported, ProjectResumed, ProjectStopped, ProjectSuspended
from deploy.local import tokens
from services.evaluation.app import RECORD, api, service
from tests.integration.recording import StandingClock, message
from tests.integration.servers import Servers

PRIVATE, PUBLIC = tokens.new_key()
TODAY = date(2027, 1, 25)

PEOPLE = {
    "office": ("周敏", "performance-office", "performance-office"),
    "leader": ("陈县长", "leader", "county"),
    "other-leader": ("刘县长", "leader", "county"),
    "statistics": ("何平", "data-unit", "statistics"),
    "evaluator": ("孙丽", "evaluator", "finance"),
    "finance": ("王芳", "finance", "finance"),
    "official": ("赵强", "official", "finance"),
    "auditor": ("吴静", "auditor", "county"),
    "town-1": ("吴亮", "unit", "town-1"),
    "department-03": ("李明", "unit", "department-03"),
    "station": ("钱进", "unit", "department-03.station-1"),
    "system": ("治理", "finance-system", "treasury-1"),
}

HALVES = ("mid_term", "year_end")
MONTHS = tuple(f"{month:02d}" for month in range(1, 13))
UNITS = [
    {"id": "town-1", "name": "城关镇", "class": "town"},
    {"id": "town-2", "name": "河口镇", "class": "town"},
    {"id": "town-3", "name": "山阴乡", "class": "town"},
    {"id": "department-03", "name": "水务局", "class": "department"},
    {"id": "restoration-1", "name": "古城街道办", "class": "restoration"},
]


@dataclass
class Evaluation:
    """The service as people reach it, and as other services do."""

    client: TestClient
    url: str
    owner_url: str
    _keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def post(
        self, path: str, body: Any = None, *, who: str | None = "office", key: str | None = "", **headers: str
    ) -> Response:
        """A command of 2026, its path below /api/assessments/2026 unless it starts with a slash; a key of its own unless one is given."""
        return self.client.post(self._path(path), json=body, headers=self._headers(who, key, headers))

    def done(self, path: str, body: Any = None, *, who: str = "office") -> Any:
        """A command that must be carried out."""
        answer = self.post(path, body, who=who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, path: str = "", *, who: str | None = "office", **headers: str) -> Response:
        """A query."""
        return self.client.get(self._path(path), headers=self._headers(who, None, headers))

    def page(self, path: str, *, who: str | None = "office", lang: str = "zh") -> Response:
        """A page as a browser asks for it, with the session cookie."""
        headers = {"accept": "text/html", "accept-language": lang}
        if who is not None:
            headers["cookie"] = f"{COOKIE}={token(who)}"
        return self.client.get(path, headers=headers)

    def hear(self, *events: PublicEvent) -> None:
        """Take what other services announced, through the inbox."""
        with psycopg.connect(self.url, autocommit=True) as conn:
            for event in events:
                place = (event.owner, event.stream())
                self._numbers[place] = self._numbers.get(place, 0) + 1
                partition = (event.topic, 0)
                held = claim(conn, {partition})[partition]
                ear = Inbox(conn, RECORD, StandingClock(), service(Settings()).hear, service(Settings()).interest)
                id = str(uuid5(NAMESPACE_URL, f"{event.type_name()}/{event.stream()}/{self._numbers[place]}"))
                ear.receive(held, message(event, self._numbers[place], held.next_offset, id=id))

    def on(self, day: date) -> None:
        """Let the business day be `day`."""
        with psycopg.connect(self.url, autocommit=True) as conn:
            begin_day(conn, day)

    @contextmanager
    def transact(self) -> Iterator[Transact]:
        """Transactions as the service's own role, without HTTP."""
        with psycopg.connect(self.url, autocommit=True) as conn:
            yield Transact(lambda: nullcontext(conn), RECORD, StandingClock(TODAY))

    def figures(self, unit: str, periods: tuple[str, ...], reached: str = "100", mark: str = "10") -> None:
        """Targets, actuals and one mark of a unit for these periods."""
        for period in periods:
            target = {"id": "gdp", "name": "增长", "weight": "100", "target": "100"}
            self.done(f"units/{unit}/targets", {"period": period, "indicators": [target]})
            self.done(f"units/{unit}/actuals", {"period": period, "actuals": {"gdp": reached}}, who="statistics")
            self.done(f"units/{unit}/leader-marks", {"period": period, "mark": mark}, who="leader")

    def whole_year(self, *, tied: bool = False) -> None:
        """Everything that the completion needs; with `tied`, two towns are equal for one place."""
        self.done("opening", {"units": UNITS})
        self.done("advanced-places", {"restoration": 3})
        self.figures("town-1", HALVES, "99" if tied else "100")
        self.figures("town-2", HALVES, "99")
        self.figures("town-3", HALVES, "40")
        self.figures("department-03", HALVES, "90")
        for quarter in ("Q1", "Q2", "Q3", "Q4"):
            self.done("units/department-03/satisfaction", {"quarter": quarter, "share": "0.93"})
        self.figures("restoration-1", MONTHS, mark="30")

    def _path(self, path: str) -> str:
        return path if path.startswith("/") else f"/api/assessments/2026/{path}".rstrip("/")

    def _headers(self, who: str | None, key: str | None, more: dict[str, str]) -> dict[str, str]:
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        if who is not None:
            headers["authorization"] = f"Bearer {token(who)}"
        if key is not None:
            headers["idempotency-key"] = key or f"key-{next(self._keys)}"
        return headers


def token(who: str) -> str:
    """The token of one of `PEOPLE`."""
    name, role, org = PEOPLE[who]
    return tokens.sign(PRIVATE, name=name, role=role, org=org, seconds=600)


@contextmanager
def evaluation(servers: Servers, day: date = TODAY) -> Iterator[Evaluation]:
    """Evaluation on a fresh database, on a business day."""
    fresh = servers.fresh("evaluation")
    with psycopg.connect(fresh.url, autocommit=True) as conn:
        begin_day(conn, day)
    settings = Settings(evaluation_database=fresh.url, kafka=servers.kafka, token_public_key=PUBLIC, clock="business")  # type: ignore[arg-type]
    with TestClient(api(settings), raise_server_exceptions=False) as client:
        yield Evaluation(client, fresh.url, fresh.owner_url)


# What others announce of CS-1 -----------------------------------------------------------------------------------------------

_OF: dict[str, Any] = {"project": "CS-1", "year": 2026}
ANNUAL = (
    Indicator.model_validate(
        {"id": "canal", "name": "渠道长度", "dimension": "output", "target": "120", "unit": "公里", "weight": "50"}
    ),
    Indicator.model_validate(
        {"id": "yield", "name": "增产率", "dimension": "benefit", "target": "8", "unit": "%", "weight": "30"}
    ),
    Indicator.model_validate(
        {
            "id": "farmers",
            "name": "农户满意",
            "dimension": "satisfaction",
            "type": "qualitative",
            "target_text": "满意",
            "weight": "10",
        }
    ),
)
_ORDER: dict[str, Any] = {"reason": "", "ordered_by": "赵强", "ordered_on": date(2026, 7, 15)}
SUSPENDED = ProjectSuspended(**_OF, measures=(), unspent=1, **_ORDER)
RESUMED = ProjectResumed(**_OF, document="县财预〔2026〕30号", **_ORDER)
STOPPED = ProjectStopped(**_OF, measures=(), freed=1, **_ORDER)
ADJUSTED = GoalAdjusted(
    **_OF, adjustment=1, cause="policy", reason="上级补助标准提高", previous_budget=480_000_000, budget=456_000_000,
    adjusted_on=date(2026, 8, 20), document="县财预〔2026〕31号", annual=ANNUAL, adjusted_by="王芳",
)  # fmt: skip


def approved(project: str = "CS-1", **changes: Any) -> GoalApproved:
    """The goals of a project approved."""
    fields: dict[str, Any] = {
        "project": project, "year": 2026, "submission": 1, "name": "灌溉渠改造", "unit": "department-03",
        "department": "department-03", "budget": 480_000_000, "approved_on": date(2026, 1, 20), "document": "县财预〔2026〕3号",
        "annual": ANNUAL, "approved_by": "王芳", **changes,
    }  # fmt: skip
    return GoalApproved.model_validate(fields)


def reported(project: str = "CS-1", report: int = 1, **values: str) -> ProgressReported:
    """December's report."""
    return ProgressReported.model_validate(
        {"project": project, "year": 2026, "period": "2026-12", "report": report, "received": "2027-01-05",
         "values": values or {"canal": "115.2", "yield": "8"}, "supplied_by": "department-03"}
    )  # fmt: skip


def judged(
    project: str = "CS-1", paid: int = 456_000_000, period: str = "2026-12", *, closed: bool = True
) -> MonthJudged:
    """A month's judgement."""
    return MonthJudged.model_validate(
        {"project": project, "year": 2026, "period": period, "judgement": 1, "as_of": "2027-01-11", "closed": closed,
         "rules": "dual-monitoring-1@1", "budget": 480_000_000, "paid": paid, "vouchers": 391, "digest": "0", "execution": "0",
         "attainment": "0", "time": "0", "mismatch": "0", "values": {}, "findings": [], "recommendation": "none"}
    )  # fmt: skip


PLEASED = {"qualitative": {"farmers": {"level": "reached", "share": "0.90"}}, "target_set_low": []}
EVALUATE = "/api/projects/2026/CS-1/evaluation"
