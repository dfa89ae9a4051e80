"""What falls due in goals on a business day: nothing.

No plan sets a day by which finance has reviewed a declaration or decided an application, and the calendar of the budget is the People's
Congress's. The pages show since when each one waits; a deadline of our own making would be a rule without a source.
"""

from __future__ import annotations

from datetime import date

from backbone.record.transact import Transact


def due(transact: Transact, day: date) -> int:
    """Nothing falls due."""
    return 0
