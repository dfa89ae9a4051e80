"""`jixiao monitor CASE.json`: judge the months of a project by monitoring's own rules, with no server.

What-if for a rule before it is adopted, evidence for a unit that disputes a finding.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli import case_file


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command(
        "monitor",
        help="按双监控规则逐月判断一份算例，不需要服务器 · Judge the months of one case file by its rules; needs no server.",
    )(monitor)


def monitor(case: Annotated[str, case_file.CASE]) -> None:
    """Judge CASE.json and print the result as JSON."""
    case_file.answer(case, _judged)


def _judged(case: object) -> dict[str, Any]:
    from backbone.process.dated import DatedFileError, load_all
    from services.monitoring.domain.case import CaseError, judge_case
    from services.monitoring.domain.rules import RuleSet

    try:
        return judge_case(case, load_all("services.monitoring.rules", RuleSet))
    except CaseError as error:
        raise case_file.CaseRefused(error.type, error.detail) from None
    except DatedFileError as error:
        raise case_file.CaseRefused(
            "unusable-rules", f"规则文件无法使用：{error}", f"the rule set cannot be used: {error}"
        ) from None
