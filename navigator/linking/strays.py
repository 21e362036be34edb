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

STORES = 6
"""Places that store a member of one name; above it the name says too little."""


def link(solver: Solver) -> bool:
    """Connect stores on unknown objects with loads and calls on unknown objects."""
    stores: dict[str, list[tuple[Frame, Any]]] = {}
    frames = _frames(solver)
    solver.note_linked_sites()
    storing = _Chosen(lambda i: type(i) is v.SetMember and i.source >= 0)
    for frame in frames:
        for instruction in storing.of(frame):
            if _callables(solver, frame.node(instruction.source)) and _partly_unknown(
                solver, frame.node(instruction.receiver)
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
    for frame in frames:
        for instruction in loading.of(frame):
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


def _on_stored(solver: Solver, pool: int, _frame: Frame, value: Value, node: int) -> None:
    if isinstance(value, FunctionValue | BoundValue):
        solver.add(pool, value, node)


def _on_pool_call(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    call_value(solver, site, frame, value, node)
