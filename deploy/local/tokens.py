"""Tokens of the local runtime: an Ed25519 key made at the first start, and signed JWTs that say who asks."""

from __future__ import annotations

import json
import time

ISSUER = "jixiao"


def new_key() -> tuple[str, str]:
    """A fresh key pair as JWK: (private, public)."""
    from joserfc.jwk import OKPKey

    key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "Ed25519"}, auto_kid=True)
    return json.dumps(key.as_dict(private=True)), json.dumps(key.as_dict(private=False))


def sign(private_jwk: str, *, name: str, role: str, org: str, seconds: int, purpose: str | None = None) -> str:
    """A token that says: this is `name`, in this role, of this place; good for `seconds` from now, and where a `purpose` is given,
    such as the topic `progress.reported`, for that alone."""
    from joserfc import jwt
    from joserfc.jwk import OKPKey

    key = OKPKey.import_key(json.loads(private_jwk))
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": name, "role": role, "org": org, "iat": now, "exp": now + seconds}
    if purpose is not None:
        claims["aud"] = purpose
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, claims, key, algorithms=["Ed25519"])
