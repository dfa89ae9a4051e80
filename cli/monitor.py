"""`jixiao monitor CASE.json`: judge the months of a project by monitoring's own rules, with no server.

What-if for a rule before it is adopted, evidence for a unit that disputes a finding.
"""

from __future__ import annotations

from typing import Any

import typer

from cli import case_file

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
        help="按双监控规则逐月判断一份算例，不需要服务器 · Judge the months of one case file by its rules; needs no server.",
    )(monitor)


def monitor(case: case_file.Case, language: case_file.Language = None) -> None:
    """Judge CASE.json and print the result as JSON."""
    case_file.answer(case, judged, language=language)


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
