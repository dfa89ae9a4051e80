"""Which encoding a file's bytes are in: Unicode by its marks and its strictness, GB18030 and cp1252 by what they would say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from backbone.tables.row import Unreadable

_MARKS = (  # UTF-32's mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHERS = ("gb18030", "cp1252")
_CHUNK = 1 << 20
_EVIDENCE = 1 << 16
_CHINESE = 0.9
"""The share of everyday characters from which lines are Chinese."""
_LOST = re.compile("[\udc80-\udcff]+")
_FOREIGN = re.compile("[^\x00-\x7f\udc80-\udcff]")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding by Python's name. `damaged`: some bytes can't be read in it, so rows that hold such bytes are refused."""

    name: str
    damaged: bool = False

    @property
    def errors(self) -> str:
        return "surrogateescape" if self.damaged else "strict"


def encoding_of(file: BinaryIO, wanted: str, recognised: Callable[[str], int]) -> Encoding:
    """The encoding of `file`, looked for where `wanted` is `auto`. `recognised` says how well a beginning, read as text, is understood.

    The headers decide before the bytes do: one damaged byte must not make another encoding of a file, but costs the row it stands in.

    A byte order mark beats a name. In the encoding that was named every byte must be readable: Unreadable("wrong-encoding") says
    where it isn't. Unreadable("not-text") for bytes that are no text.
    """
    file.seek(0)
    head = file.read(1 << 16)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _sure(file, name)
    if wanted.casefold() != "auto":
        return _sure(file, _known(wanted))
    sixteen = _without_mark(head)
    if sixteen:
        return _sure(file, sixteen)
    if len(_CONTROLS.findall(head)) > 4 + len(head) // 20:
        raise Unreadable("not-text")
    return _looked_for(file, recognised)


def _looked_for(file: BinaryIO, recognised: Callable[[str], int]) -> Encoding:
    if _first_bad_byte(file, "utf-8") is None:
        return Encoding("utf-8")
    foreign, lost = _utf8_counts(file)
    if foreign > 10 * lost:
        return Encoding("utf-8", damaged=True)
    fitting = [name for name in _OTHERS if _first_bad_byte(file, name) is None]
    file.seek(0)
    head = file.read(_EVIDENCE)
    scores = {name: recognised(head.decode(name, "replace")) for name in ("utf-8", *_OTHERS)}
    best = [name for name, score in scores.items() if score == max(scores.values())]
    name = best[0] if len(best) == 1 else _told_by_its_lines(_foreign_lines(file), fitting)
    return Encoding(name, damaged=name not in fitting)


def _told_by_its_lines(evidence: bytes, fitting: list[str]) -> str:
    """The encoding of a file whose headers don't tell it. Where only one reads every byte, it is that one, unless the other makes
    everyday Chinese of all but a few bytes: almost any bytes can be read as cp1252, Chinese ones with one damaged among them too.
    """
    everyday = _everyday_share(evidence)
    if everyday >= _CHINESE:
        return "gb18030"
    return fitting[0] if len(fitting) == 1 else _more_plausible(evidence, everyday)


def _sure(file: BinaryIO, name: str) -> Encoding:
    bad = _first_bad_byte(file, name)
    if bad is not None:
        raise Unreadable("wrong-encoding", encoding=name, line=_line_at(file, bad))
    return Encoding(name)


def _known(name: str) -> str:
    try:
        b"".decode(name)
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        raise Unreadable("unknown-encoding", encoding=name) from None


def _without_mark(head: bytes) -> str | None:
    """UTF-16 without a mark: ASCII's commas and digits leave a zero byte on one side of each pair, and never on the other."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < 2 or min(even, odd) > 0:
        return None
    name = "utf-16-be" if even else "utf-16-le"
    try:
        codecs.getincrementaldecoder(name)().decode(head)
    except UnicodeDecodeError:
        return None
    return name


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """The file in chunks, each with whether it is the last."""
    file.seek(0)
    chunk = file.read(_CHUNK)
    while True:
        after = file.read(_CHUNK) if chunk else b""
        yield chunk, not after
        if not after:
            return
        chunk = after


def _first_bad_byte(file: BinaryIO, name: str) -> int | None:
    """Where (to within a character) the file stops being readable in an encoding; None where all of it is."""
    decoder = codecs.getincrementaldecoder(name)()
    before = 0
    for chunk, last in _chunks(file):
        try:
            decoder.decode(chunk, last)
        except UnicodeDecodeError as error:
            return max(0, before + len(chunk) - len(error.object) + error.start)
        before += len(chunk)
    return None


def _line_at(file: BinaryIO, offset: int) -> int:
    file.seek(0)
    return file.read(offset).count(b"\n") + 1


def _utf8_counts(file: BinaryIO) -> tuple[int, int]:
    """Read as UTF-8: how many characters beyond ASCII there are, and how many runs of bytes that can't be read."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    foreign = lost = 0
    for chunk, last in _chunks(file):
        text = decoder.decode(chunk, last)
        lost += len(_LOST.findall(text))
        foreign += len(_FOREIGN.findall(text))
    return foreign, lost


def _foreign_lines(file: BinaryIO) -> bytes:
    """The first lines that hold more than ASCII: what tells one encoding from another."""
    file.seek(0)
    kept = bytearray()
    while len(kept) < _EVIDENCE and (line := file.readline(_CHUNK)):
        if not line.isascii():
            kept += line
    return bytes(kept)


def _everyday_share(evidence: bytes) -> float:
    """Read as GB18030: the share of everyday Chinese among all that is beyond ASCII."""
    chinese = [character for character in evidence.decode("gb18030", "replace") if not character.isascii()]
    return sum(_everyday(character) for character in chinese) / max(1, len(chinese))


def _more_plausible(evidence: bytes, everyday: float) -> str:
    """cp1252 where Chinese characters would be rare ones; else what charset-normalizer says."""
    if everyday <= 0.5:
        return "cp1252"
    from charset_normalizer import from_bytes  # 50 ms to import, seldom needed

    best = from_bytes(evidence, cp_isolation=list(_OTHERS)).best()
    return best.encoding if best is not None and best.encoding in _OTHERS else "gb18030"


def _everyday(character: str) -> bool:
    """Whether a character is of GB 2312: the 6,763 everyday characters, and Chinese punctuation."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return character != "\ufffd"
