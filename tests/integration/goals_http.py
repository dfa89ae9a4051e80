"""What goals' integration tests share: its API on a database of its own, people with their tokens, what they send."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg
from fastapi.testclient import TestClient
from httpx2 import Response

from backbone.kafka.fence import claim
from backbone.kafka.inbox import Inbox
from backbone.process.settings import Settings
from backbone.record.clock import begin_day
from backbone.record.transact import Transact
from contracts.evaluation import EvaluationCompleted
from contracts.event import PublicEvent
from contracts.monitoring import AdjustmentUrged, Measure, ProjectResumed, ProjectStopped, ProjectSuspended
from contracts.publishing import ResultPublished
from deploy.local import tokens
from services.goals.app import RECORD, api, service
from tests.integration.recording import StandingClock, message
from tests.integration.servers import Servers

PRIVATE, PUBLIC = tokens.new_key()
TODAY = date(2026, 1, 20)

PEOPLE = {
    "unit": ("李明", "unit", "department-03"),
    "department": ("周涛", "department", "department"),
    "other": ("钱进", "unit", "town-2"),
    "finance": ("王芳", "finance", "finance"),
    "auditor": ("吴静", "auditor", "county"),
    "data-unit": ("郑和", "data-unit", "county"),
}

DECLARATION: dict[str, Any] = {
    "name": "高标准农田灌溉渠改造",
    "unit": "department-03",
    "department": "department-03",
    "kind": "new",
    "years": 3,
    "budget": "4800000.00",
    "tags": ["livelihood"],
    "ex_ante": {
        "conclusion": "support",
        "procedure_complete": True,
        "dimensions": dict.fromkeys(("necessity", "economy", "goals", "feasibility", "funding"), "80"),
    },
    "annual": [
        {
            "id": "canal", "name": "改造渠道长度", "dimension": "output", "kind": "quantity", "target": "120", "unit": "公里",
            "weight": "50", "schedule": {"2026-06": "40", "2026-12": "120"}, "standard": "100",
        },
        {"id": "yield", "name": "粮食增产率", "dimension": "benefit", "target": "8", "unit": "%", "weight": "30"},
        {
            "id": "farmers", "name": "农户满意", "dimension": "satisfaction", "type": "qualitative", "target_text": "满意",
            "weight": "10",
        },
    ],
    "items": [{"name": "工程费", "amount": "4000000.00"}, {"name": "监理费", "amount": "800000.00"}],
    "medium_term": [{"id": "canal", "total": "360", "by_year": {"2026": "120", "2027": "120", "2028": "120"}}],
}  # fmt: skip


def declaration(**changes: Any) -> dict[str, Any]:
    """The sound declaration, with changes."""
    return {**copy.deepcopy(DECLARATION), **changes}


def application(**changes: Any) -> dict[str, Any]:
    """A sound application to adjust it."""
    annual = copy.deepcopy(DECLARATION["annual"])
    annual[0] |= {"target": "130", "schedule": {"2026-12": "130"}}
    return {
        "cause": "policy", "reason": "上级补助标准提高", "budget": "5200000.00", "annual": annual, **changes,
    }  # fmt: skip


@dataclass
class Goals:
    """The service as people reach it, and as other services do."""

    client: TestClient
    url: str
    owner_url: str
    _keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def post(
        self, path: str, body: Any = None, *, who: str | None = "finance", key: str | None = "", **headers: str
    ) -> Response:
        """A command about CS-1 of 2026; each call has a key of its own unless one is given, none with `key=None`."""
        return self.client.post(self._path(path), json=body, headers=self._headers(who, key, headers))

    def get(self, path: str, *, who: str | None = "finance", **headers: str) -> Response:
        """A query or a page."""
        return self.client.get(self._path(path), headers=self._headers(who, None, headers))

    def hear(self, *events: PublicEvent) -> None:
        """Take what other services announced, through the inbox."""
        with psycopg.connect(self.url, autocommit=True) as conn:
            for event in events:
                place = (event.owner, event.stream())
                self._numbers[place] = self._numbers.get(place, 0) + 1
                partition = (event.topic, 0)
                held = claim(conn, {partition})[partition]
                ear = Inbox(conn, RECORD, StandingClock(), service(Settings()).hear, service(Settings()).interest)
                ear.receive(
                    held, message(event, self._numbers[place], held.next_offset, id=_id(event, self._numbers[place]))
                )

    def lies(self, status: str) -> None:
        """Bring CS-1 of 2026 to where it lies `submitted`, `passed` or `approved`."""
        steps = [
            ("declarations", declaration(), "unit"),
            ("review", {}, "finance"),
            ("approval", {"document": "县财预〔2026〕3号"}, "finance"),
        ]
        for path, body, who in steps[: ("submitted", "passed", "approved").index(status) + 1]:
            assert self.post(path, body, who=who).status_code == 200

    @contextmanager
    def transact(self) -> Iterator[Transact]:
        """Transactions as the service's own role, without HTTP."""
        with psycopg.connect(self.url, autocommit=True) as conn:
            yield Transact(lambda: nullcontext(conn), RECORD, StandingClock(TODAY))

    def _path(self, path: str) -> str:
        return path if path.startswith("/") else f"/api/projects/2026/CS-1/{path}".rstrip("/")

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
def goals(servers: Servers) -> Iterator[Goals]:
    """Goals on a fresh database, on the business day `TODAY`."""
    fresh = servers.fresh("goals")
    with psycopg.connect(fresh.url, autocommit=True) as conn:
        begin_day(conn, TODAY)
    settings = Settings(goals_database=fresh.url, kafka=servers.kafka, token_public_key=PUBLIC, clock="business")  # type: ignore[arg-type]
    with TestClient(api(settings), raise_server_exceptions=False) as client:
        yield Goals(client, fresh.url, fresh.owner_url)


