"""``__all__``: the names that a module offers to ``from module import *``, where they are constant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.dispatch import meaningful
from navigator.facts.python.reader import Reader
from navigator.facts.python.strings import constant_string

if TYPE_CHECKING:
    from tree_sitter import Node


def read_exports(reader: Reader, targets: list[Node], value: Node, augmented: bool = False) -> None:
    """Follows ``__all__ = [...]`` and ``__all__ += [...]``; anything that is not constant makes it unknown."""
    if not any(target.kind_id == k.IDENTIFIER and reader.source(target) == "__all__" for target in targets):
        return
    add_exports(reader, value, augmented)


def add_exports(reader: Reader, value: Node, augmented: bool) -> None:
    """The names of ``value`` become the exports, or join them."""
    builder = reader.module.definition
    names = constant_names(reader, value)
    if names is None or (augmented and builder.exports is None):
        builder.exports = None
    else:
        builder.exports = (*(builder.exports or ()), *names) if augmented else tuple(names)


def constant_names(reader: Reader, node: Node) -> list[str] | None:
    """The strings of a list or tuple display, of a sum of such, or of ``__all__`` itself."""
    names: list[str] = []
    pending = [node]
    while pending:
        part = pending.pop()
        kind = part.kind_id
        if kind in (k.LIST, k.TUPLE, k.EXPRESSION_LIST):
            for element in meaningful(part):
                name = constant_string(reader, element)
                if name is None:
                    return None
                names.append(name)
        elif kind == k.BINARY_OPERATOR:
            pending += [part.children[-1], part.children[0]]
        elif kind == k.PARENTHESIZED_EXPRESSION:
            pending += meaningful(part)
        elif kind == k.IDENTIFIER and reader.source(part) == "__all__" and reader.module.definition.exports is not None:
            names += reader.module.definition.exports
        else:
            return None
    return names


def exports_call(reader: Reader, node: Node) -> None:
    """``__all__.extend([...])`` and the like as a statement of the module; an unknown method makes it unknown."""
    function = node.children[0]
    if function.kind_id != k.ATTRIBUTE or reader.source(function.children[0]) != "__all__":
        return
    builder = reader.module.definition
    method = reader.source(function.children[-1])
    arguments = meaningful(node.children[-1])
    if method in ("sort", "reverse"):
        return
    if method == "extend" and len(arguments) == 1:
        add_exports(reader, arguments[0], augmented=True)
        return
    name = constant_string(reader, arguments[0]) if len(arguments) == 1 else None
    if builder.exports is not None and name is not None and method == "append":
        builder.exports = (*builder.exports, name)
    elif builder.exports is not None and name is not None and method == "remove":
        builder.exports = tuple(export for export in builder.exports if export != name)
    else:
        builder.exports = None
