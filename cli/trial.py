"""`jixiao monitor --rules NEW --since 2026-01`: the real history under a rule set that is proposed, without touching anything.

Exit status 0: replayed, whatever differs. 1: monitoring's database does not answer, or is not known. 2: the rule set cannot be used (every
problem is named), or the month is none.
"""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import typer

from cli import case_file

if TYPE_CHECKING:
    from services.monitoring.domain.rules import RuleSet
    from services.monitoring.domain.thresholds import Threshold
    from services.monitoring.domain.trial import Otherwise, Why

PACKAGE = "services.monitoring.rules"
CANNOT = 2
LEVELS = {
    None: ("无", "none"),
    "none": ("无", "none"),
    "notice": ("提示", "notice"),
    "warning": ("预警", "warning"),
    "correct": ("纠正", "correct"),
    "suspend": ("暂缓", "suspend"),
    "stop": ("停止", "stop"),
}
DIRECTIONS = {
    "stricter": ("更严", "stricter"),
    "milder": ("更宽", "milder"),
    "otherwise": ("仅发现不同", "findings alone"),
}
NAMES = {
    "measured": ("实际 {0}", "measured {0}"),
    "threshold": ("标准 {0}", "threshold {0}"),
    "scope": ("范围 {0}", "scope {0}"),
    "watched": ("重点监控", "watched"),
    "exempt": ("豁免 {0}", "exempt by {0}"),
}
NOTHING = ("没有项目会有不同的处理。", "No project would be treated otherwise.")
SUMMARY = (
    "{rules}，自 {since}：{projects} 个项目 {months} 个月，其中 {otherwise_projects} 个项目 {otherwise_months} 个月会有不同的处理"
    "（更严 {stricter}，更宽 {milder}，仅发现不同 {otherwise}）。",
    "{rules} since {since}: of {projects} projects with {months} months, {otherwise_projects} projects with {otherwise_months} months "
    "would be treated otherwise (stricter {stricter}, milder {milder}, findings alone {otherwise}).",
)


def replay(named: str, since: str, *, as_json: bool, language: Literal["zh", "en"] | None) -> None:
    """Replay the history since a month under a rule set, and print what would be treated otherwise."""
    from services.monitoring.domain.trial import tried

    try:
        rules = rule_set(named)
    except case_file.CaseRefused as refused:
        _refuse(refused.detail(language), as_json, refused)
    gc.disable()  # a short life with a million small values and no cycles: looking for some takes a third of the time
    with _reading() as conn:
        from services.monitoring import views
        from services.monitoring.views import trial

        today = views.as_of(conn)
        months = list(trial.months(conn, since, today)) if today else []
        found = list(tried(months, rules, today)) if today else []
    summary = _summary(rules, since, len({(each.year, each.project) for each in months}), len(months), found)
    if as_json:
        _print(summary, found)
    else:
        _show(found, summary, language)


def rule_set(named: str) -> RuleSet:
    """A rule set by its file, or by `id` or `id@version` of those that there are; CaseRefused where it cannot be used."""
    from backbone.process.dated import DatedFileError, load_all, parse
    from services.monitoring.domain.rules import RuleSet

    try:
        if named.endswith(".toml") or Path(named).is_file():
            return parse(Path(named).name, Path(named).read_text("utf-8"), RuleSet)
        known = load_all(PACKAGE, RuleSet)
    except (DatedFileError, OSError, UnicodeDecodeError) as error:
        raise case_file.unusable_rules(error) from None
    fitting = [each for each in known if named in (each.id, each.reference)]
    if not fitting:
        references = ", ".join(each.reference for each in known)
        zh = f"没有规则集 {named}；现有：{references}"
        raise case_file.CaseRefused("unknown-rules", zh, f"there is no rule set {named}; known: {references}")
    return fitting[-1]


def _refuse(detail: str, as_json: bool, refused: case_file.CaseRefused) -> NoReturn:
    if as_json:
        typer.echo(json.dumps({"error": {"type": refused.type, "detail": detail}}, ensure_ascii=False))
    else:
        typer.echo(f"jixiao: {detail}", err=True)
    raise typer.Exit(CANNOT)


