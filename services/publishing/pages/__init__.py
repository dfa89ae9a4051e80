"""Publishing's pages: `reading` for everybody, `desk` for officials, `telling` how an event is told, `drawings` the charts."""

from __future__ import annotations

from backbone.web.layout import Pages
from backbone.web.words import load

PAGES = Pages.of("services.publishing", load("services.publishing"))
