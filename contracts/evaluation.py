"""Public events of evaluation: a score and the figures that it rests on."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from contracts.event import PublicEvent, Value, project_stream
from contracts.kinds import Code, Fen, Score, Text


class ScorePart(Value):
    """One part of a score: its points, and the most that it could have been; `points` null where the class has none."""

    id: Code
    points: Score | None
    of: Score


class EvaluationCompleted(PublicEvent):
    """A project was scored under a scheme, or a unit assessed (绩效评价, 绩效考核). Source: `scheme`, a dated scheme file.

    `subject_kind` `project` has `project` and money (fen); `unit` has `unit`, `rank` within its class. `audience` says who may see
    it: `public` once published, `circulated` only within the plan's audience (方案篇五 「在一定范围内通报」). `rests_on` names
    the events that gave the figures. `evaluation` counts per subject and year; a later one takes the place of the earlier.
    `consequence` is the use of the result that the scheme prescribes (方案篇三 结果应用).

    Example::

        {"subject_kind": "project", "project": "CS-2026-007", "unit": "department-03", "year": 2026, "evaluation": 1,
         "scheme": "mof-2020-10@1", "audience": "public", "budget": 520000000, "paid": 498000000, "vouchers": 391,
         "parts": [{"id": "execution", "points": "9.58", "of": "10"}, {"id": "output", "points": "48.00", "of": "50"},
          {"id": "benefit", "points": "27.00", "of": "30"}, {"id": "satisfaction", "points": "9.50", "of": "10"}],
         "total": "94.08", "grade": "excellent", "rank": null, "unit_class": null, "consequence": "key_support",
         "rests_on": ["0b7f3c1e-8d0b-4a54-9c7e-0d7c3b6d1a11"], "evaluated_by": "孙丽 (evaluator, finance)",
         "evaluated_on": "2027-01-25"}
    """

    owner: ClassVar[str] = "evaluation"
    topic: ClassVar[str] = "evaluation.events"

    subject_kind: Literal["project", "unit"]
    project: Code | None = None
    unit: Code
    year: int
    evaluation: int
    scheme: Text
    audience: Literal["public", "circulated"]
    budget: Fen | None = None
    paid: Fen | None = None
    vouchers: int | None = None
    parts: tuple[ScorePart, ...]
    total: Score
    grade: Code
    rank: int | None = None
    unit_class: Code | None = None
    consequence: Code | None = None
    rests_on: tuple[str, ...] = ()
    evaluated_by: Text
    evaluated_on: date

    @model_validator(mode="after")
    def _names_its_project(self) -> Self:
        if self.subject_kind == "project" and self.project is None:
            raise ValueError("the score of a project names the project")
        return self

    def stream(self) -> str:
        if self.subject_kind == "project":
            return project_stream(self.project or "", self.year)
        return f"unit/{self.unit}/{self.year}"
