"""A map: how one source's columns read, as data that a finance clerk writes in TOML. Without one, `usual.toml` is the map.

source = "treasury-1"            # the sending system: vouchers are unique within it
currency = "CNY"                 # amounts become integer minor units of it
numbering = "yearly"             # or "continuous": voucher numbers never start again
encoding = "auto"                # or a name
[columns]
voucher = "凭证号"                # a header,
unit = ["单位编码", "单位"]        # the first header that the file has,
project = "{部门}-{项目}"         # or a template of columns
[formats]
date = ["%d/%m/%Y"]
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from backbone.tables.dates import USUAL, format_problem
from cli.emitting.words import Refused
from contracts.kinds import Code, Currency

NEEDED = ("voucher", "date", "amount", "project")
"""The columns without which no row is a voucher."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _usable(format: str) -> str:
    problem = format_problem(format)
    if problem == "unknown-letter":
        raise ValueError(f"{format!r}: only %Y %y %m %d %b %B and %H %M %S %f can be used")
    if problem:
        raise ValueError(f"{format!r}: a date format names year, month and day once each")
    return format


Headers = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed), Field(min_length=1)]
"""Header names or templates; the first that the file has counts."""


class Columns(BaseModel):
    """Which headers each part of a voucher stands under."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voucher: Headers
    date: Headers
    amount: Headers
    project: Headers
    unit: Headers | None = None
    memo: Headers | None = None
    fiscal_year: Headers | None = None
    functional: Headers | None = None
    economic: Headers | None = None
    currency: Headers | None = None
    source: Headers | None = None
    sequence: Headers | None = None


class Formats(BaseModel):
    """How days are written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: Annotated[
        tuple[Annotated[str, AfterValidator(_usable)], ...], BeforeValidator(_listed), Field(min_length=1)
    ] = USUAL


class Map(BaseModel):
    """How one source's export reads. Unknown keys are an error: a misspelt column must not pass for a missing one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Code | None = None
    currency: Currency | None = None
    numbering: Literal["yearly", "continuous"] = "yearly"
    encoding: str = "auto"
    columns: Columns
    formats: Formats = Formats()


def load_map(path: Path | None) -> Map:
    """The map in a file, or the usual headers'; Refused with every problem of it at once.

    A map without `[columns]` reads the usual ones; one with them reads no others, but for the fiscal year, which counts wherever a
    file has it.
    """
    if path is None:
        return usual_map()
    try:
        written = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise Refused("file-missing", file=path) from None
    except OSError as error:
        raise Refused("file-not-opened", file=path, why=error.strerror or error) from None
    except UnicodeDecodeError:
        raise Refused("map-not-utf-8", map=path) from None
    except tomllib.TOMLDecodeError as error:
        raise Refused("map-not-toml", map=path, why=error) from None
    try:
        return Map.model_validate({"columns": usual_map().columns} | written)
    except ValidationError as error:
        raise Refused("map-not-valid", map=path, problems="; ".join(_problems(error))) from None


@cache
def usual_map() -> Map:
    """The map of the usual Chinese and English headers."""
    return Map.model_validate(tomllib.loads(Path(__file__).with_name("usual.toml").read_text("utf-8")))


def _problems(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(map(str, problem['loc']))}: {problem['msg'].removeprefix('Value error, ')}"
        for problem in error.errors(include_url=False)
    ]
