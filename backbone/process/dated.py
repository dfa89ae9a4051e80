"""Loading dated files: rule sets, schemes and rates, with every problem named at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import TypeVar

from pydantic import ValidationError

from contracts.dated import Dated

D = TypeVar("D", bound=Dated)


class DatedFileError(Exception):
    """A dated file that does not say what it must; `problems` names each place and what is wrong there."""

    def __init__(self, file: str, problems: Sequence[str]) -> None:
        super().__init__(f"{file}: " + "; ".join(problems))
        self.file = file
        self.problems = tuple(problems)


def parse(file: str, text: str, model: type[D]) -> D:
    """One dated file's content as `model`; DatedFileError names every problem in it."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DatedFileError(file, [f"not valid TOML: {error}"]) from None
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        places = [f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors(include_url=False)]
        raise DatedFileError(file, places) from None


@cache
def load_all(package: str, model: type[D]) -> tuple[D, ...]:
    """Every `*.toml` of `package` (such as `services.monitoring.rules`) that `model` describes, by id and version."""
    folder, name = package.rsplit(".", 1)
    found = [
        parse(file.name, file.read_text("utf-8"), model)
        for file in sorted((resources.files(folder) / name).iterdir(), key=lambda item: item.name)
        if file.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda dated: (dated.id, dated.version)))


def in_force(files: Iterable[D], id: str, day: date) -> D:
    """The highest version of `id` in force on `day`; LookupError where none is."""
    fitting = [
        dated
        for dated in files
        if dated.id == id
        and dated.in_force_from <= day
        and (dated.in_force_until is None or day <= dated.in_force_until)
    ]
    if not fitting:
        raise LookupError(f"no version of {id} is in force on {day.isoformat()}")
    return max(fitting, key=lambda dated: dated.version)
