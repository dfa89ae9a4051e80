"""Parts of a progress report, and what units' own systems send: one message is one month's report of one project."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.event import OfProject, PublicEvent, Value
from contracts.kinds import Code, Exact, Period, Text, Year


class Evidence(Value):
    """A proof that a report refers to (佐证材料): the file's name, the SHA-256 of its bytes in hex, and where it is kept."""

    name: Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    kept: Text | None = None


class Implementation(Value):
    """How a project is carried out (项目实施信息), under its headings: progress 实施进度, problems 存在问题, next steps 下一步措施."""

    progress: Text | None = None
    problems: Text | None = None
    next_steps: Text | None = None


class ProgressSubmitted(OfProject, PublicEvent):
    """A unit's system sends a month's report (绩效运行信息); monitoring decides on it as on the command, and answers `ProgressReported`.

    Source: 方案篇一至篇四 双监控, 「项目实施信息」. The Kafka header `authorization: Bearer TOKEN` says for whom the message speaks:
    a token issued for this topic (`jixiao token --for progress.reported`). `values` are actuals so far in the fiscal year, by
    indicator. The CloudEvents `id` is the sender's own: the same id again counts once. A report that is refused becomes a dead
    letter with its reason.

    Example::

        {"project": "CS-2026-007", "year": 2026, "period": "2026-04", "values": {"canal": "42"}, "expected": null,
         "serious_problem": null, "implementation": null, "evidence": [], "details": {"progress": "二期开工"},
         "evidence_files": [{"name": "施工日志4月.pdf"}]}
    """

    owner: ClassVar[str] = "progress"
    topic: ClassVar[str] = "progress.reported"
    signed: ClassVar[bool] = True

    project: Code
    year: Year
    period: Period
    values: dict[Code, Exact] = Field(default_factory=dict, max_length=200)
    expected: Literal["low", "none"] | None = None
    serious_problem: Text | None = None
    implementation: Text | None = None
    evidence: tuple[Text, ...] = Field((), max_length=50)
    details: Implementation | None = None
    evidence_files: tuple[Evidence, ...] = Field((), max_length=50)
