"""Full-width digits and signs as their plain ones: Chinese input methods and exports write both."""

from __future__ import annotations

_WIDE = "０１２３４５６７８９，．（）－＋／：￥￡＄\u2212\u2010\u2011\u2013\u3000\xa0"
_PLAIN = "0123456789,.()-+/:¥£$----  "
_TABLE = str.maketrans(_WIDE, _PLAIN)


def narrow(text: str) -> str:
    """`text` trimmed, with full-width digits, brackets and signs, and every kind of minus and space, as the ASCII ones."""
    text = text.strip()
    return text if text.isascii() else text.translate(_TABLE).strip()
