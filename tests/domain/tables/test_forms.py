"""A form that comes back as something that was made to hurt."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from backbone.tables.forms import Column, NotTheForm, Sheet, read, write

SHEET = "xl/worksheets/sheet1.xml"
FORM = (
    Sheet("说明 About", (Column("key", "项", "key"), Column("value", "值", "value")), [{"key": "form", "value": "1"}]),
)


def with_cell(cell: bytes, part: str = SHEET) -> bytes:
    """The form with one more row in its sheet, which stands in `part`."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(write(FORM))) as form, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in form.namelist():
            data = form.read(name).replace(b"worksheets/sheet1.xml", part.removeprefix("xl/").encode())
            if name == SHEET:
                made.writestr(part, data.replace(b"</sheetData>", cell + b"</sheetData>"))
            if name != part:
                made.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        (b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', SHEET),
        (b"<row r='3'><c r = 'XFD1048576'><v>1</v></c></row>", SHEET),
        (b'<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>', SHEET),
        (b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "xl/elsewhere.xml"),
        (b'<row r="99999999999999999999"><c r="A99999999999999999999"><v>1</v></c></row>', SHEET),
    ],
)
def test_a_cell_far_out_is_refused_before_room_is_made_for_it(cell: bytes, part: str) -> None:
    """The reader lays a sheet out whole, and where there is no room it ends the process."""
    with pytest.raises(NotTheForm) as refused:
        read(with_cell(cell, part), FORM)
    assert refused.value.reason == "too-large"


def test_a_form_with_a_row_more_is_read() -> None:
    assert len(read(with_cell(b'<row r="4"><c r="A4"><v>1</v></c></row>'), FORM)["说明 About"]) == 2
