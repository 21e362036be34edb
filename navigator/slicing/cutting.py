"""Makes the text of one module of the slice: kept units as they are, stubs for what is wanted and left out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from navigator.slicing.closure import Closure, Node, Stub
from navigator.slicing.editing import EditedText
from navigator.slicing.layout import Layout
from navigator.slicing.modules import Alias, Star
from navigator.slicing.names import Function, own_nodes
from navigator.slicing.sources import ModuleSource, Unit, UnitKind, first_line
from navigator.slicing.stubs import class_stub, function_stub, value_stub
from navigator.slicing.trimming import Trimmed


class Cutter:
    """Cuts modules as a closure has chosen. ``label`` names a file of the workspace for people."""

    def __init__(self, closure: Closure, layout: Layout, label: Callable[[str, str], str]) -> None:
        self.closure = closure
        self.modules = closure.modules
        self.layout = layout
        self._label = label
        self.lines: dict[tuple[str, int], int] = {}
        """On which line of its file each kept unit begins, by module and number of the unit."""
        self._stubs: dict[str, list[Stub]] = {}
        for stub in closure.stubs:
            self._stubs.setdefault(stub.module, []).append(stub)

    def module(self, name: str, header: str) -> bytes:
        """A module's file; ``header`` are its comment lines."""
        if not self.modules.has_file(name):
            return (header + self._made(name)).encode()
        source = self.modules.source(name)
        pieces = list(self._pieces(source))
        stubbed = any(needs for _, needs, _ in pieces)
        prologue = source.slice(1, source.units[0].first - 1) if source.units else source.text
        newline = source.newline
        opening = [prologue] if pieces else []
        rest: list[str] = []
        for unit in source.units:
            if unit.kind in (UnitKind.DOCSTRING, UnitKind.FUTURE) and pieces:
                opening.append(source.slice(unit.start if unit.index else unit.first, unit.end))
        if stubbed:
            dots = self.layout.dots(name, source.package)
            rest.append(f"from {dots}_left_out import LeftOutClass, LeftOutValue, left_out{newline}")
        text = _under_cookie(header.replace("\n", newline), "".join(opening)) + "".join(rest)
        for piece, _, number in pieces:
            self.lines[name, number] = text.count(newline) + 1
            text += piece
        if text and not text.endswith(("\n", "\r")):
            text += newline
        return source.mark + text.encode(source.encoding)

    def _made(self, name: str) -> str:
        """A module that the workspace has no file of, but something asks for."""
        stubs = self._stubs.get(name, ())
        if not stubs:
            return ""
        lines = [f"from {self.layout.dots(name, True)}_left_out import LeftOutValue\n"]
        lines += [value_stub(each.name, f"{name}.{each.name}", "no file of the workspace", "\n") for each in stubs]
        return "".join(lines)

    def _pieces(self, source: ModuleSource) -> Iterator[tuple[str, bool, int]]:
        """The text of each unit that leaves something, whether it needs the names of ``_left_out``, its number."""
        wanted = self._stubs.get(source.name, [])
        written: set[str] = set()
        for unit in source.units:
            if unit.kind in (UnitKind.DOCSTRING, UnitKind.FUTURE):
                continue
            if unit.kind in (UnitKind.IMPORT, UnitKind.STAR):
                text = self._imports(source, unit)
                if text:
                    yield text, False, unit.index
            elif Node(source.name, unit.index) in self.closure.chosen.kept:
                yield *self._kept(source, unit), unit.index
            else:
                names = [each.name for each in wanted if each.unit == unit.index and each.name not in written]
                written.update(names)
                text = "".join(self._stub(source, unit, name) for name in dict.fromkeys(names))
                if text:
                    gap = source.newline * (2 if unit.kind in (UnitKind.FUNCTION, UnitKind.CLASS) else 0)
                    yield gap + text, True, unit.index
        for each in wanted:
            if each.unit < 0 and each.name:
                place = f"{self._label(source.root, source.path)}"
                yield value_stub(each.name, f"{source.name}.{each.name}", place, source.newline), True, -1

    # Units

    def _imports(self, source: ModuleSource, unit: Unit) -> str:
        """An import statement with the names that the slice needs; empty where it needs none."""
        chosen = self.closure.chosen.imports
        kept = {place for place in range(len(unit.imports)) if Alias(source.name, unit.index, place) in chosen}
        brought: dict[int, list[str] | None] = {}
        for step in chosen:
            if isinstance(step, Star) and (step.module, step.unit) == (source.name, unit.index):
                for place, imported in enumerate(unit.imports):
                    if imported.name == "*":
                        names = brought.setdefault(place, [])
                        if step.name == "*" or names is None:
                            brought[place] = None
                        elif step.name not in names:
                            names.append(step.name)
        if not kept and not brought:
            return ""
        from navigator.slicing.importing import Rewriting, rewritten

        rewriting = Rewriting(
            self.modules, self.layout, source, kept.__contains__, lambda place: brought.get(place, [])
        )
        text = EditedText(source)
        place = 0
        for node in unit.nodes:
            assert isinstance(node, ast.Import | ast.ImportFrom)
            text.replace(node, rewritten(text.of(node), rewriting, place))
            place += len(node.names)
        return text.slice(unit.start if unit.index else unit.first, unit.end)

    def _kept(self, source: ModuleSource, unit: Unit) -> tuple[str, bool]:
        """A function, class or other statement: the imports in it rewritten, the members that are not kept left out."""
        text = EditedText(source)
        chosen = self.closure.chosen.kept
        kept = {name for name in unit.members if Node(source.name, unit.index, name) in chosen}
        left = [node for name, member in unit.members.items() if name not in kept for node in member.nodes]
        gone = [
            span
            for each, trimmed in (self.closure.trimmed or {}).items()
            if each[:2] == (source.name, unit.index)
            for span in trimmed.dropped
        ]
        for node in _imports_in(unit, left):
            if any(start <= node.lineno <= end for start, end in gone):
                continue
            from navigator.slicing.importing import Rewriting, rewritten

            rewriting = Rewriting(self.modules, self.layout, source)
            text.replace(node, rewritten(text.of(node), rewriting))
        for each, trimmed in (self.closure.trimmed or {}).items():
            if each[:2] == (source.name, unit.index):
                _take_away(text, trimmed, source.newline)
        stubbed = bool(left) and self._leave_out(source, unit, text, left)
        return text.slice(unit.start if unit.index else unit.first, unit.end), stubbed

    def _leave_out(self, source: ModuleSource, unit: Unit, text: EditedText, left: list[Function]) -> bool:
        """Takes members out of a class, puts stubs for those that are wanted; whether there are any."""
        wanted = {each.member for each in self._stubs.get(source.name, ()) if each.member and each.unit == unit.index}
        owner = unit.nodes[0]
        assert isinstance(owner, ast.ClassDef)
        stubbed = False
        end = first_line(owner.body[0]) - 1
        for node in owner.body:
            start, end = end + 1, node.end_lineno or node.lineno
            if isinstance(node, Function) and node in left:
                blank = _blank_above(source, start, first_line(node))
                stub = ""
                if node.name in wanted:
                    stub = blank + self._member_stub(source, owner, node)
                    stubbed = True
                text.put(start, end, stub)
        if len(left) == len(owner.body) and not stubbed:
            text.put(end, end, _indent(owner) + "pass" + source.newline)
        return stubbed

    def _member_stub(self, source: ModuleSource, owner: ast.ClassDef, node: Function) -> str:
        name = f"{source.name}.{owner.name}.{node.name}"
        stub = function_stub(node, name, self._place(source, node.lineno), source.newline, method=True)
        return "".join(_indent(owner) + line for line in stub.splitlines(keepends=True))

    def _stub(self, source: ModuleSource, unit: Unit, name: str) -> str:
        original, newline = f"{source.name}.{name}", source.newline
        node = unit.nodes[0]
        place = self._place(source, node.lineno)
        if isinstance(node, Function) and unit.kind is UnitKind.FUNCTION:
            return function_stub(node, original, place, newline)
        if isinstance(node, ast.ClassDef) and unit.kind is UnitKind.CLASS:
            return class_stub(node, original, place, newline)
        lines = [_line(each) for each in own_nodes(unit.nodes) if _binds(each, name)]
        line = next(iter(lines), unit.first)
        return value_stub(name, original, self._place(source, line), newline)

    def _place(self, source: ModuleSource, line: int) -> str:
        return f"{self._label(source.root, source.path)}:{line}"


