"""What a check finds: figures compared by name, each difference a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(slots=True)
class Findings:
    """What was asked and what differed; `figures` are the services' own, for the last line."""

    differences: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    compared: int = 0

    def same(self, where: str, **pairs: tuple[object, object]) -> None:
        """Compare figures by name: each pair is what was said and what was planted."""
        for name, (said, planted) in pairs.items():
            self.compared += 1
            if said != planted:
                self.differences.append(f"{where}: {name} is {said}, planted {planted}")

    def carries(self, where: str, text: str, figure: str) -> None:
        """A page shows a figure as it is read."""
        self.compared += 1
        if figure not in text:
            self.differences.append(f"{where}: does not show {figure}")


def fen(amount: str) -> int:
    """Money at the edge as fen: `"4800000.00"` is 480000000."""
    return int(Decimal(amount) * 100)
