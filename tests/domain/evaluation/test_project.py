"""A project's evaluation from what was heard."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.evaluation import EvaluationCompleted, ScorePart
from contracts.goals import GoalAdjusted, GoalApproved, Indicator
from contracts.monitoring import MonthJudged, ProgressReported, ProjectResumed, ProjectStopped, ProjectSuspended
from services.evaluation.domain import project, refusals
from services.evaluation.domain.project import EvaluateProject, IndicatorScored, LevelGiven, ProjectScored
from tests.domain.evaluation.scenario import EVALUATOR, MOF_2020, MOF_2021, YEAR, given

PROJECT = "CS-1"
CANAL = Indicator(id="canal", name="渠道长度", dimension="output", target=Decimal(120), unit="公里", weight=Decimal(50))
YIELD = Indicator(id="yield", name="增产率", dimension="benefit", target=Decimal(8), unit="%", weight=Decimal(30))
FARMERS = Indicator(
    id="farmers", name="农户满意", dimension="satisfaction", type="qualitative", target_text="满意", weight=Decimal(10)
)
APPROVED = GoalApproved(
    project=PROJECT, year=YEAR, submission=1, name="灌溉渠改造", unit="department-03", department="department-03",
    budget=480_000_000, approved_on=date(2026, 1, 20), document="县财预〔2026〕3号", annual=(CANAL, YIELD, FARMERS), approved_by="王芳",
)  # fmt: skip
PLEASED = {"farmers": LevelGiven("reached", Decimal("0.90"))}
EVALUATE = EvaluateProject(PROJECT, YEAR, MOF_2020, PLEASED, rests_on=("a", "b"))


def reported(period: str, values: dict[str, str], report: int = 1) -> ProgressReported:
    return ProgressReported(
        project=PROJECT, year=YEAR, period=period, report=report, received=date(2027, 1, 5),
        values={id: Decimal(value) for id, value in values.items()}, supplied_by="department-03",
    )  # fmt: skip


def judged(paid: int = 456_000_000, period: str = "2026-12", *, closed: bool = True, **more: Any) -> MonthJudged:
    figures: dict[str, Any] = dict.fromkeys(("execution", "attainment", "time", "mismatch"), Decimal(0))
    return MonthJudged(
        project=PROJECT, year=YEAR, period=period, judgement=1, as_of=date(2027, 1, 11), closed=closed, rules="dual-monitoring-1@1",
        budget=480_000_000, paid=paid, vouchers=391, digest="0", values={}, findings=(), recommendation="none", **figures, **more,
    )  # fmt: skip


YEAR_S_END = (APPROVED, reported("2026-12", {"canal": "115.2", "yield": "8"}), judged())


def completed(evaluation: int = 1, **changes: Any) -> EvaluationCompleted:
    parts = {"execution": ("9.50", 10), "output": ("48.00", 50), "benefit": ("30.00", 30), "satisfaction": ("9.00", 10)}
    return EvaluationCompleted(
        subject_kind="project", project=PROJECT, unit="department-03", year=YEAR, evaluation=evaluation, scheme="mof-2020-10@1",
        audience="public", budget=480_000_000, paid=456_000_000, vouchers=391,
        parts=tuple(ScorePart(id=id, points=Decimal(points), of=Decimal(most)) for id, (points, most) in parts.items()),
        total=Decimal("96.50"), grade="excellent", consequence="key_support", rests_on=("a", "b"),
        evaluated_by=str(EVALUATOR), evaluated_on=date(2027, 1, 25),
    ).model_copy(update=changes)  # fmt: skip


def scored(evaluation: int = 1) -> ProjectScored:
    return ProjectScored(
        project=PROJECT, year=YEAR, evaluation=evaluation, scheme="mof-2020-10@1",
        indicators=(
            IndicatorScored(
                id="canal", name="渠道长度", dimension="output", weight=Decimal(50), type="quantitative", direction="at_least",
                target=Decimal(120), actual=Decimal("115.2"), points=Decimal("48.00"),
            ),
            IndicatorScored(
                id="yield", name="增产率", dimension="benefit", weight=Decimal(30), type="quantitative", direction="at_least",
                target=Decimal(8), actual=Decimal(8), points=Decimal("30.00"),
            ),
            IndicatorScored(
                id="farmers", name="农户满意", dimension="satisfaction", weight=Decimal(10), type="qualitative", direction="at_least",
                level="reached", share=Decimal("0.90"), points=Decimal("9.00"),
            ),
        ),
    )  # fmt: skip


def evaluated(*past: Any, command: EvaluateProject = EVALUATE) -> EvaluationCompleted:
    """The evaluation that comes of it."""
    _, result = given("project", *past).when(command, by=EVALUATOR).events
    assert isinstance(result, EvaluationCompleted)
    return result


class TestEvaluating:
    def test_a_project_is_scored_from_what_was_heard(self) -> None:
        given("project", *YEAR_S_END).when(EVALUATE, by=EVALUATOR).then(scored(), completed())

    def test_the_same_again_is_no_news_whoever_asks_and_whenever(self) -> None:
        past = given("project", *YEAR_S_END).when(EVALUATE, by=EVALUATOR).and_then()
        past.when(EVALUATE, on=date(2027, 2, 1)).nothing()

    def test_another_figure_is_another_evaluation(self) -> None:
        past = given("project", *YEAR_S_END).when(EVALUATE, by=EVALUATOR).and_then()
        worse = EvaluateProject(PROJECT, YEAR, MOF_2020, {"farmers": LevelGiven("missed", Decimal(0))})
        _, again = past.when(worse, by=EVALUATOR).events
        assert isinstance(again, EvaluationCompleted)
        assert (again.evaluation, again.total) == (2, Decimal("87.50"))

    def test_the_paper_behind_the_score_may_change_where_the_score_does_not(self) -> None:
        past = given("project", *YEAR_S_END).when(EVALUATE, by=EVALUATOR).and_then()
        low = EvaluateProject(PROJECT, YEAR, MOF_2020, PLEASED, frozenset({"yield"}))
        assert [type(event) for event in past.when(low).events] == [ProjectScored, EvaluationCompleted]

    def test_an_adjustment_changes_goals_and_budget_together(self) -> None:
        adjusted = GoalAdjusted(
            project=PROJECT, year=YEAR, adjustment=1, cause="policy", reason="上级补助标准提高", previous_budget=480_000_000,
            budget=456_000_000, adjusted_on=date(2026, 8, 20), document="县财预〔2026〕31号",
            annual=(CANAL.model_copy(update={"target": Decimal("115.2")}), YIELD, FARMERS), adjusted_by="王芳",
        )  # fmt: skip
        result = evaluated(*YEAR_S_END, adjusted)
        assert (result.budget, result.total) == (456_000_000, Decimal("99.00"))

    def test_each_actual_is_of_the_latest_report_that_gives_it(self) -> None:
        reports = (
            reported("2026-12", {"canal": "60"}, report=1),
            reported("2026-12", {"canal": "115.2"}, report=2),
            reported("2026-11", {"canal": "40", "yield": "8"}, report=3),
        )
        assert evaluated(APPROVED, judged(), *reports).total == Decimal("96.50")
        assert evaluated(APPROVED, judged(), *reversed(reports)).total == Decimal("96.50")

    def test_payments_are_of_december_s_latest_full_judgement(self) -> None:
        later = (judged(480_000_000), judged(1, closed=False), judged(2, "2026-11"))
        assert evaluated(*YEAR_S_END, *later).paid == 480_000_000

    def test_a_target_set_low(self) -> None:
        far = (APPROVED, reported("2026-12", {"canal": "180", "yield": "8"}), judged())
        low = EvaluateProject(PROJECT, YEAR, MOF_2020, PLEASED, frozenset({"canal"}))
        assert evaluated(*far, command=low).parts[1].points == Decimal("40.00")

    def test_a_stopped_project_is_evaluated_too(self) -> None:
        stopped = ProjectStopped(
            project=PROJECT,
            year=YEAR,
            measures=(),
            reason="无法实现",
            freed=1,
            ordered_by="赵强",
            ordered_on=date(2026, 10, 1),
        )
        assert evaluated(*YEAR_S_END, stopped).total == Decimal("96.50")


class TestStanding:
    def test_whether_a_project_goes_on_is_known(self) -> None:
        day = date(2026, 7, 15)
        suspended = ProjectSuspended(
            project=PROJECT, year=YEAR, measures=(), reason="", unspent=1, ordered_by="赵强", ordered_on=day
        )
        resumed = ProjectResumed(project=PROJECT, year=YEAR, reason="", document="", ordered_by="赵强", ordered_on=day)
        state = project.evolve(project.INITIAL, suspended)
        assert state.status == "suspended"
        assert project.evolve(state, resumed).status == "active"


class TestRefusals:
    def test_before_the_goals_are_approved(self) -> None:
        given("project", judged()).when(EVALUATE).refused(refusals.GoalNotApproved(PROJECT, YEAR))

    def test_every_gap_is_named(self) -> None:
        bare = EvaluateProject(PROJECT, YEAR, MOF_2020)
        given("project", APPROVED, judged(closed=False), reported("2026-12", {"canal": "1"})).when(bare).refused(
            refusals.FiguresMissing(("farmers/level", "farmers/share", "paid", "yield/actual"))
        )

    def test_what_people_judge_is_an_indicator_of_the_goals(self) -> None:
        stray = EvaluateProject(PROJECT, YEAR, MOF_2020, {"x": LevelGiven("reached", Decimal(1))})
        given("project", *YEAR_S_END).when(stray).refused(refusals.IndicatorUnknown("CS-1/2026", "x"))
        low = EvaluateProject(PROJECT, YEAR, MOF_2020, PLEASED, frozenset({"y"}))
        given("project", *YEAR_S_END).when(low).refused(refusals.IndicatorUnknown("CS-1/2026", "y"))

    def test_a_level_is_for_qualitative_indicators(self) -> None:
        wrong = EvaluateProject(PROJECT, YEAR, MOF_2020, {**PLEASED, "canal": LevelGiven("reached", Decimal(1))})
        given("project", *YEAR_S_END).when(wrong).refused(refusals.IndicatorNotQualitative("canal"))

    def test_the_goals_fit_the_scheme(self) -> None:
        other = EvaluateProject(PROJECT, YEAR, MOF_2021, PLEASED)
        given("project", *YEAR_S_END).when(other).refused(refusals.WeightsWrong("cost", Decimal(0), Decimal(20)))

    def test_a_share_fits_its_level(self) -> None:
        wrong = EvaluateProject(PROJECT, YEAR, MOF_2020, {"farmers": LevelGiven("partly", Decimal("0.90"))})
        given("project", *YEAR_S_END).when(wrong).refused(
            refusals.ShareOutsideLevel("farmers", "partly", Decimal("0.90"))
        )
