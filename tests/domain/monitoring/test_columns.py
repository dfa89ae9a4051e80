"""Vouchers read in bulk are those that are decoded one by one: no more pass, and none is another."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import Unreadable
from contracts.execution import ExecutionReported
from services.monitoring.bulk import columns
from services.monitoring.bulk.columns import FIELDS
from services.monitoring.bulk.decode import Voucher, decode

HEADERS = [
    ("ce_specversion", b"1.0"), ("ce_id", b"1"), ("ce_source", b"/finance/treasury-1"),
    ("ce_type", b"jixiao.execution.ExecutionReported.v1"),
]  # fmt: skip


def written(number: int = 0, **changes: object) -> bytes:
    """A voucher as `emit` writes it."""
    fields = {
        "source": "treasury-1", "number": f"记-03-{number:04}", "numbering_year": 2026, "date": date(2026, 3, 18), "amount": 4005219,
        "project": "CS-2026-007", "unit": "department-03", "memo": "水渠改造第二期进度款", "functional": "2130305", "economic": "30905",
        "sequence": number, **changes,
    }  # fmt: skip
    return ExecutionReported.model_validate(fields).model_dump_json().encode()


def alone(value: bytes) -> Voucher | None:
    """The voucher as it is decoded alone; none where it is none."""
    try:
        return decode(value, HEADERS)
    except Unreadable:
        return None


def agree(values: list[bytes]) -> list[int]:
    """Check what is read in bulk against each alone; the places of those that were strange."""
    frame, strange = columns.read(values)
    vouchers = [Voucher(**row) for row in frame.iter_rows(named=True)]
    places = [place for place in range(len(values)) if place not in strange]
    assert strange == sorted(set(strange))
    assert vouchers == [alone(values[place]) for place in places]
    return strange


def test_what_emit_writes_is_read_together() -> None:
    assert not agree([written(number) for number in range(200)])
    assert not agree(
        [written(memo=None, unit=None, sequence=None), written(1, functional=None, economic=None), written(2)]
    )
    assert not agree(
        [written(memo="", amount=-1), written(1, amount=0), written(2, amount=-(10**15)), written(3, sequence=0)]
    )
    assert columns.read([])[0].height == 0


@pytest.mark.parametrize(
    "changed",
    [
        lambda value: value.replace(b":2026,", b": 2026,"),
        lambda value: value.replace(b"4005219", b'"4005219"'),
        lambda value: value.replace(b"4005219", b"4005219.0"),
        lambda value: value.replace(b"4005219", b"04005219"),
        lambda value: value.replace(b"4005219", b"-0"),
        lambda value: value.replace(b"4005219", b"4005219e0"),
        lambda value: value.replace(b"4005219", b"10000000000000000"),
        lambda value: value.replace(b"4005219", b"99999999999999999999"),
        lambda value: value.replace(b"4005219", b"true"),
        lambda value: value.replace(b"4005219", b"null"),
        lambda value: value.replace(b"2026-03-18", b"2026-02-31"),
        lambda value: value.replace(b"2026-03-18", b"20260318"),
        lambda value: value.replace(b"2026-03-18", b"1888-03-18"),
        lambda value: value.replace(b"CS-2026-007", b"CS/2026"),
        lambda value: value.replace(b"CS-2026-007", b" CS-2026"),
        lambda value: value.replace(b"CS-2026-007", b""),
        lambda value: value.replace(b"CS-2026-007", b"P" * 81),
        lambda value: value.replace(b"CS-2026-007", b"CS\\\\2026"),
        lambda value: value.replace(b"CS-2026-007", b"\\u0043S"),
        lambda value: value.replace(b'"CS-2026-007"', b"7"),
        lambda value: value.replace(b'"CS-2026-007"', b"null"),
        lambda value: value.replace(b"CNY", b"yuan"),
        lambda value: value.replace(b"03-0000", b"03-\x7f"),
        lambda value: value.replace(b"03-0000", b"03-\t"),
        lambda value: value.replace(b"03-0000", b"03-\x00"),
        lambda value: value.replace(b"03-0000", b"03-\xff"),
        lambda value: value.replace(b"03-0000", b"0" * 121),
        lambda value: value.replace(b"03-0000", b'03"'),
        lambda value: value.replace(b'"numbering_year":2026', b'"numbering_year":2201'),
        lambda value: value.replace(b'"sequence":0', b'"sequence":-1'),
        lambda value: value.replace(b'"sequence":0', b'"sequence":0,"sequence":1'),
        lambda value: value.replace(b'"sequence":0', b'"sequence":0,"more":1'),
        lambda value: value.replace(b',"sequence":0', b""),
        lambda value: value + b" ",
        lambda value: value + value,
        lambda value: value + b"\n" + value,
        lambda value: value.replace(b",", b",\n"),
        lambda value: value[:-1],
        lambda value: value[1:],
        lambda value: b" ",
        lambda value: b"\n",
        lambda value: b"null",
        lambda value: b"[]",
        lambda value: b"\xef\xbb\xbf" + value,
        lambda value: value.replace(b"\xe6\xb0\xb4", b"x" * 4001),
        lambda value: value.replace(b"\xe6\xb0\xb4", b"\\n\\t"),
        lambda value: value.replace(b"\xe6\xb0\xb4", b"\xed\xa0\x80"),
    ],
)
def test_what_is_written_otherwise_is_strange_and_its_neighbours_are_not(changed: Callable[[bytes], bytes]) -> None:
    other = changed(written())
    assert other != written()
    values = [written(number) for number in range(1, 200)]
    strange = agree([*values[:90], other, *values[90:]])
    assert 90 in strange
    assert len(strange) <= columns.FEW


def test_what_two_values_make_together_is_neither() -> None:
    value = written()
    cut = value.index(b'","numbering_year"')
    assert agree([value[:cut], value[cut:], written(1)])[:2] == [0, 1]


@given(st.lists(st.fixed_dictionaries({}, optional={
    "source": st.text(max_size=90), "number": st.text(max_size=130), "numbering_year": st.integers(-2, 2300), "date": st.dates().map(str),
    "amount": st.integers(-(10**16), 10**16), "currency": st.text(max_size=4), "project": st.text(max_size=90),
    "unit": st.none() | st.text(max_size=90), "memo": st.none() | st.text(max_size=50), "sequence": st.none() | st.integers(-1, 2**64),
}), max_size=6))  # fmt: skip
def test_whatever_the_fields_hold_both_ways_agree(vouchers: list[dict[str, object]]) -> None:
    good = json.loads(written())
    agree(
        [
            json.dumps({**good, **each}, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
            for each in vouchers
        ]
    )


def test_whatever_byte_is_damaged_both_ways_agree() -> None:
    random = Random(6)
    for _ in range(300):
        value = bytearray(written())
        for _ in range(random.randint(1, 3)):
            value[random.randrange(len(value))] = random.choice(b'\x00\t\n "\\{}[],:0-.e\x7f\xff\xe6')
        agree([written(1), bytes(value), written(2)])


def test_the_order_of_fields_is_the_contracts() -> None:
    assert list(json.loads(written())) == list(FIELDS)
