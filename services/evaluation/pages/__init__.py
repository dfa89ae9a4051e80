"""Evaluation's pages: `evaluated` projects and their scores; `assessed` the county's assessment, circulated within its audience;
`drawings` the charts.
"""

from __future__ import annotations

from backbone.web.layout import Pages
from backbone.web.words import load

PAGES = Pages.of("services.evaluation", load("services.evaluation"))
