"""Calls: which functions a called value runs, with which ``this``, and how arguments and results flow."""

from __future__ import annotations

from collections.abc import Callable

from navigator.facts import vocabulary as v
from navigator.linking.calls import Arguments, CallSite
from navigator.linking.cloning import PER_RECEIVER
from navigator.linking.ecmascript import contexts
from navigator.linking.ecmascript.objects import (
    CONSTRUCTOR,
    REFLECTIVE,
    builtin_class,
    derived,
    each_own,
    external_member,
    found_on,
    instance_of,
    lookup,
    make_object,
    method_of,
    own,
    scripts_of,
    super_lookup,
)
from navigator.linking.ecmascript.strings import fold
from navigator.linking.ecmascript.values import (
    AccessorValue,
    BoundFunction,
    ClassObject,
    Key,
    MethodOf,
    ObjectValue,
    SuperObject,
)
from navigator.linking.frames import CLASS, INSTANCE, STATIC, DefinitionState, Frame
from navigator.linking.solver import Solver
from navigator.linking.values import ExternalValue, FunctionValue, LiteralValue, TextValue, Value

Receiver = Value | int | None
"""What ``this`` will be: a value, whatever is in a node, or nothing."""

NATIVE_FUNCTIONS: dict[str, Callable[[Solver, CallSite, Frame], None]] = {}
"""Built-in functions whose effect is part of the language rather than of a library, by dotted name."""

EVERYWHERE = frozenset("hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf".split())
"""Methods that every object has, whatever else is known of it (ECMA-262, section 20.1.3)."""

VALUE = "<value>"
"""The property of a promise that holds what it is resolved with."""


def call_value(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int, this: Receiver = None) -> None:
    """Call a value with the site's arguments."""
    if isinstance(value, FunctionValue):
        call_function(solver, site, frame, value, node, this)
    elif isinstance(value, BoundFunction):
        first = [~n if n < 0 else n for n in value.first]
        arguments = Arguments([*value.first, *site.arguments.positional]) if first else site.arguments
        inner = derived(
            solver, ("bound", site, value), CallSite(site.site, arguments, site.target, site.kind, site.name)
        )
        call_value(solver, inner, frame, value.function, node, value.receiver if value.receiver >= 0 else None)
    elif isinstance(value, MethodOf):
        call_reflectively(solver, site, frame, value.receiver, value.name, node)
    elif isinstance(value, SuperObject):
        found = super_lookup(solver, SuperObject(value.home, value.receiver, False), CONSTRUCTOR)
        inner = derived(
            solver, ("super", site), CallSite(site.site, site.arguments, solver.node(), "construct", site.name)
        )
        solver.watch(found, _on_callee, (inner, value.receiver), frame)
        solver.watch(value.home.prototypes, _on_external_base, inner, frame)
    elif isinstance(value, ClassObject):
        if site.kind == "decorate":
            construct(solver, site, frame, value, node)
        elif value.definition.file.model:
            _convert(solver, site, frame, value, node)
    elif isinstance(value, AccessorValue):
        got = derived(
            solver, ("got", site, value), CallSite(site.site, Arguments(()), solver.node(), "implicit", site.name)
        )
        solver.watch(value.getter, _on_result, (got, this), frame)
        solver.watch(got.target, _on_result, (site, this), frame)
    elif isinstance(value, ExternalValue):
        call_external(solver, site, frame, value, node)


def _convert(solver: Solver, site: CallSite, frame: Frame, cls: ClassObject, node: int) -> None:
    """``String(x)``, ``Array(n)``: a built-in class called like a function makes one of its values."""
    solver.record(frame, site.site, cls.definition.full_name, site.kind, node, cls)
    if cls.definition.facts.name == "String":
        solver.add(site.target, solver.literal("str"))
    elif cls.definition.facts.name not in ("Number", "RegExp"):
        solver.add(site.target, instance_of(solver, cls, frame, site), node)


