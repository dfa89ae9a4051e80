"""Rule cases: the project's own, hand-made ones for counting vouchers, and every way in which a case can be wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.monitoring.domain.case import CaseError, judge_case
from tests.domain.monitoring.examples import RULES

CASES = sorted(Path(__file__).with_name("cases").glob("monitoring-*[0-9].json"))

CASE: dict[str, Any] = {
    "kind": "monitoring",
    "rules": "dual-monitoring-1",
    "project": {"id": "p", "budget": "1000.00", "approved_on": "2026-01-20"},
    "indicators": [{"id": "a", "weight": "1", "target": "100"}],
    "vouchers": [
        {"source": "k", "number": "1", "date": "2026-05-31", "amount": "500.00"},
        {"source": "k", "number": "2", "date": "2026-06-30", "amount": "20.00"},
    ],
    "reports": [{"period": "2026-06", "received": "2026-07-05", "values": {"a": "50"}}],
    "periods": ["2026-06"],
    "as_of": "2026-07-20",
}


def judge(case: object) -> dict[str, Any]:
    return judge_case(case, (RULES,))


def changed(**changes: Any) -> dict[str, Any]:
    return {**deepcopy(CASE), **changes}


def with_vouchers(*vouchers: tuple[str, str, str, str]) -> dict[str, Any]:
    return changed(vouchers=[dict(zip(("source", "number", "date", "amount"), each, strict=True)) for each in vouchers])


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_projects_own_cases(case: Path) -> None:
    expected = json.loads(case.with_suffix(".expected.json").read_text("utf-8"))
    raw = json.loads(case.read_text("utf-8"))
    if "error" in expected:
        with pytest.raises(CaseError):
            judge(raw)
    else:
        assert judge(raw) == expected


def test_there_are_cases_and_one_of_them_cannot_be_judged() -> None:
    assert len(CASES) == 4
    assert sum("error" in json.loads(case.with_suffix(".expected.json").read_text("utf-8")) for case in CASES) == 1


def test_a_month_in_the_form_of_an_answer() -> None:
    assert judge(CASE) == {
        "periods": [
            {
                "period": "2026-06",
                "execution": "52.00",
                "attainment": "50.00",
                "time": "50.00",
                "mismatch": "2.00",
                "findings": [],
                "recommendation": "none",
            }
        ],
        "duplicates": 0,
        "conflicts": [],
    }


def test_the_same_voucher_again_is_counted_once_and_other_figures_are_a_conflict() -> None:
    answer = judge(
        with_vouchers(
            ("k", "1", "2026-06-01", "100.00"),
            ("y", "1", "2026-06-01", "100"),
            ("k", "1", "2026-06-01", "100.0"),
            ("k", "1", "2026-06-02", "100.00"),
            ("y", "1", "2026-06-01", "99.99"),
            ("k", "1", "2026-06-02", "100.00"),
            ("k", "1", "2026-06-01", "100.00"),
        )
    )
    assert answer["periods"][0]["execution"] == "20.00"
    assert answer["duplicates"] == 2
    assert answer["conflicts"] == ["k/1", "y/1"]


def test_a_reversal_takes_off_and_does_not_count_as_a_payment() -> None:
    early = with_vouchers(("k", "1", "2026-01-05", "-10.00"))
    paid = with_vouchers(("k", "1", "2026-01-05", "-10.00"), ("k", "2", "2026-01-19", "10.00"))
    for case, rules in ((early, []), (paid, ["paid-before-approval"])):
        case |= {"periods": ["2026-01"], "as_of": "2026-01-31"}
        assert [finding["rule"] for finding in judge(case)["periods"][0]["findings"]] == rules
    assert judge(early)["periods"][0]["execution"] == "-1.00"


def test_paid_before_approval_is_found_in_the_month_of_the_payment_alone() -> None:
    case = with_vouchers(("k", "1", "2026-01-05", "10.00"))
    answer = judge(case | {"periods": ["2026-01", "2026-02"], "as_of": "2026-02-28"})
    assert ["paid-before-approval" in str(month["findings"]) for month in answer["periods"]] == [True, False]


def test_periods_may_start_late_stand_in_any_order_and_reach_back_to_earlier_vouchers() -> None:
    answer = judge(changed(periods=["2026-11", "2026-06", "2026-11"], as_of="2026-12-01"))
    assert [month["period"] for month in answer["periods"]] == ["2026-11", "2026-06", "2026-11"]
    assert {month["execution"] for month in answer["periods"]} == {"52.00"}
    assert judge(changed(periods=[]))["periods"] == []


def test_as_of_bounds_reports_not_vouchers() -> None:
    answer = judge(changed(as_of="2026-06-01"))["periods"][0]
    assert (answer["execution"], answer["attainment"]) == ("52.00", "0.00")


def test_a_value_of_null_is_not_given_and_json_numbers_count_as_written() -> None:
    reports = [
        {"period": "2026-06", "received": "2026-07-06", "values": {"a": None}, "expected": None},
        {"period": "2026-05", "received": "2026-06-05", "values": {"a": Decimal("12.5")}, "serious_problem": None},
    ]
    case = changed(reports=reports, indicators=[{"id": "a", "weight": 1, "target": 100, "direction": "at_least"}])
    assert judge(case)["periods"][0]["attainment"] == "12.50"


def test_what_the_form_does_not_name_is_ignored() -> None:
    assert judge(changed(title="试算", project={**CASE["project"], "name": "渠"})) == judge(CASE)


@pytest.mark.parametrize("rules", [None, ...])
def test_dual_monitoring_1_is_the_default(rules: Any) -> None:
    case = changed(rules=rules)
    if rules is ...:
        del case["rules"]
    assert judge(case) == judge(CASE)


def test_a_direction_of_null_is_at_least() -> None:
    case = changed()
    case["indicators"][0]["direction"] = None
    assert judge(case) == judge(CASE)


def test_amounts_finer_than_a_fen_are_exact() -> None:
    case = with_vouchers(("k", "1", "2026-06-01", "0.0049999"), ("k", "2", "2026-06-02", "0.0000001"))
    case["project"]["budget"] = "0.01"
    assert judge(case)["periods"][0]["execution"] == "50.00"
    case["vouchers"][1]["amount"] = "-0.0000001"
    case["project"]["budget"] = "99.996"  # of which 0.0049998 is 0.005 percent
    assert judge(case)["periods"][0]["execution"] == "0.01"
    case["project"]["budget"] = "99.996000000001"
    assert judge(case)["periods"][0]["execution"] == "0.00"


def test_amounts_of_any_size_are_exact() -> None:
    digits = "1" * 40
    case = with_vouchers(("k", "1", "2026-06-01", digits))
    case["project"]["budget"] = "1"
    assert judge(case)["periods"][0]["execution"] == f"{digits}00.00"
    assert judge(case)["periods"][0]["mismatch"] == f"{int(digits) * 100 - 50}.00"


def test_a_negative_weight_counts_as_it_stands() -> None:
    case = changed()
    case["indicators"] = [{"id": "a", "weight": "3", "target": "100"}, {"id": "b", "weight": "-1", "target": "1"}]
    assert judge(case)["periods"][0]["attainment"] == "75.00"  # 3 × 50 % of 3 − 1
    case["reports"][0]["values"]["b"] = "1"
    assert judge(case)["periods"][0]["attainment"] == "25.00"


WRONG: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {
    "no budget": ("invalid-budget", lambda case: case["project"].update(budget="0.00")),
    "a negative budget": ("invalid-budget", lambda case: case["project"].update(budget="-1")),
    "an indicator twice": ("duplicate-indicator", lambda case: case["indicators"].append(case["indicators"][0])),
    "weights that sum to 0": ("no-weights", lambda case: case["indicators"][0].update(weight="0")),
    "no indicators": ("no-weights", lambda case: case.update(indicators=[], reports=[])),
    "weights that make up for each other": (
        "no-weights",
        lambda case: case["indicators"].append({"id": "b", "weight": "-1.0", "target": "1"}),
    ),
    "a negative target": ("negative-target", lambda case: case["indicators"][0].update(target="-1")),
    "an unknown indicator": ("unknown-indicator", lambda case: case["reports"][0]["values"].update(z="1")),
    "an unknown indicator in a report that is not there yet": (
        "unknown-indicator",
        lambda case: case["reports"].append({"period": "2026-12", "received": "2027-01-01", "values": {"z": None}}),
    ),
    "unknown rules": ("unknown-rules", lambda case: case.update(rules="dual-monitoring-9")),
    "several years": ("several-years", lambda case: case.update(periods=["2025-12", "2026-01"])),
    "another kind": ("invalid-case", lambda case: case.update(kind="goal-review")),
    "a missing list": ("invalid-case", lambda case: case.pop("vouchers")),
    "a missing target": ("invalid-case", lambda case: case["indicators"][0].pop("target")),
    "a missing number": ("invalid-case", lambda case: case["vouchers"][0].pop("number")),
    "an unknown direction": ("invalid-case", lambda case: case["indicators"][0].update(direction="more")),
    "an unknown expectation": ("invalid-case", lambda case: case["reports"][0].update(expected="high")),
    "a problem that is no text": ("invalid-case", lambda case: case["reports"][0].update(serious_problem=1)),
    "a number that is none": ("invalid-case", lambda case: case["project"].update(budget="1,000.00")),
    "NaN": ("invalid-case", lambda case: case["vouchers"][0].update(amount="NaN")),
    "an exponent": ("invalid-case", lambda case: case["vouchers"][0].update(amount="1E3")),
    "a huge exponent": ("invalid-case", lambda case: case["vouchers"][0].update(amount=Decimal("1E+999999"))),
    "full-width digits": ("invalid-case", lambda case: case["vouchers"][0].update(amount="１２")),
    "a line break": ("invalid-case", lambda case: case["vouchers"][0].update(amount="12\n")),
    "truth for a number": ("invalid-case", lambda case: case["vouchers"][0].update(amount=True)),
    "a binary float": ("invalid-case", lambda case: case["vouchers"][0].update(amount=0.1)),
    "31 February": ("invalid-case", lambda case: case["vouchers"][0].update(date="2026-02-31")),
    "a day with time": ("invalid-case", lambda case: case.update(as_of="2026-02-03T00:00:00")),
    "a day as a number": ("invalid-case", lambda case: case.update(as_of=20260203)),
    "a thirteenth month": ("invalid-case", lambda case: case.update(periods=["2026-13"])),
    "the year 0": ("invalid-case", lambda case: case.update(periods=["0000-01"])),
    "the year 9999": ("invalid-case", lambda case: case["reports"][0].update(period="9999-12")),
    "half a surrogate": ("invalid-case", lambda case: case["vouchers"][0].update(number="\ud800")),
    "many things": ("invalid-case", lambda case: [case.pop(key) for key in ("project", *list(case)[3:])]),
}


@pytest.mark.parametrize(("type", "spoil"), WRONG.values(), ids=WRONG.keys())
def test_a_case_that_cannot_be_judged_says_why(type: str, spoil: Callable[[dict[str, Any]], Any]) -> None:
    case = deepcopy(CASE)
    spoil(case)
    with pytest.raises(CaseError) as caught:
        judge(case)
    assert caught.value.type == type
    assert bool(caught.value.faults) == (type == "invalid-case")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@for_all(
    st.sampled_from([*CASE, "project.budget", "indicators.0", "vouchers.0.amount", "reports.0.values"]), json_values
)
def test_whatever_stands_in_a_case_it_is_judged_or_refused_with_a_sentence(place: str, value: Any) -> None:
    case: Any = deepcopy(CASE)
    *path, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    target = case
    for part in path:
        target = target[part]
    target[last] = value
    try:
        assert set(judge(case)) == {"periods", "duplicates", "conflicts"}
    except CaseError as error:
        assert error.type


@for_all(json_values)
def test_whatever_the_file_holds_instead_of_a_case_is_refused(value: Any) -> None:
    with pytest.raises(CaseError):
        judge(value)
