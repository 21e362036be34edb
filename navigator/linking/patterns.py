"""Strings of which only the beginning and the end are known: the names that they may spell.

``getattr(self, "visit_" + kind)``, ``import_module(f"plugins.{name}")``: where the rest does not become known, every
member or module with these ends can be meant.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator

from navigator.linking.frames import Frame
from navigator.linking.solver import Solver
from navigator.linking.values import ClassValue, InstanceValue, ModuleValue, PatternValue, TextValue, Value

MATCHES = 48
"""Members or modules that one pattern may mean; one that fits more says too little."""

SHORTEST = 3
"""Known characters of a string, below which it says nothing about names."""

_BEGINNING = re.compile(r"(?:[^\W\d][\w.]*)?\Z")
_END = re.compile(r"[\w.]*\Z")


class Template:
    """A string with parts that flow."""

    __slots__ = ("parts", "target")

    def __init__(self, parts: list[str | int], target: int) -> None:
        self.parts = parts
        self.target = target

    def ends(self) -> tuple[str, str]:
        """What is known of the string's beginning and end."""
        first, last = self.parts[0], self.parts[-1]
        return first if isinstance(first, str) else "", last if isinstance(last, str) else ""

    def unknown(self, solver: Solver) -> bool:
        """Whether one of the parts has not become known."""
        for part in self.parts:
            if isinstance(part, int) and not any(isinstance(v, TextValue) for v in solver.values(part)):
                return True
        return False


def settle(solver: Solver) -> bool:
    """Put patterns where the parts of strings have not become known; tell whether there were such."""
    waiting, solver.templates = solver.templates, []
    names: _Names | None = None
    known: dict[tuple[str, str], bool] = {}
    changed = False
    for template in waiting:
        ends = template.ends()
        spells = known.get(ends)
        if spells is None:
            spells = False
            if _says_enough(*ends):
                names = names or _Names(solver.names)
                pattern = solver.pattern(*ends)
                spells = bool(modules(solver, pattern)) if "." in pattern.prefix else names.any_fits(pattern)
            known[ends] = spells
        if spells and template.unknown(solver):
            solver.add(template.target, solver.pattern(*ends))
            changed = True
    return changed


def _says_enough(prefix: str, suffix: str) -> bool:
    if len(prefix) + len(suffix) < SHORTEST:
        return False
    return _BEGINNING.match(prefix) is not None and _END.match(suffix) is not None


class _Names:
    """Names, to be found by their beginnings and by their ends."""

    def __init__(self, names: Iterable[str]) -> None:
        self._forwards = sorted(names)
        self._backwards: list[str] | None = None

    def any_fits(self, pattern: PatternValue) -> bool:
        if pattern.prefix:
            return any(pattern.fits(name) for name in _beginning(self._forwards, pattern.prefix))
        if self._backwards is None:
            self._backwards = sorted(name[::-1] for name in self._forwards)
        return any(True for _ in _beginning(self._backwards, pattern.suffix[::-1]))


def _beginning(names: list[str], prefix: str) -> Iterator[str]:
    """Those of sorted names that begin so."""
    for name in itertools.islice(names, bisect.bisect_left(names, prefix), None):
        if not name.startswith(prefix):
            return
        yield name


def _fitting(pattern: PatternValue, names: Iterable[str]) -> list[str]:
    found = [name for name in dict.fromkeys(names) if pattern.fits(name)]
    if not pattern.prefix:
        found = [name for name in found if not name.startswith("__")]
    return found if len(found) <= MATCHES else []


def members(solver: Solver, value: Value, pattern: PatternValue) -> list[str]:
    """The members of an object, a class or a module that a pattern can mean."""
    from navigator.linking.members import assigned_members

    if isinstance(value, ModuleValue):
        state = solver.spaces.modules.get(value.name)
        return _fitting(pattern, state.definitions[0].facts.variables) if state is not None else []
    cls = value.cls if isinstance(value, InstanceValue) else value
    if not isinstance(cls, ClassValue):
        return []
    names = [
        name
        for base in cls.mro
        if isinstance(base, ClassValue) and not base.definition.file.model
        for name in base.definition.facts.variables
    ]
    if isinstance(value, InstanceValue):
        names += sorted(assigned_members(solver, cls))
    return _fitting(pattern, names)


def modules(solver: Solver, pattern: PatternValue) -> list[str]:
    """The modules that a pattern can mean."""
    return _fitting(pattern, (state.module for state in solver.spaces.files if not state.model))


def load_members(solver: Solver, data: tuple[PatternValue, int], frame: Frame, value: Value, node: int) -> None:
    """``getattr`` under a pattern: everything that it can mean flows to the target."""
    from navigator.linking.members import ValueTarget, load

    pattern, target = data
    for name in members(solver, value, pattern):
        load(solver, value, name, frame, node, ValueTarget(target))
