"""Which frame a call runs in: small functions through which values or names pass get a copy for each call site.

The reasons and bounds are those of ``navigator.linking.cloning``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from navigator.facts import vocabulary as v
from navigator.facts.vocabulary import DefinitionKind
from navigator.linking.cloning import MODEL_DEPTH, PER_RECEIVER, PER_SITE, SHARED, _copy, _start, entered_from, inside
from navigator.linking.ecmascript.values import ObjectValue
from navigator.linking.frames import DefinitionState, Frame
from navigator.linking.values import FunctionValue

if TYPE_CHECKING:
    from navigator.linking.calls import CallSite
    from navigator.linking.solver import Solver

DEPTH = 4
COPIED = 40_000
"""Nodes for the copies of one function."""
NODES = 300_000
SIZE = 40
GETTER = 12
"""Instructions of a method that returns a member of its receiver, for it to be copied for each receiver."""


def choose(solver: Solver, site: CallSite, frame: Frame, function: FunctionValue, this: object) -> Frame | None:
    """The frame in which a call from ``site`` runs the function; ``None`` when library models nest too deeply."""
    definition = function.definition
    if definition.file.model:
        real = frame.site or (frame, site.site)
        key: tuple[object, ...] = ("model", definition, function.frame, real)
        copy = solver.made.get(key)
        if copy is None:
            if frame.depth >= MODEL_DEPTH:
                return None
            copy = solver.made[key] = _copy(solver, function, frame.depth + 1)
            copy.site = real
            copy.rule = frame.rule if frame.site else definition.full_name
            _start(solver, copy)
        return copy if isinstance(copy, Frame) else None
    policy = definition.policy
    if policy < 0:
        policy = definition.policy = _decide(definition)
    if policy == SHARED or frame.depth >= DEPTH:
        return function.frame
    if policy == PER_RECEIVER:
        if not isinstance(this, ObjectValue) or function.frame.depth > 0:
            # A closure made in a copy of its factory is one of many already.
            return function.frame
        key = ("receiver", definition, function.frame, this)
    else:
        key = ("site", definition, function.frame, site)
    copy = solver.made.get(key)
    if copy is None:
        size = definition.facts.slots[1] - definition.facts.slots[0]
        if definition.clones * size >= COPIED or solver.clone_nodes + size > NODES or inside(frame, definition):
            return function.frame
        definition.clones += 1
        solver.clone_nodes += size
        depth = entered_from(frame).depth + 1
        copy = solver.made[key] = _copy(solver, function, depth)
        _start(solver, copy)
    assert isinstance(copy, Frame)
    return copy


def _decide(definition: DefinitionState) -> int:
    """Copy functions in which a parameter reaches the result, or names the member that is written."""
    facts = definition.facts
    if facts.kind is DefinitionKind.MODULE or facts.kind is DefinitionKind.NAMESPACE or len(facts.body) > SIZE:
        return SHARED
    unnamed = (v.ParameterKind.RECEIVER, v.ParameterKind.ARGUMENTS)
    tainted = {p.slot for p in facts.parameters if p.kind not in unnamed}
    if not tainted:
        return PER_RECEIVER if _reads_this(definition) else SHARED
    given = frozenset(tainted)
    for _ in range(2):
        before = len(tainted)
        for instruction in facts.body:
            kind = type(instruction)
            if kind is v.Return or kind is v.Yield:
                if instruction.source in tainted:  # type: ignore[union-attr]
                    return PER_SITE
            elif kind is v.SetElement or kind is v.Define:
                index = instruction.index if isinstance(instruction, v.SetElement) else instruction.key  # type: ignore[union-attr]
                others = (instruction.receiver, instruction.source)  # type: ignore[union-attr]
                if index in tainted and not tainted.isdisjoint(others):
                    return PER_SITE
            elif _passes_on(instruction, given):
                return PER_SITE
            elif _hands_on(definition, instruction, tainted):
                tainted.add(instruction.target)  # type: ignore[union-attr]
        if len(tainted) == before:
            break
    return PER_RECEIVER if _reads_this(definition) else SHARED


def _reads_this(definition: DefinitionState) -> bool:
    """Whether a small method returns a member of its receiver."""
    facts = definition.facts
    if definition.this_slot < 0 or len(facts.body) > GETTER:
        return False
    held = {definition.this_slot}
    for instruction in facts.body:
        kind = type(instruction)
        if kind in (v.Member, v.Element):
            if instruction.receiver in held:  # type: ignore[union-attr]
                held.add(instruction.target)  # type: ignore[union-attr]
        elif kind in (v.Move, v.Narrow):
            if instruction.source in held:  # type: ignore[union-attr]
                held.add(instruction.target)  # type: ignore[union-attr]
        elif kind is v.Return and instruction.source in held and instruction.source != definition.this_slot:  # type: ignore[union-attr]
            return True
    return False


_TAKING = frozenset({v.Move, v.Narrow, v.Await, v.Collection, v.Element, v.Iterate, v.Member, v.Format})


def _passes_on(instruction: Any, given: frozenset[int]) -> bool:
    """Whether a call hands at least two of the function's own parameters on as they are."""
    if type(instruction) not in (v.Call, v.CallMember):
        return False
    return sum(1 for slot in instruction.arguments if slot in given) >= 2


def _hands_on(definition: DefinitionState, instruction: Any, tainted: set[int]) -> bool:
    """Whether the result of an instruction can hold, or come from calling, one of the slots."""
    kind = type(instruction)
    if kind in _TAKING or kind in (v.Call, v.CallMember, v.New, v.CallElement):
        return any(slot in tainted for slot in _sources(instruction))
    if kind is v.Closure:
        return _mentions(definition.file.definitions[instruction.definition], tainted)
    if kind is v.MakeClass:
        return any(slot in tainted for slot in instruction.bases)
    return False


def _mentions(definition: DefinitionState, slots: set[int]) -> bool:
    """Whether a nested function, or one nested in it, reads one of the slots of an outer one."""
    for instruction in definition.facts.body:
        if any(slot in slots for slot in _sources(instruction)):
            return True
        if type(instruction) is v.Closure and _mentions(definition.file.definitions[instruction.definition], slots):
            return True
    return False


_FIELDS = ("source", "function", "receiver", "index")


def _sources(instruction: Any) -> list[int]:
    found = []
    for name in _FIELDS:
        slot = getattr(instruction, name, -1)
        if slot >= 0:
            found.append(slot)
    for slot in getattr(instruction, "arguments", ()):
        found.append(~slot if slot < 0 else slot)
    if type(instruction) is v.Collection:
        found.extend(slot for _, slot in instruction.elements)
        found.extend(instruction.spreads)
    elif type(instruction) is v.Format:
        found.extend(part for part in instruction.parts if isinstance(part, int))
    return found
