"""A domain is values in, values out: no plumbing, no chance, no clock, no input or output of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.shape.house import SERVICES, calls, imported, python, relative

FORBIDDEN = (
    "backbone", "cli", "deploy",
    "psycopg", "psycopg_pool", "faust", "aiokafka", "confluent_kafka", "kafka", "fastapi", "starlette", "jinja2",
    "random", "secrets", "time", "os", "pathlib", "io", "socket", "subprocess", "threading", "asyncio", "logging", "structlog", "sys",
)  # fmt: skip
NO_CALLS = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "Date.today",
    "uuid4",
    "uuid.uuid4",
    "uuid1",
    "open",
    "print",
    "input",
)
ALLOWED = ("contracts", "pydantic", "pydantic_core", "__future__")
DOMAIN_FILES = [path for service in SERVICES for path in python(f"services/{service}/domain")]


@pytest.mark.parametrize("path", DOMAIN_FILES, ids=relative)
def test_a_domain_file_imports_only_contracts_its_own_and_harmless_stdlib(path: Path) -> None:
    own = f"services.{relative(path).split('/')[1]}.domain"
    wrong = [
        f"line {line}: {name}"
        for line, name in imported(path)
        if name.split(".")[0] in FORBIDDEN
        or not (name.split(".")[0] in (*ALLOWED, *sys.stdlib_module_names) or name == own or name.startswith(f"{own}."))
    ]
    assert wrong == []


@pytest.mark.parametrize("path", DOMAIN_FILES, ids=relative)
def test_a_domain_file_asks_no_clock_and_rolls_no_dice(path: Path) -> None:
    wrong = [
        f"line {line}: {name}"
        for line, name in calls(path)
        if name in NO_CALLS or name.endswith((".now", ".today", ".utcnow"))
    ]
    assert wrong == []


def test_contracts_ask_no_clock_either() -> None:
    wrong = [
        f"{relative(path)}:{line} {name}"
        for path in python("contracts")
        for line, name in calls(path)
        if name.endswith((".now", ".today", ".utcnow")) or name in ("uuid4", "uuid.uuid4")
    ]
    assert wrong == []
