"""What a made-up county's year consists of: units, projects, vouchers, reports, orders, marks. Values only, no figure is derived here.

Money is in fen. Everything that is planted stands in a `Plan`; `script` says how it is played, `expected` what must come of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Unit:
    """One of the 48 units of plan 5 (方案篇五): its class is not its kind of organisation."""

    code: str
    name: str
    unit_class: Literal["town", "department", "restoration"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of a project's goal. `words` instead of `target` makes it qualitative."""

    id: str
    name: str
    dimension: str
    kind: str
    direction: str
    target: Decimal | None
    words: str | None
    unit: str | None
    weight: Decimal

    @property
    def quantitative(self) -> bool:
        return self.target is not None

    @property
    def grows(self) -> bool:
        """Whether its value adds up over the year, as lengths and people do; rates and surveys do not."""
        return (
            self.quantitative
            and self.dimension != "satisfaction"
            and self.kind not in ("quality", "timeliness", "cost")
        )


@dataclass(frozen=True, slots=True)
class Raise:
    """Goals and budget raised `by` a factor from the month on in which the adjustment is approved."""

    month: int
    by: Decimal
    applied: date
    adjusted: date
    cause: Literal["policy", "emergency"]
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class August:
    """What the August round meets on a course: what the unit fills in, and what is decided.

    The unit expects `reaches` percent of its targets and `pays` percent of its budget by the year's end; `at_first` are the two that
    finance `returned`. `proposal` and `severity` are known by construction; `decided` and what a cut `leaves` of the budget are an
    official's.
    """

    cause: tuple[str, str] | None = None
    remedy: str = ""
    reaches: Decimal = Decimal(100)
    pays: Decimal | None = None
    at_first: tuple[Decimal, Decimal] | None = None
    returned: str = ""
    late: bool = False
    proposal: str = "keep"
    severity: str | None = None
    decided: str = "keep"
    leaves: Decimal | None = None
    reason: str = "按监控意见办理"


@dataclass(frozen=True, slots=True)
class Track:
    """The course of a year: execution and attainment in percent by month, and what else happens (tracks.toml)."""

    name: str
    execution: tuple[Decimal, ...]
    attainment: tuple[Decimal, ...]
    chance: float = 0.0
    planted: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    expected: dict[int, str] = field(default_factory=dict)
    problem: dict[int, str] = field(default_factory=dict)
    tardy: dict[int, date] = field(default_factory=dict)
    missing: tuple[int, ...] = ()
    restated: dict[int, date] = field(default_factory=dict)
    surpassed: dict[str, Decimal] = field(default_factory=dict)
    satisfied: Decimal = Decimal(1)
    raised: Raise | None = None
    august: August = August()
    late: tuple[int, Decimal, date] | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A spending project as it is finally declared; `fault` names what was wrong with its first declaration, if anything."""

    code: str
    name: str
    unit: str
    kind: Literal["new", "continuing"]
    years: int
    budget: int
    tags: tuple[str, ...]
    transfer_to: str | None
    indicators: tuple[Indicator, ...]
    track: Track
    sources: tuple[str, ...]
    approved_on: date | None
    scheme: str = "mof-2020-10"
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Voucher:
    """One voucher line, and the day on which the finance system sends it."""

    source: str
    number: str
    date: date
    amount: int
    project: str
    unit: str
    memo: str
    functional: str
    economic: str
    arrives: date


@dataclass(frozen=True, slots=True)
class Report:
    """A month's indicator values as the unit sends them; a later one for the same period corrects the earlier."""

    project: str
    period: str
    received: date
    values: dict[str, Decimal]
    expected: str | None = None
    problem: str | None = None
    implementation: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What an official, or the unit in answer, does to a project on a day; `by_round`: a round's decision brings it."""

    day: date
    act: Literal[
        "correction", "answer", "return", "acceptance", "urging", "suspension", "stop", "resumption", "watching"
    ]
    project: str
    reason: str
    document: str = ""
    deviations: tuple[str, ...] = ()
    until: date | None = None
    by_round: bool = False


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Goals and budget changed together: applied for (None: a round of monitoring proposed it), then approved."""

    project: str
    applied_on: date | None
    adjusted_on: date
    cause: str
    reason: str
    document: str
    budget: int
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Filling:
    """What a unit fills in of its part in a round: causes, expected values, expected payments of the year in fen."""

    causes: tuple[tuple[str, str], ...]
    values: dict[str, Decimal]
    payments: int
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A project's part in the August round. `at_first` is the filling that finance `returned`; `budget` (fen) is in force after the
    decision."""

    project: str
    filling: Filling
    late: bool
    at_first: Filling | None
    returned: str
    decision: str
    reason: str
    budget: int


@dataclass(frozen=True, slots=True)
class Reallocation:
    """Money that a stop freed, given to another project. `amount` in fen."""

    day: date
    project: str
    to: str
    amount: int
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class Workbooks:
    """The unit that reports by workbook (XLSX), and the cell that it gets wrong once: the month, the project, the indicator, the text."""

    unit: str
    period: str
    project: str
    indicator: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What the evaluator says of one project beyond its figures: qualitative levels with shares, targets found too low."""

    project: str
    qualitative: dict[str, tuple[str, Decimal]]
    target_set_low: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """One level-3 indicator of a unit in a period, with the actual supplied for it."""

    id: str
    name: str
    weight: Decimal
    direction: str
    target: Decimal
    actual: Decimal


@dataclass(frozen=True, slots=True)
class Addition:
    """A bonus claimed or a penalty entered. It counts only as the plan says (document, confirmation, verification)."""

    id: str
    reason: str
    level: str | None = None
    points: Decimal | None = None
    document: str | None = None
    confirmed: bool = True
    verified: bool = True


@dataclass(frozen=True, slots=True)
class UnitYear:
    """Everything that the assessment of one unit rests on. `marks`: period → leader → mark; `satisfaction`: quarter → share."""

    unit: Unit
    indicators: dict[str, tuple[Target, ...]]
    marks: dict[str, dict[str, Decimal]]
    satisfaction: dict[str, Decimal] = field(default_factory=dict)
    bonuses: tuple[Addition, ...] = ()
    penalties: tuple[Addition, ...] = ()
    barred: str | None = None
    dereliction: str | None = None
    tie: Literal["chosen", "passed-over"] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A county's year, whole. `refused` was declared and refused; `withheld` are scored and not published."""

    seed: int
    county: str
    year: int
    units: tuple[Unit, ...]
    projects: tuple[Project, ...]
    refused: Project
    vouchers: tuple[Voucher, ...]
    resent: tuple[Voucher, ...]
    conflicting: tuple[Voucher, ...]
    reports: tuple[Report, ...]
    orders: tuple[Order, ...]
    adjustments: tuple[Adjustment, ...]
    judged: tuple[Judged, ...]
    parts: tuple[Part, ...]
    reallocation: Reallocation
    workbooks: Workbooks
    assessment: tuple[UnitYear, ...]
    places: dict[str, int]
    withheld: tuple[str, ...]

    def project(self, code: str) -> Project:
        """The approved project with this code."""
        return next(project for project in self.projects if project.code == code)

    def on_track(self, name: str) -> Project:
        """The first project whose year takes the course `name`."""
        return next(project for project in self.projects if project.track.name == name)
