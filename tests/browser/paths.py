"""Which pages there are to look at."""

from __future__ import annotations

import json
from urllib.request import urlopen

from tests.browser.site import Site

TROUBLED = "CS-2026-003"


def public(site: Site) -> dict[str, str]:
    """Every kind of public page by its name."""
    with urlopen(f"{site.url}/api/2026/projects/{TROUBLED}", timeout=20) as answer:
        project = json.load(answer)
    return {
        "year": "/2026",
        "projects": "/2026/projects?q=农",
        "nothing-found": "/2026/projects?q=不存在",
        "project": f"/2026/projects/{TROUBLED}",
        "unit": "/2026/units/department-14",
        "month": f"/events/{project['months'][5]['event']}",
        "goal": f"/events/{project['story'][1]['event']}",
        "sign-in": "/sign-in",
        "not-found": "/2026/projects/nobody",
    }


OFFICIALS = {"held": "/held", "sign-out": "/sign-out"}
"""Pages for a signed-in official."""
