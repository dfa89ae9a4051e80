"""The vouchers of two finance systems, with what real exports contain: reversals, late ones, re-sent ones, contradictions."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from deploy.demo.courses import MONTHS, budget_in, course
from deploy.demo.facts import Project, Unit, Voucher

EARLY_FILE = date(2026, 1, 15)
"""On this day the first payments of the project that was not yet approved arrive."""
AFTER_CLOSE = date(2027, 1, 13)
"""On this day the last vouchers dated December arrive, after December was closed."""
UNKNOWN = "QH-2026-901"
"""A project code that nobody declared: its payments are in the ledger, flagged."""

_CODES = (("2130305", "30905"), ("2130122", "31005"), ("2080201", "30217"), ("2100408", "30218"), ("2120501", "30213"))
_MEMOS = ("进度款", "材料款", "劳务费", "设备款", "监理费", "设计费", "检测费", "运输费", "补助发放", "保险费")


def month_end(month: int) -> date:
    """The day on which the finance systems send the vouchers of `month`."""
    return date(2026, month, calendar.monthrange(2026, month)[1])


def vouchers(projects: Iterable[Project], refused: Project, units: Iterable[Unit], seed: int) -> tuple[Voucher, ...]:
    """Every distinct voucher that counts, numbered by its source in order of date within the month."""
    drafts: list[Voucher] = []
    for project in projects:
        drafts += _of_project(project, seed)
    drafts += _strangers(refused, seed)
    return tuple(_numbered(drafts))


def resent(counted: Iterable[Voucher], seed: int) -> tuple[Voucher, ...]:
    """Vouchers sent a second time, unchanged: some within the same file, more of them with the next month's."""
    rng = Random(f"{seed}/resent")
    plain = [
        voucher for voucher in counted if voucher.arrives == month_end(voucher.date.month) and voucher.date.month < 12
    ]
    again = rng.sample(plain, 60)
    return tuple(
        voucher if n < 12 else replace(voucher, arrives=month_end(voucher.date.month + 1))
        for n, voucher in enumerate(again)
    )


def conflicting(counted: Iterable[Voucher], barred: Iterable[Voucher], seed: int) -> tuple[Voucher, ...]:
    """One voucher of each source sent again in the next month with another amount: the first stands, this one is set aside."""
    rng = Random(f"{seed}/conflicting")
    taken = {(voucher.source, voucher.number) for voucher in barred}
    made: list[Voucher] = []
    for source in ("treasury-1", "yonyou-county"):
        choice = [
            voucher
            for voucher in counted
            if voucher.source == source and voucher.amount > 0 and 3 <= voucher.date.month <= 9
            and voucher.arrives == month_end(voucher.date.month) and (source, voucher.number) not in taken
            and voucher.project != UNKNOWN
        ]  # fmt: skip
        voucher = rng.choice(choice)
        made.append(replace(voucher, amount=voucher.amount + 90_000, arrives=month_end(voucher.date.month + 1)))
    return tuple(made)


def _of_project(project: Project, seed: int) -> list[Voucher]:
    rng = Random(f"{seed}/vouchers/{project.code}")
    usual = rng.randint(22, 34)
    made: list[Voucher] = []
    paid = 0
    for month, (execution, _) in zip(MONTHS, course(project, seed), strict=True):
        due = int(budget_in(project, month) * execution / 100)
        if due > paid:
            made += _of_month(project, month, due - paid, usual, rng)
            paid = due
    return made


def _of_month(project: Project, month: int, total: int, usual: int, rng: Random) -> list[Voucher]:
    """The vouchers of one month; they sum to `total` whatever is reversed in between."""
    count = max(3, usual + rng.randint(-3, 3))
    days = sorted(rng.randint(1, _last(month)) for _ in range(count))
    made = [
        _voucher(project, _day(project, month, day), part, rng)
        for day, part in zip(days, _parts(total, count, rng), strict=True)
    ]
    made = [replace(voucher, arrives=_arrival(project, month, index)) for index, voucher in enumerate(made)]
    if project.track.name == "on-course":
        made = _with_reversal(made, month, rng)
        if month < 12 and rng.random() < 0.12:
            made[-1] = replace(made[-1], arrives=month_end(month + 1))  # booked at the month's end, sent a month late
        if month == 12 and rng.random() < 0.25:
            made[-1] = replace(made[-1], arrives=AFTER_CLOSE)
    return _with_late_share(project, month, made)


