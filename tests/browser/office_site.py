"""The monitoring office's pages for tests and pictures: a year in May in a real PostgreSQL, served with assets and names."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page

from backbone.process.settings import Settings
from backbone.web import organisations
from deploy.local import assets
from services.monitoring.app import api
from tests.browser.browser import DESK, PHONE
from tests.browser.site import free_port
from tests.integration.monitored import PUBLIC, Monitoring, approved, measure, monitoring, token, voucher
from tests.integration.servers import Servers

ORGANISATIONS = """
department-03 = { zh = "教育体育局", en = "Education and Sports Bureau" }
department-14 = { zh = "水利局", en = "Water Bureau" }
"department-14.station-1" = { zh = "灌区管理站", en = "Irrigation Station" }
department-18 = { zh = "卫生健康局", en = "Health Bureau" }
town-2 = { zh = "石桥镇", en = "Shiqiao Town" }
county = { zh = "青禾县", en = "Qinghe County" }
finance = { zh = "财政局", en = "Finance Bureau" }
"""
PROJECTS = (
    ("CS-2", "河道整治工程", "town-2", "town-2", "4000.00"),
    ("CS-3", "学校食堂改造", "department-03", "department-03", "4600.00"),
    ("CS-4", "县域医共体信息化建设", "department-18", "department-18", "0.00"),
    ("CS-5", "病险水库除险加固", "department-14.station-1", "department-14", "9800.00"),
    ("CS-6", "灌区续建配套与节水改造", "department-14.station-1", "department-14", "1200.00"),
    ("CS-7", "乡村道路养护", "town-2", "town-2", "2500.00"),
)
"""Code, name, unit, department, what was paid in February of a budget of 10,000 yuan."""


@dataclass(frozen=True)
class Office:
    """Where it is, who works there, and the service behind it."""

    url: str
    m: Monitoring

    def token(self, who: str) -> str:
        return token(who)

    def overspend(self, code: str) -> None:
        """Something happens while a screen is open: a voucher beyond the budget, judged at once."""
        self.m.pay(voucher(f"über-{code}-{time.monotonic_ns()}", "2026-05-04", "12000.00", project=code))


def seed(m: Monitoring) -> None:
    """A year until the middle of May: reports, orders, answers, a deadline missed, a recommendation, a voucher that contradicts."""
    m.hear(approved(), *(approved(code, name=name, unit=unit, department=of) for code, name, unit, of, _ in PROJECTS))
    for code, _, _, _, yuan in PROJECTS:
        m.pay(voucher(f"n-{code}", "2026-02-03", yuan, project=code))
    m.pay(voucher("记-1", "2026-02-05", "3000.00"), voucher("记-1", "2026-02-06", "3000.00"))
    m.day(date(2026, 3, 11))
    for period, canal in (("2026-02", "22"), ("2026-03", "31")):
        assert m.post("reports", {"period": period, "values": {"canal": canal}}, who="unit").status_code == 200, period
        m.day(date(2026, 4, 2))
    m.day(date(2026, 4, 13))
    _ordered(m, "CS-3", "2026-05-08")
    _ordered(m, "CS-7", "2026-05-29")
    m.day(date(2026, 5, 11))
    answer = {"text": "已增加施工队，五月底追上进度"}
    assert m.post("/api/projects/2026/CS-7/corrections/1/answer", answer, who="other").status_code == 200
    late = {"period": "2026-05", "values": {}, "expected": "none"}
    assert m.post("reports", late, who="unit").status_code == 200


def _ordered(m: Monitoring, code: str, until: str) -> None:
    found = m.get(f"/api/projects/2026/{code}", who="auditor").json()["deviations"]
    order = {"deviations": [found[0]["deviation"]], "measure": measure(until), "reason": "产出落后于资金"}
    answer = m.post(f"/api/projects/2026/{code}/corrections", order)
    assert answer.status_code == 200, answer.text


@contextmanager
def serve(servers: Servers, folder: Path) -> Iterator[Office]:
    """The office over a database of its own, for as long as the block lasts."""
    assets.unpack(folder)
    (folder / organisations.FILE).write_text(ORGANISATIONS, "utf-8")
    port = free_port()
    with monitoring(servers) as m:
        seed(m)
        chosen = Settings(  # pyright: ignore[reportCallIssue]
            monitoring_database=m.url, token_public_key=PUBLIC, assets=folder, home=folder, kafka=servers.kafka,
            monitoring_port=port, demo=True, clock="business",
        )  # fmt: skip
        server = uvicorn.Server(uvicorn.Config(api(chosen), host="127.0.0.1", port=port, log_level="warning"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive() and time.monotonic() < deadline, "the office did not open"
            time.sleep(0.02)
        try:
            yield Office(f"http://127.0.0.1:{port}", m)
        finally:
            server.should_exit = server.force_exit = True
            thread.join(10)


def signed_in(
    browser: Browser, office: Office, who: str = "official", *, width: int = DESK, dark: bool | None = None, lang: str = "zh-CN",
    script: bool = False,
) -> Page:  # fmt: skip
    """A page of somebody signed in; a phone is dark unless told. The pages need no script of their own, but axe needs scripts."""
    dark = width == PHONE if dark is None else dark
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", locale=lang, java_script_enabled=script
    )  # fmt: skip
    page = context.new_page()
    sign_in(page, office, who)
    return page


def sign_in(page: Page, office: Office, who: str) -> None:
    """From now on the page's reader is somebody else."""
    page.context.add_cookies([{"name": "jixiao_session", "value": office.token(who), "url": office.url}])


@contextmanager
def watched(page: Page) -> Iterator[Page]:
    """The page until the block ends; what the console complains of (a broken policy too) fails the test."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    assert complaints == []
    page.context.close()
