"""Monitoring's pages: `office` what needs a decision (`waiting` its rows), units by months, the projects that filters choose (`choosing`);
`desk` a project's story; `vouchers` the ledger; `reporting` progress reports; `telling` how an event is told; `drawings` the charts.
"""

from __future__ import annotations

from backbone.web.layout import Pages
from backbone.web.words import load

PAGES = Pages.of("services.monitoring", load("services.monitoring"))
