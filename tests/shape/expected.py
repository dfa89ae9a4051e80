"""Which refusals a test expects: read from its syntax, so that an import, a comment or a refusal made by hand counts for nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator


def expected(source: str) -> set[str]:
    """The names that a test's code passes to `refused(…)`, compares a result with, or gives to `parametrize`."""
    tree = ast.parse(source)
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="refused" | "parametrize")) | ast.Call(func=ast.Name(id="refused")):
                found.update(_names([*node.args, *(keyword.value for keyword in node.keywords)]))
            case ast.Assert():
                found.update(name for side in _sides(node.test) for name in _said(side))
            case _:
                pass
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as value) if name in found:  # refused(before)
                found.update(_names([value.func]))
            case _:
                pass
    return found


def _sides(test: ast.expr) -> Iterator[ast.expr]:
    """What stands on the two sides of the comparisons in an assertion."""
    for node in ast.walk(test):
        if isinstance(node, ast.Compare) and all(isinstance(sign, ast.Eq) for sign in node.ops):
            yield from (node.left, *node.comparators)


def _said(side: ast.expr) -> Iterator[str]:
    """The refusal that a side is, or whose name it asks for (`type_of(Refusal)`); nothing for what is only asked of it."""
    match side:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Call(func=func, args=args):
            yield from _said(func)
            yield from (arg.attr if isinstance(arg, ast.Attribute) else arg.id for arg in args if _plain(arg))
        case _:
            pass


def _plain(arg: ast.expr) -> bool:
    return isinstance(arg, ast.Attribute | ast.Name)


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    inside = [each for node in nodes for each in ast.walk(node)]
    return {each.attr for each in inside if isinstance(each, ast.Attribute)} | {
        each.id for each in inside if isinstance(each, ast.Name)
    }
