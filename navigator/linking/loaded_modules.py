"""``sys.modules``: modules by name, replaced by whatever is put there."""

from __future__ import annotations

from navigator.facts.vocabulary import Element, Global, Move, SetElement, SetMember
from navigator.linking.frames import Frame
from navigator.linking.solver import Solver
from navigator.linking.values import ModuleValue, TextValue, Value

REPLACED = "<replaced>"
"""The field of a module that holds what stands for it in ``sys.modules``."""


def is_table(solver: Solver, frame: Frame, slot: int) -> bool:
    """Whether a slot is bound to ``sys.modules`` by name."""
    outside = solver.spaces.outside(frame.file, slot)
    return outside is not None and outside.name == "sys.modules"


def read(solver: Solver, frame: Frame, i: Element) -> None:
    """``sys.modules[name]``"""
    target = frame.node(i.target)
    if isinstance(i.key, str):
        _read(solver, target, frame, solver.named_text(i.key), -1)
    elif _is_own_name(frame, i.index):
        solver.add(target, frame.file.value)
    elif i.index >= 0:
        solver.watch(frame.node(i.index), _read, target, frame)


def _read(solver: Solver, target: int, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, TextValue) and solver.spaces.is_module(value.text):
        solver.add(target, solver.spaces.module_value(value.text))


def write(solver: Solver, frame: Frame, i: SetElement) -> None:
    """``sys.modules[name] = object``"""
    if i.source < 0:
        return
    source = frame.node(i.source)
    if isinstance(i.key, str):
        _write(solver, source, frame, solver.named_text(i.key), -1)
    elif _is_own_name(frame, i.index):
        solver.edge(source, solver.field(frame.file.value, REPLACED))
    elif i.index >= 0:
        solver.watch(frame.node(i.index), _write, source, frame)


def _write(solver: Solver, source: int, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, TextValue) and solver.spaces.is_module(value.text):
        solver.edge(source, solver.field(solver.spaces.module_value(value.text), REPLACED))


def _is_own_name(frame: Frame, slot: int) -> bool:
    """Whether a slot holds the module's ``__name__``."""
    for _ in range(8):
        writers = frame.file.writers.get(slot, ())
        if len(writers) != 1:
            return False
        if type(writers[0]) is Global:
            return bool(writers[0].name == "__name__")
        if type(writers[0]) is not Move:
            return False
        slot = writers[0].source
    return False


def changes_class(solver: Solver, module: ModuleValue) -> bool:
    """Whether the code of a module assigns a ``__class__`` at its top, which may be its own."""
    state = solver.spaces.modules.get(module.name)
    if state is None:
        return False
    key = ("changes class", module)
    known = solver.made.get(key)
    if known is None:
        body = state.definitions[0].facts.body
        known = solver.made[key] = any(type(i) is SetMember and i.name == "__class__" for i in body)
    return bool(known)
