"""A module of the workspace as text and as a row of units: its top-level statements, each with the lines it owns.

A unit owns its lines and the comments and blank lines above it, so that the units of a module put together again are
the module, byte for byte.
"""

from __future__ import annotations

import ast
import codecs
import enum
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cached_property

from navigator.slicing.errors import NotCuttable
from navigator.slicing.names import Function, Imported, Reads, bound_by, imported_by, own_nodes, reads_of

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class UnitKind(enum.Enum):
    DOCSTRING = "docstring"
    FUTURE = "future"
    IMPORT = "import"
    STAR = "star"
    FUNCTION = "function"
    CLASS = "class"
    PLAIN = "plain"


class Member:
    """The functions of one name in a class body: a method with its overloads, a property with its setter."""

    def __init__(self, name: str, nodes: list[Function], lazy_annotations: bool) -> None:
        self.name = name
        self.nodes = nodes
        self._lazy = lazy_annotations

    @cached_property
    def reads(self) -> Reads:
        return reads_of(self.nodes, lazy_annotations=self._lazy, inside_class=True)

    @property
    def lines(self) -> int:
        return sum((node.end_lineno or node.lineno) - first_line(node) + 1 for node in self.nodes)


class Unit:
    """One or several statements that share lines. ``start`` is the first line it owns, ``first`` that of its code and
    ``end`` the last one; lines count from 1."""

    def __init__(self, index: int, start: int, nodes: list[ast.stmt], lazy_annotations: bool) -> None:
        self.index = index
        self.start = start
        self.nodes = nodes
        self.first = first_line(nodes[0])
        self.end = max(node.end_lineno or node.lineno for node in nodes)
        self.kind = _kind(index, nodes)
        self._lazy = lazy_annotations

    @property
    def lines(self) -> int:
        """How much stays when no member is kept."""
        if not self.members:
            return self.end - self.first + 1
        header = first_line(self.body[0]) - self.first
        return header + sum((each.end_lineno or each.lineno) - each.lineno + 1 for each in self.shell)

    @cached_property
    def members(self) -> dict[str, Member]:
        """The functions right in a class body, by name."""
        node = self.nodes[0]
        if self.kind is not UnitKind.CLASS or not isinstance(node, ast.ClassDef):
            return {}
        found: dict[str, list[Function]] = {}
        for each in node.body:
            if isinstance(each, Function):
                found.setdefault(each.name, []).append(each)
        return {name: Member(name, nodes, self._lazy) for name, nodes in found.items()}

    @cached_property
    def binds(self) -> frozenset[str]:
        return frozenset(bound_by(self.nodes))

    @cached_property
    def mutates(self) -> frozenset[str]:
        """Names whose object a plain statement changes in place."""
        if self.kind is not UnitKind.PLAIN or _is_main_guard(self.nodes[0]):
            return frozenset()
        return frozenset(_mutated(self.nodes))

    @cached_property
    def reads(self) -> Reads:
        """What the unit reads; of a class, what it reads apart from its members."""
        node = self.nodes[0]
        if self.kind is UnitKind.CLASS and isinstance(node, ast.ClassDef):
            shell = ast.ClassDef(**{**dict(ast.iter_fields(node)), "body": self.shell})
            return reads_of([ast.copy_location(shell, node)], lazy_annotations=self._lazy)
        return reads_of(self.nodes, lazy_annotations=self._lazy)

    @property
    def body(self) -> list[ast.stmt]:
        """The statements of a class."""
        node = self.nodes[0]
        assert isinstance(node, ast.ClassDef)
        return node.body

    @property
    def shell(self) -> list[ast.stmt]:
        """The statements of a class body that are no members."""
        return [each for each in self.body if not isinstance(each, Function)]

    @cached_property
    def imports(self) -> tuple[Imported, ...]:
        """What an import statement brings; empty for other kinds."""
        if self.kind not in (UnitKind.IMPORT, UnitKind.STAR):
            return ()
        return tuple(
            each for node in self.nodes if isinstance(node, ast.Import | ast.ImportFrom) for each in imported_by(node)
        )


