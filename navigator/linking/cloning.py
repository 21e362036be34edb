"""Which frame a call runs in: small functions whose arguments reach their result get a copy for each call site.

Without it identity functions, decorators and factories would merge all their callers into each other. Copies are
bounded in depth, for each function, and over the whole program; beyond the bounds calls share the function's own frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from navigator.facts.vocabulary import (
    Await,
    Call,
    CallMember,
    Closure,
    Collection,
    DefinitionKind,
    Element,
    Iterate,
    MakeClass,
    Member,
    Move,
    Narrow,
    ParameterKind,
    Return,
    Unpack,
    Yield,
)
from navigator.linking.frames import DefinitionState, FileState, Frame
from navigator.linking.namespaces import Namespaces
from navigator.linking.values import ClassValue, ExternalValue, FunctionValue, InstanceValue, Value

if TYPE_CHECKING:
    from navigator.linking.calls import CallSite
    from navigator.linking.solver import Solver

SHARED, PER_SITE, PER_RECEIVER = 0, 1, 2
MAXIMUM_DEPTH = 2
MAXIMUM_COPIES = 150
MAXIMUM_WRAPPERS = 2000
"""Copies of a function that makes another one of its arguments: decorators are used all over a program, and one that
is shared would make everything that it decorates one thing."""
MAXIMUM_NODES = 400_000
MAXIMUM_SIZE = 30
MODEL_DEPTH = 12


def choose(
    solver: Solver, site: CallSite, frame: Frame, function: FunctionValue, receiver: Value | None
) -> Frame | None:
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
        policy = definition.policy = decide(solver.spaces, definition)
    if policy == SHARED or frame.depth >= MAXIMUM_DEPTH:
        return function.frame
    if policy == PER_RECEIVER:
        if not isinstance(receiver, InstanceValue | ClassValue):
            return function.frame
        cls = receiver.cls if isinstance(receiver, InstanceValue) else receiver
        if cls is definition.owner:
            return function.frame
        key = ("receiver", definition, function.frame, receiver)
    else:
        key = ("site", definition, function.frame, site)
    copy = solver.made.get(key)
    if copy is None:
        size = definition.facts.slots[1] - definition.facts.slots[0]
        if definition.clones >= MAXIMUM_COPIES and not (definition.clones < MAXIMUM_WRAPPERS and _wraps(definition)):
            return function.frame
        if solver.clone_nodes + size > MAXIMUM_NODES:
            return function.frame
        if inside(frame, definition):
            return function.frame
        definition.clones += 1
        solver.clone_nodes += size
        depth = entered_from(frame).depth + 1
        copy = solver.made[key] = _copy(solver, function, depth)
        _start(solver, copy)
    assert isinstance(copy, Frame)
    return copy


def _wraps(definition: DefinitionState) -> bool:
    """Whether a function makes a function that reads its parameters."""
    slots = {parameter.slot for parameter in definition.facts.parameters}
    return any(
        type(i) is Closure and _mentions(definition.file.definitions[i.definition], slots)
        for i in definition.facts.body
    )


def entered_from(frame: Frame) -> Frame:
    """The frame of the program that a frame of library models was entered from; any other is its own."""
    while frame.site is not None:
        frame = frame.site[0]
    return frame


def inside(frame: Frame, definition: DefinitionState) -> bool:
    """Whether a call from the frame is one of the function to itself, perhaps by way of a library's function."""
    state: DefinitionState | None = entered_from(frame).definition
    while state is not None:
        if state is definition:
            return True
        state = state.parent
    return False


def _copy(solver: Solver, function: FunctionValue, depth: int) -> Frame:
    definition = function.definition
    low, high = definition.facts.slots
    base = solver.reserve(high - low)
    frame = Frame(definition.file, definition, base - low, low, high, function.frame, depth)
    solver.copies.append((base, base + high - low, frame))
    return frame


def _start(solver: Solver, frame: Frame) -> None:
    from navigator.linking.instructions import instantiate

    instantiate(solver, frame)


