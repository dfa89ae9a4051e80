"""The door of identity: the header `authorization`, the session cookie. Whoever is taken in must hold a token that was truly signed."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from deploy.local import tokens
from tests.badinput import corpora
from tests.badinput.door import Fate, Input, Wrong
from tests.badinput.mutations import mutated
from tests.badinput.trees import TEXTS
from tests.badinput.wire import Line, Request, headers, judged, served
from tests.integration import asking
from tests.integration.goals_http import Goals, goals
from tests.integration.servers import Servers

ASKED = b"/api/projects?year=2026"
GOOD = Goals.token("finance")
OTHER = tokens.sign(tokens.new_key()[0], name="x", role="official", org="county", seconds=600)
_ALGORITHMS = (
    "none",
    "None",
    "NONE",
    "",
    None,
    "HS256",
    "RS256",
    "ES256",
    "EdDSA",
    "Ed448",
    1,
    ["Ed25519"],
    {},
    "Ed25519\x00",
    "A" * 9000,
)
_HEADER: tuple[dict[str, Any], ...] = (
    {"kid": "../../dev/null"}, {"kid": 1}, {"kid": ""}, {"typ": "at+jwt"}, {"cty": "JWT"}, {"crit": ["exp"]}, {"crit": "b64"},
    {"b64": False, "crit": ["b64"]}, {"jku": "http://127.0.0.1:1/"}, {"x5u": "http://127.0.0.1:1/"}, {"x5c": ["AA=="]}, {"zip": "DEF"},
    {"enc": "A256GCM"}, {"jwk": json.loads(asking.PUBLIC)},
)  # fmt: skip
_CLAIMS: tuple[dict[str, Any], ...] = tuple(
    {name: value}
    for name in ("sub", "role", "org", "exp", "iss", "aud", "iat", "nbf")
    for value in (
        None,
        0,
        -1,
        1.5,
        10**30,
        float("inf"),
        True,
        "",
        " ",
        "system",
        "official\x00",
        [],
        {},
        ["jixiao"],
        *TEXTS[:20],
    )
)
_FLOURISHES = (
    b"bearer {}", b"BEARER  {}", b"Bearer\t{}", b"Bearer {} ", b"Bearer {},Bearer {}", b"Bearer {} {}", b"Basic {}", b"{}", b"Bearer",
    b"Bearer ", b"Digest x", b"Bearer \xff\xfe", b"Bearer {}\xc3\xa9", b"Bearer =?utf-8?b?{}?=", b"Bearer \"{}\"", b"Bearer {}\x01", b" ",
)  # fmt: skip


@dataclass
class Token:
    """Goals' API, asked with tokens good and bad."""

    line: Line
    name: str = "token"
    batch: int = 1
    rest: int = 20
    _kept: list[bytes] = field(default_factory=lambda: [GOOD.encode(), OTHER.encode()])

    def fixed(self) -> int:
        """Every naughty string and every case of the suite as a token, and as a token's header."""
        return 2 * (len(corpora.naughty()) + len(corpora.json_suite()))

    def make(self, number: int, chance: Random) -> Input:
        if number < self.fixed():
            texts = [*corpora.naughty(), *(text for _, text in corpora.json_suite())]
            inside, at = divmod(number, len(texts))
            data = texts[at].encode("utf-8", "surrogatepass")
            token = _part(data) + b"." + GOOD.partition(".")[2].encode() if inside else data
            return self._input(number, f"collection {at}", b"Bearer " + _line(token))
        way = chance.choice((_bytes, _bytes, _parts, _algorithm, _signed_otherwise, _claims, _huge, _flourish))
        return self._input(number, way.__name__.strip("_"), way(chance, self._kept), cookie=chance.random() < 0.1)

    def take(self, inputs: Sequence[Input]) -> list[Fate | Wrong]:
        return [self._taken(each.sent) for each in inputs]

    def good(self) -> None:
        """Who holds a good token is answered."""
        answer = self.line.ask(Request("GET", ASKED, headers(authorization=f"Bearer {GOOD}")))
        if answer.status != 200:
            raise Wrong(f"{answer.status} {answer.body[:300]!r}")

    def _input(self, number: int, what: str, said: bytes, *, cookie: bool = False) -> Input:
        name = b"cookie" if cookie else b"authorization"
        value = b"jixiao_session=" + said.removeprefix(b"Bearer ") if cookie else said
        request = Request("GET", ASKED, ((name, value),))
        return Input(number, what, Request("GET", ASKED, request.headers, raw=request.wire()))

    def _taken(self, request: Request) -> Fate | Wrong:
        try:
            fate = judged(self.line.ask(request), request)
        except Wrong as wrong:
            return wrong
        if fate == "accepted" and not _truly_signed(request.headers[0][1]):
            return Wrong(f"a forged token is taken: {request.headers[0][1][:400]!r}")
        return fate


