"""`jixiao score`: the project's scoring cases, any input at all told in one sentence, and trying a scheme."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.score import type_of
from services.evaluation.domain import refusals
from tests.domain.evaluation.asking import CASES, NAMES, asked, county, error_of, project, put, run


class TestCases:
    @pytest.mark.parametrize("name", NAMES)
    def test_scoring_cases_of_the_project(self, name: str) -> None:
        expected = json.loads((CASES / f"{name}.expected.json").read_text("utf-8"))
        status, answer = run(str(CASES / f"{name}.json"))
        if "error" in expected:
            assert (status, answer["error"]["missing"]) == (2, expected["error"])
        else:
            assert (status, answer) == (0, expected)

    def test_there_are_cases(self) -> None:
        assert len(NAMES) == 9

    def test_the_command_loads_nothing_of_servers(self) -> None:
        """What makes it start in half a second: no broker, no database, no web framework."""
        command = [
            sys.executable,
            "-X",
            "importtime",
            str(Path(sys.executable).with_name("jixiao")),
            "score",
            str(CASES / "county-1.json"),
        ]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        assert json.loads(done.stdout)["units"][0]["total"] == "102.08"
        loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
        assert "services" in loaded
        assert not loaded & {"aiokafka", "confluent_kafka", "fastapi", "faust", "kafka", "psycopg", "starlette"}

    def test_sound_small_cases(self) -> None:
        assert asked(project()) == (
            0,
            {"execution": "10.00", "cost": None, "output": "44.00", "benefit": "30.00", "satisfaction": "8.00",
             "total": "92.00", "grade": "excellent"},
        )  # fmt: skip
        status, answer = asked(county())
        assert status == 0
        assert [(unit["id"], unit["total"], unit["public"], unit["rank"]) for unit in answer["units"]] == [
            ("t", "100.00", None, 1), ("d", "100.00", "30.00", 1), ("r", "100.00", None, 1),
        ]  # fmt: skip


class TestInput:
    @pytest.mark.parametrize(
        ("content", "type"),
        [
            (b"", "not-json"),
            (b"{", "not-json"),
            (b"\xff\xfe", "not-utf-8"),
            (b"[" * 100_000, "not-json"),
            (b"9" * 5000, "number-too-long"),
            (b"[]", "value-wrong"),
            (b"null", "value-wrong"),
            (b'{"kind": NaN}', "not-json"),
            (b'{"kind": 1, "kind": 2}', "duplicate-key"),
            (b"{}", "field-missing"),
        ],
    )
    def test_what_is_no_case(self, content: bytes, type: str) -> None:
        assert error_of(content) == type

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        assert run(str(tmp_path / "none.json"))[1]["error"]["type"] == "unreadable-file"
        assert run(str(tmp_path))[1]["error"]["type"] == "unreadable-file"

    def test_every_sentence_has_its_subject(self) -> None:
        said = {
            (content, language): asked(content, "--language", language)[1]["error"]["detail"]
            for content in (b"[]", b"NaN")
            for language in ("zh", "en")
        }
        assert said == {
            (b"[]", "zh"): "CASE.json 的值不对，应为对象",
            (b"[]", "en"): "The value of CASE.json is wrong: it must be an object",
            (b"NaN", "zh"): "算例不是有效的 JSON：NaN 不是数字",
            (b"NaN", "en"): "the case is not valid JSON: NaN is not a number",
        }

    def test_a_byte_order_mark_and_json_numbers_are_fine(self) -> None:
        text = json.dumps(project()).replace('"weight": "30"', '"weight": 30').replace('"1000.00"', "1000.00")
        assert asked(b"\xef\xbb\xbf" + text.encode())[1]["total"] == "92.00"

    def test_half_a_surrogate_pair_does_not_break_the_answer(self) -> None:
        def change(case: Any) -> None:
            case["units"][0]["id"] = "\ud800"
            case["units"][0]["leaders"] = {}

        assert error_of(county(change), ["\ud800/mid_term/leaders", "\ud800/year_end/leaders"]) == "figures-missing"

    def test_the_detail_is_told_in_either_language(self) -> None:
        case = project(put("budget", value="0"))
        assert "预算" in asked(case)[1]["error"]["detail"]
        assert "budget" in asked(case, "--language", "en")[1]["error"]["detail"]

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.data())
    def test_whatever_stands_somewhere_there_is_an_answer(self, data: st.DataObject) -> None:
        case: Any = data.draw(st.sampled_from([county, project]))()
        place, at = case, []
        while isinstance(place, dict | list) and place and (not at or data.draw(st.booleans())):
            at.append(data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place)))))
            place = place[at[-1]]
        junk = st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=2)
        )
        put(*at, value=data.draw(junk | st.just(...)))(case)
        status, answer = asked(case)
        assert (status, "error" in answer) in {(0, False), (2, True)}


class TestTryingAScheme:
    """An official tries a scheme file before it is adopted."""

    def test_a_project_s_scheme(self, tmp_path: Path) -> None:
        text = (resources.files("services.evaluation") / "rules" / "projects" / "mof-2020-10.toml").read_text("utf-8")
        local = (
            text.replace('id = "mof-2020-10"', 'id = "local"') + "\n[over_completion]\npassed_by = '0.30'\npoints = 2\n"
        )
        file = tmp_path / "local.toml"
        file.write_text(local, "utf-8")
        case = project(put("indicators", 0, "actual", value="130"), scheme="local")
        assert asked(case, "--scheme", str(file))[1]["total"] == "96.00"

    def test_a_county_s_scheme(self, tmp_path: Path) -> None:
        text = (resources.files("services.evaluation") / "rules" / "units" / "plan5.toml").read_text("utf-8")
        file = tmp_path / "local.toml"
        file.write_text(text.replace("qualified = 60", "qualified = 100"), "utf-8")
        case = county(put("units", 0, "leaders", "mid_term", value=["9"]))
        assert asked(case, "--scheme", str(file))[1]["units"][0]["grade"] == "unqualified"

    def test_a_file_that_is_no_scheme(self, tmp_path: Path) -> None:
        file = tmp_path / "local.toml"
        file.write_text("kind = 7", "utf-8")
        assert error_of(project(), [], "--scheme", str(file)) == type_of(refusals.SchemeUnusable)
        assert error_of(project(), [], "--scheme", str(tmp_path / "none.toml")) == type_of(refusals.SchemeUnreadable)
