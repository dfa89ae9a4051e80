"""Jars by name: every file is locked by version and sha256 in jars.lock, fetched once by jgo, and verified each time it is used.

fetch("kafka")  → the paths of Kafka's jars in the user's Maven cache, each as the lock says, or `Unlocked`/`Altered`/`Unreachable`
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from deploy.local.refusal import Refused

HERE = Path(__file__).parent
WANTED = HERE / "jars.toml"
LOCK = HERE / "jars.lock"


class Unlocked(Refused):
    """A name that jars.lock does not know."""


class Altered(Refused):
    """A file that is not the one that was locked: it is refused, never run."""


class Unreachable(Refused):
    """A jar is not in the cache and could not be fetched."""


def fetch(*names: str) -> list[Path]:
    """The files of these sets ("kafka", "assets.pico") or single coordinates, fetched where missing, each verified by sha256."""
    wanted = [entry for name in names for entry in locked(name)]
    missing = [(coordinate, digest) for coordinate, digest in wanted if not place_of(coordinate).is_file()]
    if missing:
        _download(missing)
    paths = [place_of(coordinate) for coordinate, _ in wanted]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_verify, paths, [digest for _, digest in wanted]))
    return paths


def locked(name: str) -> list[tuple[str, str]]:
    """(coordinate, sha256) of each file of a set or of one coordinate, in the order of the class path."""
    sets = read_lock()
    if name in sets:
        return list(sets[name].items())
    for files in sets.values():
        if name in files:
            return [(name, files[name])]
    raise Unlocked(f"{name} is not in {LOCK.name}: add it to {WANTED.name} and run `python -m deploy.local.lock`")


def missing(*names: str) -> list[str]:
    """Coordinates of these sets that are not in the cache yet."""
    return [coordinate for name in names for coordinate, _ in locked(name) if not place_of(coordinate).is_file()]


@cache
def read_lock() -> dict[str, dict[str, str]]:
    """set → coordinate → sha256, from jars.lock."""
    return tomllib.loads(LOCK.read_text("utf-8"))


def read_wanted() -> dict[str, dict[str, Any]]:
    """set → its table in jars.toml; a table below `assets` is named "assets.NAME"."""
    tables = tomllib.loads(WANTED.read_text("utf-8"))
    assets = tables.pop("assets", {})
    return {**tables, **{f"assets.{name}": table for name, table in assets.items()}}


def place_of(coordinate: str) -> Path:
    """Where a coordinate (group:artifact:version[:classifier]) lies in the user's Maven cache."""
    return cache_folder() / _relative(coordinate)


@cache
def cache_folder() -> Path:
    """The user's Maven cache: $M2_REPO, else ~/.m2/repository, as Maven and jgo have it."""
    return Path(os.environ.get("M2_REPO") or Path.home() / ".m2" / "repository")


def sha256(path: Path) -> str:
    """The file's digest, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def download(coordinates: list[str], folder: Path) -> None:
    """Fetch files by jgo into `folder`, laid out like a Maven repository. A mirror in jgo's own configuration is respected."""
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext

    repositories = {"central": MAVEN_CENTRAL_URL, **GlobalSettings.load().repositories}
    context = MavenContext(repo_cache=folder, remote_repos=repositories, timeout=60)

    def one(coordinate: str) -> None:
        group, artifact, version, *classifier = coordinate.split(":")
        context.project(group, artifact).at_version(version).artifact(*classifier).resolve()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, coordinates))


def _download(entries: list[tuple[str, str]]) -> None:
    """Into a folder of our own first: a broken download never stands in the cache, and two at once do not disturb each other."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    incoming = Path(tempfile.mkdtemp(prefix=".jixiao-", dir=cache_folder()))
    try:
        try:
            download([coordinate for coordinate, _ in entries], incoming)
        except (OSError, RuntimeError) as error:
            raise Unreachable(
                f"{len(entries)} jars are missing and could not be fetched ({type(error).__name__}): "
                "is the network there, and does the Maven repository answer?"
            ) from error
        for coordinate, digest in entries:
            fetched = incoming / _relative(coordinate)
            _verify(fetched, digest)
            place_of(coordinate).parent.mkdir(parents=True, exist_ok=True)
            fetched.replace(place_of(coordinate))
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def _verify(path: Path, digest: str) -> None:
    found = sha256(path)
    if found != digest:
        raise Altered(
            f"{path} is not the file that {LOCK.name} names (sha256 {found[:12]}… instead of {digest[:12]}…): "
            "it will not be used; delete it to have it fetched again"
        )


def _relative(coordinate: str) -> Path:
    group, artifact, version, *classifier = coordinate.split(":")
    name = "-".join([artifact, version, *classifier])
    return Path(*group.split("."), artifact, version, f"{name}.jar")
