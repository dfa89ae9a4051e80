"""The made-up county as data: units, projects, the courses that a project's year can take."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.resources import files
from typing import Any


def read(name: str) -> dict[str, Any]:
    """The content of one data file, numbers with a point as exact decimals."""
    return tomllib.loads((files(__name__) / name).read_text("utf-8"), parse_float=Decimal)