def _parts(total: int, count: int, rng: Random) -> list[int]:
    """`total` fen cut into `count` payments of uneven size."""
    shares = [rng.uniform(0.3, 2.2) for _ in range(count)]
    whole = sum(shares)
    parts = [int(total * share / whole) for share in shares]
    parts[-1] += total - sum(parts)
    return parts


def _day(project: Project, month: int, day: int) -> date:
    """No payment in January before the approval; the exception pays from the first days on."""
    if month > 1 or project.track.name == "paid-early":
        return date(2026, month, day)
    first = 8
    return date(2026, 1, first + (day - 1) * (31 - first) // 30)


def _arrival(project: Project, month: int, index: int) -> date:
    return EARLY_FILE if project.track.name == "paid-early" and month == 1 and index < 3 else month_end(month)


def _voucher(project: Project, day: date, amount: int, rng: Random) -> Voucher:
    functional, economic = _CODES[int(project.code[-3:]) % len(_CODES)]
    source = project.sources[rng.randrange(len(project.sources))]
    memo = f"{project.name}{rng.choice(_MEMOS)}"
    return Voucher(source, "", day, amount, project.code, project.unit, memo, functional, economic, day)


def _with_reversal(made: list[Voucher], month: int, rng: Random) -> list[Voucher]:
    """Now and then a payment is booked twice and reversed in red (红字) before the month ends."""
    if month == 12 or rng.random() > 0.15:
        return made
    wrong = rng.choice(made[: len(made) // 2])
    day = min(wrong.date + timedelta(days=rng.randint(1, 6)), month_end(month))
    again = replace(wrong, memo=wrong.memo + "（重复入账）")
    return [*made, again, replace(wrong, date=day, amount=-wrong.amount, memo="红字冲销：" + wrong.memo)]


def _with_late_share(project: Project, month: int, made: list[Voucher]) -> list[Voucher]:
    """The vouchers that make up the late share of a month arrive on the track's late day."""
    if project.track.late is None or project.track.late[0] != month:
        return made
    _, share, arrives = project.track.late
    rest = int(project.budget * share / 100)
    kept, held = made[:2], made[2:]
    on_time = sum(voucher.amount for voucher in made) - rest
    kept = [replace(kept[0], amount=on_time // 2), replace(kept[1], amount=on_time - on_time // 2)]
    parts = _parts(rest, len(held), Random(project.code))
    return kept + [replace(voucher, amount=part, arrives=arrives) for voucher, part in zip(held, parts, strict=True)]


def _strangers(refused: Project, seed: int) -> list[Voucher]:
    """Payments on a code that nobody declared and on the project that was refused."""
    rng = Random(f"{seed}/strangers")
    made: list[Voucher] = []
    for n in range(16):
        project, unit = (UNKNOWN, "department-05") if n < 11 else (refused.code, refused.unit)
        day = date(2026, 3 + n % 7, rng.randint(1, 28))
        amount = int(Decimal(rng.randint(8_000, 260_000)) * 100)
        made.append(
            Voucher(
                "treasury-1", "", day, amount, project, unit, "待核项目付款", "2159999", "30299", month_end(day.month)
            )
        )
    return made


def _numbered(drafts: list[Voucher]) -> list[Voucher]:
    """Each source numbers its vouchers by month: 记-03-0107; the numbering starts again each year."""
    by_month: dict[tuple[str, int], list[Voucher]] = defaultdict(list)
    for voucher in drafts:
        by_month[voucher.source, voucher.date.month].append(voucher)
    made: list[Voucher] = []
    for (_, month), bundle in sorted(by_month.items()):
        ordered = sorted(bundle, key=lambda voucher: (voucher.date, voucher.project))
        made += [replace(voucher, number=f"记-{month:02d}-{n:04d}") for n, voucher in enumerate(ordered, 1)]
    return made


def _last(month: int) -> int:
    return calendar.monthrange(2026, month)[1]
