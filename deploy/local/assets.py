"""Style sheets, scripts and fonts of the pages: taken out of their locked webjars into `$JIXIAO_HOME/assets/NAME/VERSION/`.

`python -m deploy.local.assets` does it by itself; `jixiao up` does it at every start, in a few milliseconds where it is done already.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import zipfile
from fnmatch import fnmatch
from pathlib import Path

from deploy.local import artifacts


def unpack(folder: Path) -> list[Path]:
    """Unpack every `[assets.NAME]` of jars.toml below `folder`; the folders that hold them. KeyError names a pattern without a file."""
    folders: list[Path] = []
    for name, table in artifacts.read_wanted().items():
        if not name.startswith("assets."):
            continue
        (coordinate,) = table["alone"]
        target = folder / name.removeprefix("assets.") / coordinate.split(":")[2]
        stamp = target / ".taken"
        taken = f"{artifacts.locked(coordinate)[0][1]}\n" + "\n".join(table["files"]) + "\n"
        if not (stamp.is_file() and stamp.read_text("utf-8") == taken):
            (jar,) = artifacts.fetch(coordinate)
            _unpack(jar, coordinate, table["files"], target, taken)
        folders.append(target)
    return folders


def _unpack(jar: Path, coordinate: str, patterns: list[str], target: Path, taken: str) -> None:
    """Beside the target first, then renamed: a page never meets half a style sheet."""
    _, artifact, version, *_ = coordinate.split(":")
    inside = f"META-INF/resources/webjars/{artifact}/{version}/"
    target.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=target.parent))
    try:
        with zipfile.ZipFile(jar) as archive:
            names = [name for name in archive.namelist() if name.startswith(inside) and not name.endswith("/")]
            for pattern in patterns:
                found = [name for name in names if fnmatch(name.removeprefix(inside), pattern)]
                if not found:
                    raise KeyError(f"{coordinate} holds no file {pattern}")
                for name in found:
                    place = half / name.removeprefix(inside)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(archive.read(name))
        (half / ".taken").write_text(taken, "utf-8")
        half.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        half.replace(target)
    finally:
        shutil.rmtree(half, ignore_errors=True)


if __name__ == "__main__":
    from backbone.process.settings import settings

    for place in unpack(settings().assets):
        print(place, file=sys.stderr)
