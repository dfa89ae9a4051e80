"""The county's projects, read from the data files: indicators, courses, sources, and how each is declared over HTTP."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from deploy.demo.data import read
from deploy.demo.facts import August, Indicator, Project, Raise, Track, Unit

FILES = (
    "projects-towns.toml",
    "projects-departments-1.toml",
    "projects-departments-2.toml",
    "projects-restoration.toml",
)
APPROVAL = date(2026, 1, 6)
LATE_APPROVAL = date(2026, 1, 28)
"""The declaration that was sent back by hand is approved last: by then the finance system has already paid."""

_DIRECTIONS = {">=": "at_least", "<=": "at_most", "=": "equal"}


def units() -> tuple[Unit, ...]:
    """The 48 units, towns first."""
    named: dict[str, list[str]] = read("county.toml")["units"]
    return tuple(
        Unit(f"{unit_class}-{number:02d}", name, unit_class)  # type: ignore[arg-type]
        for unit_class, names in named.items()
        for number, name in enumerate(names, 1)
    )


def projects() -> tuple[Project, ...]:
    """The sixty projects that are approved, in the order of their codes."""
    tracks = read_tracks()
    rows = [row for name in FILES for row in read(name)["project"]]
    return tuple(_project(f"QH-2026-{number:03d}", row, tracks) for number, row in enumerate(rows, 1))


def refused() -> Project:
    """The project that is refused: new, and nobody evaluated it beforehand (事前绩效评估)."""
    row = {
        "name": "县城景观喷泉广场",
        "unit": "department-28",
        "budget": 1500,
        "kind": "new",
        "returned": "no-ex-ante-evaluation",
        "indicators": "fountain | 建成喷泉广场 | output/quantity | >= 12000 平方米 | 50\n"
        "visitors | 日均游人 | benefit/social | >= 2400 人次 | 30\n"
        "content | 市民满意度 | satisfaction/satisfaction | >= 85 % | 10",
    }
    return _project("QH-2026-061", row, read_tracks(), approved_on=None)


def read_tracks() -> dict[str, Track]:
    """The courses of tracks.toml by name."""
    return {name: _track(name, table) for name, table in read("tracks.toml").items()}


def declaration(project: Project, *, faulty: bool = False) -> dict[str, Any]:
    """The body that the unit posts; `faulty` as it was declared first, with the fault that sent it back."""
    body: dict[str, Any] = {
        "name": project.name,
        "unit": project.unit,
        "department": project.unit,
        "kind": project.kind,
        "years": project.years,
        "budget": yuan(project.budget),
        "tags": list(project.tags),
        "scheme": project.scheme,
        "ex_ante": _ex_ante(project),
        "annual": annual(project.indicators, project.track),
        "items": [
            {"name": "工程与服务费", "amount": yuan(project.budget * 9 // 10)},
            {"name": "管理与监理费", "amount": yuan(project.budget - project.budget * 9 // 10)},
        ],
        "medium_term": _medium_term(project) if project.years > 1 else [],
    }
    if project.transfer_to:
        body["transfer_to"] = project.transfer_to
    if faulty:
        _spoil(body, project.fault)
    return body


def annual(indicators: tuple[Indicator, ...], track: Track) -> list[dict[str, Any]]:
    """The indicators as HTTP carries them, each quantitative one with the schedule that its course promises."""
    return [_indicator(indicator, track) for indicator in indicators]


def yuan(fen: int) -> str:
    """Money at the edge: `480000000` fen is `"4800000.00"`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _project(code: str, row: dict[str, Any], tracks: dict[str, Track], approved_on: date | None = APPROVAL) -> Project:
    fault = row.get("returned")
    unit = row["unit"]
    number = int(code[-3:])
    own = "treasury-1" if unit.startswith("department") else "yonyou-county"
    other = "yonyou-county" if own == "treasury-1" else "treasury-1"
    track = tracks[row.get("track", "on-course")]
    both = track.name == "on-course" and number % 4 == 0  # booked in both systems, by place of payment
    return Project(
        code=code,
        name=row["name"],
        unit=unit,
        kind=row["kind"],
        years=row.get("years", 1),
        budget=row["budget"] * 1_000_000,
        tags=tuple(row.get("tags", ())),
        transfer_to=row.get("transfer_to"),
        indicators=tuple(_row(line) for line in row["indicators"].strip().splitlines()),
        track=track,
        sources=(own, other) if both else (own,),
        approved_on=LATE_APPROVAL if fault == "by-hand" else approved_on,
        scheme=row.get("scheme", "mof-2020-10"),
        fault=fault,
    )


def _row(line: str) -> Indicator:
    name, title, place, target, weight = (part.strip() for part in line.split("|"))
    dimension, kind = place.split("/")
    sign, *rest = target.split(" ")
    known = sign in _DIRECTIONS
    return Indicator(
        id=name,
        name=title,
        dimension=dimension,
        kind=kind,
        direction=_DIRECTIONS.get(sign, "at_least"),
        target=Decimal(rest[0]) if known else None,
        words=None if known else target,
        unit=rest[1] if known else None,
        weight=Decimal(weight),
    )


