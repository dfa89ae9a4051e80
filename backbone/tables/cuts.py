"""Amounts cut in two by their own thousands comma, where the row hides it by being no longer than the headers."""

from __future__ import annotations

import re
from collections.abc import Collection

from backbone.tables.delimited import Delimited
from backbone.tables.row import Row, Table
from backbone.tables.widths import narrow

_THREE_BEHIND = re.compile(r",\d{3}(?!\d)")
_HINT = re.compile(r"(?:^|,)[^,\"\d]*\d{1,3},\d{3}(?:[.．]\d+)?[^,\"\d]*(?:,|$)")
_FIRST_GROUP = re.compile(r"[-+]?\s*[¥£$€]?\s*[-+]?\s*[1-9][0-9]{0,2}", re.ASCII)
_NEXT_GROUP = re.compile(r"[0-9]{3}(?:\.[0-9]+)?\s*-?", re.ASCII)
_FIGURES = re.compile(r"[-+]?[0-9,]*[0-9](?:\.[0-9]+)?", re.ASCII)
_THREE = re.compile(r"[0-9]{3}", re.ASCII)


def cut_rows(table: Table, amount: int, *, needed: Collection[int] = (), text: bool = False) -> frozenset[int]:
    """The numbers of the rows whose amount, in column `amount`, was probably cut at a thousands comma without quotation marks.

    `1,234.50` at the end of a row that leaves its last, blank cells out is as long as its headers say: an amount of 1, and 234.50 in
    the column beside it. Half an amount is an amount too, so a row is refused where all of this is so:

    - the file is comma-separated, and `1,234.50` stands in the row so, without quotation marks: one to three digits, the first no zero,
      then three digits with or without a fraction;
    - without that comma the row would still have all that a voucher needs (`needed`: the columns behind the amount that must not be
      blank), so it may have been meant so;
    - the column beside doesn't hold such figures in its own right. It does where a quarter of its other rows that say anything there
      hold figures of that kind: with a fraction (a balance), or without (codes of any length; in a column of free text, `text`, just
      three digits). Where no other row says anything there, three digits are a code unless the column is free text, and a fraction is
      none.

    So a file that writes its amounts with decimals is never touched, nor one whose next column holds codes or balances. What can't be
    told: an amount without a fraction (`1,234`) that was cut beside a column of codes.
    """
    if not isinstance(table, Delimited) or table.delimiter != "," or amount + 1 >= len(table.headers):
        return frozenset()
    if not any(_THREE_BEHIND.search(line) and _HINT.search(line) for line in table.lines()):
        return frozenset()  # so most files are not read twice row by row
    suspects: dict[bool, list[int]] = {False: [], True: []}
    alike = {False: 0, True: 0}
    others = 0
    for row in table.rows():
        if row.problems or len(row.cells) <= amount + 1:
            continue
        first, beside = narrow(row.cells[amount]), narrow(row.cells[amount + 1])
        if not first or not beside:
            continue
        fraction = "." in beside
        if _FIRST_GROUP.fullmatch(first) and _NEXT_GROUP.fullmatch(beside) and _may_be_one(row, amount, needed):
            suspects[fraction].append(row.number)
            continue
        others += 1
        if (_THREE if text and not fraction else _FIGURES).fullmatch(beside):
            alike[fraction] += 1
    usual = {fraction: alike[fraction] * 4 >= others if others else not (fraction or text) for fraction in suspects}
    return frozenset(number for fraction, rows in suspects.items() if not usual[fraction] for number in rows)


def _may_be_one(row: Row, amount: int, needed: Collection[int]) -> bool:
    """Whether the amount's cell and the next may be one: nothing is between them but a comma, and the row would be whole without it."""
    together = f"{row.cells[amount]},{row.cells[amount + 1]}"
    behind = (row.cells[place + 1] if place + 1 < len(row.cells) else "" for place in needed if place > amount)
    return together in (row.raw or "") and all(cell.strip() for cell in behind)
