"""Writes what is generated from the public events: JSON Schema, the AsyncAPI document, and golden samples.

`python -m contracts.generate` writes `contracts/schemas/` anew and freezes a sample of each new event version in
`contracts/samples/`; a sample that is there is never written again, because old events stay readable for ever.
`--check` writes nothing, names what is stale or missing, and exits 1 where something is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from contracts.asyncapi import asyncapi, description, example, label
from contracts.catalogue import PUBLIC
from contracts.event import PublicEvent

HERE = Path(__file__).parent
SCHEMAS = HERE / "schemas"
SAMPLES = HERE / "samples"
MANIFEST = "manifest.json"


def main(arguments: list[str] | None = None) -> int:
    """Exit status of the command: 0, or 1 where `--check` found something stale."""
    parser = argparse.ArgumentParser(prog="python -m contracts.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a file is stale")
    check: bool = parser.parse_args(arguments).check
    stale = find_stale()
    for path in stale:
        print(f"{'stale' if check else 'written'}: {path.relative_to(HERE.parent)}", file=sys.stderr)
    if check:
        if stale:
            print("run `make schemas` and commit what it writes", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        _write(path)
    return 0


def find_stale() -> list[Path]:
    """Every generated file that is missing, differs from what the events say, or belongs to no event."""
    wanted = schemas()
    stale = [SCHEMAS / name for name, text in wanted.items() if _read(SCHEMAS / name) != text]
    stale += [path for path in sorted(SCHEMAS.glob("*.v*.json")) if path.name not in wanted]
    stale += [SAMPLES / name for name in samples() if not (SAMPLES / name).exists()]
    if _read(SAMPLES / MANIFEST) != manifest():
        stale.append(SAMPLES / MANIFEST)
    return stale


def schemas() -> dict[str, str]:
    """The text of every file of `contracts/schemas/` by its name."""
    files = {f"{label(event)}.json": _text(schema(event)) for event in PUBLIC}
    return {**files, "asyncapi.json": _text(asyncapi(PUBLIC))}


def samples() -> dict[str, str]:
    """A new golden sample of each event version, and the schema that it was frozen with, by file name."""
    files: dict[str, str] = {}
    for event in PUBLIC:
        files[f"{label(event)}.json"] = _text(event.model_validate(example(event)).model_dump(mode="json"))
        files[f"{label(event)}.schema.json"] = _text(schema(event))
    return files


def schema(event: type[PublicEvent]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of an event's data, as services write it: exact decimals are strings."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{label(event)}.json",
        **event.model_json_schema(mode="serialization"),
        "description": description(event),
        "examples": [example(event)],
    }


def manifest() -> str:
    """The SHA-256 of every sample: of those that are there what they are, of the others what will be written."""
    listed: dict[str, str] = json.loads(_read(SAMPLES / MANIFEST) or "{}")
    for name, text in samples().items():
        listed.setdefault(name, hashlib.sha256(text.encode()).hexdigest())
    return _text(dict(sorted(listed.items())))


def _write(path: Path) -> None:
    if path.parent == SAMPLES:
        text = manifest() if path.name == MANIFEST else samples()[path.name]
    elif path.name in (wanted := schemas()):
        text = wanted[path.name]
    else:
        path.unlink()
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main())
