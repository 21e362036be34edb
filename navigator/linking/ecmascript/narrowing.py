"""Which values get past a test."""

from __future__ import annotations

from navigator.facts.vocabulary import Narrow
from navigator.linking.ecmascript.values import BoundFunction, ClassObject, MethodOf, ObjectValue
from navigator.linking.frames import Frame
from navigator.linking.solver import Solver
from navigator.linking.values import ExternalValue, FunctionValue, LiteralValue, TextValue, Value


def keep(solver: Solver, i: Narrow, frame: Frame, value: Value) -> bool:
    """Whether a value can be there where the test has held, or failed."""
    test = i.test
    if isinstance(value, ExternalValue):
        return True
    if test == "callable":
        return _callable(value) == i.positive
    if test == "instance":
        if not isinstance(value, ObjectValue) or isinstance(value, ClassObject):
            return not i.positive or isinstance(value, FunctionValue | ClassObject)
        classes = [v for v in solver.values(frame.node(i.against)) if isinstance(v, ClassObject)]
        if not classes or value.kind != "instance" or not isinstance(value.maker, ClassObject):
            return True
        return not i.positive or any(_derives(solver, value.maker, cls) for cls in classes)
    if test == "equal" and i.positive and isinstance(value, TextValue):
        return value in solver.values(frame.node(i.against))
    if test.startswith("type "):
        if test == "type string":
            return isinstance(value, TextValue | LiteralValue) == i.positive
        if test == "type object":
            return not i.positive or not (_callable(value) or isinstance(value, TextValue | LiteralValue))
        return not i.positive or isinstance(value, LiteralValue)
    return True


def _callable(value: Value) -> bool:
    return isinstance(value, FunctionValue | BoundFunction | ClassObject | MethodOf)


def _derives(solver: Solver, cls: ClassObject, base: ClassObject) -> bool:
    pending, seen = [cls], {cls}
    while pending:
        current = pending.pop()
        if current is base or (current.derived and not solver.values(current.prototypes)):
            return True
        for value in solver.values(current.prototypes):
            if isinstance(value, ClassObject) and value not in seen:
                seen.add(value)
                pending.append(value)
            elif not isinstance(value, ClassObject):
                return True
    return False
