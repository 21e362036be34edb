"""One pass over the tree that finds the scopes, and in each the names that are bound, read and declared.

Each kind of node that binds names or opens a scope has a handler; a handler pushes what remains to be visited. Other
nodes are visited child by child. Nothing recurses, so depth is no limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.private_names import own_name
from navigator.facts.python.scopes import Scope, ScopeKind, resolve

if TYPE_CHECKING:
    from tree_sitter import Node

Stack = list[Sequence["Node"]]
"""Nodes to be visited in a scope."""


class Scan:
    """The scopes of one file; ``by_start`` finds a scope by the offset where its node starts."""

    __slots__ = ("ascii", "by_start", "pending", "scope", "scopes", "stack", "star_imports", "text")

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self.ascii = text.isascii()
        self.star_imports = False
        self.stack: Stack = [(root,)]
        self.scope = Scope(ScopeKind.MODULE, "", root.start_byte, None, "")
        self.scopes = [self.scope]
        self.by_start: dict[tuple[int, ScopeKind], Scope] = {}
        self.pending: list[tuple[Scope, Stack]] = []
        self._visit()
        while self.pending:
            self.scope, self.stack = self.pending.pop()
            self._visit()
        resolve(self.scopes)

    def _visit(self) -> None:
        stack = self.stack
        pop = stack.pop
        push = stack.append
        handlers = _HANDLERS
        text = self.text
        read = self.scope.reads.add
        skip, identifier, attribute, last = _skip, _identifier, _attribute, _last
        while stack:
            for child in pop():
                handler = handlers[child.kind_id]
                if handler is skip:
                    continue
                while handler is attribute or handler is last:
                    child = child.children[0 if handler is attribute else -1]
                    handler = handlers[child.kind_id]
                if handler is identifier:
                    read(text[child.start_byte : child.end_byte])
                elif handler is None:
                    push(child.children)
                else:
                    try:
                        handler(self, child)
                    except (AttributeError, IndexError, ValueError):
                        # A node that the parser had to repair may lack parts that others of its kind have.
                        if not child.has_error:
                            raise
        scope = self.scope
        if scope.private or not self.ascii:
            scope.reads = {own_name(name, scope.private) for name in scope.reads}

    def name(self, node: Node) -> str:
        """The name that an identifier means in the current scope."""
        name = self.text[node.start_byte : node.end_byte]
        if name[:2] == "__" or not name.isascii():
            return own_name(name, self.scope.private)
        return name

    def visit(self, node: Node) -> None:
        """Sees to it that a node is visited in the current scope."""
        handler = _HANDLERS[node.kind_id]
        if handler is _identifier:
            self.scope.reads.add(self.text[node.start_byte : node.end_byte])
        elif handler is None:
            self.stack.append(node.children)
        elif handler is not _skip:
            self.stack.append((node,))

    def open(self, kind: ScopeKind, name: str, node: Node, private: str | None = None) -> tuple[Scope, Stack]:
        """A scope inside the current one, and the nodes to visit in it."""
        scope = Scope(kind, name, node.start_byte, self.scope, self.scope.private if private is None else private)
        self.scopes.append(scope)
        self.by_start[node.start_byte, kind] = scope
        nodes: Stack = []
        self.pending.append((scope, nodes))
        return scope, nodes

    def bind(self, node: Node) -> None:
        """The identifier gets a value in the current scope."""
        self.scope.bind(self.name(node), node.start_byte)

    def bind_target(self, target: Node) -> None:
        """Everything that an assignment's left side binds; what it reads is visited."""
        targets = [target]
        while targets:
            node = targets.pop()
            kind = node.kind_id
            if kind == k.IDENTIFIER:
                self.bind(node)
            elif kind in _TARGET_GROUPS:
                targets.extend(node.children)
            elif kind not in k.PUNCTUATION:
                self.visit(node)


Handler = Callable[[Scan, "Node"], None]
_HANDLERS: list[Handler | None] = [None] * k.KIND_LIMIT


def scans(*kinds: int) -> Callable[[Handler], Handler]:
    """Makes a function the handler of nodes of these kinds."""

    def register(handler: Handler) -> Handler:
        for kind in kinds:
            _HANDLERS[kind] = handler
        return handler

    return register


def has_no_handler(kind: int) -> bool:
    """Whether nodes of a kind are simply visited child by child."""
    return _HANDLERS[kind] is None


_TARGET_GROUPS = frozenset(
    (
        k.TUPLE_PATTERN,
        k.LIST_PATTERN,
        k.PATTERN_LIST,
        k.LIST_SPLAT_PATTERN,
        k.LIST_SPLAT,
        k.TUPLE,
        k.LIST,
        k.EXPRESSION_LIST,
        k.PARENTHESIZED_EXPRESSION,
        k.AS_PATTERN_TARGET,
    )
)


@scans(
    *k.PUNCTUATION,
    *k.EXTRAS,
    k.INTEGER,
    k.FLOAT,
    k.TRUE,
    k.FALSE,
    k.NONE_LITERAL,
    k.ELLIPSIS,
    k.STRING_START,
    k.STRING_CONTENT,
    k.STRING_END,
)
def _skip(scan: Scan, node: Node) -> None:
    """For nodes that hold no names."""


@scans(k.IDENTIFIER)
def _identifier(scan: Scan, node: Node) -> None:
    """A name that is read."""
    scan.scope.reads.add(scan.text[node.start_byte : node.end_byte])


@scans(k.ATTRIBUTE)
def _attribute(scan: Scan, node: Node) -> None:
    """For nodes of which only the first part is visited."""
    scan.visit(node.children[0])


@scans(k.KEYWORD_ARGUMENT)
def _last(scan: Scan, node: Node) -> None:
    """For nodes of which only the last part is visited."""
    scan.visit(node.children[-1])


@scans(k.STRING)
def _string(scan: Scan, node: Node) -> None:
    if scan.text[node.start_byte] in "'\"":
        return
    for child in node.children:
        if child.kind_id == k.INTERPOLATION:
            scan.stack.append(child.children)
