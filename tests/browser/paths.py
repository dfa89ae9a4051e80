"""Which pages there are to look at."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

OFFICIALS = {"held": "/held", "sign-out": "/sign-out"}
"""Pages for a signed-in official."""


def public(address: str) -> dict[str, str]:
    """Every kind of public page by its name; the project is one whose year had the most to tell."""
    with urlopen(address, timeout=20) as home:
        year = int(home.url.rpartition("/")[2])
    rows = _api(address, f"/api/{year}/projects?limit=1000")["projects"]
    projects = [_api(address, f"/api/{year}/projects/{quote(row['project'])}") for row in rows]
    project = max(projects, key=lambda each: len(each["story"]))
    months = project["months"]
    found = next((month for month in months if month["findings"]), months[-1])
    goal = next(step for step in project["story"] if ".GoalApproved." in step["type"])
    return {
        "year": f"/{year}",
        "projects": f"/{year}/projects?q={quote('农')}",
        "nothing-found": f"/{year}/projects?q={quote('不存在')}",
        "project": f"/{year}/projects/{quote(project['project'])}",
        "unit": f"/{year}/units/{quote(project['unit'])}",
        "month": f"/events/{found['event']}",
        "goal": f"/events/{goal['event']}",
        "sign-in": "/sign-in",
        "not-found": f"/{year}/projects/nobody",
    }


def _api(address: str, path: str) -> Any:
    with urlopen(address + path, timeout=20) as answer:
        return json.load(answer)
