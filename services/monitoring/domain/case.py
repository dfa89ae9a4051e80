"""A rule case: a month's figures judged without a server (试算). What-if for a rule before it is adopted, evidence for a unit that
disputes a finding. `tests/domain/monitoring/cases/README.md` describes the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from contracts.kinds import PLAIN, Direction, last_day, period_of
from services.monitoring.domain.judging import Figures, Goal, Judgement, Monitored, Report, judge
from services.monitoring.domain.rules import RuleSet

DEFAULT_RULES = "dual-monitoring-1"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class CaseError(Exception):
    """A case that cannot be judged: `type` is a stable word, `fields` say what of it; `faults` are those of its form
    (`invalid-case`), each with its type and place."""

    def __init__(self, type: str, faults: Sequence[ErrorDetails] = (), **fields: object) -> None:
        super().__init__(type)
        self.type = type
        self.faults = tuple(faults)
        self.fields = fields


def judge_case(raw: object, rule_sets: Iterable[RuleSet]) -> dict[str, Any]:
    """Judge each month of a case, as its JSON form asks, and answer in that form. CaseError where it cannot be judged."""
    case = _parsed(raw)
    rules = _rules_named(DEFAULT_RULES if case.rules is None else case.rules, rule_sets)
    decimals = _decimals(case)
    goal, reports = _checked(case, decimals)
    counted = count_vouchers(case.vouchers, decimals)
    with localcontext() as context:
        context.prec = 400  # a what-if may have any figures: rounded figures of any size are compared to the last digit
        months = [
            _answer(judge(goal, figures_of(counted.vouchers, period), reports, period, case.as_of, rules))
            for period in case.periods
        ]
    return {
        "periods": months,
        "duplicates": counted.duplicates,
        "conflicts": list(counted.conflicts),
    }


def _number(value: object) -> object:
    """A string is a plain decimal number: no exponent, no thousands, no full-width digits. A JSON number counts as what it is."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise PydanticCustomError("decimal_type", "a number, written as text")
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) > 60:
        raise PydanticCustomError("decimal_max_digits", "at most {max_digits} digits", {"max_digits": 60})
    text = value if isinstance(value, str) else format(value, "f") if isinstance(value, Decimal) else str(value)
    if not PLAIN.fullmatch(text):
        raise PydanticCustomError("decimal_parsing", "a plain decimal number")
    return Decimal(text)


def _day(value: object) -> object:
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass  # the calendar has no such day
    raise PydanticCustomError("date_parsing", "a day that exists, as text")


def _default_direction(value: object) -> object:
    return "at_least" if value is None else value