class ModuleSource:
    """One Python file. ``name`` is its module's; raises NotCuttable where it cannot be parsed."""

    def __init__(self, root: str, path: str, name: str, content: bytes) -> None:
        self.root, self.path, self.name = root, path, name
        self.package = path.rpartition("/")[2] == "__init__.py"
        self.mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
        try:
            self.encoding = tokenize.detect_encoding(io.BytesIO(content).readline)[0].removesuffix("-sig")
            self.text = content.removeprefix(self.mark).decode(self.encoding)
            self.tree = ast.parse(self.text)
        except (SyntaxError, ValueError, UnicodeError, RecursionError) as error:
            line = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
            raise NotCuttable(f"{path}{line} cannot be cut: this Python cannot read it ({error})") from error
        self.lines: list[str] = LINE.findall(self.text)
        self.newline = "\r\n" if self.lines and self.lines[0].endswith("\r\n") else "\n"
        self.lazy_annotations = any(
            isinstance(node, ast.ImportFrom) and node.module == "__future__" and "annotations" in _names(node)
            for node in self.tree.body
        )
        self.units = self._units()
        self.binders: dict[str, list[Unit]] = {}
        self.mutators: dict[str, list[Unit]] = {}
        for unit in self.units:
            for name in unit.binds:
                self.binders.setdefault(name, []).append(unit)
            for name in unit.mutates:
                self.mutators.setdefault(name, []).append(unit)
        self.stars = [unit for unit in self.units if unit.kind is UnitKind.STAR]

    def _units(self) -> list[Unit]:
        groups: list[list[ast.stmt]] = []
        for node in self.tree.body:
            if groups and first_line(node) <= max(each.end_lineno or 0 for each in groups[-1]):
                groups[-1].append(node)
            else:
                groups.append([node])
        units: list[Unit] = []
        for nodes in groups:
            start = units[-1].end + 1 if units else 1
            units.append(Unit(len(units), start, nodes, self.lazy_annotations))
        return units

    @property
    def exports(self) -> list[str] | None:
        """``__all__``, where it is a constant."""
        found: list[str] | None = None
        for unit in self.binders.get("__all__", ()):
            node = unit.nodes[0]
            if isinstance(node, ast.Assign | ast.AugAssign) and isinstance(node.value, ast.List | ast.Tuple):
                names = [each.value for each in node.value.elts if isinstance(each, ast.Constant)]
                found = [*(found or ()), *(name for name in names if isinstance(name, str))]
        return found

    def slice(self, start: int, end: int) -> str:
        """The text of the lines ``start`` to ``end``, both included."""
        return "".join(self.lines[start - 1 : end])

    def unit_at(self, line: int) -> tuple[Unit, Member | None] | None:
        """The unit that holds a line, and the member of the class where it is in one."""
        for unit in self.units:
            if unit.first <= line <= unit.end:
                for member in unit.members.values():
                    if any(first_line(node) <= line <= (node.end_lineno or 0) for node in member.nodes):
                        return unit, member
                return unit, None
        return None


def first_line(node: ast.stmt) -> int:
    """The line of a statement's first character, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _names(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def _kind(index: int, nodes: list[ast.stmt]) -> UnitKind:
    first = nodes[0]
    if index == 0 and isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        if isinstance(first.value.value, str) and len(nodes) == 1:
            return UnitKind.DOCSTRING
    if all(isinstance(node, ast.Import | ast.ImportFrom) for node in nodes):
        if isinstance(first, ast.ImportFrom) and first.module == "__future__":
            return UnitKind.FUTURE
        star = any(isinstance(node, ast.ImportFrom) and "*" in _names(node) for node in nodes)
        return UnitKind.STAR if star else UnitKind.IMPORT
    if len(nodes) == 1 and isinstance(first, Function):
        return UnitKind.FUNCTION
    if len(nodes) == 1 and isinstance(first, ast.ClassDef):
        return UnitKind.CLASS
    return UnitKind.PLAIN


def _is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and any(
        isinstance(each, ast.Name) and each.id == "__name__" for each in ast.walk(node.test)
    )


def _mutated(nodes: list[ast.stmt]) -> Iterator[str]:
    for node in own_nodes(nodes):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            yield from _root(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if isinstance(function, ast.Attribute):
                yield from _root(function)


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
