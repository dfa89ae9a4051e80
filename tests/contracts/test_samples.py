"""Golden samples: every event version ever released stays readable, and no sample is changed or removed."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import jsonschema_rs
import pytest

from contracts.catalogue import BY_TYPE
from contracts.generate import MANIFEST, SAMPLES

FROZEN: dict[str, str] = json.loads((SAMPLES / MANIFEST).read_text("utf-8"))
NAMES = sorted(name for name in FROZEN if not name.endswith(".schema.json"))
BY_LABEL = {f"{event.__name__}.v{event.version}": event for event in BY_TYPE.values()}
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", NAMES)
def test_an_old_event_is_still_read_and_written_as_it_was(name: str) -> None:
    sample = json.loads((SAMPLES / name).read_text("utf-8"))
    event = BY_LABEL[name.removesuffix(".json")].model_validate(sample)
    written = event.model_dump(mode="json")
    assert {field: written[field] for field in sample} == sample


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_satisfies_the_schema_that_it_was_frozen_with(name: str) -> None:
    schema = json.loads((SAMPLES / name.replace(".json", ".schema.json")).read_text("utf-8"))
    assert jsonschema_rs.validator_for(schema).is_valid(json.loads((SAMPLES / name).read_text("utf-8")))


def test_no_frozen_file_has_changed_and_none_is_unlisted() -> None:
    found = {path.name: _digest(path) for path in SAMPLES.glob("*.json") if path.name != MANIFEST}
    assert found == FROZEN


def test_nothing_that_was_ever_frozen_is_gone() -> None:
    """Walks the history of the manifest: a sample and its digest, once there, are there for ever."""
    if not (ROOT / ".git").exists():
        pytest.skip("no history here: this is an unpacked release")
    manifest = (SAMPLES / MANIFEST).relative_to(ROOT).as_posix()
    for commit in _git("log", "--format=%H", "--", manifest).split():
        past: dict[str, str] = json.loads(_git("show", f"{commit}:{manifest}"))
        assert {name: FROZEN.get(name) for name in past} == past, f"frozen in {commit[:10]}"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout
