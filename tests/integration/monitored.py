"""What monitoring's integration tests share: its API on a database of its own, people with tokens, vouchers as a finance system sends
them, goals as goals announces them, days as the business clock tells them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import psycopg
from fastapi.testclient import TestClient
from httpx2 import Response

from backbone.kafka.batches import Fetched
from backbone.kafka.dead import Message
from backbone.kafka.fence import claim
from backbone.kafka.inbox import Inbox
from backbone.process.settings import Settings
from backbone.record.clock import begin_day
from backbone.record.events import Connection
from backbone.record.transact import Transact
from contracts.evaluation import EvaluationCompleted, ScorePart
from contracts.event import PublicEvent
from contracts.execution import ExecutionReported
from contracts.goals import GoalAdjusted, GoalApproved, Indicator
from deploy.local import tokens
from services.monitoring import clock
from services.monitoring.app import RECORD, api, service
from services.monitoring.bulk.codes import Codes
from services.monitoring.bulk.flush import flush
from services.monitoring.bulk.fold import sort_out
from services.monitoring.bulk.ready import ready_alone
from services.monitoring.handlers.touched import TouchedProjects
from tests.integration.recording import NOW, StandingClock, message
from tests.integration.servers import Servers

PRIVATE, PUBLIC = tokens.new_key()
PEOPLE = {
    "unit": ("李明", "unit", "department-03"),
    "other": ("钱进", "unit", "town-2"),
    "official": ("赵强", "official", "county"),
    "finance": ("王芳", "finance", "finance"),
    "auditor": ("吴静", "auditor", "county"),
    "data-unit": ("郑和", "data-unit", "statistics"),
    "finance-system": ("kingdee", "finance-system", "finance"),
    "operator": ("周全", "operator", "county"),
}
CANAL = Indicator(
    id="canal", name="改造渠道长度", dimension="output", target=Decimal(120), unit="公里", weight=Decimal(50)
)
WORDS = Indicator(
    id="words", name="农户满意", dimension="satisfaction", type="qualitative", target_text="满意", weight=Decimal(10)
)


def approved(project: str = "CS-1", year: int = 2026, **changes: Any) -> GoalApproved:
    """A goal of 10,000 yuan, approved on 20 January."""
    event: dict[str, Any] = {
        "submission": 1,
        "name": "高标准农田灌溉渠改造",
        "unit": "department-03",
        "department": "department-03",
        "budget": 1_000_000,
        "approved_on": date(2026, 1, 20),
        "document": "县财预〔2026〕3号",
        "annual": (CANAL, WORDS),
        "approved_by": "王芳 (finance, finance)",
    }
    return GoalApproved(project=project, year=year, **(event | changes))


def adjusted(**changes: Any) -> GoalAdjusted:
    """The goal of CS-1 adjusted on 20 August to 20,000 yuan."""
    event: dict[str, Any] = {
        "adjustment": 1,
        "cause": "policy",
        "reason": "上级补助标准提高",
        "previous_budget": 1_000_000,
        "budget": 2_000_000,
        "adjusted_on": date(2026, 8, 20),
        "document": "县财预〔2026〕31号",
        "annual": (CANAL,),
        "adjusted_by": "王芳 (finance, finance)",
    }
    return GoalAdjusted(project="CS-1", year=2026, **(event | changes))


def evaluated(grade: str = "poor", **changes: Any) -> EvaluationCompleted:
    """A score of CS-1."""
    event: dict[str, Any] = {
        "subject_kind": "project",
        "project": "CS-1",
        "unit": "department-03",
        "year": 2026,
        "evaluation": 1,
        "scheme": "mof-2020-10@1",
        "audience": "public",
        "parts": (ScorePart(id="execution", points=Decimal(9), of=Decimal(10)),),
        "total": Decimal(55),
        "evaluated_by": "孙丽",
        "evaluated_on": date(2027, 1, 25),
    }
    return EvaluationCompleted(grade=grade, **(event | changes))


def measure(until: str | None = "2026-12-31") -> dict[str, Any]:
    return {"what": "暂缓拨付", "by": "finance", "until": until, "document": "县财预〔2026〕22号"}


OUTCOME: dict[str, Any] = {
    "statement": "国库对账单.csv",
    "sha256": "0" * 64,
    "kind": "vouchers",
    "source": "treasury-1",
    "first": "2026-01",
    "last": "2026-01",
    "said": {"vouchers": 3, "amounts": {"CNY": 12_150}},
    "counted": {"vouchers": 2, "amounts": {"CNY": 12_050}},
    "counts": {"missing-here": 1},
    "differences": [{"kind": "missing-here", "place": "2026/记-7", "statement": "2026-01-09 100 CNY CS-1"}],
    "listed": "9" * 64,
}
"""What a reconciliation found, as `jixiao reconcile` writes it down."""


@dataclass
class Monitoring:
    """The service as people reach it, and as finance systems, other services and the clock do."""

    client: TestClient
    url: str
    owner_url: str
    conn: Connection
    touched: TouchedProjects
    _keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _offsets: Iterator[int] = field(default_factory=itertools.count)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def transact(self) -> Transact:
        return Transact(lambda: nullcontext(self.conn), RECORD, StandingClock())

    def post(self, path: str, body: Any = None, *, who: str | None = "official", **headers: str) -> Response:
        """A command about CS-1 of 2026, with a key of its own unless one is given."""
        headers = {"idempotency-key": f"key-{next(self._keys)}", **_named(headers)}
        return self.client.post(self._path(path), json=body, headers=self._headers(who, headers))

    def get(self, path: str, *, who: str | None = "auditor", **headers: str) -> Response:
        """A query or a page."""
        return self.client.get(self._path(path), headers=self._headers(who, _named(headers)), follow_redirects=False)

    def project(self) -> dict[str, Any]:
        """CS-1 of 2026 as the API shows it."""
        answer = self.get("")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def hear(self, *events: PublicEvent) -> None:
        """Take what other services announced, through the inbox."""
        service_ = service(Settings())
        for event in events:
            place = (event.owner, event.stream())
            self._numbers[place] = number = self._numbers.get(place, 0) + 1
            partition = (event.topic, 0)
            held = claim(self.conn, {partition})[partition]
            ear = Inbox(self.conn, RECORD, StandingClock(), service_.hear, service_.interest)
            id_ = str(uuid5(NAMESPACE_URL, f"{event.type_name()}/{event.stream()}/{number}"))
            ear.receive(held, message(event, number, held.next_offset, id=id_))

    def flush(self, *vouchers: dict[str, Any]) -> None:
        """Take vouchers as the intake does, in one batch, and judge nothing yet."""
        messages = [_voucher_message(next(self._offsets), voucher) for voucher in vouchers]
        with self.conn.transaction():
            flush(self.conn, ready_alone(sort_out(Fetched.of(messages)), Codes(self.conn)), datetime.now(NOW.tzinfo))

    def pay(self, *vouchers: dict[str, Any]) -> None:
        """Take vouchers and judge what they touched."""
        self.flush(*vouchers)
        while self.touched.step():
            pass

    def day(self, day: date) -> int:
        """A business day begins and what is due is seen to."""
        begin_day(self.conn, day)
        return clock.due(self.transact, day)

    def events(self, stream: str = "project/CS-1/2026") -> list[str]:
        """The names of a stream's events."""
        rows = self.conn.execute("select type from record.event where stream = %s order by version", (stream,))
        return [row[0].split(".")[2] for row in rows]

    def data(self, name: str, stream: str = "project/CS-1/2026") -> list[dict[str, Any]]:
        """The content of a stream's events of one kind."""
        rows = self.conn.execute(
            "select data from record.event where stream = %s and type like %s order by version",
            (stream, f"%.{name}.v1"),
        )
        return [row[0] for row in rows]

    def _path(self, path: str) -> str:
        return path if path.startswith("/") else f"/api/projects/2026/CS-1/{path}".rstrip("/")

    @staticmethod
    def _headers(who: str | None, headers: dict[str, str]) -> dict[str, str]:
        return headers if who is None else {"authorization": f"Bearer {token(who)}", **headers}


