"""Rebuilding everything that monitoring shows from its ledger and its events: figures, totals, and the read models with every judgement.

The database is that of the last run of `ours`, as its owner; what is rebuilt must be what stood there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

import psycopg

from backbone.record.rebuild import rebuild
from services.monitoring.app import RECORD
from services.monitoring.bulk.figures import rebuild_figures

_STANDING = """
select (select md5(string_agg(f::text, '|' order by project, period, currency)) from ledger.figure f),
       (select md5(string_agg(t::text, '|' order by kind, code, period, currency)) from ledger.total t),
       (select md5(string_agg(j::text, '|' order by year, project, judgement)) from read.judgement j),
       (select md5(string_agg(p::text, '|' order by year, project)) from read.project p)
"""


def replayed(database: str) -> dict[str, Any]:
    """Rebuild once, and compare."""
    with psycopg.connect(database, autocommit=True) as conn:
        vouchers = conn.execute("select count(*) from ledger.voucher").fetchone()
        before = conn.execute(_STANDING).fetchone()
        began = time.perf_counter()
        figures = rebuild_figures(conn)
        folded = time.perf_counter() - began
        events = rebuild(conn, RECORD)
        seconds = time.perf_counter() - began
        same = before == conn.execute(_STANDING).fetchone()
    number = vouchers[0] if vouchers else 0
    return {
        "events": number,
        "seconds": round(seconds, 3),
        "events_per_s": round(number / seconds),
        "figures": figures,
        "figures_s": round(folded, 3),
        "applied": events,
        "same": same,
    }


def main() -> int:
    """Print the line; 1 where what was rebuilt is not what stood there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True, help="as owner")
    line = replayed(parser.parse_args().database)
    print(json.dumps(line))
    return 0 if line["same"] else 1


if __name__ == "__main__":
    sys.exit(main())
