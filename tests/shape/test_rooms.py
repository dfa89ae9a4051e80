"""The same rooms in every service; backbone is a closed list; every package is where the architecture says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.shape.house import PACKAGES, ROOT, SERVICES, python, relative, tree

EVERY_SERVICE = pytest.mark.parametrize("service", SERVICES)

FILES = {"__init__", "app", "inbox", "projections"}  # each service has them as files
EITHER = {
    "handlers",
    "views",
    "clock",
    "bulk",
    "api",
    "pages",
    "domain",
}  # a file, or a folder when it grows a second subject
MUST = {"app", "handlers", "inbox", "clock", "projections", "views", "api", "pages", "domain"}
DATA = {"rules", "schema", "words.toml", "views"}


@EVERY_SERVICE
def test_a_service_has_the_same_rooms_as_the_others(service: str) -> None:
    found = _names(ROOT / "services" / service)
    assert MUST - found == set(), "a room is missing"
    assert found - FILES - EITHER - DATA - {"static"} == set(), "a room that no other service has"


@EVERY_SERVICE
def test_only_monitoring_drains_the_execution_stream(service: str) -> None:
    assert ("bulk" in _names(ROOT / "services" / service)) == (service == "monitoring")


@EVERY_SERVICE
def test_a_service_has_its_schema_its_words_and_its_refusals(service: str) -> None:
    home = ROOT / "services" / service
    assert (home / "words.toml").is_file()
    assert (home / "domain" / "refusals.py").is_file()
    assert sorted((home / "schema").glob("*.sql")), "no numbered migration"
    numbers = [int(path.name.removeprefix(f"{service}-")[:4]) for path in sorted((home / "schema").glob("*.sql"))]
    assert numbers == list(range(1, len(numbers) + 1)), "migrations are numbered one after another"


def test_backbone_is_a_closed_list_of_six() -> None:
    """A seventh package needs a decision record, and then a line here."""
    assert _packages(ROOT / "backbone") == {"record", "kafka", "web", "identity", "tables", "process"}


def test_there_are_five_packages_and_four_services() -> None:
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} == {*PACKAGES, "tests", "benchmarks"}
    assert _packages(ROOT / "services") == set(SERVICES)


def test_sql_stands_in_sql_files_or_is_bound() -> None:
    """No statement is put together from pieces; a constant list of columns, in CAPITALS, is no piece."""
    found = [
        f"{relative(path)}:{node.lineno}"
        for path in python(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.JoinedStr) and _says_sql(node) and not all(_constant(part) for part in node.values)
    ]
    assert found == []


@EVERY_SERVICE
def test_projections_name_no_schema_of_read_models(service: str) -> None:
    """A rebuild applies events to the schema `read_next`: the search path says which one is written."""
    home = ROOT / "services" / service
    found = [
        f"{relative(path)}:{node.lineno}: {node.value.strip()[:60]}"
        for path in (home / "projections.py", *(home / "projections").glob("*.py"))
        if path.is_file()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\bread\.\w", node.value)
    ]
    assert found == []


def _says_sql(node: ast.JoinedStr) -> bool:
    text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)).lower().strip()
    return text.startswith(("select ", "insert into ", "update ", "delete from ", "with ")) and " " in text.strip()


def _constant(part: ast.expr) -> bool:
    match part:
        case ast.Constant():
            return True
        case ast.FormattedValue(value=ast.Name(id=name)):
            return name.isupper()
        case _:
            return False


def _names(folder: Path) -> set[str]:
    return {
        path.stem if path.suffix == ".py" else path.name
        for path in folder.iterdir()
        if path.name != "__pycache__" and (path.suffix in (".py", ".toml") or path.is_dir())
    }


def _packages(folder: Path) -> set[str]:
    return {path.parent.name for path in folder.glob("*/__init__.py")}
