"""When an edge is exact: the call expression names one definition by scopes, imports and class bodies alone."""

from __future__ import annotations

from typing import Any

from navigator.facts import vocabulary as v
from navigator.linking.ecmascript.imports import DEPTH, exported, writers
from navigator.linking.ecmascript.objects import CONSTRUCTOR, scripts_of
from navigator.linking.ecmascript.values import ClassObject
from navigator.linking.frames import DefinitionState, FileState
from navigator.linking.solver import EdgeRecord, Solver


def names_exactly(
    solver: Solver,
    state: DefinitionState,
    site: int,
    instruction: Any,
    callee: DefinitionState | str,
    record: EdgeRecord,
    count: int,
) -> bool:
    """Whether name binding alone leads from the call expression to this one callee."""
    if isinstance(callee, str) or count != 1:
        return False
    file = state.file
    if record.kind == "decorate":
        applied = [i for i in state.facts.body if type(i) is v.Call and i.decorator and i.site == site]
        return bool(applied) and bound_to(solver, file, applied[0].function) is callee
    kind = type(instruction)
    if kind is v.Call or kind is v.Render:
        if _is_super(file, instruction.function):
            return True
        return bound_to(solver, file, instruction.function) is callee
    if kind is v.New:
        made = bound_to(solver, file, instruction.function)
        return made is not None and bool(made is callee or callee.facts.name == "constructor")
    if kind is not v.CallMember:
        return False
    if _is_super(file, instruction.receiver):
        return True
    owner = _class_of_this(file, state, instruction.receiver)
    if owner is not None:
        known = callee.facts.name == instruction.name and callee.parent in _line_of(solver, owner)
        return known and _assigned_nowhere(solver, instruction.name)
    namespace = _namespace(solver, file, instruction.receiver)
    if namespace is not None:
        place = exported(solver, namespace, instruction.name)
        return place is not None and bound_to(solver, *place) is callee
    made = bound_to(solver, file, instruction.receiver)
    if made is not None and made.kind is v.DefinitionKind.CLASS:
        return callee.parent is made and _assigned_nowhere(solver, instruction.name)
    return False


def bound_to(solver: Solver, file: FileState, slot: int, depth: int = 0) -> DefinitionState | None:
    """The definition that a slot holds by name binding alone."""
    found = [i for i in writers(file).get(slot, ()) if type(i) is not v.DeclareType]
    if len(found) != 1 or depth > DEPTH:
        return None
    instruction = found[0]
    kind = type(instruction)
    if kind is v.Move:
        return bound_to(solver, file, instruction.source, depth + 1)
    if kind is v.Closure or kind is v.MakeClass:
        made: DefinitionState = file.definitions[instruction.definition]
        return made
    if kind is v.ImportName:
        target = scripts_of(solver).resolution.resolve(file, instruction.module)
        place = exported(solver, target, instruction.name) if target is not None else None
        return bound_to(solver, *place, depth + 1) if place is not None else None
    if kind is v.Member:
        namespace = _namespace(solver, file, instruction.receiver)
        place = exported(solver, namespace, instruction.name) if namespace is not None else None
        return bound_to(solver, *place, depth + 1) if place is not None else None
    return None


def _namespace(solver: Solver, file: FileState, slot: int) -> FileState | None:
    """The file whose exports a slot holds."""
    for _ in range(DEPTH):
        found = writers(file).get(slot, ())
        if len(found) != 1:
            return None
        if type(found[0]) is v.Move:
            slot = found[0].source
            continue
        if type(found[0]) is v.ImportModule:
            return scripts_of(solver).resolution.resolve(file, found[0].module)
        return None
    return None


def _is_super(file: FileState, slot: int) -> bool:
    return any(type(i) is v.Super for i in writers(file).get(slot, ()))


def _class_of_this(file: FileState, state: DefinitionState, slot: int) -> DefinitionState | None:
    """The class whose instance ``this`` is, where the slot is the ``this`` of a method."""
    scope: DefinitionState | None = state
    while scope is not None:
        if scope.this_slot == slot:
            if scope.kind is v.DefinitionKind.CLASS:
                return scope
            parent = scope.parent
            return parent if parent is not None and parent.kind is v.DefinitionKind.CLASS else None
        scope = scope.parent
    return None


def _line_of(solver: Solver, owner: DefinitionState) -> list[DefinitionState]:
    """A class and its bases, as far as names alone lead."""
    found = [owner]
    while len(found) < DEPTH:
        state = found[-1]
        around = state.parent
        bases = [
            slot
            for i in (around.facts.body if around is not None else ())
            if type(i) is v.MakeClass and i.definition == state.index
            for slot in i.bases
        ]
        base = bound_to(solver, state.file, bases[0]) if bases else None
        if base is None or base.kind is not v.DefinitionKind.CLASS or base in found:
            break
        found.append(base)
    return found


def _assigned_nowhere(solver: Solver, name: str) -> bool:
    """Whether no code assigns a member of that name."""
    scripts = scripts_of(solver)
    if scripts.assigned is None:
        scripts.assigned = {
            i.name
            for file in scripts.files
            for state in file.definitions
            for i in state.facts.body
            if type(i) is v.SetMember
        }
    return name not in scripts.assigned


__all__ = ["CONSTRUCTOR", "ClassObject", "bound_to", "names_exactly"]
