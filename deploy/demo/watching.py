"""How a project's year must be watched: which months are judged when, which deviations open and close, what is recommended.

By the written definitions (「双监控」): while a month runs, each change judges it by the rules that hold at once; on the first day after
its reports were due it is closed and judged by all rules; after the close each change judges it, and the later ones, again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from deploy.demo.facts import Adjustment, Order, Plan, Project, Report, Voucher
from deploy.demo.judging import AT_ONCE, GRAVITY, Goal, Judgement, graver, judge

SAME_AGAIN = timedelta(days=45)
"""A rule found again within these days after it was over, and no graver, is the same deviation: open again, not told anew."""
MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 13))


@dataclass(frozen=True, slots=True)
class Deviation:
    """A rule found, named by month and rule: its gravest level, and whether it is open at the end; else the day it was over."""

    rule: str
    level: str
    period: str
    open: bool = True
    over: date | None = None


@dataclass(slots=True)
class Watched:
    """One project as its year goes on."""

    goal: Goal
    vouchers: list[Voucher] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    periods: dict[str, Judgement] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    open_rules: dict[str, tuple[str, str]] = field(default_factory=dict)
    deviations: dict[str, Deviation] = field(default_factory=dict)
    status: str = "active"
    standing: str = "none"
    set_aside: str = "none"
    closed_before_resumption: set[str] | None = None
    stricter: bool = False


def watch(plan: Plan, project: Project) -> Watched:
    """The project's year, played day by day."""
    assert project.approved_on is not None
    happening = _happening(plan, project)
    watched = Watched(Goal(project.budget, project.indicators, project.approved_on))
    for day in sorted(happening):
        if day >= project.approved_on:
            _close_what_is_due(watched, day)
        for fact in happening[day]:
            touched = _take(watched, fact)
            if touched and day >= project.approved_on:
                _judge_from(watched, touched, day)
    return watched


@dataclass(frozen=True, slots=True)
class Arrival:
    """Vouchers that arrived together."""

    vouchers: tuple[Voucher, ...]


Fact = Arrival | Report | Adjustment | Order | Project
"""What happens to a project; the project itself stands for its approval."""