def _id(event: PublicEvent, number: int) -> str:
    from uuid import NAMESPACE_URL, uuid5

    return str(uuid5(NAMESPACE_URL, f"{event.type_name()}/{event.stream()}/{number}"))


# What others announce about CS-1.

_OF: dict[str, Any] = {"project": "CS-1", "year": 2026}
_MEASURE = Measure(what="暂缓拨付", by="finance", document="县财预〔2026〕22号")
URGED = AdjustmentUrged(
    **_OF,
    cause="policy",
    reason="上级补助标准提高",
    document="省财农〔2026〕8号",
    urged_by="赵强",
    urged_on=date(2026, 8, 3),
)
SUSPENDED = ProjectSuspended(
    **_OF,
    measures=(_MEASURE,),
    reason="资金与产出严重不匹配",
    unspent=91_200_000,
    ordered_by="赵强",
    ordered_on=date(2026, 7, 15),
)
RESUMED = ProjectResumed(
    **_OF, reason="整改完成", document="县财预〔2026〕30号", ordered_by="赵强", ordered_on=date(2026, 8, 20)
)
STOPPED = ProjectStopped(
    **_OF,
    measures=(_MEASURE,),
    reason="预期无法实现绩效目标",
    freed=91_200_000,
    ordered_by="赵强",
    ordered_on=date(2026, 10, 15),
)
PUBLISHED = ResultPublished(
    **_OF, evaluation="7d1f", page="/2026/projects/CS-1", published_on=date(2027, 2, 5), digest="9f86"
)


def graded(year: int = 2026, **changes: Any) -> EvaluationCompleted:
    """The evaluation of CS-1."""
    fields: dict[str, Any] = {
        "subject_kind": "project", "project": "CS-1", "unit": "department-03", "year": year, "evaluation": 1,
        "scheme": "mof-2020-10@1", "audience": "public", "parts": [], "total": "84.08", "grade": "good",
        "consequence": "priority", "evaluated_by": "孙丽", "evaluated_on": f"{year + 1}-01-25", **changes,
    }  # fmt: skip
    return EvaluationCompleted.model_validate(fields)
