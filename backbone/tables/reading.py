"""The way in: which kind of table a file is, told by its content and never by its name."""

from __future__ import annotations

import io
from typing import BinaryIO

from backbone.tables.delimited import Delimited, Layout, Recognised, layout_of
from backbone.tables.encodings import Encoding, encoding_of
from backbone.tables.jsonlines import JsonLines
from backbone.tables.row import Table, Unreadable
from backbone.tables.xlsx import open_workbook

KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "old-workbook"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "compressed"),
    (b"7z\xbc\xaf", "compressed"),
    (b"Rar!", "compressed"),
)
"""What files begin with that are neither text nor a workbook."""
ARCHIVE = b"PK\x03\x04"
"""What XLSX begins with."""

_BEGINNING = 256 * 1024


def open_table(file: BinaryIO, recognised: Recognised, *, encoding: str = "auto") -> Table:
    """The table in `file`, which must be seekable. `recognised` says how well a row is understood as headers (0: not at all).

    Unreadable says why there is no table: another kind of file, an encoding that doesn't fit, nothing in it.
    """
    file.seek(0)
    head = file.read(4096)
    for magic, kind in KINDS:
        if head.startswith(magic):
            raise Unreadable("another-kind", kind=kind)
    if head.startswith(ARCHIVE):
        return open_workbook(file, recognised)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Unreadable("empty")
    found = encoding_of(file, encoding, lambda text: _understood(text, recognised))
    beginning = _beginning(file, found)
    first = beginning.lstrip()[:200].casefold()
    if first.startswith("{"):
        return JsonLines(file, found)
    if first.startswith("["):
        raise Unreadable("another-kind", kind="json-array")
    if first.startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise Unreadable("another-kind", kind="web-page")
    return Delimited(file, found, layout_of(beginning, recognised))


def _understood(text: str, recognised: Recognised) -> int:
    if text.lstrip().startswith("{"):
        return 0
    try:
        layout: Layout = layout_of(text, recognised)
    except Unreadable:
        return 0
    return layout.score


def _beginning(file: BinaryIO, encoding: Encoding) -> str:
    """The file's first lines, whole: what the layout is judged by."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding.name, encoding.errors, newline="")
    try:
        found = text.read(_BEGINNING)
    finally:
        text.detach()
    cut = found.rfind("\n") if len(found) == _BEGINNING else -1
    return found[: cut + 1] if cut >= 0 else found
