"""Good requests of goals' and monitoring's APIs, and the two services in a state in which each of them means something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from tests.integration import monitored
from tests.integration.goals_http import STOPPED, Goals, application, declaration, goals
from tests.integration.monitored import OUTCOME, Monitoring, approved, measure, monitoring, voucher
from tests.integration.servers import Servers

ServiceName = Literal["goals", "monitoring"]
PROJECTS = tuple(f"CS-{n}" for n in range(1, 13))
TODAY = date(2026, 5, 11)
BEHIND = "2026-04/behind-goal"


@dataclass(frozen=True)
class Command:
    """A good request: to whom, by whom, where, with what; `query` for a question. `{p}` in the path is a project."""

    service: ServiceName
    who: str
    path: str
    body: Any = None
    query: str | None = None


def _goals(who: str, path: str, body: Any) -> Command:
    return Command("goals", who, f"/api/projects/2026/{{p}}/{path}", body)


def _monitoring(who: str, path: str, body: Any) -> Command:
    return Command("monitoring", who, path if path.startswith("/") else f"/api/projects/2026/{{p}}/{path}", body)


_DOCUMENT, _REASON = {"document": "县财预〔2026〕3号"}, {"reason": "数字有误"}
_RESUMED = {**_DOCUMENT, **_REASON}
_ORDER = {"measures": [measure()], "reason": "资金与产出严重不匹配"}
_PART = "/api/rounds/2026-05/projects/{p}/"
_REPORT = {
    "period": "2026-04", "values": {"canal": "31.5"}, "expected": "low", "serious_problem": "征地", "implementation": "一期已完工",
    "evidence": ["监理月报.pdf"], "details": {"progress": "一期", "problems": "二期", "next_steps": "征地"},
    "evidence_files": [{"name": "月报.pdf", "sha256": "9f" * 32, "kept": "县档案馆"}],
}  # fmt: skip
_FILLING = {
    "causes": [{"kind": "procurement", "text": "管材招标两次流标"}], "expected_values": {"canal": "85"},
    "expected_payments": "7000.00", "cannot_run": False, "remedy": "增加两支施工队",
}  # fmt: skip
_CHOSEN = [f"2026/{BEHIND}/{project}" for project in PROJECTS[:2]]

COMMANDS: tuple[Command, ...] = (
    _goals("unit", "declarations", declaration(currency="CNY", transfer_to="town-2", scheme="mof-2020-10")),
    _goals("finance", "review", {"reason": "按规定"}),
    _goals("finance", "return", _REASON),
    _goals("finance", "approval", _DOCUMENT),
    _goals("unit", "adjustments", application()),
    _goals("finance", "adjustments/1/approval", _DOCUMENT),
    _goals("finance", "adjustments/1/rejection", _REASON),
    _goals("finance", "reallocations", {"to": "CS-1", "amount": "1000.00", "reason": "续建"}),
    _goals("finance", "reallocations/1/approval", _DOCUMENT),
    _goals("finance", "reallocations/1/rejection", _REASON),
    _monitoring("unit", "reports", _REPORT),
    _monitoring("data-unit", "reports/1/vouching", {"verdict": "disputed", "reason": "验收单只有 28 公里"}),
    _monitoring("official", "dismissals", {"deviation": BEHIND, "reason": "已说明", "document": "县财绩〔2026〕9号"}),
    _monitoring("unit", "explanations", {"deviation": BEHIND, "text": "汛期停工", "evidence": ["通知.pdf"]}),
    _monitoring("official", "corrections", {"deviations": [BEHIND], "measure": measure(), "reason": "落后"}),
    _monitoring("unit", "corrections/1/answer", {"text": "已追上", "evidence": ["照片.jpg"]}),
    _monitoring("official", "corrections/1/acceptance", _REASON),
    _monitoring("official", "corrections/1/return", {**_RESUMED, "until": "2026-06-30", "working_days": None}),
    _monitoring("official", "urging", {"cause": "policy", **_RESUMED, "working_days": 5}),
    _monitoring("official", "suspension", _ORDER),
    _monitoring("official", "stop", _ORDER),
    _monitoring("official", "resumption", _RESUMED),
    _monitoring("official", "/api/watch-list", {"kind": "project", "subject": "CS-3", **_RESUMED}),
    _monitoring("official", "/api/watch-list/project/{p}/removal", _RESUMED),
    _monitoring("official", "/api/decisions", {"action": "dismiss", "chosen": _CHOSEN, "reason": "已说明"}),
    _monitoring("finance", "/api/rounds", {"round": "2026-05", "kind": "mid-term", "through": "2026-04", "due": "2026-06-30",
        "document": "县财绩〔2026〕18号", "departments": ["department-03"], "projects": list(PROJECTS[:3])}),
    _monitoring("unit", _PART + "filling", _FILLING),
    _monitoring("finance", _PART + "return", _REASON),
    _monitoring("finance", _PART + "passing", {"note": "属实"}),
    _monitoring("official", _PART + "decision", {"decision": "cut", "reason": "用不完", "budget": "7000.00", "measure": measure()}),
    _monitoring("finance", "/api/rounds/2026-05/closing", _DOCUMENT),
    _monitoring("finance", "/api/ledger/conflicts/0/7/decision", {"decision": "first-stands", **_RESUMED}),
    _monitoring("finance", "/api/ledger/gaps/explanation",
        {"source": "treasury-1", "numbering_year": 2026, "first": 3, "last": 5, **_RESUMED}),
    _monitoring("auditor", "/api/ledger/reconciliations", OUTCOME),
)  # fmt: skip


def _asked(service: ServiceName, path: str, query: str) -> Command:
    return Command(service, "auditor", path, None, query)


QUESTIONS: tuple[Command, ...] = (
    _asked("goals", "/api/projects", "year=2026&after=CS-1&status=approved&limit=5"),
    _asked("goals", "/api/projects/2026/{p}", "x=1"),
    _asked("goals", "/api/freed", "year=2026"),
    _asked("goals", "/api/binding-grades", "year=2026"),
    _asked("monitoring", "/api/projects", "year=2026&unit=department-03&month=2026-04&rule=behind-goal&level=warning&q=渠&after=a&limit=5"),
    _asked("monitoring", "/api/projects/2026/{p}", "x=1"),
    _asked("monitoring", "/api/projects/2026/{p}/judgements", "x=1"),
    _asked("monitoring", "/api/recommendations", "year=2026"),
    _asked("monitoring", "/api/reports", "period=2026-04&waiting=true&after=CS-1&limit=5"),
    _asked("monitoring", "/api/units", "year=2026&unit=department-03&department=department-03&after=a&limit=3"),
    _asked("monitoring", "/api/watch-list", "year=2026"),
    _asked("monitoring", "/api/rules", "year=2026"),
    _asked("monitoring", "/api/rounds/2026-05/projects", "state=waiting&after=CS-1&limit=4"),
    _asked("monitoring", "/api/ledger", "source=treasury-1"),
    _asked("monitoring", "/api/ledger/totals", "year=2026&by=project&period=2026-01&code=x&after=a&limit=5"),
    _asked("monitoring", "/api/ledger/months/2026-01/vouchers", "by=unit&code=x&after=a&limit=5"),
    _asked("monitoring", "/api/ledger/voucher", "source=treasury-1&year=2026&number=记-CS-1"),
    _asked("monitoring", "/api/ledger/vouchers", "project=CS-1&year=2026&until=2026-03&after=a&limit=5"),
    _asked("monitoring", "/api/ledger/conflicts", "state=all&after=a&limit=5"),
    _asked("monitoring", "/api/ledger/gaps", "source=treasury-1&state=all&after=a&limit=5"),
    _asked("monitoring", "/api/ledger/reconciliations", "after=a&limit=5"),
    _asked("monitoring", "/api/events/00000000-0000-0000-0000-000000000000", "x=1"),
)  # fmt: skip


@dataclass(frozen=True)
class Services:
    """Goals and monitoring with a dozen projects in different states."""

    goals: Goals
    monitoring: Monitoring

    def token(self, command: Command) -> str:
        """Of whoever asks a command."""
        return _token(command.service, command.who)


@cache
def _token(service: ServiceName, who: str) -> str:
    return Goals.token(who) if service == "goals" else monitored.token(who)


@contextmanager
def services(servers: Servers) -> Iterator[Services]:
    """Projects from undeclared to stopped in goals; behind their goals, in a round, with an order given, in monitoring."""
    with ExitStack() as held:
        found = Services(held.enter_context(goals(servers)), held.enter_context(monitoring(servers, TODAY)))
        _declare(found.goals)
        _monitor(found.monitoring)
        yield found


def _declare(service: Goals) -> None:
    for number, project in enumerate(PROJECTS[:9]):
        steps = (("declarations", declaration(), "unit"), ("review", {}, "finance"), ("approval", _DOCUMENT, "finance"))
        for path, body, who in steps[: 3 - number // 3]:
            answer = service.post(f"/api/projects/2026/{project}/{path}", body, who=who)
            assert answer.status_code == 200, answer.text
    service.hear(STOPPED.model_copy(update={"project": "CS-2"}))


def _monitor(service: Monitoring) -> None:
    service.hear(*(approved(project) for project in PROJECTS))
    service.pay(*(voucher(f"记-{project}", "2026-01-25", "3000.00", project=project) for project in PROJECTS))
    service.day(TODAY)
    for command in COMMANDS:
        if command.service == "monitoring" and (command.path == "/api/rounds" or command.path.endswith("/corrections")):
            answer = service.post(command.path.replace("{p}", "CS-1"), command.body, who=command.who)
            assert answer.status_code == 200, answer.text
