"""Goals for people: the projects of a year with where each declaration lies, and a project's page with its story."""

from __future__ import annotations

from backbone.web.layout import Pages
from backbone.web.words import load

PAGES = Pages.of("services.goals", load("services.goals"))
