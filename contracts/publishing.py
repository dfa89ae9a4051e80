"""Public events of publishing: a result held, approved by an official, published."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from contracts.event import OfProject, PublicEvent
from contracts.kinds import Text


class _Publishing(OfProject):
    owner: ClassVar[str] = "publishing"
    topic: ClassVar[str] = "publishing.events"


class ResultApproved(_Publishing, PublicEvent):
    """An official approved a project's result for publication. Source: 方案篇三 结果应用 (4) 依法公开.

    `evaluation` is the id of the EvaluationCompleted that is approved.

    Example::

        {"project": "CS-2026-007", "year": 2026, "evaluation": "7d1f2c7a-2c9f-4a61-9f0c-51d0f1b9a001",
         "document": "县绩效〔2027〕2号", "approved_by": "赵强 (official, finance)", "approved_on": "2027-02-05"}
    """

    evaluation: str
    document: Text
    approved_by: Text
    approved_on: date


class ResultPublished(_Publishing, PublicEvent):
    """A project's goal, execution and score are on the public page. Source: 方案篇三 结果应用 (4).

    `page` is the path of the page; `digest` the SHA-256 of what was published as canonical JSON.

    Example::

        {"project": "CS-2026-007", "year": 2026, "evaluation": "7d1f2c7a-2c9f-4a61-9f0c-51d0f1b9a001",
         "page": "/2026/projects/CS-2026-007", "published_on": "2027-02-05",
         "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
    """

    evaluation: str
    page: Text
    published_on: date
    digest: Text
