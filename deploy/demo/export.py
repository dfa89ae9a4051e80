"""What the two finance systems export: one a CSV with Chinese headers, the other JSON lines; sent with `jixiao emit`, as they would."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
    form = read("county.toml")["sources"][file.source]["form"]
    path = folder / f"{file.source}-{name}.{form}"
    rows = [_row(voucher) for voucher in file.vouchers]
    if form == "csv":
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([_HEADERS, *rows])
    else:
        path.write_text(
            "".join(json.dumps(dict(zip(_KEYS, row, strict=True)), ensure_ascii=False) + "\n" for row in rows), "utf-8"
        )
    return path


def send(path: Path, source: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """`jixiao emit` on the file, whole and again where it fails: a re-sent voucher counts once. What it says at the end."""
    command = [sys.executable, "-m", "cli.main", "emit", str(path), "--source", source, "--json"]
    until = time.monotonic() + PATIENCE
    while True:
        done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return json.loads(done.stdout.strip().splitlines()[-1])
        if done.returncode in (2, 3) or time.monotonic() > until:
            raise NotSent(f"{path.name}: {done.returncode} {done.stderr.strip()[-600:]}")
        time.sleep(1)


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


def _row(voucher: Voucher) -> tuple[str, ...]:
    return (
        voucher.number, voucher.date.isoformat(), yuan(voucher.amount), voucher.project,
        voucher.unit, voucher.memo, voucher.functional, voucher.economic,
    )  # fmt: skip