def voucher(number: str, day: str, yuan: str, **changes: Any) -> dict[str, Any]:
    """A voucher line of CS-1 from the treasury's system."""
    amount = int(Decimal(yuan) * 100)
    return {
        "source": "treasury-1",
        "number": number,
        "numbering_year": 2026,
        "date": day,
        "amount": amount,
        "project": "CS-1",
        **changes,
    }


def token(who: str) -> str:
    """The token of one of `PEOPLE`."""
    name, role, org = PEOPLE[who]
    return tokens.sign(PRIVATE, name=name, role=role, org=org, seconds=600)


@contextmanager
def monitoring(servers: Servers, today: date = date(2026, 2, 2)) -> Iterator[Monitoring]:
    """Monitoring on a fresh database, on a business day."""
    fresh = servers.fresh("monitoring")
    settings = Settings(
        monitoring_database=fresh.url,  # type: ignore[arg-type]
        kafka=servers.kafka,
        token_public_key=PUBLIC,
        clock="business",
    )
    with (
        psycopg.connect(fresh.url, autocommit=True) as conn,
        TestClient(api(settings), raise_server_exceptions=False) as client,
    ):
        begin_day(conn, today)
        yield Monitoring(client, fresh.url, fresh.owner_url, conn, TouchedProjects(conn, RECORD, StandingClock()))


def _voucher_message(offset: int, voucher: dict[str, Any]) -> Message:
    headers = {
        "ce_specversion": "1.0",
        "ce_type": ExecutionReported.type_name(),
        "ce_id": f"{voucher['source']}/{voucher['numbering_year']}/{voucher['number']}/{offset}",
        "ce_source": "finance",
    }
    packed = tuple((name, value.encode()) for name, value in headers.items())
    return Message("execution.reported", 0, offset, b"CS-1", json.dumps(voucher).encode(), packed)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
