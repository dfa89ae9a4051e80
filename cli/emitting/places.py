"""Where a person finds what was refused: the row's number in a file of text, sheet and cell in a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backbone.tables.row import cell_name
from cli.emitting.maps import Columns
from cli.emitting.vouchers import Reasons

_PARTS = {part.replace("_", "-"): part for part in Columns.model_fields}
_ABOUT = {"no-such-day": "date"}


@dataclass(frozen=True, slots=True)
class Places:
    """Where a file's parts of a voucher stand: `columns` by part, in the workbook's `sheet`, or in a file of text."""

    sheet: str | None = None
    columns: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])

    def of(self, row: int, reasons: Reasons) -> str:
        """`7`, or in a workbook `支付!C7` for what is wrong with that cell, `支付!C7, D7` for two of them, `支付!7` for the row."""
        if self.sheet is None:
            return str(row)
        places = dict.fromkeys(place for reason in reasons for place in self.columns.get(_part(reason), ()))
        return f"{self.sheet}!{', '.join(cell_name(row, place) for place in places) or row}"


def _part(reason: str) -> str:
    """The part of a voucher that a reason speaks of: `amount` of `missing-amount`."""
    if reason in _ABOUT:
        return _ABOUT[reason]
    return next((part for word, part in _PARTS.items() if f"-{word}-" in f"-{reason}-"), "")
