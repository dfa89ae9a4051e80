"""`python -m deploy.local.lock`: remakes jars.lock from jars.toml, the sha256 of every file and of every file that it needs."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from deploy.local import artifacts


def main() -> None:
    """Resolve, fetch for every platform, hash, write."""
    lines = ["# Made by `python -m deploy.local.lock` from jars.toml: coordinate = sha256 of the jar. Do not edit."]
    with tempfile.TemporaryDirectory() as folder:
        for name, table in artifacts.read_wanted().items():
            coordinates = [found for root in table.get("whole", ()) for found in _closure(root)] + table.get(
                "alone", []
            )
            coordinates = list(dict.fromkeys(coordinates))
            print(f"{name}: {len(coordinates)} files", file=sys.stderr)
            artifacts.download(coordinates, Path(folder))
            lines += ["", f'["{name}"]']
            for coordinate in coordinates:
                fetched = Path(folder) / artifacts.place_of(coordinate).relative_to(artifacts.cache_folder())
                lines.append(f'"{coordinate}" = "{artifacts.sha256(fetched)}"')
    artifacts.LOCK.write_text("\n".join(lines) + "\n", "utf-8")


def _closure(root: str) -> list[str]:
    """The coordinate and everything that it needs to run."""
    import jgo

    return [
        ":".join(part for part in (found.groupId, found.artifactId, found.version, found.classifier) if part)
        for found in jgo.resolve(root)
    ]


if __name__ == "__main__":
    main()
