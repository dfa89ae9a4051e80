"""Private events of the ledger (支付账本): what a person decided on a voucher that contradicts a counted one, how a gap in the sources'
numbering was explained, and what came of comparing
the ledger with a finance system's statement. They stay in this service.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from contracts.event import PrivateEvent, Value
from contracts.kinds import Code, Currency, Fen, Period, Text

ConflictDecision = Literal["first-stands", "to-be-reversed"]
StatementKind = Literal["vouchers", "totals"]


class VoucherFigures(Value):
    """What a voucher says that the ledger compares: its day, its amount (minor units) in its currency, its project."""

    date: date
    amount: Fen
    currency: Currency = "CNY"
    project: Code


class ConflictDecided(PrivateEvent):
    """A person decided on figures that came under the number of a counted voucher and were held.

    `first-stands`: the counted ones are right, the held ones were a mistake in sending. `to-be-reversed`: the counted ones are wrong; the
    finance system corrects them by a reversal (红字) and a new voucher, for a counted voucher is never changed. Either way the decision
    holds for every later arrival with the same figures.
    Source: 会计基础工作规范（财政部令第98号）第五十四条 (a mistake is corrected by a red-letter voucher).

    Example::

        {"source": "treasury-1", "numbering_year": 2026, "number": "记-03-0107",
         "standing": {"date": "2026-03-18", "amount": 4005219, "currency": "CNY", "project": "CS-2026-007"},
         "held": {"date": "2026-03-18", "amount": 4005291, "currency": "CNY", "project": "CS-2026-007"},
         "decision": "first-stands", "reason": "国库支付系统更正了录入错误", "document": null,
         "decided_by": "王芳 (finance, finance)", "decided_on": "2026-03-20"}
    """

    owner: ClassVar[str] = "monitoring"

    source: Code
    numbering_year: int
    number: Text
    standing: VoucherFigures
    held: VoucherFigures
    decision: ConflictDecision
    reason: Text
    document: Text | None = None
    decided_by: Text
    decided_on: date

    def stream(self) -> str:
        return voucher_stream(self.source, self.numbering_year, self.number)


class GapExplained(PrivateEvent):
    """A person explained why numbers of a source's own will not come (缺号说明), on a document: voided, skipped, used elsewhere.

    Source: 会计基础工作规范（财政部令第98号）第五十一条 (vouchers are numbered without a gap).

    Example::

        {"source": "treasury-1", "numbering_year": 2026, "first": 5, "last": 8, "reason": "空白凭证作废，已登记销毁",
         "document": "县国库〔2026〕7号", "explained_by": "王芳 (finance, finance)", "explained_on": "2026-02-03"}
    """

    owner: ClassVar[str] = "monitoring"

    source: Code
    numbering_year: int
    first: int
    last: int
    reason: Text
    document: Text
    explained_by: Text
    explained_on: date

    def stream(self) -> str:
        return numbering_stream(self.source, self.numbering_year)


class StatementSums(Value):
    """One side of a comparison: how many vouchers, and what they come to by currency (minor units)."""

    vouchers: int
    amounts: dict[str, int]


class Difference(Value):
    """One difference between a statement and the ledger; `statement` and `ledger` are what each of them says (minor units, or None where
    it says nothing)."""

    kind: Text
    place: Text
    statement: Text | None = None
    ledger: Text | None = None


class StatementReconciled(PrivateEvent):
    """The ledger was compared with a finance system's statement (对账), every line or every sum by project and month.

    `counts` are the differences by kind, `first` and `last` the months compared, `differences` the first of them; `listed` is the SHA-256
    of the file that lists them all, None where there are none.
    Source: 财政总会计制度 「对账」.

    Example::

        {"statement": "国库对账单-2026-03.csv", "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
         "kind": "vouchers", "source": "treasury-1", "first": "2026-03", "last": "2026-03",
         "said": {"vouchers": 391, "amounts": {"CNY": 470000000}}, "counted": {"vouchers": 390, "amounts": {"CNY": 469500000}},
         "equal": false, "counts": {"missing-here": 1}, "listed": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
         "differences": [{"kind": "missing-here", "place": "2026/记-03-0107", "statement": "2026-03-18 500000 CNY CS-2026-007",
                          "ledger": null}],
         "reconciled_by": "jixiao reconcile (auditor, county)", "reconciled_on": "2026-04-01"}
    """

    owner: ClassVar[str] = "monitoring"

    statement: Text
    sha256: Text
    kind: StatementKind
    source: Code | None
    first: Period
    last: Period
    said: StatementSums
    counted: StatementSums
    equal: bool
    counts: dict[str, int]
    differences: tuple[Difference, ...] = ()
    listed: Text | None = None
    reconciled_by: Text
    reconciled_on: date

    def stream(self) -> str:
        return reconciliation_stream(self.source)


def voucher_stream(source: str, numbering_year: int, number: str) -> str:
    """The stream of what people decided on one voucher."""
    return f"voucher/{source}/{numbering_year}/{number}"


def numbering_stream(source: str, numbering_year: int) -> str:
    """The stream of what people explained of a source's own numbering in a year."""
    return f"numbering/{source}/{numbering_year}"


def reconciliation_stream(source: str | None) -> str:
    """The stream of a source's reconciliations; those of all sources together have one of their own."""
    return f"reconciliation/{source}" if source else "reconciliation"
