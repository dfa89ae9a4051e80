"""Good bytes made bad: bits flipped, ends cut off, parts doubled, lost and spliced, and what is known to hurt put in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

LONGEST = 200_000
"""Bytes of what a mutation makes, at most."""
HURTFUL = (
    b"\x00", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80",
    b"\r\n", b"\n", b"\r", b"\t", b"\x1b[2J", b"\x7f", b"\x0b", b"\xe2\x80\xae", b"\xc2\x85", b"\xe2\x80\xa8", b"\"", b"'", b"\\", b"%00",
    b"\\u0000", b"\\ud800", b"{", b"}", b"[", b"]", b"<", b">", b"&", b";", b",", b"=", b"-", b"+", b"1e999", b"9" * 400, b"../", b" ",
)  # fmt: skip
"""NUL, byte order marks, overlong and impossible UTF-8, line ends, escapes, and the characters that formats are made of."""

ENCODINGS = ("utf-16", "utf-16-be", "utf-8-sig", "gb18030", "utf-32", "big5", "latin-1", "utf-7")


def mutated(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    """`data` after one to three mutations; `others` is good data to splice from."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        data = chance.choice(_MUTATIONS)(data, chance, others)[:LONGEST]
    return data


def recoded(data: bytes, chance: Random) -> bytes:
    """UTF-8 text in another encoding; as it is where that one can't hold it, or where it is no UTF-8."""
    return data.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")


def _span(data: bytes, chance: Random) -> tuple[int, int]:
    begin = chance.randrange(len(data) + 1)
    return begin, min(len(data), begin + chance.choice((1, 2, 8, 64, 512)))


def _flip(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8)) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    place = chance.randrange(len(data) + 1)
    return chance.choice((data[:place], data[place:]))


def _double(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    begin, end = _span(data, chance)
    return data[:end] + data[begin:end] * chance.choice((1, 1, 2, 50, 2000)) + data[end:]


def _lose(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    begin, end = _span(data, chance)
    return data[:begin] + data[end:]


def _splice(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    begin, end = _span(other, chance)
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice((other[begin:], other[begin:end])) + data[place:]


def _put_in(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    place = chance.randrange(len(data) + 1)
    hurtful = chance.choice(HURTFUL) if chance.random() < 0.8 else chance.randbytes(chance.choice((1, 4, 100)))
    return data[:place] + hurtful + data[place + chance.choice((0, 1, len(hurtful))) :]


def _recode(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    return recoded(data, chance)


_MUTATIONS: tuple[Callable[[bytes, Random, Sequence[bytes]], bytes], ...] = (
    _flip, _flip, _cut, _double, _lose, _splice, _put_in, _put_in, _recode,
)  # fmt: skip
