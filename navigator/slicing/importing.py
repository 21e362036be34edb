"""Rewrites the imports of a piece of code to what is inside the slice; everything else stays as it is.

The concrete syntax tree of libcst keeps every character of what is not rewritten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst
import msgspec

from navigator.slicing.layout import Layout
from navigator.slicing.modules import Modules
from navigator.slicing.names import Imported
from navigator.slicing.sources import ModuleSource

Keep = Callable[[int], bool]
"""Whether the name at a place, counted over all import statements of the piece, is kept."""


class Rewriting(msgspec.Struct, frozen=True):
    """How imports of one module are rewritten. ``stars`` are the names that a star import at a place brings; ``None``
    stands for a star import that stays."""

    modules: Modules
    layout: Layout
    source: ModuleSource
    keep: Keep = lambda _: True
    stars: Callable[[int], Sequence[str] | None] = lambda _: None

    def is_inside(self, imported: Imported) -> bool:
        """Whether an import leads to the slice: to a module of the workspace, or to one missing from its packages."""
        return bool(imported.level) or imported.module.partition(".")[0] in self.modules

    def relative(self, module: str, names: Sequence[cst.ImportAlias]) -> cst.ImportFrom:
        """``from MODULE import names``, relative to the module that is rewritten."""
        mapped = self.layout.module(module) if module else ""
        dots = self.layout.dots(self.source.name, self.source.package)
        return cst.ImportFrom(
            module=_dotted(mapped) if mapped else None,
            names=names,
            relative=[cst.Dot() for _ in dots],
        )


def rewritten(statement: str, rewriting: Rewriting, place: int = 0) -> list[str]:
    """The statements that take an import statement's place; none where nothing of it is kept. ``place`` is that of its
    first name."""
    (line,) = cst.parse_module(statement).body
    assert isinstance(line, cst.SimpleStatementLine)
    (node,) = line.body
    rewriter = _Rewriter(rewriting, place)
    if isinstance(node, cst.ImportFrom):
        found = rewriter.import_from(node)
    else:
        found = rewriter.plain(cst.ensure_type(node, cst.Import))
    if len(found) == 1 and found[0] is node:
        return [statement]
    empty = cst.Module([])
    return [empty.code_for_node(each) for each in found]


class _Rewriter:
    def __init__(self, rewriting: Rewriting, place: int) -> None:
        self._rewriting = rewriting
        self._place = place

    def _next(self) -> int:
        self._place += 1
        return self._place - 1

    def import_from(self, node: cst.ImportFrom) -> list[cst.BaseSmallStatement]:
        rewriting = self._rewriting
        module = _text(node.module) if node.module is not None else ""
        level = len(node.relative)
        if isinstance(node.names, cst.ImportStar):
            names = rewriting.stars(self._next())
            if names is not None:
                if not names:
                    return []
                node = node.with_changes(names=[cst.ImportAlias(cst.Name(name)) for name in names])
        else:
            kept = [alias for alias in node.names if rewriting.keep(self._next())]
            if not kept:
                return []
            if len(kept) < len(node.names):
                kept[-1] = kept[-1].with_changes(comma=node.names[-1].comma)
                node = node.with_changes(names=kept)
        imported = Imported(module, level, "*", "", True)
        target = rewriting.modules.absolute(rewriting.source.name, imported)
        if not rewriting.is_inside(imported) or target is None:
            return [node]
        if level and rewriting.layout.module(target) == target:
            return [node]
        lead = rewriting.relative(target, [cst.ImportAlias(cst.Name("_"))])
        return [node.with_changes(module=lead.module, relative=lead.relative)]

    def plain(self, node: cst.Import) -> list[cst.BaseSmallStatement]:
        rewriting = self._rewriting
        kept = [alias for alias in node.names if rewriting.keep(self._next())]
        if not kept:
            return []
        inside = [alias for alias in kept if rewriting.is_inside(Imported(_text(alias.name), 0, "", "", False))]
        if not inside:
            if len(kept) == len(node.names):
                return [node]
            kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
            return [node.with_changes(names=kept)]
        statements: list[cst.BaseSmallStatement] = []
        for alias in kept:
            if alias in inside:
                statements += self._inside(_text(alias.name), alias.evaluated_alias)
            else:
                statements.append(cst.Import([alias.with_changes(comma=cst.MaybeSentinel.DEFAULT)]))
        return statements

    def _inside(self, module: str, bound: str | None) -> list[cst.BaseSmallStatement]:
        """``import a.b`` as relative imports: of ``a`` for its name, and of ``a.b`` so that it is there."""
        layout = self._rewriting.layout
        parent, _, _ = module.rpartition(".")
        last = layout.module(module).rpartition(".")[2]
        if bound is not None:
            return [self._from(parent, last, bound)]
        top = module.partition(".")[0]
        statements = [self._from("", layout.module(top), top)]
        if parent:
            statements.append(self._from(parent, last, "_" + module.replace(".", "_")))
        return statements

    def _from(self, module: str, name: str, bound: str) -> cst.BaseSmallStatement:
        renamed = cst.AsName(cst.Name(bound)) if bound != name else None
        return self._rewriting.relative(module, [cst.ImportAlias(cst.Name(name), renamed)])


def _dotted(name: str) -> cst.Attribute | cst.Name:
    head, _, last = name.rpartition(".")
    return cst.Attribute(_dotted(head), cst.Name(last)) if head else cst.Name(last)


def _text(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_text(node.value)}.{node.attr.value}"
    return cst.ensure_type(node, cst.Name).value
