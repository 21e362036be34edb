"""Edges that need no solving of their own: attribute reads that run code, and calls through wrappers."""

from __future__ import annotations

from typing import Any

from navigator.callgraph import WRAPPER
from navigator.facts.vocabulary import ImportName
from navigator.linking.frames import Frame
from navigator.linking.members import module_hook
from navigator.linking.solver import Solver
from navigator.linking.values import (
    BoundValue,
    ClassValue,
    FunctionValue,
    InstanceValue,
    ModuleValue,
    PropertyValue,
    SuperValue,
    Value,
)

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
    for frame, read, owner in solver.member_loads:
        name, site = read.name, read.site
        if isinstance(owner, ModuleValue):
            _record_module_hook(solver, frame, read, owner)
            for replaced in list(solver.values(solver.field(owner, "__class__"))):
                if isinstance(replaced, ClassValue):
                    for value in list(solver.values(solver.lookup(replaced, name))):
                        if isinstance(value, PropertyValue):
                            _record_functions(solver, frame, site, value.getter)
            continue
        cls, found = _found(solver, owner, name)
        if cls is None:
            continue
        runs = False
        for value in list(solver.values(found)):
            if isinstance(value, PropertyValue):
                if not isinstance(owner, ClassValue):
                    runs = True
                    _record_functions(solver, frame, site, value.getter)
            elif isinstance(value, InstanceValue) and solver.binder(value.cls, "__get__") is not None:
                runs = True
                _record_functions(solver, frame, site, solver.lookup(value.cls, "__get__"))
                number = solver.hidden_site(("descriptor", value, owner))
                for callee, first in solver.hidden.get(number, {}).items():
                    solver.record(frame, site, callee, "implicit", first.node, first.value, first.rule)
        if runs or not isinstance(owner, InstanceValue):
            continue
        for hook in ("__getattribute__", "__getattr__"):
            binder = solver.binder(cls, hook)
            if binder is None or (hook == "__getattr__" and ("fallback", owner, name) not in solver.made):
                continue
            _record_functions(solver, frame, site, solver.lookup(cls, hook))


def _found(solver: Solver, owner: Value, name: str) -> tuple[ClassValue | None, int]:
    """The class whose member is read, and the node of that member."""
    if isinstance(owner, InstanceValue):
        return owner.cls, solver.lookup(owner.cls, name)
    if isinstance(owner, ClassValue):
        return owner, solver.lookup(owner, name)
    if isinstance(owner, SuperValue) and isinstance(owner.receiver, InstanceValue):
        cls = owner.receiver.cls
        return cls, solver.lookup_after(owner.after, cls, name)
    return None, -1


def _record_functions(solver: Solver, frame: Frame, site: int, node: int) -> None:
    for value in solver.values(node):
        if isinstance(value, FunctionValue):
            solver.record(frame, site, value.definition, "implicit", node, value)


def _record_module_hook(solver: Solver, frame: Frame, read: Any, module: ModuleValue) -> None:
    """A module's ``__getattr__`` is asked for names that the module lacks.

    ``from m import x`` asks for ``m.__path__`` first, which only packages have (``PyImport_ImportModuleLevelObject``).
    """
    state = solver.spaces.modules[module.name]
    name = read.name
    missing = name not in state.definitions[0].facts.variables and not solver.spaces.is_module(f"{module.name}.{name}")
    if missing or (isinstance(read, ImportName) and not state.file.package):
        hook = module_hook(solver, module)
        if hook is None:
            return
        _record_functions(solver, frame, read.site, state.base + hook)
