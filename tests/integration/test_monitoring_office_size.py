"""The office's questions over 100,000 projects walk along indexes: no table is read from end to end, however many projects there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from services.monitoring.views import filters, office
from services.monitoring.views.filters import Filters
from services.monitoring.views.statements import statement
from tests.integration.reading import rows_in_sequence
from tests.integration.servers import Servers

PROJECTS = 100_000
LARGE = ("read.project", "read.month", "read.judgement", "read.open_finding")

_FILL = """
insert into read.project (year, project, name, unit, department, currency, budget, approved_on, tags, indicators, changed_on, status,
                          standing, haystack, terms, watched_by)
select 2026, 'P-' || to_char(n, 'FM0000000'), '项目' || n, 'unit-' || n %% 2000, 'department-' || n %% 40, 'CNY', 1000000,
       '2026-01-20', '{}', '[]', '2026-01-20', case n %% 50 when 0 then 'suspended' else 'active' end,
       case n %% 100 when 1 then 'suspend' else 'none' end,
       'p-' || to_char(n, 'FM0000000') || ' 项目' || n,
       array(select distinct substr(word, at, size)
             from unnest(array['p-' || to_char(n, 'FM0000000'), '项目' || n]) as word,
                  generate_series(1, length(word)) as at, generate_series(1, 2) as size
             where at + size - 1 <= length(word)),
       case n %% 500 when 7 then array['project/x'] else '{}' end
from generate_series(1, %(projects)s) as n;
"""
_MORE = (
    """insert into read.judgement (year, project, judgement, period, as_of, closed, rules, currency, budget, paid, vouchers, digest,
           execution, attainment, time, mismatch, indicator_values, findings, recommendation, event)
       select year, project, 1, '2026-05', '2026-06-11', true, 'r', 'CNY', budget, 1, 1, '', 40, 0, 42, 40, '{}', '[]', 'none',
              gen_random_uuid()
       from read.project""",
    """insert into read.month (year, project, period, level, rules, judgement)
       select year, project, '2026-05', case when hashtext(project) % 4 = 0 then 'warning' else 'none' end,
              case when hashtext(project) % 4 = 0 then array['mismatch'] else '{}' end, 1
       from read.project""",
    """insert into read.unit_month (year, unit, department, period, level, projects)
       select year, unit, department, period, level, count(*) from read.month join read.project using (year, project)
       group by year, unit, department, period, level""",
    """insert into read.open_finding (year, project, rule, level, gravity, deviation, period, judgement, found_on, event, ordered)
       select year, project, 'mismatch', level, 1, '2026-05/mismatch', period, 1, date '2026-06-11' - abs(hashtext(project)) % 30,
              gen_random_uuid(), false
       from read.month where level <> 'none'""",
    """insert into read.recommendation (year, project, version, kind, period, judgement, rules, grounds, recommended_on, event)
       select year, project, 9, 'suspend', '2026-05', 1, 'r', '[]', date '2026-06-11' - abs(hashtext(project)) % 30, gen_random_uuid()
       from read.project where standing = 'suspend'""",
    """insert into read.correction (year, project, number, deviations, measure, by_whom, until, document, reason, ordered_by, ordered_on,
                                   answer, answered_on, overdue_on)
       select year, project, 1, '{}', 'm', unit, '2026-07-01', 'd', 'r', 'o', '2026-06-11',
              case when hashtext(project) % 2 = 0 then 'a' end,
              '2026-06-20', case when hashtext(project) % 2 <> 0 then date '2026-07-02' end
       from read.project where status = 'suspended'""",
)


@pytest.fixture(scope="module")
def filled(servers: Servers) -> Iterator[psycopg.Connection[Any]]:
    """100,000 projects of 2,000 units: a quarter with a finding, 1,000 recommendations, 2,000 corrections."""
    fresh = servers.fresh("monitoring")
    with psycopg.connect(fresh.owner_url, autocommit=True) as owner:
        owner.execute(_FILL, {"projects": PROJECTS})
        for more in _MORE:
            owner.execute(more)
        owner.execute("analyze")
    with psycopg.connect(fresh.url, autocommit=True) as conn:
        yield conn


ASKED = {
    "all": Filters(),
    "unit": Filters(unit="unit-7"),
    "department and level": Filters(department="department-7", level="warning"),
    "rule": Filters(rule="mismatch"),
    "month and rule": Filters(month="2026-05", rule="mismatch", level="warning"),
    "a level that nobody has": Filters(level="stop"),
    "state": Filters(state="suspended"),
    "overdue": Filters(state="overdue"),
    "watched": Filters(state="watched", level="warning"),
    "search": Filters(q="项目77777"),
    "search and unit": Filters(q="项目", unit="unit-9"),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_page_of_filters_reads_no_table_from_end_to_end(filled: psycopg.Connection[Any], name: str) -> None:
    asked = ASKED[name]
    with rows_in_sequence(filled, *LARGE) as read:
        first = filters.page(filled, 2026, None, asked, "", 51)
        filters.page(filled, 2026, None, asked, "P-0090000", 51)
    assert not read
    with rows_in_sequence(filled, *LARGE) as read:
        filters.count(filled, 2026, None, asked)
    assert all(rows <= PROJECTS for rows in read.values()), (
        "a count, which stops at its bound, reads a table once at most"
    )
    assert bool(first) == (name != "a level that nobody has")


def test_an_open_screen_asks_little(filled: psycopg.Connection[Any]) -> None:
    """What is asked each second: at most a page's rows of each section, with no table read from end to end."""
    with rows_in_sequence(filled, *LARGE) as read:
        found = office.waiting(filled, 2026, None)
    assert not read
    assert [len(found[name].rows) for name in ("recommendations", "overdue", "findings", "answers")] == [50, 50, 50, 50]


@pytest.mark.parametrize("name", office.SECTIONS)
@pytest.mark.parametrize("watched", [True, False])
def test_no_section_reads_a_table_from_end_to_end(filled: psycopg.Connection[Any], name: str, watched: bool) -> None:
    place = {"year": 2026, "org": None, "watched": watched, "limit": 51}
    plan = "\n".join(row[0] for row in filled.execute(b"explain " + statement(f"office_{name}"), place))
    print(plan)
    assert "Seq Scan" not in plan
