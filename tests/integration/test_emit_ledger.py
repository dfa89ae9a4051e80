"""`jixiao ledger`: what monitoring has counted; the same before and after a file is sent again."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from backbone.process.settings import settings
from cli.main import app
from deploy.local.tokens import new_key
from tests.integration.emitting import emit
from tests.integration.servers import Servers

ROOT = Path(__file__).parent.parent.parent
OXFORD = ROOT / "tests" / "data" / "oxford"
ANSWER = {
    "source": "treasury-1",
    "vouchers": 12345,
    "amount": "1234567.80",
    "currency": "CNY",
    "projects": 60,
    "first": "2026-01-05",
    "last": "2026-12-30",
    "others": [],
}


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """A folder, a key pair and ports of this test's own, for the processes that it starts too."""
    monkeypatch.chdir(tmp_path)
    private, public = new_key()
    monkeypatch.setenv("JIXIAO_TOKEN_KEY", private)
    monkeypatch.setenv("JIXIAO_TOKEN_PUBLIC_KEY", public)
    for name in ("MONITORING_PORT", "MONITORING_WORKER_PORT"):
        monkeypatch.setenv(f"JIXIAO_{name}", str(free_port()))
    settings.cache_clear()
    yield private, public
    settings.cache_clear()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def ledger(*options: str) -> tuple[int, str, str]:
    """(exit status, standard output, standard error)."""
    result = CliRunner().invoke(app, ["ledger", *options])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def answering() -> Iterator[Callable[[int, Any], list[BaseHTTPRequestHandler]]]:
    """Something that answers where monitoring would."""
    with ExitStack() as stack:

        def answer(status: int, body: Any) -> list[BaseHTTPRequestHandler]:
            asked: list[BaseHTTPRequestHandler] = []

            class Answer(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    asked.append(self)
                    self.send_response(status)
                    self.end_headers()
                    self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

                def log_message(self, format: str, *args: Any) -> None:
                    """Nothing on standard error."""

            server = HTTPServer(("127.0.0.1", settings().monitoring_port), Answer)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return asked

        yield answer


def test_one_source_is_said_in_exactly_these_words(answering: Any, key: tuple[str, str]) -> None:
    from joserfc import jwt
    from joserfc.jwk import OKPKey

    asked = answering(200, ANSWER)
    status, out, _ = ledger("--source", "treasury-1", "--json")
    assert status == 0
    assert json.loads(out) == {name: value for name, value in ANSWER.items() if name != "others"}
    assert asked[0].path == "/api/ledger?source=treasury-1"
    scheme, token = asked[0].headers["Authorization"].split()
    claims = jwt.decode(token, OKPKey.import_key(json.loads(key[1])), algorithms=["Ed25519", "EdDSA"]).claims
    assert (scheme, claims["role"]) == ("Bearer", "auditor")
    assert 0 < claims["exp"] - time.time() < 120


def test_all_sources_are_listed_for_machines_and_for_people(answering: Any) -> None:
    answering(200, {"sources": [ANSWER, ANSWER | {"source": "财政-2", "first": None}]})
    said = json.loads(ledger("--json")[1])
    assert [one["source"] for one in said["sources"]] == ["treasury-1", "财政-2"]
    table = ledger()[1]
    assert all(word in table for word in ("来源", "source", "12,345", "1234567.80", "财政-2", "—"))


def test_an_empty_ledger_is_said(answering: Any) -> None:
    answering(200, {"sources": []})
    assert "账本是空的" in ledger()[1]


def test_a_source_that_the_ledger_does_not_know_is_said(answering: Any) -> None:
    answering(404, {"type": "/problems/source-unknown"})
    status, out, err = ledger("--source", "nobody", "--json")
    assert (status, out) == (2, "")
    assert "没有来源“nobody”" in err


def test_a_refusal_of_monitoring_is_passed_on_in_both_languages(answering: Any) -> None:
    answering(403, {"words": {"zh": "无权查看", "en": "not permitted"}})
    assert ledger()[::2] == (2, "无权查看\nnot permitted\n")


def test_what_is_not_monitoring_is_said(answering: Any) -> None:
    answering(200, b"<html>")
    status, _, err = ledger()
    assert status == 1
    assert "is not monitoring" in err


def test_a_monitoring_that_does_not_run_is_said() -> None:
    status, _, err = ledger("--json")
    assert status == 1
    assert "jixiao up" in err
    assert len(err.splitlines()) == 2


def test_without_a_key_nobody_can_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIXIAO_TOKEN_KEY")
    settings.cache_clear()
    status, _, err = ledger()
    assert status == 1
    assert "JIXIAO_TOKEN_KEY" in err


@pytest.fixture
def monitoring(servers: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Monitoring's API and worker as processes, on a database of their own."""
    database = servers.fresh("monitoring")
    monkeypatch.setenv("JIXIAO_KAFKA", servers.kafka)
    monkeypatch.setenv("JIXIAO_MONITORING_DATABASE", database.url)
    settings.cache_clear()
    with ExitStack() as stack:
        for process in ("api", "worker"):
            log = stack.enter_context((tmp_path / f"{process}.log").open("wb"))
            command = [sys.executable, "-m", "cli.main", "serve", "monitoring", process]
            started = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=log, stderr=log)
            stack.callback(started.wait)
            stack.callback(started.terminate)
        yield


def counted(source: str, vouchers: int) -> dict[str, Any]:
    """The ledger's line of a source, as soon as it has counted this many vouchers."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        status, out, _ = ledger("--source", source, "--json")
        if status == 0 and json.loads(out)["vouchers"] >= vouchers:
            return json.loads(out)
        time.sleep(0.5)
    raise AssertionError(f"not counted: {out or ledger('--source', source)[2]}")


@pytest.mark.usefixtures("monitoring")
def test_a_real_file_sent_again_changes_no_figure_anywhere(tmp_path: Path) -> None:
    source = f"oxford-{uuid4().hex[:6]}"
    options = ("--map", str(OXFORD / "oxford.toml"), "--source", source)
    file = OXFORD / "oxford-apr-jun-2016.csv"
    said = emit(file, *options, dry=False)
    first = counted(source, 3335)
    assert (first["amount"], first["currency"]) == (said.line["amount"], "GBP") == ("11597335.91", "GBP")
    assert (first["first"], first["last"]) == ("2016-04-01", "2016-06-28")
    assert emit(file, *options, dry=False).line == said.line
    one_more = tmp_path / "one.csv"
    one_more.write_text("expenditure code,paid date,trans no,amount\nZ1,01/07/2016,last,0.09\n", "utf-8")
    emit(one_more, *options, dry=False)
    second = counted(source, 3336)  # the voucher sent after the whole file was counted, so the file has been read again
    time.sleep(1)
    assert counted(source, 3336) == second
    assert second == first | {
        "vouchers": 3336,
        "amount": "11597336.00",
        "projects": first["projects"] + 1,
        "last": "2016-07-01",
    }
