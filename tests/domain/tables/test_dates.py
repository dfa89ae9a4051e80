"""Days in listed formats, and none other."""

from __future__ import annotations

from datetime import date

import pytest

from backbone.tables.dates import USUAL, DayReader, NoDay, format_problem

DAY = date(2026, 3, 8)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-08",
        "2026-3-8",
        "2026/03/08",
        "20260308",
        "2026年3月8日",
        "２０２６年０３月０８日",
        " ２０２６－０３－０８ ",
        "２０２６／３／８",
        "2026.3.8",
        "2026.03.08",
        "2026-03-08 00:00:00",
        "2026-03-08T00:00:00",
        "2026-03-08T23:59:59.123",
        "2026-03-08 10:00",
        "2026/3/8 0:00",
        "2026/3/8 23:59:59",
        "2026年3月8日 0:00",
        "２０２６－０３－０８　１０：３０",
    ],
)
def test_the_usual_formats_are_read(text: str) -> None:
    assert DayReader().day(text) == DAY


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("%d/%m/%Y", "8/3/2026"),
        ("%d/%m/%y", "08/03/26"),
        ("%d-%b-%Y", "08-Mar-2026"),
        ("%d %B %Y", "8 march 2026"),
        ("%Y-%m-%d %H:%M:%S", "2026-03-08 14:05:59"),
        ("%Y.%m.%d", "2026.3.8"),
        ("%Y-%m-%dT%H:%M:%S.%f", "2026-03-08T00:00:00.000"),
    ],
)
def test_a_listed_format_is_read(format: str, text: str) -> None:
    assert format_problem(format) is None
    assert DayReader([format]).day(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        *("08/03/2026", "8.3.2026", "08/03/2026 00:00", "26.3.8", "2026-03", "46089", "2026111", "yesterday"),
        *("2026-03-０八", "", "2026-03-0810:00", "2026-03-08 10", "2026.3.8.1", "2026-03/08", "2026-03-08T"),
    ],
)
def test_a_day_in_no_listed_format_is_refused(text: str) -> None:
    with pytest.raises(NoDay) as refused:
        DayReader().day(text)
    assert refused.value.reason == "no-listed-format"


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("%Y-%m-%d", "2026-02-31"),
        ("%Y-%m-%d %H:%M", "2026-02-31 0:00"),
        ("%Y-%m-%d", "2025-02-29"),
        ("%Y%m%d", "20261301"),
        ("%d-%b-%Y", "08-Foo-2026"),
    ],
)
def test_a_day_that_the_calendar_does_not_have_is_refused(format: str, text: str) -> None:
    with pytest.raises(NoDay) as refused:
        DayReader([format]).day(text)
    assert refused.value.reason == "no-such-day"


@pytest.mark.parametrize(
    "text", ["2026-02-31", "2026-02-31 00:00:00", "2026.2.31", "2026-02-31T00:00:00", "2026/2/31 0:00"]
)
def test_the_31st_of_february_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(NoDay) as refused:
        DayReader().day(text)
    assert refused.value.reason == "no-such-day"


def test_the_first_format_that_gives_a_day_counts() -> None:
    both = DayReader(["%d/%m/%Y", "%m/%d/%Y"])
    assert both.day("08/03/2026") == DAY
    assert both.day("03/28/2026") == date(2026, 3, 28)


@pytest.mark.parametrize(
    ("format", "problem"),
    [
        ("%Y-%m", "not-one-day"),
        ("%d.%m.%q", "unknown-letter"),
        ("%Y-%m-%d-%d", "not-one-day"),
        ("%Y %y %m %d", "not-one-day"),
    ],
)
def test_a_format_that_names_no_day_is_told(format: str, problem: str) -> None:
    assert format_problem(format) == problem


def test_the_usual_formats_can_be_used() -> None:
    assert [format_problem(format) for format in USUAL] == [None] * len(USUAL)
