"""The demo year: a made-up county's 2026, played through the doors that real data take, and what must come of it.

    data/           the county as data: units, projects, the courses that a year can take
    facts           what a planted year consists of: values only
    plan            the whole year from a seed; projects, courses, finance, orders, rounds, assessment draw its parts
    steps, script   the plan as days: who posts what, which files are sent (script_projects, script_round, script_assessment)
    play            plays it from outside: doors (HTTP), export (files through `jixiao emit`), workbook (reports as XLSX), calling
                    (`jixiao round`), clock (the business day)
    expected        every sum, judgement, deviation, proposal, score and rank that must come of it: judging, watching, reviewing, scoring
    check           what the four services and the public pages say at the end, beside what was planted: check_round, check_public,
                    findings

It imports neither services nor backbone: its sums are its own.
"""
