"""Print: a Typst source and its data become a PDF, set in the font of the drawings, with no font or file of the machine.

    pdf = printed(source, {"title": "…", "charts": [picture(spec)], …})      # bytes

The source reads the data as `json(bytes(sys.inputs.data))`. Data are data: no text in them is ever read as Typst.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from backbone.web.charts import FONT, font_folder


def printed(source: str, data: Mapping[str, Any], day: date | None = None) -> bytes:
    """The PDF of `source` with `data`; the same in, the same out. `day` is the day that the document is of."""
    import typst

    folder = font_folder()
    folders: list[Any] = [] if folder is None else [folder]  # typst's stub says bytes or str, but not both
    return typst.compile(
        f'#set text(font: "{FONT}")\n{source}'.encode(),
        font_paths=folders,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({**data, "day": day.isoformat() if day else None}, ensure_ascii=False)},
        timestamp=0,
    )
