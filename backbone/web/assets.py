"""Style sheets, pictures and the one small script of the pages: the design system out of its webjar, our own from `static/`.

Every file is known by name before the first request and is served under its digest, so that a browser keeps it for ever and a
path can't lead outside. Where the webjars have not been unpacked the pages do without the design system: plain, but complete.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from fastapi import FastAPI, HTTPException, Response

FOREVER = "public, max-age=31536000, immutable"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
}
_WEBJARS = {"pico.min.css": ("pico", "css/pico.min.css")}


@dataclass(frozen=True)
class Asset:
    """One file of the pages, with its address: the name and a part of its SHA-256."""

    name: str
    content: bytes

    @property
    def address(self) -> str:
        return f"/assets/{hashlib.sha256(self.content).hexdigest()[:16]}/{self.name}"


def style_sheets(known: Mapping[str, Asset]) -> list[str]:
    """Addresses of the style sheets in the order in which they apply."""
    return [known[name].address for name in ("pico.min.css", "jixiao.css") if name in known]


@cache
def find(folder: Path) -> Mapping[str, Asset]:
    """All files of the pages by name; those of webjars from `folder` (settings().assets), newest version first."""
    own = [
        Asset(file.name, file.read_bytes())
        for file in (resources.files("backbone.web") / "static").iterdir()
        if file.is_file()
    ]
    found = {asset.name: asset for asset in own}
    for name, (webjar, path) in _WEBJARS.items():
        versions = sorted(folder.glob(f"{webjar}/*/{path}"))
        if versions:
            found[name] = Asset(name, versions[-1].read_bytes())
    return found


def install(app: FastAPI, folder: Path) -> None:
    """Serve the files at `/assets/DIGEST/NAME`."""

    @app.get("/assets/{digest}/{name}", include_in_schema=False)
    def asset(digest: str, name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        known = find(folder).get(name)
        if known is None or known.address != f"/assets/{digest}/{name}":
            raise HTTPException(404)
        return Response(known.content, media_type=_TYPES.get(Path(name).suffix), headers={"Cache-Control": FOREVER})

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> Response:  # pyright: ignore[reportUnusedFunction]
        return Response(
            find(folder)["seal.svg"].content,
            media_type=_TYPES[".svg"],
            headers={"Cache-Control": "public, max-age=86400"},
        )
