"""`jixiao review CASE.json`: goals' own review on one file, with no server.

What-if for a rule before it is adopted, evidence for a unit that disputes a finding. Prints the findings and the decision as JSON, exit
status 0; for a case that cannot be reviewed `{"error": {"type", "detail", "missing"}}` and exit status 2.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from cli import case_file
from cli.case_file import CaseRefused

if TYPE_CHECKING:
    from pydantic import ValidationError

    from services.goals.domain.rules import DeclarationRules

KIND = "goal-review"
DEFAULT_RULES = "declaration-1"

_FAULTS = {
    "missing": "没有填写（missing）",
    "literal_error": "只能是 {expected}（must be one of them）",
    "greater_than": "必须大于 {gt}（must be above {gt}）",
    "greater_than_equal": "不能小于 {ge}（must not be below {ge}）",
    "decimal_parsing": "不是数字（not a number）",
    "decimal_max_digits": "位数过多（more than {max_digits} digits）",
    "finite_number": "不是有限的数（not a finite number）",
    "string_pattern_mismatch": "格式不对，应符合 {pattern}（does not have the form）",
}


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command(
        "review",
        help="按规则集审核一份绩效目标申报，不需要服务器 · Review one declaration of goals by a rule set; needs no server.",
    )(review)


def review(
    case: Annotated[str, case_file.CASE],
    rules: Annotated[
        Path | None,
        typer.Option(
            metavar="RULES.toml",
            help="另用一份规则文件试审 · try a rule set that is not adopted yet",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Review CASE.json and print findings and decision as JSON."""
    case_file.answer(case, lambda declaration: reviewed(declaration, rules))


def reviewed(content: object, rules: Path | None = None) -> dict[str, Any]:
    """The review of a case as read from JSON; CaseRefused where there is none."""
    from pydantic import ValidationError

    from services.goals.domain.declared import Declared
    from services.goals.domain.review import review as review_declaration

    if not isinstance(content, dict):
        raise CaseRefused("invalid-case", "案例应是一个 JSON 对象（the case is not a JSON object）")
    case = cast("dict[str, Any]", content)
    if case.get("kind") != KIND:
        raise CaseRefused("unknown-kind", f"kind 应为 {KIND}（the kind must be {KIND}），这里是 {case.get('kind')!r}")
    in_force = _rules_of(case, rules)
    try:
        declared = Declared.model_validate(case)
    except ValidationError as error:
        raise _wrong(error) from None
    result = review_declaration(declared, in_force)
    return {"findings": [finding.model_dump() for finding in result.findings], "decision": result.decision}


def _rules_of(case: dict[str, Any], file: Path | None) -> DeclarationRules:
    from backbone.process.dated import DatedFileError, load_all, parse
    from services.goals.domain.rules import DeclarationRules

    if file is not None:
        try:
            return parse(file.name, file.read_text("utf-8"), DeclarationRules)
        except (DatedFileError, OSError, ValueError) as error:
            raise CaseRefused("unusable-rules", f"规则文件无法使用（the rule set cannot be used）：{error}") from None
    known = {
        dated.id: dated for dated in load_all("services.goals.rules", DeclarationRules)
    }  # the newest version stands last
    name = DEFAULT_RULES if case.get("rules") is None else case["rules"]
    if not isinstance(name, str) or name not in known:
        raise CaseRefused("unknown-rules", f"没有规则集 {name!r}（no such rule set）；现有 {', '.join(sorted(known))}")
    return known[name]


def _wrong(error: ValidationError) -> CaseRefused:
    """Every fault of the form in one sentence, each with its place, such as `annual/3/weight`."""
    faults = error.errors(include_url=False, include_input=False)
    budget = any(fault["loc"] == ("project", "budget") and fault["type"] == "greater_than" for fault in faults)
    said = [f"{'/'.join(map(str, fault['loc'])) or 'case'} {_sentence(fault)}" for fault in faults]
    return CaseRefused("budget-not-positive" if budget else "invalid-case", "；".join(said))


def _sentence(fault: Any) -> str:
    sentence = _FAULTS.get(fault["type"])
    return sentence.format(**fault.get("ctx", {})) if sentence else f"填写有误（{fault['msg']}）"
