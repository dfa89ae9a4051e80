"""What falls due in evaluation on a business day: nothing.

Plan 5 sets July and January for the assessment, and the performance office begins each when the figures are in: a completion that ran
by itself would be refused for every figure that is a day late. What is missing is told on the assessment's page instead.
"""

from __future__ import annotations

from datetime import date

from backbone.record.transact import Transact


def due(transact: Transact, day: date) -> int:
    """Nothing falls due."""
    return 0
