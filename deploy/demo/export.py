"""What the two finance systems export: one a CSV with Chinese headers, the other JSON lines, once a workbook made by hand; sent with
`jixiao emit`, as they would."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import xlsxwriter

from deploy.demo.data import read
from deploy.demo.facts import Voucher
from deploy.demo.projects import yuan
from deploy.demo.steps import File

PATIENCE = 90.0
_HEADERS = ("凭证号", "日期", "金额", "项目编码", "单位编码", "摘要", "功能分类", "经济分类")
_KEYS = ("voucher", "date", "amount", "project", "unit", "memo", "functional", "economic")


class NotSent(Exception):
    """A file could not be sent; carries what `jixiao emit` said."""


def write(file: File, folder: Path, name: str) -> Path:
    """The export as a file in `folder`, in the form that the source uses."""
    folder.mkdir(parents=True, exist_ok=True)
    told = read("county.toml")["sources"][file.source]
    form = "xlsx" if told.get("by_hand") == name else told["form"]
    path = folder / f"{file.source}-{name}.{form}"
    rows = [_row(voucher) for voucher in file.vouchers]
    if form == "xlsx":
        _write_workbook(path, file)
    elif form == "csv":
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([_HEADERS, *rows])
    else:
        path.write_text(
            "".join(json.dumps(dict(zip(_KEYS, row, strict=True)), ensure_ascii=False) + "\n" for row in rows), "utf-8"
        )
    return path


class Senders:
    """The finance systems' way out: `jixiao emit -`, one process a file. The next one of a source is started early, so that it has
    read its own code when the file comes."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._ready: dict[str, subprocess.Popen[bytes]] = {}

    def prepare(self, source: str) -> None:
        """Start the process that will send the next file of `source`."""
        command = [sys.executable, "-m", "cli.main", "emit", "-", "--source", source, "--json"]
        pipe = subprocess.PIPE
        self._ready[source] = subprocess.Popen(command, env=self._environment, stdin=pipe, stdout=pipe, stderr=pipe)

    def send(self, path: Path, source: str) -> dict[str, Any]:
        """`jixiao emit` on the file, whole and again where it fails: a re-sent voucher counts once. What it says at the end."""
        until = time.monotonic() + PATIENCE
        while True:
            if source not in self._ready:
                self.prepare(source)
            process = self._ready.pop(source)
            said, told = process.communicate(path.read_bytes())
            if process.returncode == 0:
                return json.loads(said.strip().splitlines()[-1])
            if process.returncode in (2, 3) or time.monotonic() > until:
                raise NotSent(f"{path.name}: {process.returncode} {told.decode(errors='replace').strip()[-600:]}")
            time.sleep(1)

    def close(self) -> None:
        """End what was started and not needed."""
        for process in self._ready.values():
            process.kill()
            process.communicate()
        self._ready.clear()


def surprises(file: File, said: Mapping[str, Any]) -> list[str]:
    """A sentence for each figure of `emit` that isn't the file's: rows, vouchers, their exact sum."""
    distinct = {voucher.number: voucher for voucher in file.vouchers}
    wanted = {
        "source": file.source,
        "rows": len(file.vouchers),
        "accepted": len(distinct),
        "duplicates": len(file.vouchers) - len(distinct),
        "rejected": 0,
        "amount": yuan(sum(voucher.amount for voucher in distinct.values())),
    }
    return [
        f"emit {file.source}: {name} {said.get(name)} instead of {value}"
        for name, value in wanted.items()
        if said.get(name) != value
    ]


def _write_workbook(path: Path, file: File) -> None:
    """As people export by hand: days are days and amounts are numbers of the spreadsheet."""
    book: Any = xlsxwriter.Workbook(path)
    with book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("凭证")
        sheet.write_row(0, 0, _HEADERS)
        for number, voucher in enumerate(file.vouchers, 1):
            text, _, amount, *others = _row(voucher)
            sheet.write_string(number, 0, text)
            sheet.write_datetime(number, 1, datetime.combine(voucher.date, time_of_day()), day)
            sheet.write_number(number, 2, float(amount))
            for place, other in enumerate(others, 3):
                sheet.write_string(number, place, other)


def _row(voucher: Voucher) -> tuple[str, ...]:
    return (
        voucher.number, voucher.date.isoformat(), yuan(voucher.amount), voucher.project,
        voucher.unit, voucher.memo, voucher.functional, voucher.economic,
    )  # fmt: skip
