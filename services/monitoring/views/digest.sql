-- SHA-256 over one line a voucher (source, numbering year, number, date, amount, currency; tabs between, a line feed after each),
-- in the order of source, numbering year, number by code point.
select encode(sha256(convert_to(coalesce(string_agg(
    concat_ws(E'\t', source, numbering_year, number, to_char(date, 'YYYY-MM-DD'), amount, currency) || E'\n', ''
    order by source, numbering_year, number
), ''), 'UTF8')), 'hex') as digest
from ledger.voucher_by_code
where project = %(project)s and currency = %(currency)s and date >= %(first)s and date <= %(last)s
