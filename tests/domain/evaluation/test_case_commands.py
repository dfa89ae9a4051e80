"""`jixiao score`, `monitor` and `review` read a case alike: the same bytes are refused with the same words, the same number is the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli import case_file, monitor, review, score

SOUND = {
    "score": Path(__file__).with_name("cases") / "project-74.json",
    "monitor": Path(__file__).parents[1] / "monitoring" / "cases" / "monitoring-1.json",
    "review": Path(__file__).parents[1] / "goals" / "cases" / "goal-review-36.json",
}
EVERY_COMMAND = pytest.mark.parametrize("command", SOUND)

app = typer.Typer()
for each in (score, monitor, review):
    each.register(app)


def asked(command: str, content: bytes | str, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit status and answer to a case from standard input."""
    data = content if isinstance(content, bytes) else content.encode()
    result = CliRunner().invoke(app, [command, "-", *options], input=data)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout_bytes)


def with_budget(command: str, budget: str) -> str:
    """The sound case of a command with another budget, as it is written."""
    case = json.loads(SOUND[command].read_text("utf-8"))
    (case if command == "score" else case["project"])["budget"] = "BUDGET"
    return json.dumps(case).replace('"BUDGET"', budget)


@EVERY_COMMAND
@pytest.mark.parametrize(
    ("content", "type"),
    [
        (b"", "not-json"),
        (b"[NaN]", "not-json"),
        (b"[" * 100_000, "not-json"),
        (b"\xff", "not-utf-8"),
        (b'{"a": {"b": 1, "b": 1}}', "duplicate-key"),
        (b"[1e60]", "number-too-long"),
        (b"[1e-61]", "number-too-long"),
        (b"[1e999999999999999999999]", "number-too-long"),
        (b"9" * 5000, "number-too-long"),
    ],
)
def test_what_is_wrong_with_the_file_is_told_alike(command: str, content: bytes, type: str) -> None:
    status, answer = asked(command, content)
    assert (status, answer["error"]["type"], answer["error"]["missing"]) == (2, type, [])
    assert answer["error"]["detail"]


def changed(command: str, **parts: Any) -> str:
    """The sound case of a command with some of its parts changed."""
    return json.dumps({**json.loads(SOUND[command].read_text("utf-8")), **parts})


def of_the_case(command: str) -> list[str]:
    """Cases with which something is wrong beside the file, one a kind of fault."""
    case = json.loads(SOUND[command].read_text("utf-8"))
    wrong = ["[]", "{}", changed(command, kind="none"), with_budget(command, '"0"'), with_budget(command, '"１２"')]
    wrong += [with_budget(command, "null"), with_budget(command, "[]"), with_budget(command, '"1,000.00"')]
    match command:
        case "score":
            wrong += [changed(command, scheme="none"), changed(command, paid="-1"), changed(command, indicators=[])]
        case "review":
            wrong += [changed(command, rules="none"), changed(command, annual=[{"id": "a"}] * 40)]
        case _:
            twice = case["indicators"] * 2
            wrong += [changed(command, rules="none"), changed(command, indicators=twice)]
            wrong += [changed(command, indicators=[], reports=[]), changed(command, periods=["2025-12", "2026-01"])]
            wrong += [changed(command, as_of="2026-02-31"), changed(command, indicators=[{"id": "q"}] * 40)]
    return wrong


CHINESE = re.compile("[\u4e00-\u9fff]")


@EVERY_COMMAND
def test_every_fault_is_told_in_chinese_and_then_in_english(command: str) -> None:
    for content in ("{", "[NaN]", *of_the_case(command)):
        status, answer = asked(command, content)
        zh, separator, en = answer["error"]["detail"].partition(" · ")
        assert (status, separator) == (2, " · "), content
        assert CHINESE.search(zh) and not re.search("[。.]$", zh), zh
        assert en and not CHINESE.search(en) and not re.search("[。.]$", en), en
        assert "Input should" not in en and "Value error" not in en
        told = [asked(command, content, "--language", language)[1]["error"]["detail"] for language in ("zh", "en")]
        assert told == [zh, en]


@EVERY_COMMAND
def test_a_place_in_the_case_is_told_alike(command: str) -> None:
    key = "indicators" if command != "review" else "annual"
    case = json.loads(SOUND[command].read_text("utf-8"))
    case[key][1]["weight"] = "1e2"
    assert f"{key}/1/weight" in asked(command, json.dumps(case))[1]["error"]["detail"]


@EVERY_COMMAND
def test_a_file_that_is_not_there_is_told_alike(command: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [command, str(tmp_path / "none.json")])
    assert (result.exit_code, json.loads(result.stdout)["error"]["type"]) == (2, "unreadable-file")


@EVERY_COMMAND
def test_a_json_number_with_an_exponent_is_that_number(command: str) -> None:
    plain = asked(command, with_budget(command, '"12345000.00"'))
    assert plain[0] == 0
    assert asked(command, with_budget(command, "1.2345e7")) == plain
    assert asked(command, with_budget(command, "123450000E-1")) == plain


@EVERY_COMMAND
def test_a_string_with_an_exponent_is_refused(command: str) -> None:
    status, answer = asked(command, with_budget(command, '"1.2345e7"'))
    assert status == 2
    assert "budget" in answer["error"]["detail"]


@EVERY_COMMAND
def test_the_help_is_in_both_languages(command: str) -> None:
    said = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).stdout
    assert "不需要服务器" in said
    assert "needs no server" in said
    assert "标准输入 · the case file, - for standard input" in said


def test_a_number_is_exact_to_its_last_digit(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text('[0.1, 1e2, -12.50, 1e-3, 7, "1e2"]', "utf-8")
    assert case_file.read(str(file), str) == ["0.1", "100", "-12.50", "0.001", 7, "1e2"]