def decide(spaces: Namespaces, definition: DefinitionState) -> int:
    """Copy a function for each call when a parameter can reach its result, directly or through a closure."""
    facts = definition.facts
    if facts.kind is DefinitionKind.LAMBDA or len(facts.body) > MAXIMUM_SIZE:
        return SHARED
    if definition.wrapped >= 0:
        # A wrapper is made for each function it wraps; a copy for each of its calls would add little.
        return SHARED
    parameters = [p.slot for p in facts.parameters]
    receiver = -1
    if definition.owner is not None and facts.parameters and facts.parameters[0].kind is not ParameterKind.REST:
        receiver = parameters.pop(0)
    if any(type(i) is MakeClass for i in facts.body):
        return SHARED
    result = facts.elements if facts.elements >= 0 else facts.result
    if _reaches(spaces, definition, set(parameters), result):
        return PER_SITE
    if receiver >= 0 and _reaches(spaces, definition, {receiver}, result, moves_only=True):
        return PER_RECEIVER
    return SHARED


def _reaches(
    spaces: Namespaces, definition: DefinitionState, tainted: set[int], result: int, moves_only: bool = False
) -> bool:
    """Whether a value in one of the slots can arrive in ``result``, by one pass over the body in order."""
    if not tainted:
        return False
    file = definition.file
    for _ in range(2):
        before = len(tainted)
        for instruction in definition.facts.body:
            kind = type(instruction)
            if kind is Return:
                if instruction.source in tainted:  # type: ignore[union-attr]
                    return True
            elif kind is Yield:
                if result == definition.facts.elements and instruction.source in tainted:  # type: ignore[union-attr]
                    return True
            elif kind is Unpack:
                if instruction.source in tainted:  # type: ignore[union-attr]
                    tainted.update(instruction.targets)  # type: ignore[union-attr]
            elif kind is Move or kind is Narrow:
                if instruction.source in tainted:  # type: ignore[union-attr]
                    tainted.add(instruction.target)  # type: ignore[union-attr]
            elif kind is Closure:
                nested = file.definitions[instruction.definition]  # type: ignore[union-attr]
                if not moves_only and _mentions(nested, tainted):
                    tainted.add(instruction.target)  # type: ignore[union-attr]
            elif not moves_only and _hands_on(spaces, file, instruction, tainted):
                tainted.add(instruction.target)  # type: ignore[union-attr]
        if len(tainted) == before:
            break
    return False


def _hands_on(spaces: Namespaces, file: FileState, instruction: Any, tainted: set[int]) -> bool:
    """Whether the result of an instruction can hold, or come from calling, one of the slots.

    Arithmetic and calls that leave the workspace give new values of no interest.
    """
    kind = type(instruction)
    if kind in _TAKING:
        return any(slot in tainted for slot in _sources(instruction))
    if kind is Call:
        if instruction.function in tainted:
            return True
        if not any(slot in tainted for slot in _sources(instruction)):
            return False
        outside = spaces.outside(file, instruction.function)
        return outside is None or outside.name in _PASSING
    if kind is CallMember and instruction.receiver not in tainted:
        if not any(slot in tainted for slot in _sources(instruction)):
            return False
        outside = spaces.outside(file, instruction.receiver)
        if outside is not None:
            return not all(type(b) is ExternalValue for b in spaces.static_member(outside, instruction.name))
        return bool(spaces.resolve(file, instruction.receiver))
    return False


_PASSING = frozenset(
    f"builtins.{name}"
    for name in ("getattr", "list", "tuple", "dict", "set", "iter", "next", "zip", "enumerate", "reversed", "super")
)
"""Built-in functions whose result holds, or comes from, their arguments."""

_TAKING = frozenset({Await, Collection, Element, Iterate, Member})


def _mentions(definition: DefinitionState, slots: set[int]) -> bool:
    """Whether a nested function, or one nested in it, reads one of the slots of an outer one."""
    for instruction in definition.facts.body:
        if any(slot in slots for slot in _sources(instruction)):
            return True
        if type(instruction) is Closure and _mentions(definition.file.definitions[instruction.definition], slots):
            return True
    return False


_SOURCE_FIELDS = ("source", "function", "receiver", "index")


def _sources(instruction: Any) -> list[int]:
    found = []
    for name in _SOURCE_FIELDS:
        slot = getattr(instruction, name, -1)
        if slot >= 0:
            found.append(slot)
    arguments = getattr(instruction, "arguments", None)
    if arguments is not None:
        found.extend(~a if a < 0 else a for a in arguments)
        found.extend(slot for _, slot in instruction.keywords)
    elements = getattr(instruction, "elements", None)
    if elements is not None:
        found.extend(slot for _, slot in elements)
        found.extend(instruction.spreads)
    operands = getattr(instruction, "operands", None)
    if operands is not None:
        found.extend(operands)
    return found
