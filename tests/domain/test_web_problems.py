"""What went wrong is said in both languages, with the place of every wrong entry and without anything of the inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Annotated, Literal

import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, Field

from backbone.web.layout import Pages
from backbone.web.problems import BadRequest, Refused, install, kind_of, problem
from backbone.web.words import Words, parse
from contracts.decision import NotPermitted, Refusal


@dataclass(frozen=True, slots=True)
class GoalUnknown(Refusal):
    """A refusal of these tests."""

    project: str
    share: Decimal = Decimal("0.10")
    day: date = date(2026, 7, 11)
    parts: tuple[str, ...] = ("甲", "乙")


WORDS = Words(
    {
        **parse((resources.files("backbone.web") / "words.toml").read_text("utf-8")),
        **parse('[refusal]\nGoalUnknown = { zh = "没有项目 {project}。", en = "There is no project {project}." }'),
    }
)


class Part(BaseModel):
    """An entry in a list."""

    target: Annotated[Decimal, Field(ge=0, le=100)]


class Body(BaseModel):
    """What the tests send."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=2, max_length=5, pattern=r"^[^x]*$")]
    kind: Literal["new", "continuing"]
    years: int
    on: date
    closed: bool = False
    annual: Annotated[list[Part], Field(min_length=1, max_length=2)]
    values: dict[str, Decimal] = Field(default_factory=dict)


NUMBER = '应填数字，小数请写成带引号的文字，如 "0.10"。'
GOOD = {"name": "灌溉", "kind": "new", "years": 3, "on": "2026-07-11", "annual": [{"target": "1"}]}


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    pages = Pages.of("backbone.web", WORDS)
    install(app, WORDS, {GoalUnknown: 404}, show=pages.problem)

    @app.post("/api/body")
    def body(sent: Body) -> str:
        return sent.name

    @app.get("/api/{what}")
    @app.get("/{what}")
    def wrong(request: Request, what: str) -> None:
        raise {
            "refused": Refused(GoalUnknown("CS-1")),
            "forbidden": Refused(NotPermitted("unit", "department-03", "approve-result", "county")),
            "no-token": BadRequest("identity.missing", 401),
            "down": HTTPException(503),
            "teapot": HTTPException(418, "internal wording"),
            "bug": RuntimeError("password=hunter2"),
        }[what]

    return TestClient(app, raise_server_exceptions=False)


