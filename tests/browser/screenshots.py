"""Pictures of every page, 中文 and English, wide and narrow, light and dark: `python -m tests.browser.screenshots [ADDRESS | HOME]`.

Without an argument it starts a public site of its own; with an address it looks at a running one; with the home folder of a running
runtime (`.jixiao/demo`) it looks at all four services' pages. The pictures of the README go
to docs/images/, all others to docs/images/pages/, which is not kept in the repository.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from deploy.local.runtime import Runtime
from tests.browser import paths
from tests.browser.browser import DESK, browser, chromium
from tests.browser.site import serve
from tests.browser.working import Office
from tests.integration.servers import start

IMAGES = Path(__file__).parents[2] / "docs" / "images"
OF_README = {"project-zh": "public-page", "year-zh": "public-year"}
NARROW, TALL = 390, 1400
VIEWS = (
    ("zh", "zh-CN", DESK, "light"),
    ("en", "en-GB", DESK, "light"),
    ("zh-narrow", "zh-CN", NARROW, "light"),
    ("en-narrow", "en-GB", NARROW, "light"),
    ("zh-dark", "zh-CN", DESK, "dark"),
)


def take(open_browser: Browser, address: str, token: str | None) -> None:
    """One picture a page and view, cut after a screen and a half; pages for officials where there is a token."""
    pages = {**paths.public(address), **(paths.OFFICIALS if token else {})}
    for view, lang, width, colours in VIEWS:
        context = open_browser.new_context(
            viewport={"width": width, "height": 900},
            locale=lang,
            color_scheme=colours,  # type: ignore[arg-type]
        )
        page = context.new_page()
        for name, path in pages.items():
            if token and name in paths.OFFICIALS:
                context.add_cookies([{"name": "jixiao_session", "value": token, "url": address}])
            page.goto(address + path)
            height = min(page.evaluate("document.documentElement.scrollHeight"), TALL)
            readme = OF_README.get(f"{name}-{view}")
            place = IMAGES / f"{readme}.png" if readme else IMAGES / "pages" / f"{name}-{view}.png"
            page.screenshot(path=place, clip={"x": 0, "y": 0, "width": width, "height": height}, full_page=True)
            print(place.name, file=sys.stderr)
        context.close()


def take_working(open_browser: Browser, office: Office) -> None:
    """One picture a page and view of what officials, evaluators and units work with."""
    for view, lang, width, colours in VIEWS:
        with office.at_work(open_browser, width=width, lang=lang, colours=colours) as page:
            for name, address in office.pages():
                page.goto(address)
                height = min(page.evaluate("document.documentElement.scrollHeight"), TALL)
                place = IMAGES / "pages" / f"{name}-{view}.png"
                page.screenshot(path=place, clip={"x": 0, "y": 0, "width": width, "height": height}, full_page=True)
                print(place.name, file=sys.stderr)


@contextmanager
def own_site(folder: Path) -> Iterator[tuple[str, str | None]]:
    """A site over a database of its own: its address and an official's token."""
    with start(folder / "servers") as servers, serve(servers.fresh("publishing").url, folder / "assets") as site:
        yield site.url, site.token["official"]


def main(place: str | None = None) -> None:
    """Take all pictures of the site at an address, of the runtime in a home folder, or of a site started for it."""
    if chromium() is None:
        sys.exit("no chromium on the path: apt-get install chromium, or set JIXIAO_TEST_CHROMIUM")
    (IMAGES / "pages").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, browser(Path(name)) as open_browser:
        if place and Path(place).is_dir():
            runtime = Runtime(Path(place))
            take(open_browser, f"http://127.0.0.1:{runtime.settings_values()['publishing_port']}", None)
            take_working(open_browser, Office.of(runtime))
        elif place:
            take(open_browser, place.rstrip("/"), None)
        else:
            with own_site(Path(name)) as (own, token):
                take(open_browser, own, token)


if __name__ == "__main__":
    main(*sys.argv[1:2])
