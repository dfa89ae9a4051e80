"""A message of the execution stream is a voucher, or says why it is none; msgspec's struct and the contract agree."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.envelope import Unreadable
from contracts.execution import ExecutionReported
from services.monitoring.bulk.decode import Voucher, decode

GOOD = {
    "source": "treasury-1",
    "number": "记-03-0107",
    "numbering_year": 2026,
    "date": "2026-03-18",
    "amount": 4005219,
    "currency": "CNY",
    "project": "CS-2026-007",
}
HEADERS = [
    ("ce_specversion", b"1.0"),
    ("ce_id", b"1"),
    ("ce_source", b"/finance/treasury-1"),
    ("ce_type", b"jixiao.execution.ExecutionReported.v1"),
]


def binary(**changes: object) -> Voucher:
    return decode(json.dumps({**GOOD, **changes}).encode(), HEADERS)


def reason(value: bytes | None, headers: list[tuple[str, bytes]] | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        decode(value, HEADERS if headers is None else headers)
    assert caught.value.detail
    return caught.value.reason


def test_binary_and_structured_mode_give_the_same_voucher() -> None:
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "/finance/t",
        "type": ExecutionReported.type_name(),
        "data": GOOD,
    }
    assert binary() == decode(json.dumps(event).encode(), [("content-type", b"application/cloudevents+json")])


@pytest.mark.parametrize(
    "changes",
    [
        {"date": "2026-02-31"},
        {"date": "18/03/2026"},
        {"date": None},
        {"amount": "4005219"},
        {"amount": 1.5},
        {"amount": None},
        {"amount": 10**16},
        {"source": ""},
        {"source": " treasury-1"},
        {"project": "a/b"},
        {"project": "a\nb"},
        {"number": "a\x00b"},
        {"memo": "a\x00b"},
        {"currency": "yuan"},
        {"numbering_year": -1},
    ],
)
def test_a_field_that_is_wrong_is_named_and_the_contract_refuses_it_too(changes: dict[str, object]) -> None:
    assert reason(json.dumps({**GOOD, **changes}).encode()) == "invalid-data"
    with pytest.raises(ValidationError):
        ExecutionReported.model_validate({**GOOD, **changes})


@pytest.mark.parametrize("literal", ["1e3", "1E3", "NaN", "Infinity", "-Infinity", "1,234", "1.0", "0x10", "true"])
def test_an_amount_in_any_other_notation_is_refused(literal: str) -> None:
    text = json.dumps(GOOD).replace("4005219", literal)
    assert reason(text.encode()) in {"invalid-data", "not-json"}


def test_what_is_no_voucher_says_why() -> None:
    good = json.dumps(GOOD).encode()
    assert reason(None) == "empty"
    assert reason(b"") == "empty"
    assert reason(b"{") == "not-json"
    assert reason(good.replace(b"treasury", b"\xff\xfe")) == "not-utf-8"
    assert reason(b"[" * 200_000) in {"too-deep", "not-json", "invalid-data"}
    assert reason(good, [*HEADERS[:3], ("ce_type", b"jixiao.execution.ExecutionReported.v9")]) == "unknown-version"
    assert reason(good, [*HEADERS[:3], ("ce_type", b"jixiao.execution.Other.v1")]) == "unknown-type"
    assert reason(good, HEADERS[1:]) == "not-a-cloudevent"
    assert reason(good, []) == "not-a-cloudevent"
    assert (
        reason(
            b'{"specversion": "1.0", "id": "1", "source": "/x", "type": "%s"}' % ExecutionReported.type_name().encode(),
            [],
        )
        == "invalid-data"
    )


@given(
    st.fixed_dictionaries(
        {
            "source": st.text(min_size=0, max_size=90),
            "number": st.text(max_size=130),
            "numbering_year": st.integers(-2, 2300),
            "date": st.dates().map(str),
            "amount": st.integers(-(10**16), 10**16),
            "project": st.text(max_size=90),
        }
    )
)
def test_the_struct_takes_no_more_than_the_contract(fields: dict[str, object]) -> None:
    try:
        decode(json.dumps(fields).encode(), HEADERS)
    except Unreadable:
        return
    ExecutionReported.model_validate(fields)
