"""A request as a service sees it: who asks, in which language, with which key; and how it runs a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response

from backbone.identity import COOKIE, Identity, NotAuthenticated
from backbone.process import trace
from backbone.record.events import Connection
from backbone.record.transact import Asked, Transact
from backbone.record.transaction import Outcome, Transaction
from backbone.web.problems import BadRequest, Refused
from contracts.authority import permit
from contracts.decision import Actor, Refusal

MAX_KEY = 200


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for what. Nobody known is a 401 problem."""

    request: Request
    identity: Identity
    transact: Transact

    @property
    def actor(self) -> Actor:
        """Who asks, by bearer token or session cookie; a 401 problem where nobody is known."""
        try:
            return self._known()
        except NotAuthenticated as error:
            raise BadRequest(f"identity.{error.reason}", 401) from None

    @property
    def anybody(self) -> Actor | None:
        """Who asks, or None for the public."""
        try:
            return self._known()
        except NotAuthenticated:
            return None

    def _known(self) -> Actor:
        header = self.request.headers.get("authorization", "")
        scheme, _, token = header.partition(" ")
        if header and scheme.lower() != "bearer":
            raise NotAuthenticated("malformed")
        return self.identity.actor(token.strip() or self.request.cookies.get(COOKIE))

    @property
    def key(self) -> str:
        """The Idempotency-Key of a command; a 400 problem where it is missing or too long."""
        key = self.request.headers.get("idempotency-key", "").strip()
        if not key:
            raise BadRequest("request.idempotency-key-missing")
        if len(key) > MAX_KEY:
            raise BadRequest("request.idempotency-key-too-long", limit=MAX_KEY)
        return key

    def require(self, action: str, org: str) -> Actor:
        """The actor, who may do `action` on an object of `org`; a 403 problem otherwise."""
        actor = self.actor
        refusal = permit(actor, action, org)
        if refusal is not None:
            raise Refused(refusal)
        return actor

    def read(self, query: Callable[[Connection], Any]) -> Any:
        """Run a query on a connection of the pool."""
        with self.transact.connect() as conn:
            return query(conn)

    def command(
        self,
        name: str,
        body: Mapping[str, Any],
        handler: Callable[[Transaction], Outcome | Refusal],
        *,
        extra: Callable[[Outcome], dict[str, Any]] = lambda outcome: {},
        key: str | None = None,
    ) -> Response:
        """Run one command for its Idempotency-Key and answer it: 200 with what was appended, or the refusal's problem.

        `body` is what was asked (path and body together), for the audit and for telling a repetition from another command.
        """

        def work(tx: Transaction) -> tuple[Outcome, dict[str, Any]] | Refusal:
            result = handler(tx)
            return result if isinstance(result, Refusal) else (result, extra(result))

        actor = self.actor
        asked = Asked(name, key or self.key, body)
        answer = self.transact.command(asked, actor, work, traceparent=trace.current())
        if isinstance(answer, Refusal):
            raise Refused(answer)
        return JSONResponse(answer)


def asking(request: Request) -> Asking:
    """The dependency that gives an endpoint its Asking."""
    return Asking(request, request.app.state.identity, request.app.state.transact)


Ask = Annotated[Asking, Depends(asking)]
"""`def endpoint(ask: Ask, …)`"""
