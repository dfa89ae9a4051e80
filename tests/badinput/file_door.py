"""The door of files: exports for `emit`, statements for `reconcile`, and report workbooks that come back filled in."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal
from unittest.mock import patch

from typer.main import get_command
from typer.testing import CliRunner
from xlsxwriter import Workbook

from backbone.process.settings import settings
from backbone.tables.forms import MEDIA_TYPE
from cli.main import app
from tests.badinput import corpora
from tests.badinput.door import Fate, Input, Wrong
from tests.badinput.mutations import ENCODINGS, HURTFUL, mutated
from tests.badinput.trees import TEXTS, Raw, bad_json, dumps
from tests.badinput.wire import TELLTALE, Line, Request, headers, judged, served
from tests.integration.monitored import Monitoring, approved, monitoring, token, voucher
from tests.integration.servers import Servers

Reader = Literal["emit", "reconcile", "workbook"]
HEADINGS = ("凭证号", "日期", "金额", "项目编码", "单位", "摘要")
ROWS = tuple(
    (f"记-{n}", f"2026-01-{n:02d}", f"{n}00.50", f"CS-{n % 3 + 1}", "department-03", "水渠, 二期") for n in range(1, 12)
)
SUMS = "项目编码,月份,金额\nCS-1,2026-01,100.00\nCS-2,2026-01,20.50\n"
MOST_MEMORY = 3 * 2**30
"""Bytes that the process of this door may take for one file beyond what it began with."""


@dataclass(frozen=True)
class Sent:
    """A file and who reads it."""

    reader: Reader
    data: bytes


@dataclass
class File:
    """The commands in this process, the workbook's door on a real uvicorn."""

    at: Monitoring
    line: Line
    template: bytes
    folder: Path
    name: str = "file"
    batch: int = 1
    rest: int = 50
    _good: int = 0
    _runner: CliRunner = field(default_factory=CliRunner)

    def fixed(self) -> int:
        """Naughty strings in each column of three formats, the suite as a line of JSON, and archives made to hurt."""
        return len(_naughty_files()) + len(corpora.json_suite()) + len(_bombs())

    def make(self, number: int, chance: Random) -> Input:
        files, suite, bombs = _naughty_files(), corpora.json_suite(), _bombs()
        if number < len(files):
            return Input(number, "naughty strings", Sent(*files[number]))
        if number < len(files) + len(suite):
            name, text = suite[number - len(files)]
            return Input(number, name, Sent("emit", _line(1) + b"\n" + text.encode("utf-8", "surrogatepass") + b"\n"))
        if number < self.fixed():
            name, reader, make = bombs[number - len(files) - len(suite)]
            return Input(number, name, Sent(reader, make(self.template)))
        return self._mutation(number, chance)

    def take(self, inputs: Sequence[Input]) -> list[Fate | Wrong]:
        fates: list[Fate | Wrong] = []
        for each in inputs:
            try:
                fates.append(self._taken(each.sent))
            except Wrong as wrong:
                fates.append(wrong)
        return fates

    def good(self) -> None:
        """A good export, a good statement and a good workbook are read."""
        self._good += 1
        for reader, data in (("emit", _csv(ROWS)), ("reconcile", SUMS.encode()), ("workbook", self.template)):
            fate = self._taken(Sent(reader, data), good=True)  # type: ignore[arg-type]
            if fate != "accepted" and reader != "workbook":
                raise Wrong(f"{reader}: {fate}")

    def _taken(self, sent: Sent, *, good: bool = False) -> Fate:
        if sent.reader == "workbook":
            return self._workbook(sent.data)
        for left in self.folder.iterdir():
            left.unlink()
        path = self.folder / "export.csv"
        path.write_bytes(sent.data)
        options = ["--source", "treasury-1", "--dry-run"]
        result = self._runner.invoke(app, [sent.reader, str(path), *options])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise Wrong(f"{sent.reader}: {type(result.exception).__name__}: {str(result.exception)[:300]}")
        self._machines_line(sent, result.stdout)
        told = TELLTALE.search(result.stderr.encode("utf-8", "surrogateescape"))
        if told and told[0].lower() not in sent.data.lower():
            raise Wrong(f"{sent.reader} tells {told[0]!r}: {result.stderr[:300]!r}")
        if result.exit_code == 0 or (result.exit_code == 3 and sent.reader == "reconcile"):
            return "accepted"
        if result.exit_code not in (2, 3) or not result.stderr.strip():
            raise Wrong(f"{sent.reader} ends with {result.exit_code}: {result.stderr[:300]!r}")
        return "refused"

    @staticmethod
    def _machines_line(sent: Sent, stdout: str) -> None:
        try:
            line = json.loads(stdout.splitlines()[-1])
        except (ValueError, IndexError):
            raise Wrong(f"{sent.reader}: the last line is no JSON: {stdout[-300:]!r}") from None
        if sent.reader == "emit" and line["accepted"] + line["duplicates"] + line["rejected"] != line["rows"]:
            raise Wrong(f"emit does not add up: {line}")

    def _workbook(self, data: bytes) -> Fate:
        said = headers(
            authorization=f"Bearer {token('unit')}",
            idempotency_key=f"book-{os.urandom(6).hex()}",
            content_type=MEDIA_TYPE,
        )
        request = Request("POST", b"/api/reports/workbook", said, data)
        return judged(self.line.ask(request), request)

    def _mutation(self, number: int, chance: Random) -> Input:
        kind = chance.choices(("csv", "jsonl", "xlsx", "sums", "workbook", "cells"), (40, 18, 12, 15, 8, 7))[0]
        match kind:
            case "csv":
                reader = chance.choice(("emit", "emit", "reconcile"))
                rows = [list(row) for row in ROWS]
                if chance.random() < 0.5:
                    rows[chance.randrange(len(rows))][chance.randrange(6)] = chance.choice(TEXTS)[:5000]
                data = _csv(rows, chance.choice(("utf-8", "utf-8", "utf-8", *ENCODINGS[:4])), chance.choice(",,,;\t|"))
                sent = Sent(reader, mutated(data, chance, (SUMS.encode(), _line(2))))
            case "jsonl":
                lines = [_line(1), bad_json(json.loads(_line(2)), chance), _line(3)]
                data = b"\n".join(lines)
                sent = Sent("emit", data if chance.random() < 0.7 else mutated(data, chance, (_line(4),)))
            case "sums":
                sent = Sent("reconcile", mutated(SUMS.encode(), chance, (_csv(ROWS[:2]),)))
            case "xlsx":
                sent = Sent(chance.choice(("emit", "reconcile")), _damaged(_xlsx(ROWS), chance))
            case "workbook":
                sent = Sent("workbook", _damaged(self.template, chance)[:240_000])
            case _:
                sent = Sent("workbook", _inside(self.template, chance)[:240_000])
        return Input(number, f"{kind} {sent.reader}", sent)


