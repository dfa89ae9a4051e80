"""Pictures of every page, 中文 and English, wide and narrow, light and dark, into docs/images/: `python -m tests.browser.screenshots`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import paths
from tests.browser.browser import DESK, browser, chromium
from tests.browser.site import Site, serve
from tests.integration.servers import start

IMAGES = Path(__file__).parents[2] / "docs" / "images"
NARROW = 390
VIEWS = (
    ("zh", "zh-CN", DESK, "light"),
    ("en", "en-GB", DESK, "light"),
    ("zh-narrow", "zh-CN", NARROW, "light"),
    ("zh-dark", "zh-CN", DESK, "dark"),
)


def take(open_browser: Browser, site: Site, folder: Path) -> None:
    """One picture a page and view; long pages are cut after a screen and a half."""
    for view, lang, width, colours in VIEWS:
        context = open_browser.new_context(viewport={"width": width, "height": 900}, locale=lang, color_scheme=colours)  # type: ignore[arg-type]
        context.add_cookies([{"name": "jixiao_session", "value": site.token["official"], "url": site.url}])
        page = context.new_page()
        for name, path in [*paths.public(site).items(), *paths.OFFICIALS.items()]:
            page.goto(site.url + path)
            height = min(page.evaluate("document.documentElement.scrollHeight"), 1400)
            place = folder / f"{name}-{view}.png"
            page.screenshot(path=place, clip={"x": 0, "y": 0, "width": width, "height": height}, full_page=True)
            print(place.name, file=sys.stderr)
        context.close()


def main() -> None:
    """Start servers, a site and a browser, and take all pictures."""
    if chromium() is None:
        sys.exit("no chromium on the path: apt-get install chromium, or set JIXIAO_TEST_CHROMIUM")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            start(folder / "servers") as servers,
            serve(servers.fresh("publishing").url, folder / "assets") as site,
            browser(folder) as open_browser,
        ):
            take(open_browser, site, IMAGES)


if __name__ == "__main__":
    main()
