"""Functions fit a screen, files hold one subject."""

from __future__ import annotations

from ast import get_docstring

from tests.shape.house import functions, python, relative, tree

LONGEST_FUNCTION = 60
LONGEST_FILE = 400


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{relative(path)}:{function.lineno} {function.name}: {length} lines"
        for path in python()
        for function in functions(path)
        if (length := (function.end_lineno or function.lineno) - function.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_file_holds_more_than_one_subject() -> None:
    long = [
        f"{relative(path)}: {length} lines"
        for path in python()
        if (length := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
    ]
    assert long == []


def test_every_file_says_what_it_is_for() -> None:
    silent = [relative(path) for path in python() if path.read_text("utf-8").strip() and not get_docstring(tree(path))]
    assert silent == []