def _line(number: int) -> bytes:
    return json.dumps(voucher(f"记-{number}", "2026-01-05", "100.00"), ensure_ascii=False).encode()


def _csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows((HEADINGS, *rows))
    return out.getvalue().encode("utf-8", "replace").decode("utf-8").encode(encoding, "replace")


@cache
def _xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet("凭证")
        for number, row in enumerate((HEADINGS, *rows)):
            for place, text in enumerate(row):
                page.write_string(number, place, text[:32_000])
    return out.getvalue()


@cache
def _naughty_files() -> list[tuple[Reader, bytes]]:
    """Thirty naughty strings a file, down each column in turn; as CSV for both commands, as XLSX, as JSON lines."""
    files: list[tuple[Reader, bytes]] = []
    for place in range(len(HEADINGS)):
        for begin in range(0, len(corpora.naughty()), 30):
            texts = corpora.naughty()[begin : begin + 30]
            rows = tuple(tuple(text if at == place else cell for at, cell in enumerate(ROWS[0])) for text in texts)
            said = [dict(zip(HEADINGS, row, strict=True)) for row in rows]
            lines = "\n".join(json.dumps(each, ensure_ascii=bool(begin % 60)) for each in said)
            files += [("emit", _csv(rows)), ("reconcile", _csv(rows)), ("emit", _xlsx(rows))]
            files.append(("emit", lines.encode("utf-8", "surrogatepass")))
    return files


def _damaged(data: bytes, chance: Random) -> bytes:
    """The archive itself damaged, or a part of it with its checksum right."""
    return mutated(data, chance, (data,)) if chance.random() < 0.4 else _inside(data, chance)


