"""What monitoring refuses of its ledger, each with the fields that say why; the sentences are in `words.toml`."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.decision import Refusal


@dataclass(frozen=True, slots=True)
class ConflictWithoutDifference(Refusal):
    """There is nothing to decide where the held figures are the counted ones."""

    source: str
    number: str


@dataclass(frozen=True, slots=True)
class ConflictUnknown(Refusal):
    """No voucher is held from this place in Kafka."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class VoucherUnknown(Refusal):
    """The ledger holds no voucher of this number."""

    source: str
    year: int
    number: str


@dataclass(frozen=True, slots=True)
class ReconciliationUnknown(Refusal):
    """No such comparison with a statement was written down."""

    event: str


@dataclass(frozen=True, slots=True)
class OutcomeContradictsItself(Refusal):
    """A comparison names differences without the file that lists them, or that file without differences, or months in the wrong order."""

    statement: str


@dataclass(frozen=True, slots=True)
class SourceUnknown(Refusal):
    """The ledger holds nothing of this finance system."""

    source: str


@dataclass(frozen=True, slots=True)
class PlaceUnknown(Refusal):
    """A list is asked to go on from a place that no page gave."""

    after: str


@dataclass(frozen=True, slots=True)
class GapUnknown(Refusal):
    """These are not just the numbers that are missing now: some have come meanwhile, or none was missing."""

    source: str
    first: int
    last: int
