"""Functions stored on objects whose class is unknown, found again by the member's name.

Only callables are followed, only where the receiver brought nothing else, and only after everything else is solved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from navigator.facts import vocabulary as v
from navigator.linking.calls import Arguments, CallSite, call_value
from navigator.linking.frames import DefinitionState, Frame
from navigator.linking.instructions import _arguments
from navigator.linking.solver import Solver
from navigator.linking.values import (
    BoundValue,
    ContainerValue,
    ExternalValue,
    FunctionValue,
    LiteralValue,
    TextValue,
    Value,
)

DEPTH = 8
"""Steps back to where an object was made."""

FOUND = ("get", "current", "default")
"""How the names of functions begin that hand out objects which were there before."""

STORES = 6
"""Places that store a member of one name; above it the name says too little."""

COMMON = frozenset(name for kind in (dict, list, set) for name in dir(kind))
"""An object of which nothing is known is a built-in container more often than it is the one that got a
member of such a name."""


def link(solver: Solver) -> bool:
    """Connect stores on unknown objects with loads and calls on unknown objects."""
    stores: dict[str, list[tuple[Frame, Any]]] = {}
    frames = _frames(solver)
    solver.note_linked_sites()
    storing = _Chosen(lambda i: type(i) is v.SetMember and i.source >= 0)
    for frame in frames:
        for instruction in storing.of(frame):
            if (
                instruction.name not in COMMON
                and _callables(solver, frame.node(instruction.source))
                and _partly_unknown(solver, frame.node(instruction.receiver))
            ):
                stores.setdefault(instruction.name, []).append((frame, instruction))
    if not stores:
        return False
    pools: dict[str, int] = {}
    for name, places in stores.items():
        if len(places) > STORES:
            continue
        pool = pools[name] = solver.node()
        for frame, instruction in places:
            solver.watch(frame.node(instruction.source), _on_stored, pool, frame)
    loading = _Chosen(lambda i: type(i) in (v.CallMember, v.Member) and i.name in pools)
    fresh = _Fresh(solver)
    for frame in frames:
        for instruction in loading.of(frame):
            if fresh.holds(frame.definition, instruction.receiver):
                continue
            if type(instruction) is v.CallMember:
                if not _linked(solver, frame, instruction):
                    arguments = _arguments(frame, instruction.arguments, instruction.keywords)
                    site = CallSite(instruction.site, arguments, frame.node(instruction.target), "call")
                    solver.watch(pools[instruction.name], _on_pool_call, site, frame)
            elif not _callables(solver, frame.node(instruction.target)):
                solver.edge(pools[instruction.name], frame.node(instruction.target))
    return True


def link_methods(solver: Solver, methods: dict[str, str]) -> bool:
    """Calls on unknown objects of methods whose name tells the library: they run the library's model."""
    changed = False
    calling = _Chosen(lambda i: type(i) is v.CallMember and i.name in methods)
    for frame in _frames(solver):
        for instruction in calling.of(frame):
            receiver = frame.node(instruction.receiver)
            if not unknown(solver, receiver):
                continue
            model = solver.external(methods[instruction.name])
            if isinstance(model, FunctionValue):
                call = _arguments(frame, instruction.arguments, instruction.keywords)
                arguments = Arguments([receiver, *call.positional], call.keywords)
                site = CallSite(instruction.site, arguments, frame.node(instruction.target), "call")
                call_value(solver, site, frame, model, receiver)
                changed = True
    return changed


class _Chosen:
    """The instructions of a kind in each body, looked for once however many frames the body has."""

    def __init__(self, wanted: Callable[[Any], bool]) -> None:
        self._wanted = wanted
        self._known: dict[DefinitionState, list[Any]] = {}

    def of(self, frame: Frame) -> list[Any]:
        found = self._known.get(frame.definition)
        if found is None:
            body = frame.definition.facts.body
            found = self._known[frame.definition] = [i for i in body if self._wanted(i)]
        return found


def _frames(solver: Solver) -> list[Frame]:
    """All frames of the workspace's own code: each definition's own, and the copies made for calls."""
    frames = [state.frame for file in solver.spaces.files if not file.model for state in file.definitions]
    frames.extend(f for f in solver.nested_frames if f.site is None and not f.file.model)
    return frames


def unknown(solver: Solver, node: int) -> bool:
    """Whether a node holds nothing whose members the workspace defines."""
    return all(
        isinstance(value, ExternalValue | ContainerValue | LiteralValue | TextValue) for value in solver.values(node)
    )


def _partly_unknown(solver: Solver, node: int) -> bool:
    """Whether a node may stand for an object that has not been seen."""
    return node in solver.full or solver.unknown in solver.values(node) or unknown(solver, node)


def _linked(solver: Solver, frame: Frame, instruction: Any) -> bool:
    """Whether a call site has a callee in the workspace already."""
    return (frame.definition, instruction.site) in solver.linked_sites


def _callables(solver: Solver, node: int) -> bool:
    return any(isinstance(value, FunctionValue | BoundValue) for value in solver.values(node))


class _Fresh:
    """Objects that a library makes in a function, or that are elements of such, and that no other code of the workspace
    gets to see: nobody else can have stored anything on them."""

    def __init__(self, solver: Solver) -> None:
        self._spaces = solver.spaces
        self._known: dict[DefinitionState, dict[int, Any]] = {}

    def holds(self, definition: DefinitionState, slot: int) -> bool:
        """Whether the slot of a function holds nothing else."""
        made = self._known.get(definition)
        if made is None:
            made = self._known[definition] = self._made(definition)
        for _ in range(DEPTH):
            instruction: Any = made.get(slot)
            kind = type(instruction)
            if kind is v.Element or kind is v.Slice:
                slot = instruction.receiver
            elif kind is v.Move:
                slot = instruction.source
            elif kind is v.Call:
                return self._outside(definition, instruction.function)
            elif kind is v.CallMember:
                found = instruction.name.startswith(FOUND)
                return not found and self._outside(definition, instruction.receiver)
            else:
                return False
        return False

    def _outside(self, definition: DefinitionState, slot: int) -> bool:
        return self._spaces.outside(definition.file, slot) is not None

    def _made(self, definition: DefinitionState) -> dict[int, Any]:
        """What writes each slot, if one instruction does and what it holds is handed to nobody but libraries."""
        made: dict[int, Any] = {}
        body: tuple[Any, ...] = definition.facts.body
        for instruction in body:
            kind = type(instruction)
            target = getattr(instruction, "target", -1)
            made[target] = None if target in made else instruction
            handed: list[int] = []
            if kind is v.SetMember:
                handed = [instruction.receiver, instruction.source]
            elif kind is v.SetElement or kind is v.Return or kind is v.Yield:
                handed = [instruction.source]
            elif kind is v.Collection:
                handed = [slot for _, slot in instruction.elements]
            elif kind is v.Call or kind is v.CallMember:
                called = instruction.function if kind is v.Call else instruction.receiver
                if not self._outside(definition, called):
                    handed = [*instruction.arguments, *(slot for _, slot in instruction.keywords)]
            for slot in handed:
                made[slot] = None
                made[~slot] = None
        return made


def _on_stored(solver: Solver, pool: int, _frame: Frame, value: Value, node: int) -> None:
    if isinstance(value, FunctionValue | BoundValue):
        solver.add(pool, value, node)


def _on_pool_call(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    call_value(solver, site, frame, value, node)
