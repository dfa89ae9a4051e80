"""One file's way from a finance system's export to the execution stream."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from backbone.tables import Table, Unreadable, open_table
from backbone.tables.cuts import cut_rows
from cli.emitting.columns import Found, find_columns, recognised
from cli.emitting.maps import NEEDED, Map, load_map, usual_map
from cli.emitting.places import Places
from cli.emitting.progress import Progress
from cli.emitting.rejects import write_rejects
from cli.emitting.sending import Sending
from cli.emitting.settling import Settling
from cli.emitting.vouchers import ContractRows, Reasons, SheetRows, VoucherRows, fitting_code, is_contract
from cli.emitting.words import Refused
from contracts.kinds import Code, major_units

ACCEPTED, UNDELIVERED, NOTHING, SOME_REJECTED = 0, 1, 2, 3
"""Exit status: all accepted; Kafka or the rejects' file not reached; nothing to send; some rows rejected and the rest sent."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asked for."""

    file: Path | None
    """None: standard input."""
    map: Path | None = None
    source: Code | None = None
    kafka: str | None = None
    """None: nothing is sent."""
    rejects: Path | None = None


@dataclass(slots=True)
class Outcome:
    """What became of a file; `line` is what machines read."""

    source: str | None = None
    rows: int = 0
    blank: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    amount: int = 0
    currency: str = "CNY"
    sent: int = 0
    rejects: Path | None = None
    refused: dict[int, Reasons] = field(default_factory=dict[int, Reasons])
    places: Places = field(default_factory=Places)
    absent: tuple[str, ...] = ()
    other_signs: int = 0
    table: str = ""

    def status(self) -> int:
        """The exit status of a call that was not interrupted."""
        if not self.accepted:
            return NOTHING
        return SOME_REJECTED if self.rejected else ACCEPTED

    def line(self) -> dict[str, object]:
        """The machine's line: rows that are not blank = accepted + duplicates + rejected; amount in major units, exactly."""
        return {
            "source": self.source,
            "rows": self.rows,
            "blank": self.blank,
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "rejected": self.rejected,
            "amount": format(major_units(self.amount, self.currency), "f"),
            "currency": self.currency,
            "sent": self.sent,
            "rejects": str(self.rejects) if self.rejects else None,
        }


def emit_file(order: Order, outcome: Outcome, progress: Progress) -> None:
    """Read, settle, write the rejects, send. `outcome` is filled as it goes, so that it tells how far a call came that Refused ended."""
    map = load_map(order.map)
    if order.source is not None and fitting_code(order.source) != order.source:
        raise Refused("source-not-valid", source=order.source)
    outcome.source, outcome.currency = order.source or map.source, map.currency or "CNY"
    with opened(order.file) as file:
        table, rows = _table(file, map, order, outcome)
        settling = Settling()
        try:
            _read(table, rows, settling, outcome, progress)
            if outcome.refused:
                name = order.file.stem if order.file else "stdin"
                places, day = outcome.places, map.formats.date[0]
                outcome.rejects = write_rejects(
                    table, outcome.refused, places=places, day=day, name=name, path=order.rejects
                )
            if order.kafka and outcome.accepted:
                _send(order.kafka, settling, outcome, progress)
        finally:
            settling.close()


def _table(file: BinaryIO, map: Map, order: Order, outcome: Outcome) -> tuple[Table, VoucherRows]:
    try:
        table = open_table(file, lambda headers: recognised(headers, map), encoding=map.encoding)
    except Unreadable as error:
        raise Refused(f"file-{error.reason}", file=_name(order), **error.fields) from None
    return table, voucher_rows(table, map, order, outcome)


def voucher_rows(table: Table, map: Map, order: Order, outcome: Outcome) -> VoucherRows:
    """How the rows of a table are read as vouchers; Refused where its headers do not say how."""
    outcome.table = f"{table.kind}, {table.sheet or table.encoding}"
    if table.kind == "jsonl" and map.columns == usual_map().columns and is_contract(table.headers):
        return ContractRows(table.headers, outcome.source, map.currency)
    found = find_columns(table.headers, map, sheet=table.sheet)
    outcome.absent, outcome.places = found.absent, Places(table.sheet, found.places)
    return SheetRows(map, found.cells, order.source, cut=_cut(table, found))


def _cut(table: Table, found: Found) -> frozenset[int]:
    """The rows whose amount was probably cut at a thousands comma."""
    amount, *more = found.places["amount"]
    if more:
        return frozenset()
    needed = [place for part in NEEDED for place in found.places[part]]
    return cut_rows(table, amount, needed=needed, text=amount + 1 in found.places.get("memo", ()))


def _read(table: Table, rows: VoucherRows, settling: Settling, outcome: Outcome, progress: Progress) -> None:
    for row in table.rows():
        if row.blank():
            outcome.blank += 1
            continue
        outcome.rows += 1
        if outcome.rows % 2000 == 0:
            progress.reading(table.done(), outcome.rows)
        read = rows.read(row)
        if isinstance(read, tuple):
            outcome.refused[row.number] = read
        else:
            settling.take(row.number, read)
    outcome.source, outcome.currency, outcome.other_signs = (
        rows.source,
        rows.currency or outcome.currency,
        rows.other_signs,
    )
    settled = settling.settle()
    outcome.refused.update(dict.fromkeys(settled.conflicting, ("conflicting-voucher",)))
    outcome.accepted, outcome.duplicates, outcome.amount = settled.accepted, settled.duplicates, settled.amount
    outcome.rejected = len(outcome.refused)
    if not outcome.rows:
        raise Refused("no-rows", headers=", ".join(header for header in table.headers if header))


def _send(kafka: str, settling: Settling, outcome: Outcome, progress: Progress) -> None:
    sending = Sending(kafka, told=lambda sent: progress.sending(sent, outcome.accepted))
    try:
        sending.send(settling.standing())
    finally:
        outcome.sent = sending.sent


@contextmanager
def opened(path: Path | None) -> Generator[BinaryIO]:
    """The file, seekable: standard input and pipes are kept in a temporary file."""
    if path is None:
        with tempfile.TemporaryFile(prefix="jixiao-emit-") as kept:
            shutil.copyfileobj(sys.stdin.buffer, kept)
            yield kept
        return
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Refused("file-missing", file=path) from None
    except OSError as error:
        raise Refused("file-not-opened", file=path, why=error.strerror or error) from None
    with file:
        if file.seekable():
            yield file
            return
        with tempfile.TemporaryFile(prefix="jixiao-emit-") as kept:
            shutil.copyfileobj(file, kept)
            yield kept


def _name(order: Order) -> str:
    return str(order.file) if order.file else "stdin"
