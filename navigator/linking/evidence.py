"""Why an edge is there: the way its callee took from where it was defined to the call, step by step."""

from __future__ import annotations

from bisect import bisect_right

from navigator.callgraph import WRAPPER, Span, Step
from navigator.linking.frames import DefinitionState, FileState
from navigator.linking.solver import EdgeRecord, Solver
from navigator.linking.values import BoundValue, FunctionValue, Value

LONGEST = 24


def steps(solver: Solver, record: EdgeRecord, state: DefinitionState, span: Span) -> tuple[Step, ...]:
    """The steps, first to last; the last one is the call itself."""
    found: list[Step] = []
    node, value = record.node, record.value
    seen: set[int] = set()
    while node >= 0 and node not in seen and len(found) < LONGEST:
        seen.add(node)
        step = describe(solver, node)
        if step is not None and (not found or found[-1] != step):
            found.append(step)
        held = solver.values(node)
        previous = _origin(held, value)
        if previous is None:
            break
        node, value = previous
    found.reverse()
    if record.rule == WRAPPER:
        found.append(Step("handed all arguments by the wrapper called here", state.file.file.path, span.line))
    elif record.rule:
        found.append(Step(f"rule {record.rule}", state.file.file.path, span.line))
    found.append(Step("called here", state.file.file.path, span.line))
    return tuple(found)


def _origin(held: dict[Value, int], value: Value) -> tuple[int, Value] | None:
    if value in held:
        return held[value], value
    if isinstance(value, FunctionValue):
        for other, origin in held.items():
            if isinstance(other, BoundValue) and other.function is value:
                return origin, other
    if isinstance(value, BoundValue) and value.function in held:
        return held[value.function], value.function
    return None


def describe(solver: Solver, node: int) -> Step | None:
    """What a node is, if a reader would recognise it."""
    file, slot = locate(solver, node)
    if file is None:
        return None
    facts = file.file.facts
    name = facts.slot_names[slot]
    if not name:
        return None
    owner = owner_of(file, slot)
    parameter = any(p.slot == slot for p in owner.facts.parameters)
    where = owner.full_name
    text = f"parameter {name} of {where}" if parameter else f"{name} in {where}"
    path = file.file.path
    if file.model:
        return Step(text, "", 0)
    return Step(text, path, facts.slot_lines[slot])


def locate(solver: Solver, node: int) -> tuple[FileState | None, int]:
    """The file and slot of a node; no file for nodes that are no slots."""
    file = solver.file_of(node)
    if file is not None:
        return file, node - file.base
    index = bisect_right(solver.copies, node, key=lambda c: c[0]) - 1
    if index >= 0:
        first, end, frame = solver.copies[index]
        if first <= node < end:
            return frame.file, node - frame.shift
    return None, -1


def owner_of(file: FileState, slot: int) -> DefinitionState:
    """The innermost definition that owns a slot. Definitions are in order of their first slot."""
    index = bisect_right(file.definitions, slot, key=lambda d: d.facts.slots[0]) - 1
    state = file.definitions[max(index, 0)]
    while slot >= state.facts.slots[1] and state.parent is not None:
        state = state.parent
    return state
