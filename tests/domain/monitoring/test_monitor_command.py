"""`jixiao monitor` from outside: exit statuses, JSON on standard output, never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli import monitor

CASES = Path(__file__).with_name("cases")


def run(path: Path | str, stdin: bytes | None = None) -> tuple[int, dict[str, Any]]:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    monitor.register(app)
    result = CliRunner().invoke(app, ["monitor", str(path)], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout_bytes.decode("utf-8"))


def test_a_case_is_judged() -> None:
    expected = json.loads((CASES / "monitoring-9.expected.json").read_text("utf-8"))
    assert run(CASES / "monitoring-9.json") == (0, expected)


def test_a_case_that_cannot_be_judged_exits_2_with_an_error() -> None:
    status, answer = run(CASES / "monitoring-5.json")
    assert status == 2
    assert answer["error"]["type"] == "unknown-indicator"
    assert answer["error"]["missing"] == []
    assert "unknown" in answer["error"]["detail"]


CASE = (CASES / "monitoring-1.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"\xff\xfe", "not-utf-8"),
        ("绩效".encode("gb18030"), "not-utf-8"),
        (b'{"kind": "monitoring", "kind": "monitoring"}', "duplicate-key"),
        (b"[" * 100_000, "not-json"),
        (CASE.replace('"3051100.74"', "NaN").encode(), "not-json"),
        (b"1" * 5_000, "number-too-long"),
        (b"null", "invalid-case"),
        (b"[]", "invalid-case"),
        (b'"monitoring"', "invalid-case"),
        (CASE.replace('"3051100.74"', "1e400").encode(), "number-too-long"),
        (CASE.replace('"3051100.74"', '"1e6"').encode(), "invalid-case"),
        (CASE.replace('"p"', '"\\ud800"').encode(), "invalid-case"),
        (CASE.replace('"3051100.74"', '"0"').encode(), "invalid-budget"),
    ],
)
def test_whatever_the_file_holds_there_is_a_sentence_and_status_2(tmp_path: Path, content: bytes, type: str) -> None:
    file = tmp_path / "case.json"
    file.write_bytes(content)
    status, answer = run(file)
    assert (status, answer["error"]["type"]) == (2, type)
    assert answer["error"]["detail"]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        status, answer = run(path)
        assert (status, answer["error"]["type"]) == (2, "unreadable-file")


def test_a_dash_is_standard_input() -> None:
    expected = json.loads((CASES / "monitoring-1.expected.json").read_text("utf-8"))
    assert run("-", CASE.encode()) == (0, expected)
    assert run("-", b"{")[1]["error"]["type"] == "not-json"


def test_money_as_a_json_number_counts_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text("\ufeff" + CASE.replace('"3051100.74"', "3051100.74"), "utf-8")
    assert run(file)[1] == json.loads((CASES / "monitoring-1.expected.json").read_text("utf-8"))


def test_a_call_starts_without_a_server_or_heavy_libraries() -> None:
    """A call stays below a second: neither Faust nor FastAPI nor the database's driver is imported for it."""
    code = (
        "import sys; from cli import case_file, monitor; "
        f"case_file.answer({str(CASES / 'monitoring-1.json')!r}, monitor.judged); "
        "print(sorted({'faust', 'fastapi', 'psycopg', 'kafka'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
