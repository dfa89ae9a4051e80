"""`jixiao review CASE.json`: goals' own review on one file, with no server.

What-if for a rule before it is adopted, evidence for a unit that disputes a finding. Prints the findings and the decision as JSON, exit
status 0; for a case that cannot be reviewed `{"error": {"type", "detail", "missing"}}` and exit status 2.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

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


class CaseWrong(Exception):
    """A case that cannot be reviewed: `type` is a stable word, the message a sentence."""

    def __init__(self, type: str, detail: str) -> None:
        super().__init__(detail)
        self.type = type


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("review")(review)


def review(
    case: Annotated[str, typer.Argument(metavar="CASE.json", help="the case, or - for standard input")],
    rules: Annotated[
        Path | None, typer.Option(help="a rule set (TOML) to try instead of the one that the case names")
    ] = None,
) -> None:
    """Review a declaration of goals by a rule set: findings and decision as JSON · 按规则集审核一份绩效目标申报"""
    try:
        _answer(reviewed(_read(case), rules))
    except CaseWrong as wrong:
        _answer({"error": {"type": wrong.type, "detail": str(wrong), "missing": []}})
        raise typer.Exit(2) from None


def reviewed(case: Any, rules: Path | None = None) -> dict[str, Any]:
    """The review of a case as read from JSON; CaseWrong where there is none."""
    from pydantic import ValidationError

    from services.goals.domain.declared import Declared
    from services.goals.domain.review import review as review_declaration

    if not isinstance(case, dict):
        raise CaseWrong("invalid-case", "案例应是一个 JSON 对象（the case is not a JSON object）")
    if case.get("kind") != KIND:
        raise CaseWrong("unknown-kind", f"kind 应为 {KIND}（the kind must be {KIND}），这里是 {case.get('kind')!r}")
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
            raise CaseWrong("unusable-rules", f"规则文件无法使用（the rule set cannot be used）：{error}") from None
    known = {
        dated.id: dated for dated in load_all("services.goals.rules", DeclarationRules)
    }  # the newest version stands last
    name = DEFAULT_RULES if case.get("rules") is None else case["rules"]
    if not isinstance(name, str) or name not in known:
        raise CaseWrong("unknown-rules", f"没有规则集 {name!r}（no such rule set）；现有 {', '.join(sorted(known))}")
    return known[name]


def _read(case: str) -> Any:
    """The JSON in the file, its numbers exact."""
    try:
        raw = sys.stdin.buffer.read() if case == "-" else Path(case).read_bytes()
    except (OSError, ValueError) as error:
        raise CaseWrong(
            "unreadable", f"无法读取 {case}（cannot be read）：{getattr(error, 'strerror', None) or error}"
        ) from None
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise CaseWrong("not-utf-8", f"不是 UTF-8 编码（not UTF-8），第 {error.start} 字节") from None
    except RecursionError:
        raise CaseWrong("not-json", "JSON 嵌套过深（nested too deeply）") from None
    except (ValueError, ArithmeticError) as error:
        raise CaseWrong("not-json", f"不是有效的 JSON（not valid JSON）：{error}") from None


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


def _wrong(error: ValidationError) -> CaseWrong:
    """Every fault of the form in one sentence, each with its place, such as `annual/3/weight`."""
    faults = error.errors(include_url=False, include_input=False)
    budget = any(fault["loc"] == ("project", "budget") and fault["type"] == "greater_than" for fault in faults)
    said = [f"{'/'.join(map(str, fault['loc'])) or 'case'} {_sentence(fault)}" for fault in faults]
    return CaseWrong("budget-not-positive" if budget else "invalid-case", "；".join(said))


def _sentence(fault: Any) -> str:
    sentence = _FAULTS.get(fault["type"])
    return sentence.format(**fault.get("ctx", {})) if sentence else f"填写有误（{fault['msg']}）"


def _answer(result: dict[str, Any]) -> None:
    """UTF-8 whatever the terminal's encoding; a lone surrogate in the input is shown escaped."""
    typer.echo(json.dumps(result, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace"))
