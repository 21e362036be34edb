"""Scopes and what they bind, as ECMAScript nests them: functions, classes' field code, blocks."""

from __future__ import annotations

import enum
from collections.abc import Iterator


class ScopeKind(enum.IntEnum):
    MODULE = 0
    FUNCTION = 1
    ARROW = 2
    CLASS = 3
    """The code that runs for a class's fields; its names are those of the block around."""
    NAMESPACE = 4
    BLOCK = 5


class Binding:
    """One declared name. ``key`` tells it apart from the others of its function."""

    __slots__ = ("captured", "exported", "key", "name", "scope", "shared", "slot", "writes")

    def __init__(self, name: str, key: str, scope: Scope) -> None:
        self.name = name
        self.key = key
        self.scope = scope
        """The function-like scope that holds the value."""
        self.writes = 0
        """Places that assign it, in its own function."""
        self.captured = False
        """Functions inside read it, or other modules may."""
        self.shared = False
        """Functions inside assign it: it has no versions."""
        self.exported = False
        """In a namespace: also a member of the namespace's object."""
        self.slot = -1
        """The slot that every assignment flows into, where there is one."""


class Scope:
    """One scope. ``function`` is the function-like scope around, or the scope itself."""

    __slots__ = ("all", "bindings", "function", "keys", "kind", "parent", "uses_arguments", "uses_this")

    def __init__(self, kind: ScopeKind, parent: Scope | None) -> None:
        self.kind = kind
        self.parent = parent
        self.function: Scope = self if kind is not ScopeKind.BLOCK or parent is None else parent.function
        self.bindings: dict[str, Binding] = {}
        self.keys: dict[str, int] = {}
        """Function-like scopes: how often each name is bound in the scope and its blocks."""
        self.all: list[Binding] = []
        """Function-like scopes: what the scope and its blocks bind, in order."""
        self.uses_this = False
        self.uses_arguments = False

    def bind(self, name: str) -> Binding:
        """The binding of a name in this very scope, new or not."""
        binding = self.bindings.get(name)
        if binding is None:
            keys = self.function.keys
            count = keys[name] = keys.get(name, 0) + 1
            binding = Binding(name, name if count == 1 else f"{name}#{count}", self.function)
            self.bindings[name] = binding
            self.function.all.append(binding)
        return binding

    def owner_of_this(self) -> Scope:
        """The function-like scope whose ``this`` and ``arguments`` are meant here."""
        scope = self.function
        while scope.kind is ScopeKind.ARROW and scope.parent is not None:
            scope = scope.parent.function
        return scope

    def outward(self) -> Iterator[Scope]:
        """This scope and those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


class LoopInfo:
    """A loop: the keys assigned in it, by code of the same function."""

    __slots__ = ("assigned", "outer")

    def __init__(self, outer: LoopInfo | None) -> None:
        self.outer = outer
        self.assigned: dict[str, Binding] = {}
