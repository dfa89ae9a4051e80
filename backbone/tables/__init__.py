"""Tables as people export them: CSV, TSV, XLSX and JSON lines, told by their content, read row by row.

All but XLSX in bounded memory: of a workbook, the sheet that is read is held whole.

- `reading.py`    the way in: which kind of table a file is, and its rows
- `encodings.py`  which encoding the bytes are in
- `delimited.py`  CSV and TSV: delimiter and header row are chosen by the headers, a broken row costs no other row
- `jsonlines.py`  one flat JSON object a line
- `xlsx.py`       the sheet of a workbook whose headers are understood best
- `cuts.py`       amounts that their own thousands comma cut in two
- `row.py`        what every reader gives: rows with their numbers and problems
- `headers.py`    how header names are compared
- `amounts.py`, `dates.py`, `widths.py`, `guards.py`   what people write in cells: amounts, days, full-width digits, text guards
"""

from __future__ import annotations

from backbone.tables.reading import open_table
from backbone.tables.row import Day, Float, Number, Row, Table, Unreadable

__all__ = ["Day", "Float", "Number", "Row", "Table", "Unreadable", "open_table"]
