"""When an edge is exact: the call expression names one definition by scopes, imports and class bodies alone."""

from __future__ import annotations

from typing import Any

from navigator.facts import vocabulary as v
from navigator.facts.vocabulary import DefinitionKind
from navigator.linking.frames import DefinitionState, FileState
from navigator.linking.members import assigned_members
from navigator.linking.namespaces import Binding
from navigator.linking.reasons import sources
from navigator.linking.records import GENERATORS
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
    if not isinstance(callee, str) and callee.full_name in solver.replaced:
        return False
    file = state.file
    if file.script:
        from navigator.linking.ecmascript.exactness import names_exactly

        return names_exactly(solver, state, site, instruction, callee, record, count)
    if instruction is None and record.kind == "construct":
        raised = _raised(file).get((state.index, site))
        return raised is not None and _names(solver, solver.spaces.resolve(file, raised, decorated=False), callee)
    kind = type(instruction)
    if record.kind == "decorate":
        found = decorators_of(file).get((state.index, site))
        return found is not None and _names(solver, solver.spaces.resolve(file, found, decorated=False), callee)
    if kind is v.Call:
        if isinstance(callee, str):
            outside = solver.spaces.outside(file, instruction.function)
            if outside is not None:
                return outside.name == callee
        if not _names(solver, solver.spaces.resolve(file, instruction.function, decorated=False), callee):
            return False
        return _binds_alone(solver, file, instruction.function)
    if kind is v.Super:
        return True
    if kind is not v.CallMember or count > 1:
        return False
    receiver = solver.spaces.resolve(file, instruction.receiver, decorated=False)
    if len(receiver) == 1:
        return _names(solver, solver.spaces.static_member(receiver[0], instruction.name), callee)
    if isinstance(callee, str):
        return False
    if _is_super(file, instruction.receiver) or _names_super(solver, state, instruction.receiver):
        # What was stored on a class from elsewhere is found by super() as well.
        return record.kind == "call" and callee.owner is not None
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
        return binding is callee and binding.index not in _rebound(solver, binding.file)
    if isinstance(binding, ClassValue):
        if binding.definition.index in _rebound(solver, binding.definition.file):
            return False
        if callee.kind is DefinitionKind.CLASS:
            return binding.definition is callee
        return callee.owner in binding.mro
    return False


def _binds_alone(solver: Solver, file: FileState, slot: int) -> bool:
    """Whether everything that a slot is bound to is a definition, an import, another such name, or a constant.

    Parameters, elements and results say nothing about which definition is meant.
    """
    pending = [slot]
    seen: set[int] = set()
    while pending:
        slot = pending.pop()
        writers = file.writers.get(slot, ())
        if slot in seen or (len(writers) == 1 and type(writers[0]) not in _COPIES):
            continue
        seen.add(slot)
        if not writers and type(sources(file).get(slot)) is not v.Literal:
            return False
        for writer in writers:
            kind = type(writer)
            if kind in _COPIES:
                pending.append(writer.source)
            elif kind is v.Call and not (writer.decorator and solver.spaces.rebinds(file, writer)):
                return False
    return True


_COPIES = frozenset({v.Move, v.Narrow})


def _names_super(solver: Solver, state: DefinitionState, slot: int) -> bool:
    """Whether a slot holds ``super(Class, self)``, where the class is one by name binding alone."""
    file = state.file
    writers = file.writers.get(slot, ())
    if len(writers) != 1 or type(writers[0]) is not v.Call or len(writers[0].arguments) != 2:
        return False
    call = writers[0]
    function = solver.spaces.outside(file, call.function)
    if function is None or function.name != "builtins.super" or not state.facts.parameters:
        return False
    cls = solver.spaces.resolve(file, call.arguments[0])
    return len(cls) == 1 and _same(file, call.arguments[1], state.facts.parameters[0].slot)


def _is_super(file: FileState, slot: int) -> bool:
    return slot in _supers(file)


def decorators_of(file: FileState) -> dict[tuple[int, int], int]:
    """The slot of each decorator, by definition and site."""
    found = file.decorators
    if found is None:
        found = file.decorators = {}
        for state in file.definitions:
            for instruction in state.facts.body:
                if type(instruction) is v.Call and instruction.decorator:
                    found[state.index, instruction.site] = instruction.function
    return found


def _raised(file: FileState) -> dict[tuple[int, int], int]:
    """The slot of what each statement raises, by definition and site."""
    found = file.raised
    if found is None:
        found = file.raised = {}
        for state in file.definitions:
            for instruction in state.facts.body:
                if type(instruction) is v.Raise:
                    found[state.index, instruction.site] = instruction.source
    return found


def _rebound(solver: Solver, file: FileState) -> set[int]:
    """Definitions with a decorator that may return something else."""
    found = file.rebound
    if found is None:
        found = file.rebound = set()
        for state in file.definitions:
            made: dict[int, int] = {}
            for instruction in state.facts.body:
                if isinstance(instruction, v.Closure | v.MakeClass):
                    made[instruction.target] = instruction.definition
                elif isinstance(instruction, v.Call) and instruction.decorator and instruction.arguments:
                    index = made.get(instruction.arguments[0])
                    if index is not None:
                        made[instruction.target] = index
                        if not solver.spaces.rebinds(file, instruction) and not _hands_back(solver, file, instruction):
                            found.add(index)
    return found


def _hands_back(solver: Solver, file: FileState, decorator: v.Call) -> bool:
    """Whether a decorator is known to return just what it decorates."""
    slot = decorator.function
    made_by = file.writers.get(slot, ())
    if len(made_by) == 1 and type(made_by[0]) is v.Call:
        slot = made_by[0].function
    bindings = solver.spaces.resolve(file, slot)
    return bool(bindings) and all(
        isinstance(b, DefinitionState) and (b.returns_first or b.full_name in GENERATORS) for b in bindings
    )


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
