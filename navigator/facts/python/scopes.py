"""Which scope a name belongs to: the rules of Python's symbol table, found before any code is read.

Comprehensions and PEP 695 type parameters have scopes of their own, as in CPython's ``symtable``.
"""

from __future__ import annotations

import enum
from bisect import bisect_left
from collections.abc import Set


class ScopeKind(enum.IntEnum):
    MODULE = 0
    CLASS = 1
    FUNCTION = 2
    LAMBDA = 3
    COMPREHENSION = 4
    TYPE_PARAMETERS = 5


RUNS_IN_PLACE = frozenset((ScopeKind.CLASS, ScopeKind.COMPREHENSION, ScopeKind.TYPE_PARAMETERS))
"""Scopes whose code runs where it stands: names of the scopes around them have their current versions there."""


_NOTHING: frozenset[str] = frozenset()


class Scope:
    """One scope: the names it binds, reads and declares, and after ``resolve`` where the others come from.

    ``bindings`` counts the places that bind a name, ``positions`` says where they are. ``captured`` are the variables
    that functions inside read later; ``shared`` those that other scopes assign to, by ``global`` or ``nonlocal``.
    """

    __slots__ = (
        "annotated",
        "bindings",
        "captured",
        "children",
        "declared",
        "free",
        "free_later",
        "globals",
        "kind",
        "locals",
        "name",
        "nonlocals",
        "parent",
        "positions",
        "private",
        "reads",
        "shared",
        "sorted",
        "start",
        "yields",
    )

    def __init__(self, kind: ScopeKind, name: str, start: int, parent: Scope | None, private: str) -> None:
        self.kind = kind
        self.name = name
        self.start = start
        self.parent = parent
        self.private = private
        """The prefix that names with two leading underscores get here, or nothing."""
        self.children: list[Scope] = []
        self.bindings: dict[str, int] = {}
        self.positions: list[tuple[int, str]] = []
        self.reads: set[str] = set()
        self.annotated: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.locals: Set[str] = _NOTHING
        self.free: set[str] = set()
        self.free_later: set[str] = set()
        self.captured: set[str] = set()
        self.shared: set[str] = set()
        self.declared: set[str] = set()
        """Modules: the names that other scopes declare ``global``."""
        self.yields = False
        self.sorted = False
        if parent is not None:
            parent.children.append(self)

    def bind(self, name: str, position: int) -> None:
        """Records that the code at ``position`` binds the name."""
        self.bindings[name] = self.bindings.get(name, 0) + 1
        self.positions.append((position, name))

    def names_in_order(self) -> list[str]:
        """The names that code in the scope binds, in the order of the text."""
        self._sort()
        return list(dict.fromkeys([*(name for _, name in self.positions), *self.bindings]))

    def _sort(self) -> None:
        if not self.sorted:
            self.positions.sort()
            self.sorted = True

    def bound_between(self, start: int, end: int) -> list[str]:
        """The scope's own variables bound in a stretch of text, in order of appearance."""
        self._sort()
        positions = self.positions
        index = bisect_left(positions, (start, ""))
        names: dict[str, None] = {}
        while index < len(positions) and positions[index][0] < end:
            names[positions[index][1]] = None
            index += 1
        return [name for name in names if name in self.locals]

    def tables(self) -> tuple[set[str], set[str], set[str]]:
        """The local, free and global names, as CPython's ``symtable`` tells them; to be asked after ``resolve``.

        A module's names are local where its own code binds them.
        """
        if self.parent is None:
            local = {name for name, count in self.bindings.items() if count}
            return local, set(), (self.reads | self.declared | self.globals) - local
        local = set(self.locals)
        used = (self.reads | self.nonlocals | self.globals) - local
        passing = (self.free | self.free_later) - local - used
        free = {name for name in (used | passing) - self.globals if self._belongs_to_function(name)}
        return local, free, used - free

    def _belongs_to_function(self, name: str) -> bool:
        outer = self.parent
        while outer is not None and outer.parent is not None:
            if outer.kind is ScopeKind.CLASS:
                if name == "__class__":
                    return True
            elif name in outer.globals:
                return False
            elif name in outer.locals:
                return True
            outer = outer.parent
        return False


def resolve(scopes: list[Scope]) -> None:
    """Fills in what depends on other scopes. Scopes come with parents before children; the first is the module."""
    module = scopes[0]
    for scope in scopes:
        if scope.globals and scope is not module:
            for name in sorted(scope.globals):
                if name in scope.bindings:
                    module.bindings.setdefault(name, 0)
                    module.shared.add(name)
            module.declared |= scope.globals
    for scope in scopes:
        if "super" in scope.reads and scope.kind not in (ScopeKind.MODULE, ScopeKind.CLASS):
            scope.reads.add("__class__")
        scope.locals = scope.bindings.keys()
        if scope.globals and scope is not module:
            scope.locals -= scope.globals
        if scope.nonlocals:
            scope.locals -= scope.nonlocals
            for name in scope.nonlocals:
                owner = _owner_of_nonlocal(scope, name) if name in scope.bindings else None
                if owner is not None:
                    owner.shared.add(name)
    for scope in reversed(scopes):
        _pass_on_free_names(scope, module)


def _owner_of_nonlocal(scope: Scope, name: str) -> Scope | None:
    outer = scope.parent
    while outer is not None:
        if outer.kind not in (ScopeKind.CLASS, ScopeKind.MODULE) and (
            name in outer.bindings and name not in outer.globals and name not in outer.nonlocals
        ):
            return outer
        outer = outer.parent
    return None


def _pass_on_free_names(scope: Scope, module: Scope) -> None:
    """Hands the names that a scope does not bind to the scope around it. Children have been here before."""
    local = scope.locals
    own = (scope.reads | scope.nonlocals if scope.nonlocals else scope.reads) - local
    if scope.globals and scope is not module:
        own -= scope.globals
        module.captured |= scope.globals
    if scope.kind is ScopeKind.CLASS:
        scope.free |= own
        scope.free_later.discard("__class__")
        module.captured |= scope.reads & local
    else:
        if scope.free_later:
            scope.captured |= scope.free_later & local
            scope.free_later -= local
        if scope.free:
            scope.free -= local
            scope.free |= own
        else:
            scope.free = own
    parent = scope.parent
    if scope.annotated:
        scope.captured |= scope.annotated & local
        if parent is not None:
            parent.annotated |= scope.annotated - local
    if parent is not None:
        later = parent.free_later
        if scope.kind in RUNS_IN_PLACE:
            parent.free |= scope.free
        else:
            later |= scope.free
        if scope.free_later:
            later |= scope.free_later
