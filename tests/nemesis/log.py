"""The log of a run: what was asked and what became of it, what was done to the installation; one JSON object a line.

An operation is *acknowledged* (it must be there once), *failed* (it must not be there) or *unknown* (it may be there once).
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ACKNOWLEDGED, FAILED, UNKNOWN = "acknowledged", "failed", "unknown"


class Log:
    """Written by several threads; each line is in the file when `write` returns."""

    def __init__(self, path: Path) -> None:
        self.counted: Counter[tuple[str, str]] = Counter()
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._lock = threading.Lock()
        self._began = time.monotonic()

    def write(self, op: str, **said: Any) -> None:
        """One line; operations are counted by what became of them."""
        line = json.dumps({"op": op, "at": round(time.monotonic() - self._began, 3), **said}, ensure_ascii=False)
        with self._lock:
            self.counted[op, said.get("fate", "")] += 1
            self._file.write(line + "\n")

    def count(self, op: str, fate: str) -> int:
        """How many operations of a kind came to this."""
        return self.counted[op, fate]

    def close(self) -> None:
        """Nothing more is written."""
        with self._lock:
            self._file.close()


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a log; one that was broken off at its end is left out."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield json.loads(line)
