"""What a request about the ledger may say: a decision on a conflict, a gap explained, the outcome of a reconciliation."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from contracts.kinds import Code, Currency, Period, Said
from services.monitoring.domain.explained_gaps import ExplainGap
from services.monitoring.domain.ledger_events import ConflictDecision, Difference, StatementKind, StatementSums
from services.monitoring.domain.reconciling import SHOWN, WriteDownReconciliation

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in hex")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConflictBody(_Body):
    """What is right of a voucher and the figures that contradict it, why, and on which document where there is one."""

    decision: ConflictDecision
    reason: Said
    document: Said | None = None


class ExplanationBody(_Body):
    """Why numbers of a source will not come, and on which document."""

    source: Code
    numbering_year: Annotated[int, Field(ge=0, le=9999)]
    first: Annotated[int, Field(ge=0, le=2**63 - 1)]
    last: Annotated[int, Field(ge=0, le=2**63 - 1)]
    reason: Said
    document: Said

    def command(self) -> ExplainGap:
        """As the domain takes it."""
        return ExplainGap(self.source, self.numbering_year, self.first, self.last, self.reason, self.document)


class SumsBody(_Body):
    """One side of a comparison: vouchers, and what they come to in minor units by currency."""

    vouchers: Annotated[int, Field(ge=0, le=10**12)]
    amounts: dict[Currency, Annotated[int, Field(ge=-(10**18), le=10**18)]] = Field(max_length=20)


class DifferenceBody(_Body):
    """One difference between a statement and the ledger."""

    kind: Code
    place: Said
    statement: Said | None = None
    ledger: Said | None = None


class ReconciliationBody(_Body):
    """What came of comparing the ledger with a statement."""

    statement: Said
    sha256: Digest
    kind: StatementKind
    source: Code | None = None
    first: Period
    last: Period
    said: SumsBody
    counted: SumsBody
    counts: dict[Code, Annotated[int, Field(ge=0, le=10**12)]] = Field(default_factory=dict, max_length=20)
    differences: tuple[DifferenceBody, ...] = Field((), max_length=SHOWN)
    listed: Digest | None = None

    def command(self) -> WriteDownReconciliation:
        """As the domain takes it."""
        said = {
            name: getattr(self, name) for name in ("statement", "sha256", "kind", "source", "first", "last", "listed")
        }
        return WriteDownReconciliation(
            **said,
            said=StatementSums(**self.said.model_dump()),
            counted=StatementSums(**self.counted.model_dump()),
            counts=self.counts,
            differences=tuple(Difference(**each.model_dump()) for each in self.differences),
        )
