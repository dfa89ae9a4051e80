"""Forms of the pages: one that changes something must come from this site. The session cookie is SameSite=Strict, and the Origin is
compared besides. `new_key` is the Idempotency-Key that a form carries as `key`: sent twice, it is done once.
"""

from __future__ import annotations

import secrets

from fastapi import Request

from backbone.web.problems import BadRequest


def same_origin(request: Request) -> None:
    """A 403 problem where a form was sent from another site. Browsers send Origin with every POST."""
    origin = request.headers.get("origin")
    if origin != f"{request.url.scheme}://{request.headers.get('host', '')}":
        raise BadRequest("origin-wrong.form", 403)


def new_key() -> str:
    """A fresh Idempotency-Key for a form."""
    return secrets.token_hex(12)
