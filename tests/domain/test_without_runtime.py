"""Commands that need what `jixiao up` starts, where nothing was started: one sentence and exit status 1, never a traceback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import typer
from typer.testing import CliRunner, Result

from backbone.process import logs
from backbone.process.settings import SERVICES, settings
from backbone.record.relay import NotDelivered
from cli.main import app
from cli.refusing import needing_servers

COMMANDS = (
    ("replay", "goals"),
    ("dismiss", "goals", "1", "--by", "周全", "--reason", "重复"),
    ("rebuild", "goals", "monitoring"),
    ("migrate",),
    ("migrate", "publishing"),
    ("serve", "evaluation", "api"),
    ("serve", "evaluation", "worker"),
    ("clock",),
    ("clock", "2026-03-01", "--json"),
)
IN_DATABASE = COMMANDS[:4]


@pytest.fixture(autouse=True)
def nothing_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(logs, "configure", lambda *_, **__: None)  # the log belongs to pytest here
    monkeypatch.setenv("JIXIAO_HOME", str(tmp_path / "nowhere"))
    for service in SERVICES:
        monkeypatch.setenv(f"JIXIAO_{service.upper()}_PORT", str(free_port()))
        for name in ("DATABASE", "OWNER_DATABASE"):
            monkeypatch.delenv(f"JIXIAO_{service.upper()}_{name}", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_a_runtime_a_command_says_so(command: tuple[str, ...]) -> None:
    said = one_sentence(CliRunner().invoke(app, command))
    assert "`jixiao up`" in said


@pytest.mark.parametrize("command", IN_DATABASE, ids=" ".join)
def test_a_database_that_does_not_answer_is_said(command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    for service in SERVICES:
        for name in ("DATABASE", "OWNER_DATABASE"):
            monkeypatch.setenv(f"JIXIAO_{service.upper()}_{name}", f"postgresql://a:secret@127.0.0.1:{free_port()}/x")
    said = one_sentence(CliRunner().invoke(app, command))
    assert said.startswith("jixiao: PostgreSQL does not answer")
    assert "secret" not in said


def test_a_kafka_that_does_not_answer_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, needing_servers():
        raise NotDelivered("1 of 1 messages not acknowledged")
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err.startswith("jixiao: Kafka does not answer (1 of 1 messages")


def test_what_a_standing_database_says_is_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), needing_servers():
        raise psycopg.errors.AdminShutdown("terminating connection due to administrator command")
    assert "PostgreSQL broke off (terminating connection" in capsys.readouterr().err


def test_a_defect_is_not_taken_for_a_missing_server() -> None:
    with pytest.raises(KeyError), needing_servers():
        raise KeyError("a defect of ours")


@pytest.mark.parametrize("command", ["serve", "migrate", "replay", "rebuild", "clock"])
def test_help_is_in_both_languages(command: str) -> None:
    said = CliRunner().invoke(app, [command, "--help"]).output
    assert " · " in said and any("一" <= sign <= "鿿" for sign in said)


def one_sentence(result: Result) -> str:
    """What a command said before it ended with 1."""
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.exception
    assert result.stdout == ""
    (sentence,) = result.stderr.strip().splitlines()
    return sentence


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
