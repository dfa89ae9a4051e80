"""How header names are compared: after trimming, ignoring case, with `_` as a space, full-width letters as plain ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def plain_name(header: str) -> str:
    """The form in which two header names are compared: `" Paid_Date "` → `paid date`."""
    return " ".join(unicodedata.normalize("NFKC", header).replace("_", " ").casefold().split())


def positions(headers: Sequence[str]) -> dict[str, list[int]]:
    """Where each name stands among the headers, by its plain form; a name can stand more than once."""
    found: dict[str, list[int]] = {}
    for position, header in enumerate(headers):
        name = plain_name(header)
        if name:
            found.setdefault(name, []).append(position)
    return found
