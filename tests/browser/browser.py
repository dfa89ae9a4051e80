"""Debian's chromium under playwright, with the Chinese font of its wheel: no font of the machine is needed."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

PHONE, DESK = 360, 1280
GRAVE = {"serious", "critical"}
"""What axe finds and nobody may be kept out by."""
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir><cachedir>{cache}</cachedir>
  <match target="pattern"><edit name="family" mode="append" binding="strong"><string>Noto Sans CJK TC</string></edit></match>
</fontconfig>
"""


def chromium() -> str | None:
    """The browser's program, or None where none is installed."""
    return os.environ.get("JIXIAO_TEST_CHROMIUM") or next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser for as long as the block lasts; `folder` takes its font cache."""
    wheel = importlib.util.find_spec("cvttf_NotoSansCJK_Regular")
    assert wheel is not None and wheel.submodule_search_locations
    settings = folder / "fonts.conf"
    settings.write_text(_FONTS.format(fonts=wheel.submodule_search_locations[0], cache=folder / "fonts"), "utf-8")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(), args=sandbox, env={**os.environ, "FONTCONFIG_FILE": str(settings)}
        )
        yield started
        started.close()


def graves(page: Page) -> list[str]:
    """What axe finds grave on a page (names, contrast, order of headings, roles of tables), each with its first places."""
    return [
        f"{violation['id']} ({violation['impact']}) at {[node['target'] for node in violation['nodes']][:3]}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in GRAVE
    ]


def barriers(page: Page, width: int) -> list[str]:
    """What keeps people out of a page with all of it unfolded: what axe finds grave, and scrolling sideways."""
    page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
    wider = page.evaluate("document.documentElement.scrollWidth") > width
    return [*graves(page), *(["wider than the screen"] if wider else [])]


def pictured(page: Page, name: str) -> None:
    """A picture of the page into the folder that JIXIAO_TEST_PICTURES names, where it names one."""
    if folder := os.environ.get("JIXIAO_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
