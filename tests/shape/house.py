"""What the tests of the shape look at: the tree's files, the services, their deciders and their sentences."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("contracts", "backbone", "services", "cli", "deploy")
SERVICES = ("goals", "monitoring", "evaluation", "publishing")
GENERATED = ("contracts/schemas/", "contracts/samples/")
LEFT_OUT = {
    ".git",
    ".venv",
    ".jixiao",
    "__pycache__",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
    "node_modules",
}
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".sql",
    ".html",
    ".css",
    ".js",
    ".json",
    ".lock",
    ".txt",
    ".sh",
    ".cfg",
    ".yml",
    ".yaml",
    ".csv",
    ".tsv",
    "",
}


def relative(path: Path) -> str:
    """A path as people write it: `services/goals/app.py`."""
    return path.relative_to(ROOT).as_posix()


@cache
def files() -> tuple[Path, ...]:
    """Every text file of the project, generated ones too."""
    return tuple(path for path in _walk(ROOT) if path.suffix in TEXT)


def python(*under: str) -> list[Path]:
    """The Python files under these folders, or under all packages, tests and benchmarks."""
    folders = under or (*PACKAGES, "tests", "benchmarks")
    return [
        path
        for path in files()
        if path.suffix == ".py" and relative(path).startswith(tuple(f"{folder}/" for folder in folders))
    ]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file, read once."""
    return ast.parse(path.read_text("utf-8"), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, methods and inner ones too."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """What a file imports, wherever in it: line and dotted name (`os.path`, `datetime.datetime`)."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """What a file calls, as it is written: line and dotted name (`datetime.now`)."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in LEFT_OUT and not path.name.endswith(".egg-info"):
                yield from _walk(path)
        elif path.is_file() and path.name not in LEFT_OUT:  # `.git` is a file in a linked worktree
            yield path
