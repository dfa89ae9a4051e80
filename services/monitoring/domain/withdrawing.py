"""A correction is withdrawn (撤销整改) where the dismissal of a deviation leaves nothing that it rests on."""

from __future__ import annotations

from contracts.decision import Context
from services.monitoring.domain.events import CorrectionWithdrawn, DeviationDismissed
from services.monitoring.domain.project import Correction, Project


def withdrawn_with(dismissed: DeviationDismissed, state: Project, context: Context) -> tuple[CorrectionWithdrawn, ...]:
    """The orders that fall with a dismissal, in the name and for the reason of it: nobody has to correct what is no deviation.

    What was answered and accepted is done and stays; so does an order while one of its rules is found and not dismissed. `state` has
    the dismissal folded already. Source: 方案篇一 双监控 (误报销号).
    """
    if state.status == "stopped":
        return ()
    return tuple(
        CorrectionWithdrawn(
            project=dismissed.project,
            year=dismissed.year,
            order=each.order,
            deviation=dismissed.deviation,
            reason=dismissed.reason,
            document=dismissed.document,
            withdrawn_by=str(context.actor),
            withdrawn_on=context.day,
        )
        for each in state.corrections.values()
        if each.holds and dismissed.rule in _rules(each) and not any(_found(rule, state) for rule in _rules(each))
    )


def _rules(correction: Correction) -> tuple[str, ...]:
    """The rules of an order's deviations, which are named by month and rule."""
    return tuple(deviation.partition("/")[2] for deviation in correction.deviations)


def _found(rule: str, state: Project) -> bool:
    open_now = state.open_deviation(rule)
    return open_now is not None and open_now.dismissal is None