def _reading() -> Any:
    """A connection to monitoring's database that can only read, all of it as of one moment."""
    from contextlib import contextmanager

    @contextmanager
    def opened() -> Any:
        import psycopg

        from backbone.process.settings import settings
        from backbone.record.snapshot import at_one_moment
        from cli.refusing import needing_servers

        address = settings().database_of("monitoring")
        with needing_servers(), psycopg.connect(address, autocommit=True) as conn, at_one_moment(conn):
            yield conn

    return opened()


def _summary(rules: RuleSet, since: str, projects: int, months: int, found: Sequence[Otherwise]) -> dict[str, Any]:
    directions = Counter(each.direction for each in found)
    return {
        "rules": rules.reference,
        "since": since,
        "projects": projects,
        "months": months,
        "otherwise_projects": len({(each.stood.year, each.stood.project) for each in found}),
        "otherwise_months": len(found),
        "directions": {name: directions[name] for name in DIRECTIONS},
    }


def _print(summary: dict[str, Any], found: Sequence[Otherwise]) -> None:
    """One JSON object, a month a line: an indented one takes Python longer to write than the history to judge."""
    head = json.dumps(summary, ensure_ascii=False).removesuffix("}")
    lines = ",\n".join(json.dumps(_plain(each), ensure_ascii=False) for each in found)
    typer.echo(f'{head}, "otherwise": [\n{lines}\n]}}' if lines else f'{head}, "otherwise": []}}')


def _plain(each: Otherwise) -> dict[str, Any]:
    stood = each.stood
    return {
        "project": stood.project,
        "year": stood.year,
        "name": stood.name,
        "unit": stood.unit,
        "period": stood.grounds.period,
        "closed": not stood.running,
        "watched": stood.watched,
        "rules": stood.rules,
        "before": {
            "recommendation": stood.recommendation,
            "findings": [{"rule": one.rule, "level": one.level} for one in stood.findings],
        },
        "after": {
            "recommendation": each.recommendation,
            "findings": [{"rule": one.rule, "level": one.level} for one in each.found.hits],
        },
        "direction": each.direction,
        "why": [_why(one) for one in each.why],
    }


def _why(why: Why) -> dict[str, Any]:
    return {
        "rule": why.rule,
        "before": why.before,
        "after": why.after,
        "measured": None if why.measured is None else f"{why.measured:.2f}",
        "threshold": _threshold(why.threshold),
        "scope": why.scope,
        "watched": why.watched,
        "exempt": why.exempt,
    }


def _threshold(threshold: Threshold | None) -> dict[str, str | bool] | None:
    if threshold is None:
        return None
    said = {"at_least": threshold.at_least, "above": threshold.above}
    return {name: str(value) for name, value in said.items() if value is not None} or {"always": True}


def _show(found: Sequence[Otherwise], summary: dict[str, Any], language: Literal["zh", "en"] | None) -> None:
    said = {**summary, **summary["directions"]}
    for one in found:
        stood = one.stood
        arrow = f"{_say(LEVELS[stood.recommendation], language)} → {_say(LEVELS[one.recommendation], language)}"
        typer.echo(f"{stood.project} {stood.name} ({stood.unit}) {stood.grounds.period}: {arrow}")
        for why in one.why:
            typer.echo(f"    {_told(why, language)}")
    if not found:
        typer.echo(_say(NOTHING, language, between="\n"))
    typer.echo(_say(tuple(sentence.format(**said) for sentence in SUMMARY), language, between="\n"))


def _told(why: Why, language: Literal["zh", "en"] | None) -> str:
    threshold = why.threshold
    sign = "" if threshold is None else "≥" if threshold.at_least is not None else ">"
    limit = threshold and (threshold.at_least if threshold.at_least is not None else threshold.above)
    parts = {
        "measured": None if why.measured is None else f"{why.measured:.2f}%",
        "threshold": None if limit is None else f"{sign} {limit}%",
        "scope": why.scope,
        "watched": "watched" if why.watched else None,
        "exempt": why.exempt,
    }
    details = [
        _say(tuple(sentence.format(value) for sentence in NAMES[name]), language)
        for name, value in parts.items()
        if value is not None
    ]
    change = f"{_say(LEVELS[why.before], language)} → {_say(LEVELS[why.after], language)}"
    return f"{why.rule}: {change}" + (f" ({'; '.join(details)})" if details else "")


def _say(sentence: tuple[str, ...], language: Literal["zh", "en"] | None, between: str = " · ") -> str:
    zh, en = sentence
    return {"zh": zh, "en": en, None: f"{zh}{between}{en}"}[language]
