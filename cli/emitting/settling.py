"""Which vouchers of a file stand: the first of each, unless the same voucher stands there with other figures.

Whether a voucher is contradicted is known only at the file's end, so the vouchers wait in a temporary file. In memory there is one
key and its figures a voucher, about 250 bytes: some 250 MB for a file of a million.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from contracts.execution import ExecutionReported


@dataclass(slots=True)
class Settled:
    """How a file's vouchers stand. `amount` is the sum of the accepted ones in minor units."""

    accepted: int = 0
    duplicates: int = 0
    amount: int = 0
    conflicting: list[int] = field(default_factory=list[int])
    """The numbers of all rows of vouchers that the file gives with different figures."""


class Settling:
    """Takes a file's vouchers one by one, and gives back those that stand."""

    def __init__(self) -> None:
        self._figures: dict[str, str] = {}
        self._contradicted: set[str] = set()
        self._waiting = tempfile.TemporaryFile(prefix="jixiao-emit-")  # noqa: SIM115 - closed by `close`

    def take(self, row: int, voucher: ExecutionReported) -> None:
        """A voucher as read from a row."""
        key = f"{voucher.numbering_year}\t{voucher.number}"
        figures = f"{voucher.date} {voucher.amount} {voucher.project}"
        first = self._figures.setdefault(key, figures)
        if first is not figures and first != figures:
            self._contradicted.add(key)
        again = b"0" if first is figures else b"1"
        value = voucher.model_dump_json(exclude_none=True)
        self._waiting.write(b"%d\t%s\t%d\t%s\t%s\n" % (row, again, voucher.amount, key.encode(), value.encode()))

    def settle(self) -> Settled:
        """How all that was taken stands."""
        settled = Settled()
        for row, again, amount, key, _ in self._lines():
            if key in self._contradicted:
                settled.conflicting.append(int(row))
            elif again == b"1":
                settled.duplicates += 1
            else:
                settled.accepted += 1
                settled.amount += int(amount)
        return settled

    def standing(self) -> Iterator[bytes]:
        """The accepted vouchers as JSON, in the file's order."""
        for _, again, _, key, value in self._lines():
            if again == b"0" and key not in self._contradicted:
                yield value

    def close(self) -> None:
        self._waiting.close()

    def _lines(self) -> Iterator[tuple[bytes, bytes, bytes, str, bytes]]:
        self._waiting.seek(0)
        for line in self._waiting:
            row, again, amount, year, number, value = line.rstrip(b"\n").split(b"\t", 5)
            yield row, again, amount, f"{year.decode()}\t{number.decode()}", value