def _happening(plan: Plan, project: Project) -> dict[date, list[Fact]]:
    """What happens to the project, by day, in the order in which it is played."""
    assert project.approved_on is not None
    days: dict[date, list[Fact]] = defaultdict(list)
    for month in range(1, 13):
        days[date(2026 + month // 12, month % 12 + 1, 11)] = []
    days[project.approved_on].append(project)
    bundles: dict[date, list[Voucher]] = defaultdict(list)
    for voucher in plan.vouchers:
        if voucher.project == project.code:
            bundles[voucher.arrives].append(voucher)
    for arrives, bundle in bundles.items():
        days[arrives].append(Arrival(tuple(bundle)))
    for report in plan.reports:
        if report.project == project.code:
            days[report.received].append(report)
    for adjustment in plan.adjustments:
        if adjustment.project == project.code:
            days[adjustment.adjusted_on].append(adjustment)
    for order in plan.orders:
        if order.project == project.code and order.act in ("suspension", "stop", "resumption", "watching"):
            days[order.day].append(order)
    return days


def _take(watched: Watched, fact: Fact) -> str | None:
    """Note a fact; the earliest month that it touches."""
    match fact:
        case Arrival(bundle):
            watched.vouchers += bundle
            return MONTHS[min(voucher.date.month for voucher in bundle) - 1]
        case Report():
            watched.reports.append(fact)
            return fact.period
        case Adjustment():
            watched.goal = replace(watched.goal, budget=fact.budget, indicators=fact.indicators)
            return (
                f"{fact.adjusted_on:%Y-%m}"  # what was judged before stays as it was judged under the goal of its time
            )
        case Project():
            return MONTHS[0]
        case Order(act="watching"):
            watched.stricter = (
                True  # from the running month on; what was judged before stays under the thresholds of its time
            )
            return f"{fact.day:%Y-%m}"
        case Order():
            _ordered(watched, fact.act)
            return None


def _close_what_is_due(watched: Watched, day: date) -> None:
    for number, period in enumerate(MONTHS, 1):
        deadline = date(2026 + number // 12, number % 12 + 1, 10)
        if period not in watched.closed and deadline < day:
            watched.closed.add(period)
            _judged(watched, _judge(watched, period, day), day, closed=True)


def _judge_from(watched: Watched, touched: str, day: date) -> None:
    """Every month from the touched one to the latest that is closed or has vouchers or reports; none that has not begun."""
    paid_in = {MONTHS[voucher.date.month - 1] for voucher in watched.vouchers}
    known = watched.closed | paid_in | {report.period for report in watched.reports}
    last = max((period for period in known if period <= f"{day:%Y-%m}"), default="")
    for period in MONTHS:
        if touched <= period <= last:
            closed = period in watched.closed
            judgement = _judge(watched, period, day)
            if not closed:
                judgement = replace(
                    judgement, findings=tuple(found for found in judgement.findings if found[0] in AT_ONCE)
                )
            if closed or judgement.findings or period in watched.periods:
                _judged(watched, judgement, day, closed=closed)


def _judge(watched: Watched, period: str, day: date) -> Judgement:
    return judge(watched.goal, watched.vouchers, watched.reports, period, day, watched=watched.stricter)


def _judged(watched: Watched, judgement: Judgement, day: date, *, closed: bool) -> None:
    watched.periods[judgement.period] = judgement
    found = dict(judgement.findings)
    if closed:
        for rule, (_, since) in list(watched.open_rules.items()):
            if rule not in found and since <= judgement.period:
                del watched.open_rules[rule]
                watched.deviations |= {
                    name: replace(each, open=False, over=day)
                    for name, each in watched.deviations.items()
                    if each.rule == rule and each.open
                }
    for rule, level in judgement.findings:
        if graver(level, watched.open_rules.get(rule, (None, ""))[0]):
            last = [name for name, each in watched.deviations.items() if each.rule == rule][-1:]
            if rule not in watched.open_rules and last and _same_again(watched.deviations[last[0]], level, day):
                again = watched.deviations[last[0]]
                watched.deviations[last[0]] = replace(again, open=True, over=None)
                watched.open_rules[rule] = (again.level, again.period)
                continue
            watched.open_rules[rule] = (level, judgement.period)
            watched.deviations.pop(f"{judgement.period}/{rule}", None)
            watched.deviations[f"{judgement.period}/{rule}"] = Deviation(rule, level, judgement.period)
    _recommend(watched, judgement, closed=closed)


def _same_again(last: Deviation, level: str, day: date) -> bool:
    return last.over is not None and day - last.over <= SAME_AGAIN and not graver(level, last.level)


def _recommend(watched: Watched, judgement: Judgement, *, closed: bool) -> None:
    """Once, not every month; after a resumption only for a month closed since then, or for something graver."""
    level = judgement.recommendation
    if (
        level not in ("suspend", "stop")
        or watched.status == "stopped"
        or (watched.status == "suspended" and level == "suspend")
    ):
        return
    if _gravity(watched.standing) >= _gravity(level):
        return
    before = watched.closed_before_resumption
    if (
        before is not None
        and _gravity(level) <= _gravity(watched.set_aside)
        and not (closed and judgement.period not in before)
    ):
        return
    watched.standing, watched.set_aside, watched.closed_before_resumption = level, "none", None


def _ordered(watched: Watched, act: str) -> None:
    """An order answers the recommendation that stands."""
    if act == "resumption":
        watched.status, watched.closed_before_resumption = "active", set(watched.closed)
    else:
        ordered = "stop" if act == "stop" else "suspend"
        watched.status = "stopped" if act == "stop" else "suspended"
        watched.set_aside = max(watched.standing, ordered, key=_gravity)
    watched.standing = "none"


def _gravity(level: str) -> int:
    return -1 if level == "none" else GRAVITY.index(level)
