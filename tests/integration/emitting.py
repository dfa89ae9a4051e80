"""`jixiao emit` called as a person calls it, with what it said."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from cli.main import app

KEYS = ["source", "rows", "blank", "accepted", "duplicates", "rejected", "amount", "currency", "sent", "rejects"]


@dataclass(frozen=True)
class Said:
    """What one call said."""

    status: int
    line: dict[str, Any]
    stderr: str

    def rejects(self) -> list[dict[str, str]]:
        """The rejects as a person sees them in a spreadsheet."""
        return list(csv.DictReader(Path(self.line["rejects"]).read_text("utf-8-sig").splitlines(keepends=True)))

    def reasons(self) -> list[tuple[int, str]]:
        """The row numbers refused, each with its reasons."""
        return [(int(row["jixiao_row"]), row["jixiao_reason"]) for row in self.rejects()]

    def counts(self) -> tuple[int, int, int, int]:
        """(rows, accepted, duplicates, rejected)."""
        return tuple(self.line[key] for key in ("rows", "accepted", "duplicates", "rejected"))  # type: ignore[return-value]


def emit(file: Path | str, *options: str, dry: bool = True, stdin: bytes | None = None) -> Said:
    """Call `jixiao emit`; its last line is always the machine's, and always adds up."""
    result = CliRunner().invoke(app, ["emit", str(file), *(["--dry-run"] if dry else []), *options], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    line = json.loads(result.stdout.splitlines()[-1])
    assert list(line) == KEYS
    assert line["accepted"] + line["duplicates"] + line["rejected"] == line["rows"]
    return Said(result.exit_code, line, result.stderr)


def sheet(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    """A file of these lines."""
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


USUAL = "凭证号,日期,金额,项目编码,单位,摘要"


def usual(
    here: Path, *lines: str, options: tuple[str, ...] = ("--source", "treasury-1"), encoding: str = "utf-8"
) -> Said:
    """Call `jixiao emit` with rows under the usual headers."""
    return emit(sheet(here / "export.csv", USUAL, *lines, encoding=encoding), *options)
