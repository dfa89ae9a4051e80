-- One gap as it is now; no row where these are not just the numbers that are missing.
select g.since from ledger.gap g join ledger.source s on s.id = g.source
where s.code = %(source)s and g.numbering_year = %(numbering_year)s and g.first = %(first)s and g.last = %(last)s
