"""Names come from the field; the tree speaks of the product alone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.shape.house import GENERATED, PACKAGES, ROOT, files, python, relative, tree

VAGUE = {"manager", "helper", "helpers", "util", "utils", "base", "common", "misc"}
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r"\b")
ABSOLUTE = re.compile(r"(?<![\w.$}/])/(?:work|root|home/\w+|Users/\w+|opt/wheels|tmp/bash)\b")
REGISTRY = re.compile(
    r"https?://(?:pypi\.|files\.pythonhosted|registry\.npmjs|repo1?\.maven|repo\.maven|crates\.io|proxy\.golang|deb\.debian|mirrors?\.)"
    r"|--(?:extra-)?index-url|--find-links|--trusted-host"
)
ITSELF = "tests/shape/test_names.py"


def test_no_name_is_vague() -> None:
    vague = [
        f"{relative(path)}:{node.lineno} {node.name}"
        for path in python(*PACKAGES, "benchmarks")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and _words(node.name) & VAGUE
    ]
    vague += [relative(path) for path in python() if _words(path.stem) & VAGUE or path.parent.name in VAGUE]
    assert vague == []


def test_nothing_is_left_for_later() -> None:
    found = [f"{relative(path)}:{line}" for path, line, text in _lines() if UNFINISHED.search(text)]
    assert found == []


def test_the_tree_names_no_place_on_a_machine() -> None:
    found = [
        f"{relative(path)}:{line} {text.strip()[:80]}"
        for path, line, text in _lines()
        if ABSOLUTE.search(text) or "../shared" in text
    ]
    assert found == []


def test_the_tree_names_no_registry() -> None:
    found = [f"{relative(path)}:{line} {text.strip()[:80]}" for path, line, text in _lines() if REGISTRY.search(text)]
    assert found == []


def test_every_locked_requirement_has_its_hashes() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        entries = lock.read_text("utf-8").replace("\\\n", " ").splitlines()
        assert entries, lock
        assert [
            entry for entry in entries if entry.strip() and not entry.startswith("#") and "--hash=sha256:" not in entry
        ] == []


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def _lines() -> list[tuple[Path, int, str]]:
    return [
        (path, number, text)
        for path in files()
        if not relative(path).startswith(GENERATED) and relative(path) != ITSELF
        for number, text in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
    ]
