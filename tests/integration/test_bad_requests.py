"""Rubbish at the HTTP door: each is refused with a 4xx and a sentence in both languages, and the next good request passes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from deploy.local import tokens
from tests.integration.asking import PRIVATE
from tests.integration.goals_http import Goals, declaration, goals
from tests.integration.servers import Servers

PATH = "/api/projects/2026/CS-1/declarations"


@pytest.fixture(scope="module")
def door(servers: Servers) -> Iterator[Goals]:
    with goals(servers) as opened:
        yield opened


def raw(
    door: Goals, content: bytes | Iterator[bytes], *, key: str = "bad", path: str = PATH
) -> tuple[int, dict[str, object]]:
    """Send bytes as they are; status and problem."""
    headers = {
        "authorization": f"Bearer {Goals.token('unit')}",
        "idempotency-key": key,
        "content-type": "application/json",
    }
    answer = door.client.post(path, content=content, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()


def said(**changes: object) -> bytes:
    return json.dumps({**declaration(), **changes}, ensure_ascii=False).encode()


BAD = {
    "empty": (b"", 422),
    "no JSON": (b"{", 400),
    "NaN": (b'{"budget": NaN}', 422),
    "no UTF-8": (b'{"name": "\xff\xfe"}', 400),
    "deep nesting": (b"[" * 100_000 + b"]" * 100_000, 400),
    "a list": (b"[]", 422),
    "an unknown entry": (said(surprise=1), 422),
    "an amount in scientific notation": (said(budget="4.8e6"), 422),
    "an amount as a binary float": (said(budget=0.1), 422),
    "an amount that is no number": (said(budget="1,234.5.6"), 422),
    "a NUL in a name": (said(name="a\x00b"), 422),
    "a lone surrogate": (json.dumps({**declaration(), "name": "\ud800"}).encode(), 422),
    "31 February": (said(annual=[{**declaration()["annual"][0], "schedule": {"2026-13": "1"}}]), 422),
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_with_a_sentence_and_the_next_good_one_passes(door: Goals, name: str) -> None:
    content, status = BAD[name]
    answered, problem = raw(door, content)
    assert (answered, problem["status"]) == (status, status)
    words = problem["words"]
    assert isinstance(words, dict) and words["zh"] and words["en"] and words["zh"] != words["en"]
    assert door.get("/health/live").status_code == 200


def test_ten_megabytes_are_refused_whether_their_length_is_told_or_not(door: Goals) -> None:
    block = b" " * 1_000_000
    assert raw(door, block * 10)[0] == 413
    assert raw(door, iter([block] * 10))[0] == 413


def test_a_good_declaration_still_passes(door: Goals) -> None:
    assert door.post("declarations", declaration(), who="unit").status_code == 200


@pytest.mark.parametrize(
    ("token_text", "reason"),
    [("", "missing"), ("x", "malformed"), ("a.b.c", "malformed"), ("ÿ" * 10, "malformed"), ("." * 5000, "malformed")],
)
def test_a_token_that_does_not_count_is_told_why(door: Goals, token_text: str, reason: str) -> None:
    headers = (
        {"authorization": f"Bearer {token_text}".encode("latin-1"), "idempotency-key": "k"}
        if token_text
        else {"idempotency-key": "k"}
    )
    answer = door.client.post(PATH, json=declaration(), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (401, f"/problems/{reason}")


def test_a_path_that_names_no_project_is_refused(door: Goals) -> None:
    for path in (
        "/api/projects/26/CS-1/declarations",
        "/api/projects/2026/%00/declarations",
        "/api/projects/2026/%20/declarations",
    ):
        assert raw(door, said(), path=path)[0] in {404, 422}


@pytest.mark.parametrize(
    "claims", [{"role": ["unit"]}, {"role": {}}, {"org": "\ud800"}, {"name": "a\x00b"}, {"name": ""}]
)
def test_a_token_of_ours_with_claims_that_make_no_sense_is_refused(door: Goals, claims: dict[str, Any]) -> None:
    said = {"name": "李明", "role": "unit", "org": "department-03", **claims}
    answer = door.client.get("/api/projects?year=2026", headers={"authorization": f"Bearer {signed(said)}"})
    assert answer.status_code == 401 and answer.json()["words"]["zh"]


def signed(said: dict[str, Any]) -> str:
    """A token of ours, whatever it says."""
    claims = {"iss": tokens.ISSUER, "sub": said["name"], "role": said["role"], "org": said["org"], "exp": 2**40}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "Ed25519"}, claims)]
    key: Any = OKPKey.import_key(json.loads(PRIVATE)).get_op_key("sign")
    return b".".join([*parts, base64.urlsafe_b64encode(key.sign(b".".join(parts))).rstrip(b"=")]).decode()
