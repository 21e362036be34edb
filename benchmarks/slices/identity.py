"""Whether what a slice keeps is upstream's text."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def changed_functions(ours: bytes, theirs: bytes) -> Iterator[str]:
    """The functions of a slice's file whose text does not stand in upstream's file, apart from stubs and from functions
    with imports in them, which are rewritten."""
    text = theirs.replace(b"\r\n", b"\n").decode("utf-8", "replace")
    lines = ours.replace(b"\r\n", b"\n").decode("utf-8", "replace").split("\n")
    for node in ast.walk(ast.parse(ours)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_ours(node):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if "\n".join(lines[first - 1 : node.end_lineno]) not in text:
                yield node.name


def _is_ours(node: ast.AST) -> bool:
    return any(
        isinstance(each, ast.Import | ast.ImportFrom) or (isinstance(each, ast.Name) and each.id == "left_out")
        for each in ast.walk(node)
    )
