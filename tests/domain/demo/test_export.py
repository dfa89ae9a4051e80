"""The finance systems' files: read by `jixiao emit` as planted, to the fen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from deploy.demo import export
from deploy.demo.plan import make_plan
from deploy.demo.script import script
from deploy.demo.steps import File

FILES = [file for day in script(make_plan()) for phase in day.phases for file in phase.files]


@pytest.mark.parametrize(
    "file", [FILES[1], FILES[2], FILES[-1]], ids=lambda file: f"{file.source}-{len(file.vouchers)}"
)
def test_emit_reads_a_file_as_it_was_planted(file: File, tmp_path: Path) -> None:
    path = export.write(file, tmp_path, "month")
    said = CliRunner().invoke(app, ["emit", str(path), "--source", file.source, "--dry-run", "--json"])
    assert said.exit_code == 0, said.output
    assert export.surprises(file, json.loads(said.stdout.splitlines()[-1])) == []


def test_a_file_that_emit_reads_otherwise_is_a_surprise(tmp_path: Path) -> None:
    file = FILES[1]
    less = {
        "source": file.source,
        "rows": len(file.vouchers),
        "accepted": 1,
        "duplicates": 0,
        "rejected": 0,
        "amount": "0.00",
    }
    told = export.surprises(file, less)
    assert any("accepted 1 instead" in surprise for surprise in told)
    assert any("amount 0.00 instead" in surprise for surprise in told)


def test_some_files_hold_a_voucher_twice_and_both_forms_are_written(tmp_path: Path) -> None:
    doubled = [file for file in FILES if len({voucher.number for voucher in file.vouchers}) < len(file.vouchers)]
    assert doubled
    suffixes = {export.write(file, tmp_path, str(number)).suffix for number, file in enumerate(FILES[:4])}
    assert suffixes == {".csv", ".jsonl"}
