"""Which values a test lets through: ``isinstance``, ``callable``, comparisons with constants, truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.vocabulary import Collection, Narrow, Text
from navigator.linking.frames import FileState, Frame
from navigator.linking.values import (
    BoundValue,
    ClassValue,
    ContainerValue,
    ExternalValue,
    FunctionValue,
    InstanceValue,
    LiteralValue,
    NamespaceValue,
    PatternValue,
    TextValue,
    Value,
)

if TYPE_CHECKING:
    from navigator.linking.namespaces import Binding
    from navigator.linking.solver import Solver

_BUILTIN_TYPES = {
    "str": (TextValue, LiteralValue),
}


def keep(solver: Solver, test: Narrow, frame: Frame, value: Value) -> bool:
    """Whether ``value`` can be there after the test came out as it did; ``True`` when in doubt."""
    if isinstance(value, ExternalValue) and not value.name:
        return True
    kind = test.test
    if kind == "none":
        return not test.positive
    if kind == "truthy":
        return test.positive or not isinstance(value, FunctionValue | ClassValue | BoundValue)
    if kind == "callable":
        from navigator.linking.containers import is_callable

        return is_callable(solver, value) == test.positive
    if kind == "instance":
        classes = classes_tested(solver, frame.file, test.against)
        if not classes:
            return True
        verdicts = [_is_instance(solver, value, cls) for cls in classes]
        if test.positive:
            return any(verdict is not False for verdict in verdicts)
        return not any(verdict is True for verdict in verdicts)
    if kind == "subclass":
        classes = classes_tested(solver, frame.file, test.against)
        if not classes or not isinstance(value, ClassValue):
            return True
        inside = any(cls in value.mro for cls in classes)
        if any(isinstance(cls, ExternalValue) for cls in classes) and not inside:
            return True
        return inside == test.positive
    if kind == "equal":
        others = solver.values(frame.node(test.against)) if test.against >= 0 else {}
        if isinstance(value, TextValue) and others and all(isinstance(o, TextValue) for o in others):
            return (value in others) == test.positive
        return True
    return True


AFFIXES = ("prefix", "suffix")
"""Tests of strings by their beginning or end."""


def narrow_text(solver: Solver, test: Narrow, frame: Frame, value: Value) -> Value | None:
    """What a value can be after ``startswith`` or ``endswith`` came out as it did; ``None`` if it cannot be there."""
    texts = [i.value for i in frame.file.writers.get(test.against, ()) if type(i) is Text]
    if len(texts) != 1:
        return value
    affix, first = texts[0], test.test == "prefix"
    if isinstance(value, TextValue):
        fits = value.text.startswith(affix) if first else value.text.endswith(affix)
        return value if fits == test.positive else None
    if not test.positive:
        return value
    if isinstance(value, PatternValue):
        known = value.prefix if first else value.suffix
        if len(known) >= len(affix):
            return value if (known.startswith(affix) if first else known.endswith(affix)) else None
        return solver.pattern(affix, value.suffix) if first else solver.pattern(value.prefix, affix)
    return value


def classes_tested(solver: Solver, file: FileState, slot: int) -> list[Binding]:
    """The classes of an ``isinstance`` test, by name binding; empty when one of them is not known."""
    if slot < 0:
        return []
    found = solver.spaces.resolve(file, slot)
    if not found:
        members = _tuple_members(file, slot)
        for member in members:
            bindings = solver.spaces.resolve(file, member)
            if not bindings:
                return []
            found.extend(bindings)
    return found


def _tuple_members(file: FileState, slot: int) -> list[int]:
    for state in file.definitions:
        low, high = state.facts.slots
        if low <= slot < high:
            for instruction in state.facts.body:
                if type(instruction) is Collection and instruction.target == slot:
                    return [member for _, member in instruction.elements]
    return []


def _is_instance(solver: Solver, value: Value, cls: Binding) -> bool | None:
    """``None`` when it cannot be told."""
    name = cls.name if isinstance(cls, ExternalValue) else ""
    if isinstance(value, InstanceValue):
        if isinstance(cls, ClassValue):
            if cls in value.cls.mro:
                return True
            if any(c.open_bases for c in value.cls.mro if isinstance(c, ClassValue)):
                return None
            return False
        if any(isinstance(c, ExternalValue) and c.name == name for c in value.cls.mro):
            return True
        if name.startswith("builtins."):
            return None if any(isinstance(c, ExternalValue) for c in value.cls.mro) else name == "builtins.object"
        return None if any(isinstance(c, ExternalValue) for c in value.cls.mro) else _abstract(name)
    if isinstance(value, ContainerValue):
        if not name.startswith("builtins."):
            return False if isinstance(cls, ClassValue) else None
        return name == f"builtins.{value.type}" or name == "builtins.object"
    if isinstance(value, TextValue | LiteralValue):
        if isinstance(cls, ClassValue):
            return False
        return name == f"builtins.{getattr(value, 'type', 'str')}" if name.startswith("builtins.") else None
    if isinstance(value, FunctionValue | BoundValue):
        if isinstance(cls, ClassValue):
            return False
        if name in (
            "builtins.str",
            "builtins.int",
            "builtins.list",
            "builtins.dict",
            "builtins.tuple",
            "builtins.type",
        ):
            return False
        return None
    if isinstance(value, ClassValue):
        if name == "builtins.type":
            return True
        if name in ("builtins.str", "builtins.int", "builtins.list", "builtins.dict", "builtins.tuple"):
            return False
        return None
    if isinstance(value, NamespaceValue):
        return None
    return None


def _abstract(name: str) -> bool | None:
    """Abstract base classes and protocols accept classes that do not derive from them."""
    return None if name.startswith(("collections.abc.", "typing.", "numbers.", "types.")) else False