def _truly_signed(said: bytes) -> bool:
    """Whether one of the tokens in a header is signed by our key, whatever it says."""
    key = OKPKey.import_key(json.loads(asking.PUBLIC))
    words = said.replace(b"jixiao_session=", b" ").replace(b",", b" ").replace(b'"', b" ").replace(b";", b" ").split()
    for word in words:
        try:
            jwt.decode(word.decode("latin-1"), key, algorithms=["Ed25519", "EdDSA"])
        except Exception:
            continue
        return True
    return False


def _part(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _line(data: bytes) -> bytes:
    """What a header can carry."""
    return data.replace(b"\r", b" ").replace(b"\n", b" ").replace(b"\0", b" ")


def _bytes(chance: Random, kept: list[bytes]) -> bytes:
    return b"Bearer " + _line(mutated(GOOD.encode(), chance, kept))[:60_000]


def _parts(chance: Random, kept: list[bytes]) -> bytes:
    """One of the three parts made bad under its base64; or exchanged with another token's."""
    parts, others = GOOD.encode().split(b"."), OTHER.encode().split(b".")
    at = chance.randrange(3)
    if chance.random() < 0.3:
        parts[at] = others[at]
    else:
        with_padding = parts[at] + b"=" * (-len(parts[at]) % 4)
        try:
            plain = base64.urlsafe_b64decode(with_padding)
        except binascii.Error:
            plain = b""
        parts[at] = _part(mutated(plain, chance, kept)[:40_000])
    return b"Bearer " + b".".join(parts)


def _algorithm(chance: Random, kept: list[bytes]) -> bytes:
    """Another algorithm in the header: none, or the public key as a shared secret."""
    _, payload, signature = GOOD.encode().split(b".")
    if chance.random() < 0.2:
        claims = {"iss": tokens.ISSUER, "sub": "x", "role": "official", "org": "county", "exp": 2**40}
        secret = OctKey.import_key(chance.choice((asking.PUBLIC, json.loads(asking.PUBLIC)["x"])))
        return b"Bearer " + jwt.encode({"alg": "HS256"}, claims, secret, algorithms=["HS256"]).encode()
    header = {"alg": chance.choice(_ALGORITHMS), **chance.choice(({}, *_HEADER))}
    said = _part(json.dumps(header).encode()) + b"." + payload + b"."
    return b"Bearer " + said + chance.choice((b"", signature, _part(b"x")))


def _signed_otherwise(chance: Random, kept: list[bytes]) -> bytes:
    """Signed as ours are, by a key that is not ours."""
    key = OKPKey.generate_key("Ed25519")
    claims = {
        "iss": tokens.ISSUER,
        "sub": "赵强",
        "role": "official",
        "org": "county",
        "exp": 2**40,
        **chance.choice(_CLAIMS),
    }
    header = {"alg": "Ed25519", "kid": json.loads(asking.PUBLIC).get("kid"), "jwk": key.as_dict(private=False)}
    return b"Bearer " + _signed(header, claims, key)


def _claims(chance: Random, kept: list[bytes]) -> bytes:
    """Signed by our key, with claims that make no sense."""
    key = OKPKey.import_key(json.loads(asking.PRIVATE))
    claims = {"iss": tokens.ISSUER, "sub": "王芳", "role": "finance", "org": "finance", "exp": 2**40}
    for _ in range(chance.choice((1, 1, 2))):
        claims |= chance.choice(_CLAIMS)
    header: dict[str, Any] = {"alg": "Ed25519", **chance.choice(({}, {}, {}, *_HEADER))}
    return b"Bearer " + _signed(header, claims, key)


def _signed(header: dict[str, Any], claims: dict[str, Any], key: OKPKey) -> bytes:
    """Signed by a key, whatever the library thinks of header and claims."""
    said = _part(json.dumps(header).encode()) + b"." + _part(json.dumps(claims).encode())
    return said + b"." + _part(key.get_op_key("sign").sign(said))  # type: ignore[union-attr]


def _huge(chance: Random, kept: list[bytes]) -> bytes:
    return b"Bearer " + chance.choice((b"a", b".", b"=", b"{", b"ey", b"a.", b"\xff")) * chance.choice(
        (300, 5_000, 30_000)
    )


def _flourish(chance: Random, kept: list[bytes]) -> bytes:
    """A good token said in another way."""
    return chance.choice(_FLOURISHES).replace(b"{}", chance.choice((GOOD.encode(), OTHER.encode())))


@contextmanager
def opened(servers: Servers) -> Iterator[Token]:
    """The door on goals' API."""
    with goals(servers) as at, served([at.client.app]) as ports:  # type: ignore[list-item]
        line = Line(ports[0])
        try:
            yield Token(line)
        finally:
            line.close()
