"""Locked jars: only the file that was locked is ever used, and every set of jars.toml is locked."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import artifacts, assets

LITTLE = "org.example:little:1.0"


@pytest.fixture
def little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Maven cache with one small webjar, locked."""
    monkeypatch.setenv("M2_REPO", str(tmp_path / "m2"))
    artifacts.cache_folder.cache_clear()
    jar = artifacts.place_of(LITTLE)
    jar.parent.mkdir(parents=True)
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("META-INF/resources/webjars/little/1.0/css/little.css", "body {}")
        archive.writestr("META-INF/resources/webjars/little/1.0/css/not-wanted.css", "")
    locked = {"assets.little": {LITTLE: hashlib.sha256(jar.read_bytes()).hexdigest()}}
    monkeypatch.setattr(artifacts, "read_lock", lambda: locked)
    wanted = {"assets.little": {"alone": [LITTLE], "files": ["css/little.css"]}}
    monkeypatch.setattr(artifacts, "read_wanted", lambda: wanted)
    yield jar
    artifacts.cache_folder.cache_clear()


def test_a_jar_lies_where_maven_puts_it(little: Path) -> None:
    assert artifacts.fetch("assets.little") == artifacts.fetch(LITTLE) == [little]
    assert little.parts[-5:] == ("org", "example", "little", "1.0", "little-1.0.jar")
    assert artifacts.place_of("g.h:a:1:sources").name == "a-1-sources.jar"


def test_an_altered_jar_is_refused(little: Path) -> None:
    little.write_bytes(little.read_bytes() + b"!")
    with pytest.raises(artifacts.Altered, match="is not the file that"):
        artifacts.fetch("assets.little")


def test_a_jar_that_nobody_locked_is_refused(little: Path) -> None:
    with pytest.raises(artifacts.Unlocked, match=r"python -m deploy\.local\.lock"):
        artifacts.fetch("org.example:other:1.0")


def test_an_altered_download_does_not_enter_the_cache(little: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    little.unlink()

    def wrong(coordinates: list[str], folder: Path) -> None:
        place = folder / little.relative_to(artifacts.cache_folder())
        place.parent.mkdir(parents=True)
        place.write_bytes(b"something else")

    monkeypatch.setattr(artifacts, "download", wrong)
    with pytest.raises(artifacts.Altered):
        artifacts.fetch(LITTLE)
    assert [path for path in artifacts.cache_folder().rglob("*") if path.is_file()] == []


def test_an_unreachable_repository_is_said(little: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    little.unlink()

    def nowhere(coordinates: list[str], folder: Path) -> None:
        raise ConnectionError("no route")

    monkeypatch.setattr(artifacts, "download", nowhere)
    assert artifacts.missing("assets.little") == [LITTLE]
    with pytest.raises(artifacts.Unreachable, match="1 jars are missing"):
        artifacts.fetch(LITTLE)


def test_wanted_files_alone_are_unpacked_and_again_after_a_change(little: Path, tmp_path: Path) -> None:
    (folder,) = assets.unpack(tmp_path / "assets")
    assert folder == tmp_path / "assets" / "little" / "1.0"
    sheet = folder / "css" / "little.css"
    assert sheet.read_text() == "body {}"
    assert not (folder / "css" / "not-wanted.css").exists()
    little.unlink()
    assert assets.unpack(tmp_path / "assets") == [folder], "what is unpacked needs no jar"


def test_every_set_is_locked_and_no_address_is_in_the_lock() -> None:
    wanted, locked = artifacts.read_wanted(), artifacts.read_lock()
    assert list(wanted) == list(locked)
    for name, table in wanted.items():
        assert set(table.get("alone", [])) | set(table.get("whole", [])) <= set(locked[name]), name
    assert all(len(digest) == 64 for files in locked.values() for digest in files.values())
    assert "://" not in artifacts.LOCK.read_text("utf-8") + artifacts.WANTED.read_text("utf-8")
