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


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command(
        "review",
        help="按规则集审核一份绩效目标申报，不需要服务器 · Review one declaration of goals by a rule set; needs no server.",
    )(review)


def review(
    case: case_file.Case,
    rules: Annotated[
        Path | None,
        typer.Option(
            metavar="RULES.toml",
            help="另用一份规则文件试审 · try a rule set that is not adopted yet",
            show_default=False,
        ),
    ] = None,
    language: case_file.Language = None,
) -> None:
    """Review CASE.json and print findings and decision as JSON."""
    case_file.answer(case, lambda declaration: reviewed(declaration, rules), language=language)


def reviewed(content: object, rules: Path | None = None) -> dict[str, Any]:
    """The review of a case as read from JSON; CaseRefused where there is none."""
    from pydantic import ValidationError

    from services.goals.domain.declared import Declared
    from services.goals.domain.review import review as review_declaration

    if not isinstance(content, dict):
        raise CaseRefused("invalid-case", "算例应是一个 JSON 对象", "the case must be a JSON object")
    case = cast("dict[str, Any]", content)
    if case.get("kind") != KIND:
        raise CaseRefused("unknown-kind", f"kind 应为 {KIND}", f"the kind must be {KIND}")
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
            raise case_file.unusable_rules(error) from None
    known = {
        dated.id: dated for dated in load_all("services.goals.rules", DeclarationRules)
    }  # the newest version stands last
    name = DEFAULT_RULES if case.get("rules") is None else case["rules"]
    if not isinstance(name, str) or name not in known:
        there = ", ".join(sorted(known))
        raise CaseRefused(
            "unknown-rules", f"没有规则集 {name}；现有：{there}", f"there is no rule set {name}; known: {there}"
        )
    return known[name]


def _wrong(error: ValidationError) -> CaseRefused:
    """The faults of the form; a budget that is not above 0 has a type of its own."""
    faults = error.errors(include_url=False, include_input=False)
    budget = any(fault["loc"] == ("project", "budget") and fault["type"] == "greater_than" for fault in faults)
    return case_file.wrong_form("budget-not-positive" if budget else "invalid-case", faults)
