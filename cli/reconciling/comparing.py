"""One statement's way: read, compared on one snapshot of the ledger, every difference listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from backbone.record.events import Connection
from backbone.record.snapshot import at_one_moment
from cli.emitting.file import Order, opened
from cli.emitting.maps import load_map
from cli.emitting.progress import Progress
from cli.emitting.vouchers import fitting_code
from cli.emitting.words import Refused
from cli.reconciling.listing import Listing, said
from cli.reconciling.statement import Statement, read_statement
from contracts.kinds import major_units
from services.monitoring.views import statement as views

EQUAL, NOT_RECORDED, UNREADABLE, DIFFERENT = 0, 1, 2, 3
"""Exit status: equal; equal and not written down, for monitoring did not answer; no statement; differences."""
CARRIED = 200
"""Differences that monitoring is told of one by one; all of them stand in the listing."""
NOTHING: dict[str, Any] = {"vouchers": 0, "amounts": {}}


@dataclass(slots=True)
class Compared:
    """What came of it; `line` is what machines read, `body` what monitoring writes down."""

    name: str
    statement: Statement | None = None
    first: str | None = None
    last: str | None = None
    said: dict[str, Any] = field(default_factory=lambda: dict(NOTHING))
    counted: dict[str, Any] = field(default_factory=lambda: dict(NOTHING))
    counts: dict[str, int] = field(default_factory=dict[str, int])
    carried: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    listed: Path | None = None
    digest: str | None = None
    recorded: str | None = None

    @property
    def equal(self) -> bool:
        return not any(self.counts.values())

    def line(self) -> dict[str, Any]:
        """The machine's line: differences by kind, both sides' vouchers and sums in major units by currency."""
        read = self.statement
        return {
            "statement": self.name,
            "sha256": read.sha256 if read else None,
            "kind": read.kind if read else None,
            "source": read.source if read else None,
            "first": self.first,
            "last": self.last,
            "lines": read.lines if read else 0,
            "equal": self.equal if self.first else None,
            "differences": sum(self.counts.values()),
            **{kind.replace("-", "_"): count for kind, count in self.counts.items()},
            "statement_vouchers": self.said["vouchers"],
            "statement_amounts": _major(self.said["amounts"]),
            "ledger_vouchers": self.counted["vouchers"],
            "ledger_amounts": _major(self.counted["amounts"]),
            "file": str(self.listed) if self.listed else None,
            "recorded": self.recorded,
        }

    def body(self) -> dict[str, Any]:
        """What monitoring's API is told."""
        assert self.statement is not None
        read = self.statement
        return {
            "statement": self.name,
            "sha256": read.sha256,
            "kind": read.kind,
            "source": read.source,
            "first": self.first,
            "last": self.last,
            "said": self.said,
            "counted": self.counted,
            "counts": {kind: count for kind, count in self.counts.items() if count},
            "differences": self.carried,
            "listed": self.digest,
        }


def compare(order: Order, year: int | None, compared: Compared, progress: Progress, database: str) -> None:
    """Read the statement and compare it; `compared` is filled as it goes, so that it tells how far a call came that Refused ended."""
    map = load_map(order.map)
    if order.source is not None and fitting_code(order.source) != order.source:
        raise Refused("source-not-valid", source=order.source)
    stem = order.file.stem if order.file else "stdin"
    with _database(database) as conn, Listing(Path(f"reconciliation-{stem}.csv")) as listing:
        with opened(order.file) as file:
            read = compared.statement = read_statement(conn, file, map, order, year, listing, progress)
        if not read.lines:
            raise Refused("no-rows", headers=", ".join(header for header in read.headers if header))
        months = (f"{year:04d}-01", f"{year:04d}-12") if year else views.months(conn, read.kind)
        if months is None or read.unreadable == read.lines:
            _end(listing, compared)
            raise Refused("nothing-read", lines=read.lines, file=listing.target)
        compared.first, compared.last = months
        _differences(conn, read, months, listing, compared)
        _end(listing, compared)


def _differences(
    conn: Connection, read: Statement, months: Sequence[str], listing: Listing, compared: Compared
) -> None:
    place = (read.kind, read.source, months[0], months[1])
    with at_one_moment(conn):
        sides = views.sides(conn, *place)
        compared.said, compared.counted = sides.said, sides.counted
        for found in views.differences(conn, *place):
            listing.take(found)
            if len(compared.carried) < CARRIED:
                compared.carried.append(_carried(found))


def _end(listing: Listing, compared: Compared) -> None:
    listing.done()
    compared.counts, compared.listed, compared.digest = listing.counts, listing.path, listing.digest


def _carried(found: dict[str, Any]) -> dict[str, Any]:
    project = found["statement_project"] or found["ledger_project"]
    place = f"{found['numbering_year']}/{found['number']}" if found["number"] else f"{project} {found['period']}"
    sides = {"statement": said(found, "statement"), "ledger": said(found, "ledger")}
    return {"kind": found["kind"], "place": place, **sides}


def _database(address: str) -> Connection:
    try:
        return psycopg.connect(address, autocommit=True)
    except psycopg.OperationalError as error:
        raise Refused("database-not-reached", why=str(error).splitlines()[0]) from None


def _major(amounts: dict[str, int]) -> dict[str, str]:
    return {currency: format(major_units(amount, currency), "f") for currency, amount in amounts.items()}
