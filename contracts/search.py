"""Finding a project by words: bigrams, so that two Chinese characters are enough and an index does the work.

A text is taken apart into its runs of letters, digits and characters; each run gives its single characters and its pairs. A query's
pairs must all be there, and its words must stand in the text as written.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

MOST_WORDS = 8


def normal(text: str) -> str:
    """Full-width and upper case made plain: `ＣＳ－２０２６` and `cs-2026` are found by each other."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, each to be found as written; at most eight."""
    return tuple(dict.fromkeys(normal(query).split()))[:MOST_WORDS]


def terms(text: str) -> tuple[str, ...]:
    """The characters and pairs of a text, for the index or for a query, each once."""
    found: dict[str, None] = {}
    for word in normal(text).split():
        found.update(dict.fromkeys(word))
        found.update(dict.fromkeys(first + second for first, second in pairwise(word)))
    return tuple(found)
