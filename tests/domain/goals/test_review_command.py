"""`jixiao review`: the project's scoring cases, and any other input told in one sentence."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli import review
from tests.domain.goals.test_review import sound

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.stem for path in CASES.glob("goal-review-*.json") if not path.stem.endswith(".expected"))

app = typer.Typer()
review.register(app)


def run(*arguments: str, stdin: bytes | None = None) -> tuple[int, dict[str, Any]]:
    """Exit status and answer of the command."""
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout)


def asked(content: bytes | str) -> tuple[int, dict[str, Any]]:
    """The answer to a case from standard input."""
    return run("-", stdin=content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))


def case(**parts: Any) -> str:
    """A sound case with parts changed, as JSON."""
    return json.dumps({"kind": "goal-review", "rules": "declaration-1", **sound(), **parts}, ensure_ascii=False)


def error_of(content: bytes | str) -> dict[str, Any]:
    """The error that a case gives."""
    status, answer = asked(content)
    assert status == 2
    assert set(answer) == {"error"}
    assert set(answer["error"]) == {"type", "detail", "missing"}
    assert answer["error"]["missing"] == []
    return answer["error"]


@pytest.mark.parametrize("name", NAMES)
def test_scoring_cases_of_the_project(name: str) -> None:
    expected = json.loads((CASES / f"{name}.expected.json").read_text("utf-8"))
    assert run(str(CASES / f"{name}.json")) == (0, expected)


def test_there_are_cases() -> None:
    assert len(NAMES) == 4


def test_declaration_1_is_the_default() -> None:
    named, unnamed = asked(case()), asked(case(rules=None))
    assert named == unnamed == (0, {"findings": [], "decision": "pass"})


def test_a_file_may_start_with_a_byte_order_mark() -> None:
    assert asked(b"\xef\xbb\xbf" + case().encode())[0] == 0


def test_json_numbers_are_exact() -> None:
    text = case().replace('"target": "100"', '"target": 100.10').replace('"2026-12": "100"', '"2026-12": 100.1')
    assert asked(text)[1]["findings"] == []


@pytest.mark.parametrize("budget", ["0", "-5.00", 0])
def test_a_budget_not_above_zero_is_an_error(budget: object) -> None:
    error = error_of(case(project={"kind": "new", "years": 1, "budget": budget}))
    assert error["type"] == "budget-not-positive"
    assert "project/budget" in error["detail"]


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"project": None}, "project"),
        ({"project": {"kind": "new", "years": 1}}, "project/budget"),
        ({"project": {"kind": "new", "years": 1, "budget": None}}, "project/budget"),
        ({"project": {"kind": "new", "years": 1, "budget": []}}, "project/budget"),
        ({"project": {"kind": "new", "years": 1, "budget": True}}, "project/budget"),
        ({"project": {"kind": "new", "years": 1, "budget": "1e999999999"}}, "project/budget"),
        ({"project": {"kind": "new", "years": 1, "budget": "NaN"}}, "project/budget"),
        ({"project": {"kind": "old", "years": 1, "budget": "1"}}, "project/kind"),
        ({"project": {"kind": "new", "years": 0, "budget": "1"}}, "project/years"),
        ({"ex_ante": {"conclusion": "perhaps"}}, "ex_ante/conclusion"),
        ({"ex_ante": "support"}, "ex_ante"),
        ({"annual": {}}, "annual"),
        ({"annual": [None]}, "annual/0"),
        ({"annual": [{"id": "a", "dimension": "output"}]}, "annual/0/weight"),
        ({"annual": [{"dimension": "output", "weight": "1"}]}, "annual/0/id"),
        ({"annual": [{"id": 7, "dimension": "output", "weight": "1"}]}, "annual/0/id"),
        ({"annual": [{"id": "a\x00", "dimension": "output", "weight": "1"}]}, "annual/0/id"),
        ({"annual": [{"id": "a", "dimension": "output", "weight": "1", "target": "多"}]}, "annual/0/target"),
        (
            {"annual": [{"id": "a", "dimension": "output", "weight": "1", "schedule": {"2026-13": "1"}}]},
            "annual/0/schedule",
        ),
        ({"items": [{"name": "a"}]}, "items/0/amount"),
        ({"medium_term": [{"id": "a", "by_year": {"2026": "x"}}]}, "medium_term/0/total"),
    ],
)
def test_a_fault_of_the_form_is_named_by_its_place(parts: dict[str, Any], place: str) -> None:
    error = error_of(case(**parts))
    assert error["type"] == "invalid-case"
    assert place in error["detail"]


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b'{"kind": NaN}', "not-json"),
        (b"[" * 100_000, "not-json"),
        (b'{"kind": ' + b"9" * 10_000 + b"}", "number-too-long"),
        (b'{"kind": "goal-review", "kind": "goal-review"}', "duplicate-key"),
        (b"\xff\xfe", "not-utf-8"),
        (b"[]", "invalid-case"),
        (b"null", "invalid-case"),
        (b"{}", "unknown-kind"),
        (b'{"kind": "monitoring"}', "unknown-kind"),
        (b'{"kind": "goal-review", "rules": "declaration-0"}', "unknown-rules"),
        (b'{"kind": "goal-review", "rules": {}}', "unknown-rules"),
    ],
)
def test_what_is_no_case_is_told(content: bytes, type: str) -> None:
    assert error_of(content)["type"] == type


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    status, answer = run(str(tmp_path / "nowhere.json"))
    assert (status, answer["error"]["type"]) == (2, "unreadable-file")
    status, answer = run(str(tmp_path))
    assert (status, answer["error"]["type"]) == (2, "unreadable-file")


def test_a_rule_set_is_tried_before_it_is_adopted(tmp_path: Path) -> None:
    shipped = (Path(review.__file__).parents[1] / "services/goals/rules/declaration-1.toml").read_text("utf-8")
    stricter = tmp_path / "declaration-2.toml"
    stricter.write_text(shipped.replace('output = "50"', 'output = "60"'), "utf-8")
    file = tmp_path / "case.json"
    file.write_text(case(), "utf-8")
    assert run(str(file), "--rules", str(stricter)) == (
        0,
        {"findings": [{"where": "output", "rule": "weights", "level": "return"}], "decision": "return"},
    )
    stricter.write_text("id = 1", "utf-8")
    status, answer = run(str(file), "--rules", str(stricter))
    assert (status, answer["error"]["type"]) == (2, "unusable-rules")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
places = st.sampled_from(
    [
        ("project",), ("ex_ante",), ("annual",), ("items",), ("medium_term",), ("rules",), ("project", "years"),
        ("project", "budget"), ("ex_ante", "dimensions"), ("ex_ante", "dimensions", "goals"), ("annual", 0),
        ("annual", 0, "id"), ("annual", 0, "target"), ("annual", 2, "target"), ("annual", 0, "schedule"),
        ("annual", 0, "schedule", "2026-12"), ("annual", 0, "unit"), ("annual", 0, "type"), ("items", 0, "amount"),
    ]
)  # fmt: skip


@given(places, json_values)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_any_value_anywhere_gives_a_review_or_an_error(place: tuple[Any, ...], value: Any) -> None:
    whole: Any = json.loads(case())
    part = whole
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    status, answer = asked(json.dumps(whole))
    assert (status == 0 and set(answer) == {"findings", "decision"}) or (status == 2 and set(answer) == {"error"})


def test_it_answers_within_a_second() -> None:
    """Counted in processor time: what else the machine does at that moment is not the command's."""
    command = [sys.executable, "-m", "cli.main", "review", str(CASES / f"{NAMES[0]}.json")]
    subprocess.run(command, check=True, capture_output=True)  # compiles what was never imported
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1
