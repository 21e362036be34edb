"""When an edge is exact: the call expression names one definition by scopes, imports and class bodies alone."""

from __future__ import annotations

from typing import Any

from navigator.facts import vocabulary as v
from navigator.facts.vocabulary import DefinitionKind
from navigator.linking.frames import DefinitionState, FileState
from navigator.linking.members import assigned_members
from navigator.linking.namespaces import Binding
from navigator.linking.solver import EdgeRecord, Solver
from navigator.linking.values import ClassValue, ExternalValue


def is_exact(
    solver: Solver,
    state: DefinitionState,
    site: int,
    instruction: Any,
    callee: DefinitionState | str,
    record: EdgeRecord,
    count: int,
) -> bool:
    """Whether name binding alone leads from the call expression to this one callee."""
    if record.rule or record.kind in ("implicit", "callback", "spawn"):
        return False
    file = state.file
    if file.script:
        from navigator.linking.ecmascript.exactness import names_exactly

        return names_exactly(solver, state, site, instruction, callee, record, count)
    kind = type(instruction)
    if record.kind == "decorate":
        found = _decorators(file).get((state.index, site))
        return found is not None and _names(solver, solver.spaces.resolve(file, found, decorated=False), callee)
    if kind is v.Call:
        if isinstance(callee, str):
            outside = solver.spaces.outside(file, instruction.function)
            if outside is not None:
                return outside.name == callee
        return _names(solver, solver.spaces.resolve(file, instruction.function, decorated=False), callee)
    if kind is v.Super:
        return True
    if kind is not v.CallMember or count > 1:
        return False
    receiver = solver.spaces.resolve(file, instruction.receiver, decorated=False)
    if len(receiver) == 1:
        return _names(solver, solver.spaces.static_member(receiver[0], instruction.name), callee)
    if isinstance(callee, str):
        return False
    if _is_super(file, instruction.receiver):
        return True
    owner = state.owner
    first = state.facts.parameters[0].slot if state.facts.parameters else -1
    if owner is not None and _same(file, instruction.receiver, first):
        return _overridden_nowhere(solver, owner, instruction.name, callee)
    return False


def _names(solver: Solver, bindings: list[Binding], callee: DefinitionState | str) -> bool:
    if len(bindings) != 1:
        return False
    binding = bindings[0]
    if isinstance(callee, str):
        if isinstance(binding, ExternalValue):
            return binding.name == callee
        if isinstance(binding, ClassValue):
            return binding.definition.file.model
        return isinstance(binding, DefinitionState) and binding.full_name == callee
    if isinstance(binding, DefinitionState):
        return binding is callee
    if isinstance(binding, ClassValue):
        if callee.kind is DefinitionKind.CLASS:
            return binding.definition is callee
        return callee.owner in binding.mro
    return False


def _is_super(file: FileState, slot: int) -> bool:
    return slot in _supers(file)


def _decorators(file: FileState) -> dict[tuple[int, int], int]:
    """The slot of each decorator, by definition and site."""
    found = file.decorators
    if found is None:
        found = file.decorators = {}
        for state in file.definitions:
            for instruction in state.facts.body:
                if type(instruction) is v.Call and instruction.decorator:
                    found[state.index, instruction.site] = instruction.function
    return found


def _supers(file: FileState) -> set[int]:
    found = file.supers
    if found is None:
        found = file.supers = set()
        for state in file.definitions:
            for instruction in state.facts.body:
                if type(instruction) is v.Super:
                    found.add(instruction.target)
    return found


def _same(file: FileState, slot: int, other: int) -> bool:
    """Whether a slot is a renamed copy of another."""
    for _ in range(8):
        if slot == other:
            return True
        writers = file.writers.get(slot, [])
        if len(writers) != 1 or type(writers[0]) is not v.Move:
            return False
        slot = writers[0].source
    return False


def _overridden_nowhere(solver: Solver, owner: ClassValue, name: str, callee: DefinitionState) -> bool:
    binder = solver.binder(owner, name)
    if binder is None or callee.owner is not binder or name in assigned_members(solver, owner):
        return False
    pending = list(owner.subclasses)
    seen = set()
    while pending:
        cls = pending.pop()
        if cls in seen:
            continue
        seen.add(cls)
        if solver.binder(cls, name) is not binder:
            return False
        pending.extend(cls.subclasses)
    slot = binder.definition.facts.variables[name]
    return solver.spaces.resolve(binder.definition.file, slot, decorated=False) == [callee]