def _inside(data: bytes, chance: Random) -> bytes:
    """One part of an archive made bad, put out anew."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(
        [each for each in parts if "sheet" in each or "Strings" in each] if chance.random() < 0.7 else list(parts)
    )
    if chance.random() < 0.1:
        del parts[name]
    else:
        parts[name] = mutated(parts[name], chance, tuple(parts.values()))
    return _zipped(parts)


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def _changed(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return _zipped({name: change(name, archive.read(name)) for name in archive.namelist()})


def _far_cell(place: str) -> Callable[[bytes], bytes]:
    """A sheet with one more cell far out."""
    row = "".join(filter(str.isdigit, place))
    cell = f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'.encode()
    return lambda data: _changed(
        data, lambda name, part: part.replace(b"</sheetData>", cell) if "sheet1" in name else part
    )


def _swollen(part_name: str, size: int) -> Callable[[bytes], bytes]:
    """A part with blanks of so many bytes before its end."""

    def swell(name: str, part: bytes) -> bytes:
        return part if part_name not in name else part[: part.rindex(b"</")] + b" " * size + part[part.rindex(b"</") :]

    return lambda data: _changed(data, swell)


def _bombs() -> list[tuple[str, Reader, Callable[[bytes], bytes]]]:
    """Files that are small and made to take memory or time."""

    def export(make: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
        return lambda _: make(_xlsx(ROWS))

    deep = b'{"a":' * 100_000
    archives: list[tuple[str, Callable[[bytes], bytes]]] = [
        ("a cell in the last row", _far_cell("C1048576")),
        ("a cell in the last place", _far_cell("XFD1048576")),
        ("a cell past the last place", _far_cell("ZZZZ9999999")),
        ("a cell whose number overflows", _far_cell("A99999999999999999999")),
        ("a swollen sheet", _swollen("sheet1", 60_000_000)),
        ("swollen texts", _swollen("sharedStrings", 60_000_000)),
    ]
    bombs: list[tuple[str, Reader, Callable[[bytes], bytes]]] = [
        *((f"{name}, exported", "emit", export(make)) for name, make in archives),
        *((f"{name}, in a workbook", "workbook", make) for name, make in archives),
        ("one long line", "emit", lambda _: b"x" * 20_000_000),
        ("one long field", "emit", lambda _: _csv([[*ROWS[0][:5], "y" * 20_000_000]])),
        ("one open quote", "emit", lambda _: _csv(ROWS) + b'"' + b"z,\n" * 30_000),
        ("many columns", "emit", lambda _: b"," * 2_000_000 + b"\n" + _csv(ROWS)),
        ("deep JSON", "emit", lambda _: _line(1) + b"\n" + deep + b"\n"),
        ("a long JSON line", "emit", lambda _: dumps({**json.loads(_line(1)), "memo": "m" * 20_000_000}).encode()),
        ("a long number", "emit", lambda _: dumps({**json.loads(_line(1)), "amount": Raw("9" * 1_000_000)}).encode()),
        ("nothing", "emit", lambda _: b""),
        ("NULs", "emit", lambda _: b"\x00" * 1_000_000),
        *((f"only {mark!r}", "emit", lambda _, mark=mark: mark) for mark in HURTFUL[:8]),
    ]
    return bombs


@contextmanager
def opened(servers: Servers) -> Iterator[File]:
    """The door on a ledger with a few vouchers, in a folder of its own, with a bound on the memory of this process."""
    before = Path.cwd()
    with (
        monitoring(servers) as at,
        served([at.client.app]) as ports,
        tempfile.TemporaryDirectory(prefix="badinput-") as folder,
        _put_together_once(),
    ):  # type: ignore[list-item]
        at.hear(approved(), approved("CS-2"))
        at.flush(voucher("记-1", "2026-01-05", "100.00"), voucher("记-2", "2026-01-06", "20.50", project="CS-2"))
        template = at.get("/api/reports/workbook?unit=department-03&period=2026-01")
        assert template.status_code == 200, template.text
        line = Line(ports[0])
        with _here(Path(folder), at.url), _bounded_memory():
            try:
                yield File(at, line, template.content, Path(folder))
            finally:
                line.close()
                os.chdir(before)


def _put_together_once() -> AbstractContextManager[object]:
    """Typer's runner puts the command line together anew for every call, which took three quarters of this door's time."""
    return patch("typer.testing._get_command", cache(get_command))


@contextmanager
def _here(folder: Path, database: str) -> Iterator[None]:
    """Commands run in `folder` and know the ledger."""
    known = os.environ.get("JIXIAO_MONITORING_DATABASE")
    os.chdir(folder)
    os.environ["JIXIAO_MONITORING_DATABASE"] = database
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ.pop("JIXIAO_MONITORING_DATABASE")
        if known is not None:
            os.environ["JIXIAO_MONITORING_DATABASE"] = known
        settings.cache_clear()


@contextmanager
def _bounded_memory() -> Iterator[None]:
    """What asks for more memory gets none, instead of taking the machine's."""
    held = (
        int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        if Path("/proc").is_dir()
        else 2**33
    )
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (held + MOST_MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
