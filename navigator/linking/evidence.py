"""Why an edge is there: the way its callee took from where it was defined to the call, step by step."""

from __future__ import annotations

from bisect import bisect_right

from navigator.callgraph import INLINE, WRAPPER, Span, Step
from navigator.linking.frames import DefinitionState, FileState
from navigator.linking.solver import EdgeRecord, Solver
from navigator.linking.values import BoundValue, FunctionValue, Value

LONGEST = 24


class Evidence:
    """Tells the steps of a solved program's edges, and remembers what it found out about nodes."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver
        self._files = sorted((*solver.spaces.files, *solver.spaces.scripts), key=lambda file: file.base)
        self._file_starts = [file.base for file in self._files]
        self._copy_starts = [first for first, _, _ in solver.copies]
        self._owner_starts: dict[FileState, list[int]] = {}
        self._described: dict[int, Step | None] = {}

    def steps(self, record: EdgeRecord, state: DefinitionState, span: Span) -> tuple[Step, ...]:
        """The steps, first to last; the last one is the call itself."""
        found: list[Step] = []
        node, value = record.node, record.value
        seen: set[int] = set()
        described, points = self._described, self._solver.points
        while node >= 0 and node not in seen and len(found) < LONGEST:
            seen.add(node)
            if node in described:
                step = described[node]
            else:
                step = described[node] = self._describe(node)
            if step is not None and (not found or found[-1] != step):
                found.append(step)
            held = points[node] or {}
            if value in held:
                node = held[value]
                continue
            previous = _origin(held, value)
            if previous is None:
                break
            node, value = previous
        found.reverse()
        path = state.file.file.path
        if record.rule == WRAPPER:
            found.append(Step("handed all arguments by the wrapper called here", path, span.line))
        elif record.rule == INLINE:
            found.append(Step("in a function written and called here", path, span.line))
        elif record.rule:
            found.append(Step(f"rule {record.rule}", path, span.line))
        found.append(Step("called here", path, span.line))
        return tuple(found)

    def _describe(self, node: int) -> Step | None:
        """What a node is, if a reader would recognise it."""
        file, slot = self._locate(node)
        if file is None:
            return None
        facts = file.file.facts
        name = facts.slot_names[slot]
        if not name:
            return None
        owner = self._owner(file, slot)
        parameter = any(p.slot == slot for p in owner.facts.parameters)
        text = f"parameter {name} of {owner.full_name}" if parameter else f"{name} in {owner.full_name}"
        return Step(text, "", 0) if file.model else Step(text, file.file.path, facts.slot_lines[slot])

    def _locate(self, node: int) -> tuple[FileState | None, int]:
        """The file and slot of a node; no file for nodes that are no slots."""
        index = bisect_right(self._file_starts, node) - 1
        if index >= 0:
            file = self._files[index]
            if node < file.base + len(file.file.facts.slot_lines):
                return file, node - file.base
        index = bisect_right(self._copy_starts, node) - 1
        if index >= 0:
            _, end, frame = self._solver.copies[index]
            if node < end:
                return frame.file, node - frame.shift
        return None, -1

    def _owner(self, file: FileState, slot: int) -> DefinitionState:
        """The innermost definition that owns a slot. Definitions are in order of their first slot."""
        starts = self._owner_starts.get(file)
        if starts is None:
            starts = self._owner_starts[file] = [state.facts.slots[0] for state in file.definitions]
        state = file.definitions[max(bisect_right(starts, slot) - 1, 0)]
        while slot >= state.facts.slots[1] and state.parent is not None:
            state = state.parent
        return state


def _origin(held: dict[Value, int], value: Value) -> tuple[int, Value] | None:
    """Where a function or method came from that was bound, or unbound, in a node that holds ``held``."""
    if isinstance(value, FunctionValue):
        for other, origin in held.items():
            if isinstance(other, BoundValue) and other.function is value:
                return origin, other
    if isinstance(value, BoundValue) and value.function in held:
        return held[value.function], value.function
    return None
