"""What the documents say is so: snippets run, paths and commands exist, tables list what the contracts have."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from backbone.process.settings import Settings
from cli.emitting.maps import load_map
from cli.main import COMMANDS
from contracts.catalogue import BY_TYPE, PUBLIC
from contracts.execution import ExecutionReported
from services.monitoring.bulk.decode import decode
from tests.shape.house import PACKAGES, ROOT, SERVICES, files, relative

DOCUMENTS = [path for path in files() if path.suffix == ".md" and not relative(path).startswith("tests/")]
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
EVERY_DOCUMENT = pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
BIN = Path(sys.executable).parent


@pytest.mark.parametrize("readme", READMES, ids=relative)
def test_the_five_lines_of_a_finance_system_send_a_voucher(readme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, Any]]] = []

    class KafkaProducer:
        def __init__(self, bootstrap_servers: str) -> None:
            self.servers = bootstrap_servers

        def send(self, topic: str, **message: Any) -> None:
            sent.append((topic, message))

        def flush(self) -> None:
            sent.append(("flushed", {}))

    kafka = ModuleType("kafka")
    kafka.KafkaProducer = KafkaProducer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kafka", kafka)
    (snippet,) = blocks(readme, "python")
    assert len(snippet.strip().splitlines()) - 1 <= 5, "five lines beside the import"
    exec(compile(snippet, str(readme), "exec"), {})

    (topic, message), (last, _) = sent
    voucher = ExecutionReported.model_validate_json(message["value"])
    headers = dict(message["headers"])
    assert (topic, last) == (ExecutionReported.topic, "flushed")
    assert headers["ce_type"].decode() in BY_TYPE
    assert {"ce_specversion", "ce_id", "ce_source", "ce_type"} <= set(headers)
    assert message["key"].decode() == voucher.stream()
    assert decode(message["value"], message["headers"]).number == voucher.number, "monitoring's intake takes it"


@EVERY_DOCUMENT
def test_a_session_on_the_console_prints_what_the_document_shows(document: Path) -> None:
    for block in blocks(document, "console"):
        for line, shown in sessions(block):
            program, *arguments = shlex.split(line)
            done = subprocess.run(
                [BIN / program, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
            )
            assert done.stdout == shown, line


@EVERY_DOCUMENT
def test_every_map_that_a_document_shows_can_be_used(document: Path, tmp_path: Path) -> None:
    for block in blocks(document, "toml"):
        (tmp_path / "map.toml").write_text(block, "utf-8")
        assert load_map(tmp_path / "map.toml").columns


@EVERY_DOCUMENT
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    tops = "|".join((*PACKAGES, "tests", "docs", "benchmarks", "requirements"))
    named = re.findall(rf"`((?:{tops})/[\w./-]*)`", document.read_text("utf-8"))
    assert sorted({path for path in named if not (ROOT / path).exists()}) == []


@EVERY_DOCUMENT
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
    inside = [link for link in links if not link.startswith(("http://", "https://", "mailto:"))]
    assert [link for link in inside if not (document.parent / link).exists()] == []


@EVERY_DOCUMENT
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    code = "\n".join([*re.findall(r"`([^`\n]+)`", text), *blocks(document, "sh"), *blocks(document, "console")])
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|[`$] ?)make ([a-z-]+)", code, re.MULTILINE)) - targets == set()
    assert set(re.findall(r"\bjixiao ([a-z]+)", code)) - set(COMMANDS) == set()


def test_both_readmes_show_the_same_code_and_the_same_events() -> None:
    english, chinese = ([*blocks(readme, "python")] for readme in READMES)
    assert english == chinese
    for readme in READMES:
        said = set(re.findall(r"`([A-Z]\w+)`", readme.read_text("utf-8")))
        assert {
            event.__name__ for event in PUBLIC if event.owner not in ("execution", "progress", "clock")
        } - said == set()


def test_the_glossary_has_every_public_event_and_every_term_once() -> None:
    terms = [cells[0].strip("`") for cells in rows(ROOT / "docs" / "glossary.md") if cells[1] != "中文"]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []
    assert {event.__name__ for event in PUBLIC} - set(terms) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_the_architecture_says_whom_each_service_hears(service: str) -> None:
    told = [cells[1] for cells in rows(ROOT / "docs" / "architecture.md") if cells[0] == f"{service} hears"]
    heard = import_module(f"services.{service}.app").service(Settings()).hears
    assert set(re.findall(r"`(\w+)`", told[0])) == {event.__name__ for event in heard}


def test_the_examples_are_json_without_a_second_meaning() -> None:
    for path in sorted((ROOT / "docs" / "examples").glob("*.json")):
        assert json.loads(path.read_text("utf-8"))["kind"], relative(path)


def rows(document: Path) -> list[list[str]]:
    """The cells of every table row of a document, without the lines under the headers."""
    lines = [line for line in document.read_text("utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if set(line) - set("-| :")]


def blocks(document: Path, language: str) -> list[str]:
    """The fenced blocks of a language in a document."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def sessions(block: str) -> list[tuple[str, str]]:
    """Each command of a console block, and what it prints."""
    parts = re.split(r"^\$ (.+)\n", block, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))
