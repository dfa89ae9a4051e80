"""How commands ask monitoring: over its API on this machine, with a token of a minute that is signed here."""

from __future__ import annotations

from typing import Any

PATIENCE = 30.0
"""Seconds for monitoring to answer."""


class NoAnswer(Exception):
    """Monitoring did not answer, or refused: why, in Chinese and in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def post(path: str, body: Any, *, name: str, role: str, key: str) -> dict[str, Any]:
    """The answer to a command; NoAnswer where there is none."""
    import httpx2

    from backbone.process.settings import settings
    from deploy.local.tokens import sign

    signing = settings().token_key
    if signing is None:
        raise NoAnswer(
            "还没有签发令牌的密钥：请先用 jixiao up 启动，或设置 JIXIAO_TOKEN_KEY",
            "there is no key to sign a token with: start with `jixiao up`, or set JIXIAO_TOKEN_KEY",
        )
    address = f"http://127.0.0.1:{settings().port_of('monitoring', 'api')}"
    token = sign(signing.get_secret_value(), name=name, role=role, org="county", seconds=60)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    try:
        with httpx2.Client(timeout=PATIENCE, trust_env=False) as client:
            answer = client.post(f"{address}{path}", json=body, headers=headers)
        said = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise NoAnswer(
            f"监控服务没有应答（{address}）：请先用 jixiao up 启动",
            f"monitoring does not answer at {address} ({type(error).__name__}): start it with `jixiao up`",
        ) from None
    if answer.status_code != 200:
        words, detail = said.get("words", {}), said.get("detail", f"HTTP {answer.status_code}")
        raise NoAnswer(words.get("zh", detail), words.get("en", detail))
    return said
