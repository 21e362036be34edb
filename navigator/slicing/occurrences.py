"""Where names occur in the text of all modules: attributes that are set, definitions that are mentioned."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from navigator.slicing.modules import Modules
from navigator.slicing.sources import ModuleSource

TOO_COMMON = 60


class Occurrences:
    """Searches the text of all modules, which it reads once. What occurs in too many places is not told: it says
    nothing about one call."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._texts: list[tuple[str, bytes]] | None = None
        self._found: dict[bytes, list[tuple[str, int]]] = {}

    def setting(self, attribute: str) -> list[tuple[str, int]]:
        """Modules and lines with an assignment to an attribute of that name, of whatever object."""
        return self._matching(rb"\.%s\s*(?::[^=\n]+)?=(?!=)" % re.escape(attribute.encode()))

    def mentioning(self, name: str) -> list[tuple[str, int]]:
        """Modules and lines that hold a name."""
        return self._matching(rb"\b%s\b" % re.escape(name.encode()))

    def _matching(self, expression: bytes) -> list[tuple[str, int]]:
        if expression not in self._found:
            pattern = re.compile(expression)
            found = [
                (module, text.count(b"\n", 0, match.start()) + 1)
                for module, text in self._all()
                for match in pattern.finditer(text)
            ]
            self._found[expression] = found if len(found) <= TOO_COMMON else []
        return self._found[expression]

    def _all(self) -> list[tuple[str, bytes]]:
        if self._texts is None:
            workspace = self._modules.workspace
            self._texts = [(name, workspace.content(*self._modules.place(name))) for name in self._modules.names()]
        return self._texts


def receiver_attributes(source: ModuleSource, line: int, callee: str) -> Iterator[str]:
    """The attributes over which the calls on a line get at what they call, apart from the method ``callee`` itself."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or 0):
            inner: ast.expr = node.func
            while isinstance(inner, ast.Attribute | ast.Subscript | ast.Call):
                if isinstance(inner, ast.Attribute):
                    if inner.attr != callee:
                        yield inner.attr
                    inner = inner.value
                else:
                    inner = inner.func if isinstance(inner, ast.Call) else inner.value
