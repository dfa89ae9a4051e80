"""What `jixiao emit` says: every sentence stands in `words.toml`, 中文 and English side by side."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


class Refused(Exception):
    """The whole file, or the whole call, is refused: `reason` is a stable word, the sentence stands under it in `words.toml`."""

    def __init__(self, reason: str, **fields: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fields = fields

    def sentences(self) -> tuple[str, str]:
        """In Chinese and in English."""
        return sentences("refusal", self.reason, **self.fields)


def sentences(section: str, name: str, **fields: object) -> tuple[str, str]:
    """A sentence in Chinese and in English, with its fields filled in."""
    words = _words()[section][name]
    return words["zh"].format(**fields), words["en"].format(**fields)


def reason_sentence(reasons: tuple[str, ...]) -> str:
    """Why a row was refused, for the person who corrects it."""
    spoken = [sentences("reason", reason) for reason in reasons]
    return "；".join(zh for zh, _ in spoken) + " · " + "; ".join(en for _, en in spoken)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