def _on_external_base(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    if isinstance(value, ExternalValue):
        call_external(solver, site, frame, value, node)


def _on_callee(solver: Solver, data: tuple[CallSite, Receiver], frame: Frame, value: Value, node: int) -> None:
    site, this = data
    call_value(solver, site, frame, value, node, this)


def _on_result(solver: Solver, data: tuple[CallSite, Receiver], frame: Frame, value: Value, node: int) -> None:
    """As ``_on_callee`` where what a member has been read as is called: that is never the accessor itself."""
    if not isinstance(value, AccessorValue):
        _on_callee(solver, data, frame, value, node)


def on_called(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    """Watcher: a plain call of whatever arrives. What a member has read is never the accessor itself."""
    if not isinstance(value, AccessorValue):
        call_value(solver, site, frame, value, node)


def call_external(solver: Solver, site: CallSite, frame: Frame, value: ExternalValue, node: int) -> None:
    """Call something outside the workspace: its result is unknown, unless the language defines it."""
    name = value.name
    if not name:
        solver.record_outside(frame, site.site)
    else:
        solver.record(frame, site.site, name, site.kind, node, value)
        native = NATIVE_FUNCTIONS.get(name)
        if native is not None:
            native(solver, site, frame)
            return
    solver.add(site.target, solver.unknown)


def call_member(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    """``value.name(...)``; the name is that of the site."""
    name = site.name
    if isinstance(value, ExternalValue):
        call_external(solver, site, frame, _external(solver, value, name), node)
        return
    if name in REFLECTIVE and isinstance(value, FunctionValue | BoundFunction | ClassObject | MethodOf):
        call_reflectively(solver, site, frame, value, name, node)
        return
    if isinstance(value, TextValue) and fold(solver, site, frame, value):
        return
    found = found_on(solver, value, name)
    if name in EVERYWHERE:
        solver.scripts.everywhere.append((frame, site, value))
    if found >= 0:
        this: Receiver = value.receiver if isinstance(value, SuperObject) else value
        solver.watch(found, _on_callee, (site, this), frame)


def _external(solver: Solver, value: ExternalValue, name: str) -> ExternalValue:
    member = external_member(solver, value, name)
    assert isinstance(member, ExternalValue)
    return member


def on_member_called(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    """Watcher: a member of whatever arrives is called."""
    call_member(solver, site, frame, value, node)


# -- Function.prototype ----------------------------------------------------------------------------------------------


def call_reflectively(solver: Solver, site: CallSite, frame: Frame, function: Value, name: str, node: int) -> None:
    """``f.call(this, ...)``, ``f.apply(this, list)``, ``f.bind(this, ...)``"""
    positional = site.arguments.positional
    this: Receiver = positional[0] if positional and positional[0] >= 0 else None
    if name == "bind":
        key = ("bound", function, site)
        made = solver.made.get(key)
        if made is None:
            receiver = this if isinstance(this, int) else -1
            made = solver.made[key] = BoundFunction(function, receiver, tuple(positional[1:]))
        solver.add(site.target, made, node)
        solver.record_outside(frame, site.site)
        return
    rest = list(positional[1:])
    if name == "apply" and rest:
        rest = [~rest[0] if rest[0] >= 0 else rest[0]]
    inner = derived(solver, (name, site), CallSite(site.site, Arguments(rest), site.target, site.kind, site.name))
    call_value(solver, inner, frame, function, node, this)


# -- functions -------------------------------------------------------------------------------------------------------


def call_function(
    solver: Solver, site: CallSite, frame: Frame, function: FunctionValue, node: int, this: Receiver = None
) -> None:
    """Call a function; ``this`` reaches functions that use it."""
    definition = function.definition
    called = solver.scripts.called
    place = (site, function, frame)
    callee = called.get(place)
    if callee is not None:
        _receive(solver, site, callee, node, this)
        return
    callee = contexts.choose(solver, site, frame, function, this)
    if callee is None:
        return
    if definition.policy != PER_RECEIVER:
        called[place] = callee
    solver.record(frame, site.site, definition, site.kind, node, function)
    _receive(solver, site, callee, node, this)
    key = (site.arguments, callee, site.target)
    if key in solver.linked:
        return
    solver.linked.add(key)
    bind(solver, site.arguments, callee)
    deliver(solver, callee, site.target)


def _receive(solver: Solver, site: CallSite, callee: Frame, node: int, this: Receiver) -> None:
    """``this`` reaches the callee, and the caller if it is what the callee returns."""
    definition = callee.definition
    if definition.this_slot < 0:
        return
    slot = callee.node(definition.this_slot)
    if this is None:
        if _gives_this(definition):
            solver.edge(slot, site.target)
    elif isinstance(this, int):
        solver.edge(this, slot)
        if _gives_this(definition):
            solver.edge(this, site.target)
    else:
        solver.add(slot, this, node)
        if _gives_this(definition):
            solver.add(site.target, this, node)


def returns_this(definition: DefinitionState, instruction: v.Return) -> bool:
    """Whether what is returned is ``this``: each call then gives its own receiver, and not those of all calls."""
    plain = definition.facts.elements < 0 and not definition.facts.asynchronous
    return plain and instruction.source == definition.this_slot >= 0


def _gives_this(definition: DefinitionState) -> bool:
    if definition.this_slot < 0:
        return False
    if definition.receiver_kind == STATIC:
        found = any(type(i) is v.Return and returns_this(definition, i) for i in definition.facts.body)
        definition.receiver_kind = INSTANCE if found else CLASS
    return definition.receiver_kind == INSTANCE


def bind(solver: Solver, arguments: Arguments, callee: Frame) -> None:
    """Arguments flow to parameters."""
    definition = callee.definition
    slots = definition.positional
    rest = rest_of(solver, callee) if definition.rest_slot >= 0 else None
    given = arguments_of(solver, callee) if definition.arguments_slot >= 0 else None

    def pass_on(position: int, source: int) -> None:
        if position < len(slots):
            solver.edge(source, callee.node(slots[position]))
        elif rest is not None:
            solver.edge(source, own(solver, rest, position - len(slots)))
        if given is not None:
            solver.edge(source, own(solver, given, position))

    start: int | None = 0
    for argument in arguments.positional:
        if argument < 0:
            solver.watch(~argument, _on_spread, (callee, start), callee)
            start = None
        elif start is None:
            for slot in slots:
                solver.edge(argument, callee.node(slot))
            for holder in (rest, given):
                if holder is not None:
                    solver.edge(argument, holder.star)
        else:
            pass_on(start, argument)
            start += 1


def _on_spread(solver: Solver, data: tuple[Frame, int | None], _frame: Frame, value: Value, _node: int) -> None:
    callee, start = data
    if not isinstance(value, ObjectValue):
        return
    definition = callee.definition
    slots = definition.positional
    rest = rest_of(solver, callee) if definition.rest_slot >= 0 else None
    given = arguments_of(solver, callee) if definition.arguments_slot >= 0 else None

    def link(key: Key, source: int) -> None:
        if not isinstance(key, int):
            return
        if start is None:
            anywhere(source)
            return
        position = start + key
        if position < len(slots):
            solver.edge(source, callee.node(slots[position]))
        elif rest is not None:
            solver.edge(source, own(solver, rest, position - len(slots)))
        if given is not None:
            solver.edge(source, own(solver, given, position))

    def anywhere(source: int) -> None:
        for slot in slots[start or 0 :]:
            solver.edge(source, callee.node(slot))
        for holder in (rest, given):
            if holder is not None:
                solver.edge(source, holder.star)

    each_own(solver, value, link)
    anywhere(value.star)


def rest_of(solver: Solver, frame: Frame) -> ObjectValue:
    """The array behind a rest parameter."""
    rest = make_object(solver, "array", frame, "rest")
    solver.add(frame.node(frame.definition.rest_slot), rest)
    return rest


def arguments_of(solver: Solver, frame: Frame) -> ObjectValue:
    """The object ``arguments`` of a frame."""
    given = make_object(solver, "arguments", frame)
    solver.add(frame.node(frame.definition.arguments_slot), given)
    return given


def deliver(solver: Solver, callee: Frame, target: int) -> None:
    """The result of a call flows to ``target``: as it is, from a generator, or in a promise."""
    facts = callee.definition.facts
    if facts.elements >= 0:
        solver.add(target, generator_of(solver, callee))
    elif facts.asynchronous:
        solver.add(target, promise_of(solver, callee.node(facts.result), callee))
    elif facts.result >= 0:
        solver.edge(callee.node(facts.result), target)


def generator_of(solver: Solver, callee: Frame) -> ObjectValue:
    """What calling a generator function gives."""
    facts = callee.definition.facts
    generator = make_object(solver, "generator", callee)
    if ("generator", callee) not in solver.linked:
        solver.linked.add(("generator", callee))
        solver.edge(callee.node(facts.elements), generator.star)
        solver.edge(callee.node(facts.result), own(solver, generator, "<return>"))
        solver.edge(own(solver, generator, "<sent>"), callee.node(facts.received))
    return generator


def promise_of(solver: Solver, result: int, *place: object) -> Value:
    """A promise that is resolved with what is in a node."""
    cls = builtin_class(solver, "Promise")
    if cls is None:
        return solver.unknown
    promise = instance_of(solver, cls, "promise", *place)
    if ("resolved", promise, result) not in solver.linked:
        solver.linked.add(("resolved", promise, result))
        settle(solver, result, own(solver, promise, VALUE))
    return promise


def settle(solver: Solver, source: int, target: int) -> None:
    """What awaiting the values of ``source`` gives flows to ``target``."""
    solver.watch(source, _on_awaited, target, scripts_of(solver).nowhere)


def _on_awaited(solver: Solver, target: int, frame: Frame, value: Value, node: int) -> None:
    if isinstance(value, ObjectValue) and is_promise(solver, value):
        key = ("awaited", value, target)
        if key not in solver.linked:
            solver.linked.add(key)
            solver.watch(own(solver, value, VALUE), _on_awaited, target, frame)
    else:
        solver.add(target, value, node)


def is_promise(solver: Solver, value: ObjectValue) -> bool:
    return isinstance(value.maker, ClassObject) and value.maker is builtin_class(solver, "Promise")


# -- construction ----------------------------------------------------------------------------------------------------


def construct(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    """``new value(...)``"""
    if isinstance(value, ClassObject):
        place = (frame, site) if value.definition.file.model else ()
        made = instance_of(solver, value, *place)
        solver.add(site.target, made, node)
        code = lookup(solver, value.prototype, CONSTRUCTOR)
        inner = derived(
            solver, ("new", site, value), CallSite(site.site, site.arguments, solver.node(), "construct", site.name)
        )
        solver.watch(code, _on_callee, (inner, made), frame)
        scripts_of(solver).constructed.append((frame, inner, value, code))
        solver.watch(value.prototypes, _on_external_base, inner, frame)
        if value.definition.file.model:
            solver.record(frame, site.site, value.definition, "construct", node, value)
    elif isinstance(value, FunctionValue):
        if value.definition.file.model and value.definition.parent is not None and value.definition.parent.cls:
            return
        made = instance_of(solver, value)
        solver.add(site.target, made, node)
        inner = derived(
            solver, ("new", site), CallSite(site.site, site.arguments, solver.node(), "construct", site.name)
        )
        call_function(solver, inner, frame, value, node, made)
        solver.watch(inner.target, _on_constructed, site.target, frame)
    elif isinstance(value, BoundFunction):
        construct(solver, site, frame, value.function, node)
    elif isinstance(value, ExternalValue):
        inner = derived(solver, ("new", site), CallSite(site.site, site.arguments, site.target, "construct", site.name))
        call_external(solver, inner, frame, value, node)


def on_constructed(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    """Watcher: whatever arrives is called with ``new``."""
    construct(solver, site, frame, value, node)


def _on_constructed(solver: Solver, target: int, _frame: Frame, value: Value, node: int) -> None:
    """A constructor that returns an object gives that object."""
    if not isinstance(value, TextValue | LiteralValue | ExternalValue):
        solver.add(target, value, node)


def render(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    """``<value ... />``: somebody calls the function, or makes an instance of the class and calls its ``render``."""
    if isinstance(value, ClassObject):
        construct(solver, site, frame, value, node)
        drawing = derived(
            solver, ("render", site), CallSite(site.site, Arguments(()), solver.node(), "implicit", "render")
        )
        call_member(solver, drawing, frame, instance_of(solver, value, frame, site), node)
    else:
        call_value(solver, site, frame, value, node)


__all__ = ["NATIVE_FUNCTIONS", "Receiver", "bind", "call_value", "construct", "method_of", "render"]
