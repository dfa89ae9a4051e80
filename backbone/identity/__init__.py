"""Who asks: a signed token says who, the table of contracts.authority says what they may do.

Tokens are JWTs signed with Ed25519, issued locally. A browser trades one for a session cookie that holds it, out of reach of
scripts.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from contracts.authority import ROLES
from contracts.decision import Actor

ISSUER = "jixiao"
COOKIE = "jixiao_session"


class NotAuthenticated(Exception):
    """No token, or one that does not count; `reason` is a stable word: missing, malformed, expired, other-purpose, unknown-role,
    no-key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identity:
    """Checks tokens with the public key that they were signed for."""

    public_key: str | None

    def actor(self, token: str | None, purpose: str | None = None, *, at: datetime | None = None) -> Actor:
        """Who the token says is asking, now or at the moment `at`; NotAuthenticated with the reason where it does not count.

        A token for a `purpose` (its claim `aud`, such as the topic `progress.reported`) counts for that alone, and one without for no
        purpose: whoever may read a topic can't ask the API with a token found there.
        """
        if not token:
            raise NotAuthenticated("missing")
        if self.public_key is None:
            raise NotAuthenticated("no-key")
        try:
            claims = jwt.decode(
                token, OKPKey.import_key(json.loads(self.public_key)), algorithms=["Ed25519", "EdDSA"]
            ).claims
        except (JoseError, ValueError, TypeError, RecursionError):
            raise NotAuthenticated("malformed") from None
        if claims.get("iss") != ISSUER:
            raise NotAuthenticated("malformed")
        expires = claims.get("exp")
        if not isinstance(expires, int | float) or expires < (at.timestamp() if at else time.time()):
            raise NotAuthenticated("expired")
        if claims.get("aud") != purpose:
            raise NotAuthenticated("other-purpose")
        name, role, org = (claims.get(part) for part in ("sub", "role", "org"))
        if not isinstance(role, str) or role not in ROLES or role == "system":
            raise NotAuthenticated("unknown-role")
        if not (isinstance(name, str) and isinstance(org, str) and _can_be_kept(name) and _can_be_kept(org)):
            raise NotAuthenticated("malformed")
        return Actor(name=name, role=role, org=org)


def _can_be_kept(text: str) -> bool:
    """Whether a name can stand in the audit: not empty, no NUL, no half character."""
    return bool(text) and text.isprintable()