def _track(name: str, table: dict[str, Any]) -> Track:
    raised, late = table.get("raised"), table.get("late")
    return Track(
        name=name,
        execution=tuple(Decimal(value) for value in table["execution"]),
        attainment=tuple(Decimal(value) for value in table["attainment"]),
        chance=float(table.get("chance", 0)),
        planted={
            int(month): tuple((rule, level) for rule, level in (finding.split(":") for finding in findings))
            for month, findings in table.get("planted", {}).items()
        },
        expected={int(month): text for month, text in table.get("expected", {}).items()},
        problem={int(month): text for month, text in table.get("problem", {}).items()},
        tardy={int(month): date.fromisoformat(day) for month, day in table.get("tardy", {}).items()},
        missing=tuple(table.get("missing", ())),
        restated={int(month): date.fromisoformat(day) for month, day in table.get("restated", {}).items()},
        surpassed={key: Decimal(value) for key, value in table.get("surpassed", {}).items()},
        satisfied=Decimal(table.get("satisfied", 1)),
        raised=Raise(**raised | {"by": Decimal(raised["by"])}) if raised else None,
        late=(late["month"], Decimal(late["share"]), date.fromisoformat(late["arrives"])) if late else None,
        august=_august(table.get("august", {})),
    )


def _august(table: dict[str, Any]) -> August:
    """A track's table of the August round; what is proposed is decided where it says nothing else."""
    percent = {name: Decimal(table[name]) for name in ("reaches", "pays", "leaves") if name in table}
    pairs = {name: tuple(table[name]) for name in ("cause",) if name in table}
    first = tuple(Decimal(value) for value in table["at_first"]) if "at_first" in table else None
    told = {
        name: table[name] for name in ("remedy", "returned", "late", "proposal", "severity", "reason") if name in table
    }
    decided = table.get("decided", table.get("proposal", "keep"))
    return August(**told, **percent, **pairs, at_first=first, decided=decided)  # type: ignore[arg-type]


def _ex_ante(project: Project) -> dict[str, Any] | None:
    if project.kind == "continuing":
        return None
    base = 78 + int(project.code[-3:]) % 9
    dimensions = {
        "necessity": base + 6,
        "economy": base - 3,
        "goals": base + 1,
        "feasibility": base - 1,
        "funding": base + 2,
    }
    return {
        "conclusion": "support",
        "procedure_complete": True,
        "dimensions": {key: str(value) for key, value in dimensions.items()},
    }


def _indicator(indicator: Indicator, track: Track) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": indicator.id,
        "name": indicator.name,
        "dimension": indicator.dimension,
        "kind": indicator.kind,
        "type": "quantitative" if indicator.quantitative else "qualitative",
        "direction": indicator.direction,
        "weight": str(indicator.weight),
    }
    if indicator.target is None:
        # The review wants a target of every indicator; a qualitative one's target is words.
        return body | {"target_text": indicator.words}
    return body | {"target": str(indicator.target), "unit": indicator.unit, "schedule": _schedule(indicator, track)}


def _schedule(indicator: Indicator, track: Track) -> dict[str, str]:
    assert indicator.target is not None
    if not indicator.grows:
        return {"2026-12": str(indicator.target)}
    quarters = {month: (indicator.target * month / 12).quantize(Decimal("0.1")) for month in (3, 6, 9)}
    return {f"2026-{month:02d}": str(value) for month, value in quarters.items()} | {"2026-12": str(indicator.target)}


def _medium_term(project: Project) -> list[dict[str, Any]]:
    """Every growing output over the project's years, the same amount each year."""
    return [
        {
            "id": indicator.id,
            "total": str(indicator.target * project.years),
            "by_year": {str(2026 + offset): str(indicator.target) for offset in range(project.years)},
        }
        for indicator in project.indicators
        if indicator.target is not None and indicator.grows and indicator.dimension == "output"
    ]


def _spoil(body: dict[str, Any], fault: str | None) -> None:
    """Put the fault of the first declaration in; `by-hand` has one that no rule finds: a lump sum."""
    growing = next(row for row in body["annual"] if row["kind"] == "quantity")
    match fault:
        case "weights":
            next(row for row in body["annual"] if row["dimension"] == "benefit")["weight"] = "25"
        case "no-medium-term":
            body["medium_term"] = []
        case "budget-detail":
            body["items"] = body["items"][:1]
        case "schedule-not-reaching-target":
            growing["schedule"].pop("2026-12")
        case "not-quantified":
            growing["unit"] = None
        case "no-ex-ante-evaluation":
            body["ex_ante"] = None
        case "by-hand":
            body["items"] = [{"name": "工程与服务费", "amount": body["budget"]}]
        case _:
            pass