def test_a_refusal_becomes_a_problem_in_both_languages(client: TestClient) -> None:
    answer = client.get("/api/refused", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "en"
    assert answer.json() == {
        "type": "/problems/goal-unknown",
        "title": "Not found",
        "status": 404,
        "detail": "There is no project CS-1.",
        "words": {"zh": "没有项目 CS-1。", "en": "There is no project CS-1."},
        "project": "CS-1",
        "share": "0.10",
        "day": "2026-07-11",
        "parts": ["甲", "乙"],
    }
    assert client.get("/api/refused").json()["detail"] == "没有项目 CS-1。"


@pytest.mark.parametrize(
    ("path", "status", "zh"),
    [
        ("forbidden", 403, "“department-03”的预算单位无权对“county”批准公布结果。"),
        ("no-token", 401, "此操作需要令牌，请先登录。"),
        ("down", 503, "服务暂时不可用，请稍后再试。"),
        ("teapot", 418, "请求没有办成（代码 418）。"),
        ("bug", 500, "系统出错，没有办成。错误已记录，请稍后再试。"),
        ("a/b", 404, "这里没有您要找的内容：它可能不存在，也可能还没有公开。"),
    ],
)
def test_every_error_has_its_sentence_and_tells_nothing_of_the_inside(
    client: TestClient, path: str, status: int, zh: str
) -> None:
    answer = client.get(f"/api/{path}")
    assert (answer.status_code, answer.json()["detail"]) == (status, zh)
    assert "hunter2" not in answer.text and "internal wording" not in answer.text and "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("change", "pointer", "zh"),
    [
        ({"name": None}, "#/name", "name：应填文字。"),
        ({"name": "灌"}, "#/name", "name：太短，至少 2 个字。"),
        ({"name": "灌" * 6}, "#/name", "name：太长，最多 5 个字。"),
        ({"name": "axb"}, "#/name", "name：格式不对。"),
        ({"kind": "old"}, "#/kind", "kind：只能是 new、continuing 之一。"),
        ({"years": "drei"}, "#/years", "years：应填整数。"),
        ({"on": "2026-02-31"}, "#/on", "on：应填存在的日期，如 2026-07-11。"),
        ({"closed": "vielleicht"}, "#/closed", "closed：应填“是”或“否”（true 或 false）。"),
        ({"annual": []}, "#/annual", "annual：至少要有 1 项。"),
        ({"annual": [{"target": 1}] * 3}, "#/annual", "annual：最多 2 项。"),
        ({"annual": "x"}, "#/annual", "annual：应是一个列表。"),
        ({"annual": [{"target": "1"}, {"target": "eins"}]}, "#/annual/1/target", f"annual › 2 › target：{NUMBER}"),
        ({"annual": [{"target": "NaN"}]}, "#/annual/0/target", f"annual › 1 › target：{NUMBER}"),
        ({"annual": [{"target": "-1"}]}, "#/annual/0/target", "annual › 1 › target：不能小于 0。"),
        ({"annual": [{"target": "101"}]}, "#/annual/0/target", "annual › 1 › target：不能大于 100。"),
        ({"annual": [{}]}, "#/annual/0/target", "annual › 1 › target：必须填写。"),
        ({"values": []}, "#/values", "values：应是一组带名称的内容。"),
        ({"nmae": "灌溉"}, "#/nmae", "nmae：没有这一项，请检查名称。"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_named_with_its_place(
    client: TestClient, change: dict[str, object], pointer: str, zh: str
) -> None:
    answer = client.post("/api/body", json={**GOOD, **change})
    assert answer.status_code == 422
    entry = answer.json()["errors"][0]
    assert (entry["pointer"], entry["words"]["zh"], entry["detail"]) == (pointer, zh, zh)
    assert entry["words"]["en"] and "pydantic" not in answer.text


def test_every_wrong_entry_is_named_at_once(client: TestClient) -> None:
    answer = client.post("/api/body", json={"name": "灌", "annual": []}, headers={"Accept-Language": "en"})
    found = answer.json()
    assert [entry["pointer"] for entry in found["errors"]] == ["#/name", "#/kind", "#/years", "#/on", "#/annual"]
    assert found["detail"] == "5 entries are wrong; each is named below."


@pytest.mark.parametrize("content", ["{", '{"name": }', "﻿{"])
def test_what_is_no_json_is_said_so(client: TestClient, content: str) -> None:
    answer = client.post("/api/body", content=content.encode(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/not-json"
    assert "不是有效的 JSON" in answer.json()["detail"]


def test_an_empty_body_is_missing(client: TestClient) -> None:
    answer = client.post("/api/body")
    assert answer.json()["errors"][0]["words"] == {"zh": "请求内容：必须填写。", "en": "the request: must be given."}


def test_a_browser_gets_a_page_and_a_machine_json(client: TestClient) -> None:
    page = client.get("/refused", headers={"Accept": "text/html,*/*"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "没有项目 CS-1。" in page.text and page.headers["cache-control"] == "no-store"
    assert client.get("/refused").headers["content-type"] == "application/problem+json"
    assert (
        client.get("/api/refused", headers={"Accept": "text/html"}).headers["content-type"]
        == "application/problem+json"
    )


def test_types_are_stable_words() -> None:
    assert kind_of("GoalNotApproved") == "/problems/goal-not-approved"
    assert kind_of("HTTPGone") == "/problems/http-gone"
    assert problem(BadRequest("identity.no-key", 401), WORDS, "zh").kind == "/problems/no-key"


def test_the_api_document_describes_the_problems(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert "application/problem+json" in described["paths"]["/api/body"]["post"]["responses"]["422"]["content"]
