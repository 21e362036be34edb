"""Calls on objects of which nothing is known, of methods whose name says what they do with functions."""

from __future__ import annotations

from typing import Any

from navigator.facts import vocabulary as v
from navigator.linking.calls import Arguments, CallSite
from navigator.linking.ecmascript import objects
from navigator.linking.ecmascript.calls import call_function
from navigator.linking.ecmascript.objects import scripts_of
from navigator.linking.ecmascript.values import BoundFunction, ClassObject, ObjectValue
from navigator.linking.frames import Frame
from navigator.linking.solver import Solver
from navigator.linking.values import ExternalValue, FunctionValue, Value

ARRAY_METHODS = frozenset(
    "every filter find findIndex findLast findLastIndex flatMap forEach map reduce reduceRight some sort".split()
)
PROMISE_METHODS = frozenset({"then", "catch", "finally"})


def link(solver: Solver, methods: dict[str, str]) -> bool:
    """Let such calls run the model of the method, where they hand over a function; tell whether there were any."""
    changed = False
    models = {**_built_in(solver), **_named(solver, methods)}
    for frame in frames(solver):
        for instruction in frame.definition.facts.body:
            if type(instruction) is v.CallMember and instruction.name in models:
                changed |= _link(solver, frame, instruction, models[instruction.name])
    return changed


def frames(solver: Solver) -> list[Frame]:
    """All frames of the program's own scripts: each definition's own, and the copies made for calls."""
    found = [state.frame for file in scripts_of(solver).files for state in file.definitions]
    found.extend(f for f in solver.nested_frames if f.file.script and f.site is None and not f.file.model)
    return found


def _built_in(solver: Solver) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, methods in (("Array", ARRAY_METHODS), ("Promise", PROMISE_METHODS)):
        prototype = objects.builtin_prototype(solver, name)
        for method in sorted(methods) if prototype is not None else ():
            assert prototype is not None
            for value in solver.values(objects.lookup(solver, prototype, method)):
                found[method] = value
    return found


def _named(solver: Solver, methods: dict[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for method, model in methods.items():
        name = model.split(".")
        prototype = objects.builtin_prototype(solver, name[1]) if len(name) == 3 else None
        if prototype is not None:
            for value in solver.values(objects.lookup(solver, prototype, name[2])):
                found[method] = value
    return found


def _link(solver: Solver, frame: Frame, instruction: Any, model: Value) -> bool:
    receiver = frame.node(instruction.receiver)
    if not isinstance(model, FunctionValue) or not _unknown(solver, receiver):
        return False
    positional = [frame.node(slot) if slot >= 0 else ~frame.node(~slot) for slot in instruction.arguments]
    if not any(_callable(value) for node in positional if node >= 0 for value in solver.values(node)):
        return False
    site = CallSite(instruction.site, Arguments(positional), frame.node(instruction.target), "call", instruction.name)
    key = ("stray", frame, instruction.site)
    if key in solver.linked:
        return False
    solver.linked.add(key)
    call_function(solver, site, frame, model, receiver, receiver)
    return True


def _unknown(solver: Solver, node: int) -> bool:
    return all(isinstance(value, ExternalValue) for value in solver.values(node))


def _callable(value: Value) -> bool:
    return isinstance(value, FunctionValue | BoundFunction | ClassObject) or (
        isinstance(value, ObjectValue) and "handleEvent" in value.lookups
    )