def _line(node: ast.AST) -> int:
    line: int = getattr(node, "lineno", 1)
    return line


def _binds(node: ast.AST, name: str) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (
        isinstance(node, Function | ast.ClassDef) and node.name == name
    )


def _imports_in(unit: Unit, left: list[Function]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The import statements inside a unit, apart from those in what is left out."""
    work: list[ast.AST] = list(unit.nodes)
    while work:
        node = work.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif node not in left:
            work.extend(ast.iter_child_nodes(node))


def _blank_above(source: ModuleSource, start: int, first: int) -> str:
    """The blank lines among those from ``start`` up to the line before ``first``."""
    return "".join(line for line in source.lines[start - 1 : first - 1] if not line.strip())


def _take_away(text: EditedText, trimmed: Trimmed, newline: str) -> None:
    for start, end in trimmed.dropped:
        text.put(start, end, "")
    for line, indent in trimmed.emptied:
        text.put(line, line, f"{indent}pass{newline}")


def _indent(owner: ast.ClassDef) -> str:
    return " " * owner.body[0].col_offset


def _under_cookie(header: str, opening: str) -> str:
    """The header below a line for the shell or the encoding, which must come first."""
    lines = opening.splitlines(keepends=True)
    first = 0
    while first < min(2, len(lines)) and (lines[first].startswith("#!") or "coding" in lines[first].split("#")[-1]):
        if not lines[first].startswith("#"):
            break
        first += 1
    return "".join(lines[:first]) + header + "".join(lines[first:])
