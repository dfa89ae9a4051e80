"""A finance system's statement as it is read: voucher lines or sums by project and month, told by its headers, copied to the session's
temporary table line by line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from backbone.record.events import Connection
from backbone.tables import Row, Table, Unreadable, open_table
from cli.emitting.file import Order, Outcome, voucher_rows
from cli.emitting.maps import Map
from cli.emitting.progress import Progress
from cli.emitting.words import Refused
from cli.reconciling.listing import Listing
from cli.reconciling.totals import Total, TotalRows, is_totals, understood
from services.monitoring.views import statement as views


@dataclass(slots=True)
class Statement:
    """What a statement is: `kind` vouchers or totals, whose, how many lines, and the SHA-256 of the file."""

    kind: str
    source: str | None
    sha256: str
    lines: int = 0
    unreadable: int = 0
    headers: tuple[str, ...] = ()


def read_statement(
    conn: Connection, file: BinaryIO, map: Map, order: Order, year: int | None, listing: Listing, progress: Progress
) -> Statement:
    """Copy every line that can be read; the others are differences. Refused where the file is no statement at all."""
    sha256 = _sha256(file)
    try:
        table = open_table(file, lambda headers: understood(headers, map), encoding=map.encoding)
    except Unreadable as error:
        raise Refused(f"file-{error.reason}", file=order.file or "stdin", **error.fields) from None
    if is_totals(table.headers, map):
        found = Statement("totals", order.source or map.source, sha256, headers=table.headers)
        _read_totals(conn, table, TotalRows(table.headers, map, year), found, listing, progress)
    else:
        outcome = Outcome(source=order.source or map.source, currency=map.currency or "CNY")
        rows = voucher_rows(table, map, order, outcome)
        found = Statement("vouchers", None, sha256, headers=table.headers)
        with views.copying(conn, "vouchers") as copy:
            for row in _rows(table, found, progress):
                read = rows.read(row)
                if isinstance(read, tuple):
                    found.unreadable += 1
                    listing.unreadable(row.number, read)
                    continue
                said = (read.date, read.amount, read.currency, read.project)
                copy.write_row((row.number, read.numbering_year, read.number, *said))
        found.source = rows.source
    return found


def _read_totals(
    conn: Connection, table: Table, rows: TotalRows, found: Statement, listing: Listing, progress: Progress
) -> None:
    with views.copying(conn, "totals") as copy:
        for row in _rows(table, found, progress):
            read = rows.read(row)
            source = rows.source(row)
            found.source = found.source or source
            if isinstance(read, Total) and source not in (None, found.source):
                read = ("other-source",)
            if isinstance(read, Total):
                copy.write_row((row.number, *read))
            else:
                found.unreadable += 1
                listing.unreadable(row.number, read)


def _rows(table: Table, found: Statement, progress: Progress) -> Iterator[Row]:
    for row in table.rows():
        if row.blank():
            continue
        found.lines += 1
        if found.lines % 2000 == 0:
            progress.reading(table.done(), found.lines)
        yield row


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while part := file.read(1 << 20):
        digest.update(part)
    return digest.hexdigest()
