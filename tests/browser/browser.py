"""Debian's chromium under playwright, with the Chinese font of its wheel: no font of the machine is needed."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

PHONE, DESK = 360, 1280
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
