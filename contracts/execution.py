"""The execution stream: what finance systems report. One event is one voucher line."""

from __future__ import annotations

from datetime import date as Date
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.event import PublicEvent
from contracts.kinds import Code, Currency, Fen, Text


class ExecutionReported(PublicEvent):
    """A payment (or its reversal, 红字) on a project, as a finance system booked it.

    Source: the finance system's voucher (记账凭证; 方案篇一至篇四, 双监控; 财预〔2019〕136号). Unique by (source, numbering
    year, number). `amount` is in integer minor units (fen), negative for a reversal. `numbering_year` is the year in which the
    number is unique; 0 where a source's numbers never repeat. `sequence` is the source's own rising number, if it has one.

    Example::

        {"source": "treasury-1", "number": "记-03-0107", "numbering_year": 2026, "date": "2026-03-18", "amount": 4005219,
         "currency": "CNY", "project": "CS-2026-007", "unit": "department-03", "memo": "水渠改造第二期进度款",
         "functional": "2130305", "economic": "30905", "sequence": 107}
    """

    owner: ClassVar[str] = "execution"
    topic: ClassVar[str] = "execution.reported"

    source: Code
    number: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$")]
    numbering_year: Annotated[int, Field(strict=True, ge=0, le=2200)]
    date: Date
    amount: Fen
    currency: Currency = "CNY"
    project: Code
    unit: Code | None = None
    memo: Text | None = None
    functional: Code | None = None
    economic: Code | None = None
    sequence: Annotated[int, Field(strict=True, ge=0)] | None = None

    def stream(self) -> str:
        return self.project
