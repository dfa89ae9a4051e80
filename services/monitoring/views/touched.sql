-- Projects whose figures changed since they were last judged; `row_version` changes with every further touch.
select project, period, xmin::text as row_version, trace from ledger.touched order by since limit %(limit)s
