"""What the integration tests of rounds share: a year in August with projects of three departments, and the way of one part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from httpx2 import Response

from tests.integration.monitored import Monitoring, approved, monitoring, voucher
from tests.integration.servers import Servers

OPENING = {"round": "2026-08", "kind": "august", "through": "2026-07", "document": "县财绩〔2026〕18号"}
FILLING: dict[str, Any] = {
    "causes": [{"kind": "procurement", "text": "管材招标两次流标"}],
    "expected_values": {"canal": "85"},
    "expected_payments": "7000.00",
    "remedy": "增加两支施工队",
}
MEASURE = {"what": "调减预算", "by": "finance", "until": "2026-09-30", "document": "县财预〔2026〕35号"}
DECISION = {"decision": "cut", "reason": "年内确实用不完", "budget": "7000.00", "measure": MEASURE}


@contextmanager
def august(servers: Servers) -> Iterator[Monitoring]:
    """3 August 2026: CS-1 has spent 40 % and reached 35 of 120 km; CS-2 and CS-3 are others'; CS-4 is stopped."""
    with monitoring(servers, date(2026, 8, 3)) as m:
        m.hear(
            approved(),
            approved("CS-2", unit="town-2", department="town-2"),
            approved("CS-3", unit="department-03.station-1"),
            approved("CS-4"),
        )
        m.pay(voucher("记-1", "2026-03-05", "4000.00"), voucher("记-2", "2026-08-01", "100.00"))
        report = {"period": "2026-07", "values": {"canal": "35"}}
        assert m.post("reports", report, who="unit").status_code == 200
        stop = {"measures": [{**MEASURE, "what": "停止"}], "reason": "停"}
        assert m.post("/api/projects/2026/CS-4/stop", stop).status_code == 200
        yield m


def step(m: Monitoring, path: str, body: Any, who: str, project: str = "CS-1", round: str = "2026-08") -> Response:
    """A command about a part of the round."""
    return m.post(f"/api/rounds/{round}/projects/{project}/{path}", body, who=who)


def part(m: Monitoring, project: str = "CS-1", who: str = "auditor") -> dict[str, Any]:
    """A part of the round as the API shows it."""
    answer = m.get(f"/api/rounds/2026-08/projects/{project}", who=who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def brought_to(m: Monitoring, state: str, project: str = "CS-1", who: str = "unit", **filled: Any) -> None:
    """Bring a part of the August round to `filled`, `passed` or `decided`."""
    way = (
        ("filling", {**FILLING, **filled}, who, "filled"),
        ("passing", {}, "finance", "passed"),
        ("decision", DECISION, "official", "decided"),
    )
    for path, body, asking, reached in way:
        answer = step(m, path, body, asking, project)
        assert answer.status_code == 200, answer.text
        if reached == state:
            return
