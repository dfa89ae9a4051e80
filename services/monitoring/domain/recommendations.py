"""The system recommends to suspend (暂缓) or to stop (停止); a named official orders. A recommendation is made once, not every month,
stands until it is answered, is not repeated within days, and is never made on what an official has dismissed."""

from __future__ import annotations

from datetime import date

from contracts.monitoring import MonthFinding, MonthJudged, StopRecommended, SuspensionRecommended
from services.monitoring.domain.follow_up import FollowUp
from services.monitoring.domain.project import Project
from services.monitoring.domain.rules import gravity


def recommendation_of(
    judged: MonthJudged, state: Project, follow_up: FollowUp
) -> tuple[SuspensionRecommended | StopRecommended, ...]:
    """The recommendation that a judgement brings, if a new one is needed."""
    level = judged.recommendation
    if (
        level not in ("suspend", "stop")
        or not _needed(level, judged, state)
        or follow_up.too_soon(lately(level, state), judged.as_of)
    ):
        return ()
    grounds = tuple(finding for finding in judged.findings if finding.level == level and not _dismissed(finding, state))
    if not grounds:
        return ()
    recommended = StopRecommended if level == "stop" else SuspensionRecommended
    return (
        recommended(
            project=judged.project,
            year=judged.year,
            period=judged.period,
            judgement=judged.judgement,
            rules=judged.rules,
            grounds=grounds,
        ),
    )


def lately(level: str, state: Project) -> date | None:
    """The last day on which something of that gravity, or graver, was recommended."""
    return max((day for made, day in state.recommended_on.items() if gravity(made) >= gravity(level)), default=None)


def _needed(level: str, judged: MonthJudged, state: Project) -> bool:
    """Not for a stopped project; not to suspend a suspended one; not while one of that gravity stands unanswered; after a
    resumption only for a month closed since then, or for something graver than what the resumption set aside."""
    if state.status == "stopped" or (state.status == "suspended" and level == "suspend"):
        return False
    if gravity(state.standing) >= gravity(level):
        return False
    if state.closed_at_resumption is None or gravity(level) > gravity(state.answered):
        return True
    return judged.closed and judged.period not in state.closed_at_resumption


def _dismissed(finding: MonthFinding, state: Project) -> bool:
    known = state.open_deviation(finding.rule)
    return known is not None and known.dismissal is not None and gravity(finding.level) <= gravity(known.level)
