"""Edges that need no solving of their own: attribute reads that run code, and calls through wrappers."""

from __future__ import annotations

from navigator.callgraph import WRAPPER
from navigator.linking.frames import Frame
from navigator.linking.solver import Solver
from navigator.linking.values import BoundValue, FunctionValue, InstanceValue, PropertyValue

WRAPPED = 8
"""Functions behind one wrapper, above which calls of the wrapper are not taken for calls of each of them."""


def record_wrapped(solver: Solver) -> None:
    """A call of a wrapper that hands all its arguments on is a call of the wrapped function too."""
    for site, frame, callee in solver.wrappers:
        pending: list[Frame] = [callee]
        seen: set[Frame] = set()
        while pending:
            wrapper = pending.pop()
            if wrapper in seen:
                continue
            seen.add(wrapper)
            node = wrapper.node(wrapper.definition.wrapped)
            functions = [v.function if isinstance(v, BoundValue) else v for v in solver.values(node)]
            inner = [f for f in functions if isinstance(f, FunctionValue)]
            if len(inner) > WRAPPED:
                continue
            for function in inner:
                solver.record(frame, site.site, function.definition, site.kind, node, function, WRAPPER)
                if function.definition.wrapped >= 0:
                    pending.append(function.frame)


def record_properties(solver: Solver) -> None:
    """Add the edges of all attribute reads; values are final by now."""
    for frame, instruction, instance in solver.member_loads:
        cls, name = instance.cls, instruction.name
        found = False
        for value in list(solver.values(solver.lookup(cls, name))):
            if isinstance(value, PropertyValue):
                found = True
                for getter in solver.values(value.getter):
                    if isinstance(getter, FunctionValue):
                        solver.record(frame, instruction.site, getter.definition, "implicit", value.getter, getter)
            elif isinstance(value, InstanceValue) and solver.binder(value.cls, "__get__") is not None:
                found = True
                node = solver.lookup(value.cls, "__get__")
                for getter in solver.values(node):
                    if isinstance(getter, FunctionValue):
                        solver.record(frame, instruction.site, getter.definition, "implicit", node, getter)
        if found:
            continue
        for hook in ("__getattribute__", "__getattr__"):
            binder = solver.binder(cls, hook)
            if binder is None or (hook == "__getattr__" and ("fallback", instance, name) not in solver.made):
                continue
            node = solver.lookup(cls, hook)
            for getter in solver.values(node):
                if isinstance(getter, FunctionValue):
                    solver.record(frame, instruction.site, getter.definition, "implicit", node, getter)
