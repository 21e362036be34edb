"""The first pass over a file: its scopes, what they bind, and who assigns and captures what.

Names are resolved once everything is declared, since a function may be called, and a variable read by a function
inside, before the declaration is reached. The pass is a loop, not a recursion: minified files nest deeply.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from navigator.facts.typescript.grammars import Grammar, Table
from navigator.facts.typescript.scopes import Binding, LoopInfo, Scope, ScopeKind

if TYPE_CHECKING:
    from tree_sitter import Node

Handler = Callable[["Scan", "Node"], None]


def _children(scan: Scan, node: Node) -> None:
    scan.push(node.children)


SCANS: Table[Handler | None] = Table(_children)


def scans(*names: str) -> Callable[[Handler], Handler]:
    """Makes a function the one that scans nodes of these kinds."""

    def register(handler: Handler) -> Handler:
        SCANS.add(handler, *names)
        return handler

    return register


class Scan:
    """The scopes of one file by the id of the node that opens them, and the loops likewise."""

    def __init__(self, text: str, root: Node, grammar: Grammar) -> None:
        self.text = text
        self.grammar = grammar
        self.module = Scope(ScopeKind.MODULE, None)
        self.scopes: dict[int, Scope] = {root.id: self.module}
        self.loops: dict[int, LoopInfo] = {}
        self.scope = self.module
        self.loop: LoopInfo | None = None
        self._references: list[tuple[str, Scope, bool, LoopInfo | None]] = []
        self._stack: list[tuple[list[Node], Scope, LoopInfo | None]] = []
        self.free: dict[str, None] = {}
        """Names that the file does not bind, in order of their first use."""
        self.is_module = False
        """Whether import or export statements make it an ECMAScript module."""
        self._run(root)
        self._resolve()

    def source(self, node: Node) -> str:
        return self.text[node.start_byte : node.end_byte]

    def push(self, nodes: list[Node], scope: Scope | None = None, loop: LoopInfo | None = None) -> None:
        """Leaves nodes to be scanned: in another scope (and then outside of all loops), or in the current one."""
        if scope is None:
            self._stack.append((nodes, self.scope, self.loop))
        elif scope.function is self.scope.function:
            self._stack.append((nodes, scope, loop or self.loop))
        else:
            self._stack.append((nodes, scope, None))

    def _run(self, root: Node) -> None:
        handlers = SCANS.of(self.grammar)
        silent = self.grammar.silent
        stack = self._stack
        stack.append((root.children, self.module, None))
        while stack:
            nodes, self.scope, self.loop = stack.pop()
            for node in nodes:
                kind = node.kind_id
                if silent[kind]:
                    continue
                handler = handlers[kind]
                if handler is not None:
                    handler(self, node)

    # Scopes.

    def open(self, node: Node, kind: ScopeKind) -> Scope:
        scope = self.scopes[node.id] = Scope(kind, self.scope)
        return scope

    def open_loop(self, node: Node) -> LoopInfo:
        loop = self.loops[node.id] = LoopInfo(self.loop)
        return loop

    def var_scope(self) -> Scope:
        """Where ``var`` declares."""
        return self.scope.function

    # Names.

    def read(self, name: str) -> None:
        self._references.append((name, self.scope, False, self.loop))

    def write(self, name: str) -> None:
        self._references.append((name, self.scope, True, self.loop))

    def declare(self, name: str, scope: Scope, written: bool = True) -> Binding:
        """Binds a name in a scope; where ``written`` the declaration gives it a value."""
        binding = scope.bind(name)
        if written:
            self._references.append((name, scope, True, self.loop))
        return binding

    def _resolve(self) -> None:
        for name, start, written, loop in self._references:
            scope: Scope | None = start
            crossed = False
            while scope is not None:
                binding = scope.bindings.get(name)
                if binding is not None:
                    if crossed:
                        binding.captured = True
                        binding.shared = binding.shared or written
                    elif written:
                        binding.writes += 1
                        while loop is not None:
                            loop.assigned[binding.key] = binding
                            loop = loop.outer
                    break
                if scope.function is scope:
                    crossed = True
                scope = scope.parent
            else:
                self.free["globalThis" if written else name] = None
                if name == "arguments":
                    start.owner_of_this().uses_arguments = True
        for binding in self.module.bindings.values():
            binding.captured = True
