"""The demo's own judging of a month and scoring of a year, from the written definitions alone: exact fractions, no code of a service.

Definitions: rule set `dual-monitoring-1`, schemes `mof-2020-10` and `plan5`, as they are written down for `jixiao monitor` and
`jixiao score`. What stands here twice over against the services is meant: it is the second opinion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from deploy.demo.facts import Indicator, Report, Voucher

GRAVITY = ("notice", "warning", "suspend", "stop")
AT_ONCE = frozenset({"overspent", "paid-before-approval", "expected-low", "expected-none", "serious-problem"})
"""What is judged while the month still runs: it cannot heal by waiting for the month's end."""
_RECOMMENDED = {None: "none", "notice": "notice", "warning": "correct", "suspend": "suspend", "stop": "stop"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """One month of a project: figures in percent with two decimals, findings as (rule, level)."""

    period: str
    paid: int
    vouchers: int
    execution: Decimal
    attainment: Decimal
    time: Decimal
    mismatch: Decimal
    findings: tuple[tuple[str, str], ...]

    @property
    def recommendation(self) -> str:
        """The strongest of what the findings call for."""
        levels = [level for _, level in self.findings]
        return _RECOMMENDED[max(levels, key=GRAVITY.index) if levels else None]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a project is judged against."""

    budget: int
    indicators: tuple[Indicator, ...]
    approved_on: date


def judge(
    goal: Goal,
    vouchers: Iterable[Voucher],
    reports: Iterable[Report],
    period: str,
    as_of: date,
    *,
    watched: bool = False,
) -> Judgement:
    """The month judged with every rule. `vouchers` and `reports` are all of the fiscal year that have arrived; reports in
    order of arrival. A project on the watch list (`watched`) is judged by stricter thresholds."""
    month = int(period[5:])
    dated = [voucher for voucher in vouchers if voucher.date.month <= month]
    known = [report for report in reports if report.received <= as_of]
    paid = sum(voucher.amount for voucher in dated)
    execution = cents(Fraction(100 * paid, goal.budget))
    attainment = attained(goal.indicators, latest_values(known, period))
    time = cents(Fraction(100 * month, 12))
    mismatch = abs(execution - attainment)
    before = [voucher for voucher in dated if voucher.date < goal.approved_on and voucher.date.month == month]
    early = any(voucher.amount > 0 for voucher in before)
    latest = [report for report in known if report.period == period]
    late = "warning" if watched else "notice"
    apart = {"notice": 10, "warning": 20, "suspend": 40} if watched else {"notice": 15, "warning": 30, "suspend": 50}
    behind = {level: apart[level] for level in ("notice", "warning")}
    findings = (
        ("report-overdue", late if _overdue(latest, period, as_of) else None),
        ("mismatch", _banded(mismatch, apart)),
        ("slow-execution", _banded(time - execution, behind)),
        ("behind-goal", _banded(time - attainment, behind)),
        ("overspent", "suspend" if execution >= 110 else "warning" if execution > 100 else None),
        ("paid-before-approval", "warning" if early else None),
        ("expected-low", "suspend" if latest and latest[-1].expected == "low" else None),
        ("expected-none", "stop" if latest and latest[-1].expected == "none" else None),
        ("serious-problem", "suspend" if latest and latest[-1].problem else None),
    )
    found = tuple((rule, level) for rule, level in findings if level)
    return Judgement(period, paid, len(dated), execution, attainment, time, mismatch, found)


def share(direction: str, target: Decimal, actual: Decimal) -> Fraction:
    """How far a target is reached, 0 to 1: full when met, else pro rata."""
    wanted, got = Fraction(target), Fraction(actual)
    match direction:
        case "at_most":
            return Fraction(1) if got <= wanted else wanted / got
        case "equal":
            if got == wanted or wanted == 0:
                return Fraction(int(got == wanted))
            return max(Fraction(0), 1 - abs(got - wanted) / abs(wanted))
        case _:
            if got >= wanted:
                return Fraction(1)
            return max(Fraction(0), got / wanted) if wanted else Fraction(0)


def latest_values(reports: Iterable[Report], period: str) -> dict[str, Decimal]:
    """Each indicator's value from the latest period up to `period` that gives it; within a period the latest received."""
    values: dict[str, Decimal] = {}
    for report in sorted((report for report in reports if report.period <= period), key=lambda report: report.period):
        values |= report.values
    return values


def cents(value: Fraction) -> Decimal:
    """Rounded half-up to 0.01."""
    sign = -1 if value < 0 else 1
    scaled = (abs(value) * 100 + Fraction(1, 2)).__floor__()
    return Decimal(sign * scaled).scaleb(-2)


def graver(level: str, than: str | None) -> bool:
    """Whether `level` is graver than `than`; anything is graver than nothing."""
    return than is None or GRAVITY.index(level) > GRAVITY.index(than)


def points(bands: Iterable[Mapping[str, str]], satisfied: Decimal) -> Fraction:
    """A share of satisfied respondents as points: the highest band that it reaches."""
    reached = [band for band in bands if Decimal(band["at_least"]) <= satisfied]
    return Fraction(max(reached, key=lambda band: Decimal(band["at_least"]))["points"])


def attained(indicators: Iterable[Indicator], values: Mapping[str, Decimal]) -> Decimal:
    """The weighted share of the targets in percent, over the indicators that have a number for one."""
    whole = got = Fraction(0)
    for row in indicators:
        if row.target is None:
            continue
        whole += Fraction(row.weight)
        if row.id in values:
            got += Fraction(row.weight) * share(row.direction, row.target, values[row.id])
    return cents(100 * got / whole)


def _overdue(reports: Iterable[Report], period: str, as_of: date) -> bool:
    month = int(period[5:])
    deadline = date(int(period[:4]) + month // 12, month % 12 + 1, 10)
    return as_of > deadline and not any(report.received <= deadline for report in reports)


def _banded(value: Decimal, bands: Mapping[str, int]) -> str | None:
    return next((level for level, least in reversed(list(bands.items())) if value >= least), None)
