"""The check itself: it names what differs, and silence is a difference."""

from __future__ import annotations

from typing import Any

from deploy.demo.check import check
from deploy.demo.doors import Unanswered
from deploy.demo.expected import expect
from deploy.demo.findings import Findings, fen
from deploy.demo.plan import make_plan
from deploy.demo.projects import yuan


class Silence:
    """Doors behind which nobody is."""

    def get(self, service: str, path: str, person: object = None) -> Any:
        raise Unanswered(f"GET {service}{path}")

    def get_all(self, service: str, paths: list[str], person: object = None) -> list[Any]:
        return [Unanswered(f"GET {service}{path}") for path in paths]

    def fetch(self, service: str, path: str, person: object) -> bytes:
        raise Unanswered(f"GET {service}{path}")

    def pages(self, service: str, paths: list[str]) -> list[tuple[int, str]]:
        return [(503, "") for _ in paths]


class OneVoucherMore(Silence):
    """A ledger that counted one voucher twice; everything else is silent."""

    def __init__(self, expected: Any) -> None:
        self._expected = expected

    def get(self, service: str, path: str, person: object = None) -> Any:
        if path != "/api/ledger":
            return super().get(service, path)
        lines = [
            {
                "source": source,
                "vouchers": line.vouchers + (source == "treasury-1"),
                "amount": yuan(line.amount + 100 * (source == "treasury-1")),
                "currency": "CNY",
                "projects": line.projects,
                "first": str(line.first),
                "last": str(line.last),
            }
            for source, line in self._expected.ledger.items()
        ]
        return {"sources": lines}


def test_where_nobody_answers_every_part_differs() -> None:
    plan = make_plan()
    found = check(plan, expect(plan), Silence())  # type: ignore[arg-type]
    told = {difference.split(":")[0] for difference in found.differences}
    assert {"machinery", "ledger", "goals", "monitored", "evaluated", "assessed", "check_published"} <= told
    assert {"check_round", "check_report", "check_watch_list", "check_freed"} <= told
    assert any(difference.startswith("page of ") for difference in found.differences)
    assert found.figures == {}


def test_a_voucher_counted_twice_is_named_with_its_money() -> None:
    plan = make_plan()
    expected = expect(plan)
    found = check(plan, expected, OneVoucherMore(expected))  # type: ignore[arg-type]
    planted = expected.ledger["treasury-1"]
    assert f"ledger treasury-1: vouchers is {planted.vouchers + 1}, planted {planted.vouchers}" in found.differences
    wrong = f"ledger treasury-1: amount is {yuan(planted.amount + 100)}, planted {yuan(planted.amount)}"
    assert wrong in found.differences
    assert not [difference for difference in found.differences if difference.startswith("ledger yonyou-county")]


def test_figures_are_compared_exactly_and_counted() -> None:
    findings = Findings()
    findings.same("here", paid=("1.00", "1.00"), grade=("good", "fair"))
    findings.carries("page", "支出 1,234.50 元", "1,234.50")
    findings.carries("page", "支出 1,234.50 元", "1,234.51")
    assert findings.differences == ["here: grade is good, planted fair", "page: does not show 1,234.51"]
    assert findings.compared == 4


def test_money_at_the_edge_is_exact() -> None:
    assert fen("735121436.01") == 73_512_143_601
    assert yuan(-5) == "-0.05"
    assert fen(yuan(-123_456)) == -123_456
