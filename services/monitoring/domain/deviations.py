"""A deviation (偏差) is a rule found: told once when it opens and once for each graver level, not again every month."""

from __future__ import annotations

from contracts.monitoring import DeviationDetected, MonthJudged
from services.monitoring.domain.project import Project
from services.monitoring.domain.rules import gravity


def deviations_of(judged: MonthJudged, state: Project) -> tuple[DeviationDetected, ...]:
    """The deviations that a judgement brings, in the order of its findings. `state` has the judgement folded already: what it
    closed is closed."""
    found: list[DeviationDetected] = []
    for finding in judged.findings:
        open_now = state.open_deviation(finding.rule)
        if open_now is not None and gravity(finding.level) <= gravity(open_now.level):
            continue
        found.append(
            DeviationDetected(
                project=judged.project,
                year=judged.year,
                period=judged.period,
                deviation=f"{judged.period}/{finding.rule}",
                rule=finding.rule,
                level=finding.level,
                previous=open_now.level if open_now else None,
                judgement=judged.judgement,
                rules=judged.rules,
                execution=judged.execution,
                attainment=judged.attainment,
                time=judged.time,
                mismatch=judged.mismatch,
            )
        )
    return tuple(found)
