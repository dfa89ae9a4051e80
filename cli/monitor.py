"""`jixiao monitor CASE.json`: judge the months of a project by monitoring's own rules, with no server. `jixiao monitor --rules NEW --since
2026-01`: the real history under a rule set that is proposed (cli/trial.py).

What-if for a rule before it is adopted, evidence for a unit that disputes a finding.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from cli import case_file, trial

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")

_SENTENCES = {
    "unknown-rules": ("没有规则集 {rules}；现有：{known}", "there is no rule set {rules}; known: {known}"),
    "invalid-budget": ("预算为 {budget} 元，应大于 0", "the budget is {budget} yuan; it must be above 0"),
    "duplicate-indicator": ("指标出现了两次：{indicators}", "an indicator stands twice: {indicators}"),
    "negative-target": ("目标值不能小于 0：{indicators}", "a target is never below 0: {indicators}"),
    "no-weights": ("各指标权重合计为 0", "the indicators' weights sum to 0"),
    "unknown-indicator": (
        "报告中的指标不在绩效目标之内：{indicators}",
        "a report gives indicators that the goal does not have: {indicators}",
    ),
    "several-years": ("要判断的月份应属于同一年度", "the months to judge must be of one fiscal year"),
}
"""What monitoring refuses in a case, beside its form, by the type of its CaseError."""


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command(
        "monitor",
        help="按双监控规则逐月判断一份算例（不需要服务器），或以 --rules 在真实历史上试一套规则 · "
        "Judge the months of one case file by its rules (needs no server), or replay the history under proposed --rules.",
    )(monitor)


def monitor(
    case: Annotated[
        str | None,
        typer.Argument(
            metavar="[CASE.json]",
            help="算例文件，- 为标准输入 · the case file, - for standard input",
            show_default=False,
        ),
    ] = None,
    rules: Annotated[
        str | None,
        typer.Option(
            metavar="NEW",
            help="规则文件，或 id@版本 · a rule file, or id@version, to try on the history",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="从哪个月起 · from which month on", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 · as one JSON object")] = False,
    language: case_file.Language = None,
) -> None:
    """Judge CASE.json and print the result as JSON; or replay the history under other rules (exit status 0, 1: no database, 2: rules that
    cannot be used)."""
    if case is not None and rules is None and since is None:
        case_file.answer(case, judged, language=language)
    elif case is None and rules is not None and since is not None and MONTH.fullmatch(since):
        trial.replay(rules, since, as_json=json, language=language)
    else:
        raise typer.BadParameter(
            "给出算例文件，或同时给出 --rules 和 --since 2026-01 · "
            "give a case file, or both --rules and --since 2026-01"
        )


def judged(case: object) -> dict[str, Any]:
    """The months of a case as read from JSON; CaseRefused where it cannot be judged."""
    from backbone.process.dated import DatedFileError, load_all
    from services.monitoring.domain.case import CaseError, judge_case
    from services.monitoring.domain.rules import RuleSet

    try:
        return judge_case(case, load_all("services.monitoring.rules", RuleSet))
    except CaseError as error:
        if error.faults:
            raise case_file.wrong_form(error.type, error.faults) from None
        zh, en = (sentence.format(**error.fields) for sentence in _SENTENCES[error.type])
        raise case_file.CaseRefused(error.type, zh, en) from None
    except DatedFileError as error:
        raise case_file.unusable_rules(error) from None