Number = Annotated[Decimal, BeforeValidator(_number)]
Day = Annotated[date, BeforeValidator(_day)]
Month = Annotated[str, Field(strict=True, pattern=r"^(199[0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])$")]
Name = Annotated[str, Field(strict=True, min_length=1, max_length=200)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ProjectForm(_Form):
    """The project of a case; `budget` in yuan."""

    id: Name
    budget: Number
    approved_on: Day


class IndicatorForm(_Form):
    id: Name
    weight: Number
    direction: Annotated[Direction, BeforeValidator(_default_direction)] = "at_least"
    target: Number


class VoucherForm(_Form):
    """A voucher; `amount` in yuan, negative for a reversal (红字)."""

    source: Name
    number: Name
    date: Day
    amount: Number


class ReportForm(_Form):
    period: Month
    received: Day
    values: dict[Name, Number | None]
    expected: Literal["low", "none"] | None = None
    serious_problem: Annotated[str, Field(strict=True)] | None = None
    disputed: Annotated[bool, Field(strict=True)] = False


class CaseForm(_Form):
    """`"kind": "monitoring"`."""

    kind: Literal["monitoring"]
    rules: Name | None = None
    project: ProjectForm
    indicators: tuple[IndicatorForm, ...]
    vouchers: tuple[VoucherForm, ...]
    reports: tuple[ReportForm, ...]
    periods: tuple[Month, ...]
    as_of: Day


class Voucher(NamedTuple):
    """A counted voucher; `amount` in whole units of the case (`_decimals`)."""

    date: date
    amount: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The vouchers that count, each once, how many came again, and the numbers that came with other figures."""

    vouchers: tuple[Voucher, ...]
    duplicates: int
    conflicts: tuple[str, ...]


def count_vouchers(vouchers: Iterable[VoucherForm], decimals: int) -> Counted:
    """Count each source's number once, in the order of arrival. The same again is a duplicate; other figures under the same
    number are a conflict: the first stands. Amounts become whole units of `decimals` places of the yuan."""
    standing: dict[tuple[str, str], Voucher] = {}
    conflicts: dict[tuple[str, str], str] = {}
    duplicates = 0
    for each in vouchers:
        key, voucher = (each.source, each.number), Voucher(each.date, _units(each.amount, decimals))
        if standing.setdefault(key, voucher) is voucher:
            continue
        if standing[key] == voucher:
            duplicates += 1
        else:
            conflicts.setdefault(key, f"{each.source}/{each.number}")
    return Counted(tuple(standing.values()), duplicates, tuple(conflicts.values()))


def figures_of(vouchers: Iterable[Voucher], period: str) -> Figures:
    """What the vouchers dated up to a month's last day come to."""
    end = last_day(period)
    dated = [voucher for voucher in vouchers if voucher.date <= end]
    payments = [voucher.date for voucher in dated if voucher.amount > 0 and period_of(voucher.date) == period]
    return Figures(sum(voucher.amount for voucher in dated), len(dated), min(payments, default=None))


def _parsed(raw: object) -> CaseForm:
    try:
        return CaseForm.model_validate(raw)
    except ValidationError as error:
        raise CaseError("invalid-case", error.errors(include_url=False, include_input=False)) from None


def _rules_named(id: str, rule_sets: Iterable[RuleSet]) -> RuleSet:
    known = {rules.id: rules for rules in sorted(rule_sets, key=lambda rules: rules.version)}
    if id not in known:
        raise CaseError("unknown-rules", rules=id, known=", ".join(sorted(known)))
    return known[id]


def _checked(case: CaseForm, decimals: int) -> tuple[Goal, tuple[Report, ...]]:
    """The goal and the reports of a case that makes sense as a whole."""
    if case.project.budget <= 0:
        raise CaseError("invalid-budget", budget=case.project.budget)
    ids = [each.id for each in case.indicators]
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise CaseError("duplicate-indicator", indicators=", ".join(twice))
    if wrong := [each.id for each in case.indicators if each.target < 0]:
        raise CaseError("negative-target", indicators=", ".join(wrong))
    if not sum(Fraction(each.weight) for each in case.indicators):
        raise CaseError("no-weights")
    if unknown := sorted({id for report in case.reports for id in report.values} - set(ids)):
        raise CaseError("unknown-indicator", indicators=", ".join(unknown))
    if len({period[:4] for period in case.periods}) > 1:
        raise CaseError("several-years")
    indicators = tuple(Monitored(each.id, each.weight, each.direction, each.target) for each in case.indicators)
    goal = Goal(_units(case.project.budget, decimals), "CNY", case.project.approved_on, indicators)
    return goal, tuple(_report(each) for each in case.reports)


def _report(form: ReportForm) -> Report:
    given = {id: value for id, value in form.values.items() if value is not None}
    return Report(form.period, form.received, given, form.expected, form.serious_problem, form.disputed)


def _decimals(case: CaseForm) -> int:
    """The places of the finest amount that the case writes, at least those of a fen. Execution is a ratio, so that any unit will do
    that makes every amount a whole number: a budget may be finer than a fen."""
    return max(2, *(_places(amount) for amount in (case.project.budget, *(each.amount for each in case.vouchers))))


def _places(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _units(amount: Decimal, decimals: int) -> int:
    return int(Fraction(amount) * 10**decimals)


def _answer(month: Judgement) -> Mapping[str, Any]:
    return {
        "period": month.period,
        "execution": f"{month.execution:.2f}",
        "attainment": f"{month.attainment:.2f}",
        "time": f"{month.time:.2f}",
        "mismatch": f"{month.mismatch:.2f}",
        "findings": [{"rule": finding.rule, "level": finding.level} for finding in month.findings],
        "recommendation": month.recommendation,
    }
