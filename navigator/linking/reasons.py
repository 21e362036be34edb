"""Why a call site has no callee."""

from __future__ import annotations

from typing import Any

from navigator.facts import vocabulary as v
from navigator.linking.frames import DefinitionState, FileState
from navigator.linking.solver import Solver
from navigator.linking.values import InstanceValue

TOO_MANY = "too many candidates"
NO_MEMBER = "no such member"
NOT_CALLABLE = "arguments or value do not fit a call"
PARAMETER = "parameter without known value"
ELEMENT = "element of unknown container"
MEMBER = "member of unknown receiver"
RESULT = "result of unresolved call"
NAME = "undefined name"
ITERATION = "iteration over unknown value"
IMPORT = "unresolved import"
UNKNOWN = "unknown value"


def reason(solver: Solver, state: DefinitionState, instruction: Any) -> str:
    """The reason, in one of a few fixed phrases, so that they can be counted."""
    if isinstance(instruction, v.Super):
        return PARAMETER
    member = isinstance(instruction, v.CallMember | v.CallElement)
    slot = instruction.receiver if member else instruction.function
    node = state.frame.node(slot)
    if node in solver.full:
        return TOO_MANY
    held = solver.values(node)
    if held:
        if not member:
            return NOT_CALLABLE
        if any(isinstance(value, InstanceValue) for value in held):
            return NO_MEMBER
        return NO_MEMBER
    return _of_slot(solver, state.file, slot, 0)


def _of_slot(solver: Solver, file: FileState, slot: int, depth: int) -> str:
    instruction = sources(file).get(slot)
    if instruction is None:
        if slot in _parameters(file):
            return PARAMETER
        return UNKNOWN
    kind = type(instruction)
    if kind is v.Move or kind is v.Narrow or kind is v.Await:
        return _of_slot(solver, file, instruction.source, depth + 1) if depth < 12 else UNKNOWN
    if kind is v.Member:
        if solver.values(file.base + instruction.receiver):
            return NO_MEMBER
        return MEMBER
    if kind in (v.Call, v.CallMember, v.New, v.CallElement, v.Render):
        return RESULT
    if kind is v.Element or kind is v.Slice or kind is v.Unpack:
        return ELEMENT
    if kind is v.Iterate:
        return ITERATION
    if kind is v.Global:
        return NAME
    if kind is v.ImportName or kind is v.ImportModule:
        return IMPORT
    return UNKNOWN


def _parameters(file: FileState) -> set[int]:
    found = file.parameter_slots
    if found is None:
        found = file.parameter_slots = {p.slot for s in file.definitions for p in s.facts.parameters}
    return found


def sources(file: FileState) -> dict[int, Any]:
    """For each slot the last instruction that writes it."""
    found = file.sources
    if found is None:
        found = file.sources = {}
        for state in file.definitions:
            for instruction in state.facts.body:
                target = getattr(instruction, "target", -1)
                if target >= 0 and type(instruction) is not v.Request:
                    found[target] = instruction
                elif type(instruction) is v.Unpack:
                    for slot in instruction.targets:
                        found[slot] = instruction
    return found
