"""The pages that officials, evaluators and units work with, of a running runtime: which there are, and who looks at them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from playwright.sync_api import Browser, Page

from deploy.local.runtime import Runtime
from deploy.local.tokens import sign
from tests.browser import paths

PAGES = (
    ("goals-list", "goals", "/?year=2026"),
    ("goals-project", "goals", "/projects/2026/{project}"),
    ("goals-adjustments", "goals", "/adjustments"),
    ("goals-freed", "goals", "/freed?year=2026"),
    ("monitoring-desk", "monitoring", "/2026"),
    ("monitoring-projects", "monitoring", "/2026/projects"),
    ("monitoring-project", "monitoring", "/2026/projects/{project}"),
    ("monitoring-units", "monitoring", "/2026/units"),
    ("monitoring-tasks", "monitoring", "/2026/tasks"),
    ("monitoring-watch-list", "monitoring", "/watch-list"),
    ("monitoring-rules", "monitoring", "/rules?year=2026"),
    ("monitoring-rule", "monitoring", "/rules/mismatch?year=2026"),
    ("rounds", "monitoring", "/rounds"),
    ("round", "monitoring", "/rounds/2026-08"),
    ("round-projects", "monitoring", "/rounds/2026-08/projects"),
    ("round-part", "monitoring", "/rounds/2026-08/projects/{project}"),
    ("round-report", "monitoring", "/rounds/2026-08/report"),
    ("reports", "monitoring", "/2026/reports?period=2026-06"),
    ("report", "monitoring", "/2026/reports/2026-06/{project}"),
    ("ledger", "monitoring", "/ledger"),
    ("ledger-vouchers", "monitoring", "/ledger/vouchers?project={project}&year=2026&until=2026-12"),
    ("ledger-totals", "monitoring", "/ledger/totals?year=2026&by=unit"),
    ("ledger-month", "monitoring", "/ledger/month?period=2026-06"),
    ("ledger-conflicts", "monitoring", "/ledger/conflicts"),
    ("ledger-gaps", "monitoring", "/ledger/gaps"),
    ("ledger-reconciliations", "monitoring", "/ledger/reconciliations"),
    ("evaluations", "evaluation", "/?year=2026"),
    ("evaluation-project", "evaluation", "/projects/2026/{project}"),
    ("assessment", "evaluation", "/assessments/2026"),
    ("assessment-unit", "evaluation", "/assessments/2026/units/town-01"),
    ("held", "publishing", "/held"),
)
"""Name, service, path; `{project}` is a project whose year had something to tell."""


@dataclass(frozen=True, slots=True)
class Office:
    """A signed-in official of the county before a running runtime."""

    values: dict[str, Any]
    project: str

    @classmethod
    def of(cls, runtime: Runtime) -> Office:
        """Before the runtime's services; the project is the one that the public site tells most of."""
        values = runtime.settings_values()
        path = paths.public(f"http://127.0.0.1:{values['publishing_port']}")["project"]
        return cls(values, unquote(path.rpartition("/")[2]))

    @property
    def token(self) -> str:
        return sign(self.values["token_key"], name="赵强", role="official", org="finance", seconds=3600)

    def pages(self) -> Iterator[tuple[str, str]]:
        """Each page's name and address."""
        for name, service, path in PAGES:
            yield name, f"http://127.0.0.1:{self.values[f'{service}_port']}{path.format(project=quote(self.project))}"

    @contextmanager
    def at_work(self, browser: Browser, *, width: int, lang: str, colours: str = "light") -> Iterator[Page]:
        """A browser page that is signed in."""
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=lang, color_scheme=colours)  # type: ignore[arg-type]
        context.add_cookies([{"name": "jixiao_session", "value": self.token, "url": "http://127.0.0.1"}])
        try:
            yield context.new_page()
        finally:
            context.close()
