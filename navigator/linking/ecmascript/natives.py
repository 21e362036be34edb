"""Built-in functions that are part of the language: they look into objects or change what objects are."""

from __future__ import annotations

from collections.abc import Callable

from navigator.linking.calls import Arguments, CallSite
from navigator.linking.ecmascript import members, objects
from navigator.linking.ecmascript.calls import NATIVE_FUNCTIONS, call_value, construct
from navigator.linking.ecmascript.objects import own
from navigator.linking.ecmascript.values import ObjectValue
from navigator.linking.frames import Frame
from navigator.linking.solver import Solver
from navigator.linking.values import ExternalValue, TextValue, Value


def argument(site: CallSite, position: int) -> int:
    """The node of an argument; -1 if absent or spread."""
    positional = site.arguments.positional
    return positional[position] if position < len(positional) and positional[position] >= 0 else -1


def _first_itself(solver: Solver, site: CallSite, frame: Frame) -> None:
    if argument(site, 0) >= 0:
        solver.edge(argument(site, 0), site.target)


def _assign(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``Object.assign(target, ...sources)``"""
    _first_itself(solver, site, frame)
    sources = list(site.arguments.positional[1:])
    if argument(site, 0) >= 0:
        solver.watch(argument(site, 0), _on_assigned, (sources, site), frame)


def _on_assigned(solver: Solver, data: tuple[list[int], CallSite], frame: Frame, value: Value, _node: int) -> None:
    sources, _ = data
    holder = objects.properties(solver, value)
    if holder is None:
        return
    for source in sources:
        if source >= 0:
            solver.watch(source, _on_source, holder, frame)
        else:
            solver.watch(~source, _on_sources, holder, frame)


def _on_source(solver: Solver, holder: ObjectValue, _frame: Frame, value: Value, _node: int) -> None:
    objects.copy_properties(solver, value, holder)


def _on_sources(solver: Solver, holder: ObjectValue, frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, ObjectValue):
        solver.watch(objects.everything(solver, value), _on_source, holder, frame)


def _create(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``Object.create(prototype, descriptors)``"""
    made = objects.make_object(solver, "object", frame, site, "created")
    if argument(site, 0) >= 0:
        solver.edge(argument(site, 0), made.prototypes)
    if argument(site, 1) >= 0:
        solver.watch(argument(site, 1), _on_descriptors, made, frame)
    objects.heirs(solver, made)
    solver.add(site.target, made)


def _set_prototype(solver: Solver, site: CallSite, frame: Frame) -> None:
    _first_itself(solver, site, frame)
    if argument(site, 0) >= 0 and argument(site, 1) >= 0:
        solver.watch(argument(site, 0), _on_behind_set, argument(site, 1), frame)


def _on_behind_set(solver: Solver, prototype: int, _frame: Frame, value: Value, _node: int) -> None:
    holder = objects.properties(solver, value)
    if holder is not None:
        solver.edge(prototype, holder.prototypes)


def _get_prototype(solver: Solver, site: CallSite, frame: Frame) -> None:
    if argument(site, 0) >= 0:
        solver.watch(argument(site, 0), _on_behind_got, site.target, frame)


def _on_behind_got(solver: Solver, target: int, _frame: Frame, value: Value, _node: int) -> None:
    holder = objects.properties(solver, value)
    if holder is not None:
        solver.edge(holder.prototypes, target)


def _define_property(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``Object.defineProperty(object, name, descriptor)``"""
    _first_itself(solver, site, frame)
    receiver, name, descriptor = argument(site, 0), argument(site, 1), argument(site, 2)
    if min(receiver, name, descriptor) >= 0:
        solver.watch(receiver, _on_defined, (name, descriptor), frame)


def _on_defined(solver: Solver, data: tuple[int, int], frame: Frame, value: Value, _node: int) -> None:
    name, descriptor = data
    solver.watch(descriptor, _on_descriptor, (value, "", name), frame)


def _on_descriptor(solver: Solver, data: tuple[Value, str, int], frame: Frame, descriptor: Value, _node: int) -> None:
    value, name, key = data
    if isinstance(descriptor, ObjectValue):
        for part, role in (("get", "get"), ("set", "set"), ("value", "")):
            members.define(solver, value, name, key, objects.lookup(solver, descriptor, part), role, frame)


def _define_properties(solver: Solver, site: CallSite, frame: Frame) -> None:
    _first_itself(solver, site, frame)
    if argument(site, 0) >= 0 and argument(site, 1) >= 0:
        solver.watch(argument(site, 0), _on_described, argument(site, 1), frame)


def _on_described(solver: Solver, descriptors: int, frame: Frame, value: Value, _node: int) -> None:
    holder = objects.properties(solver, value)
    if holder is not None:
        solver.watch(descriptors, _on_descriptors, holder, frame)


def _on_descriptors(solver: Solver, holder: ObjectValue, frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, ObjectValue):

        def link(key: int | str, node: int) -> None:
            solver.watch(node, _on_descriptor, (holder, str(key), -1), frame)

        objects.each_own(solver, value, link)


def _listing(kind: str) -> Callable[[Solver, CallSite, Frame], None]:
    def native(solver: Solver, site: CallSite, frame: Frame) -> None:
        made = objects.make_object(solver, "array", frame, site, kind)
        solver.add(site.target, made)
        if argument(site, 0) >= 0:
            solver.watch(argument(site, 0), _on_listed, (kind, made, site), frame)

    return native


def _on_listed(solver: Solver, data: tuple[str, ObjectValue, CallSite], frame: Frame, value: Value, _node: int) -> None:
    kind, made, site = data
    holder = objects.properties(solver, value)
    if holder is None:
        return
    if kind == "keys":
        solver.edge(objects.keys(solver, holder), made.star)
    elif kind == "values":
        solver.edge(objects.everything(solver, holder), made.star)
    else:

        def link(key: int | str, node: int) -> None:
            pair = objects.make_object(solver, "array", frame, site, holder, key)
            if isinstance(key, str):
                solver.add(own(solver, pair, 0), solver.named_text(key))
            solver.edge(node, own(solver, pair, 1))
            solver.add(made.star, pair)

        objects.each_own(solver, holder, link)
        rest = objects.make_object(solver, "array", frame, site, holder)
        solver.edge(holder.star, own(solver, rest, 1))
        solver.add(made.star, rest)


def _from_entries(solver: Solver, site: CallSite, frame: Frame) -> None:
    from navigator.linking.ecmascript.instructions import on_iterate

    made = objects.make_object(solver, "object", frame, site)
    solver.add(site.target, made)
    pairs = solver.node()
    if argument(site, 0) >= 0:
        solver.watch(argument(site, 0), on_iterate, (pairs, site.site, False), frame)
        solver.watch(pairs, _on_pair, made, frame)


def _on_pair(solver: Solver, made: ObjectValue, frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, ObjectValue):
        members.write(solver, made, None, own(solver, value, 0), own(solver, value, 1), frame, -1)


def _apply(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``Reflect.apply(function, this, list)``"""
    if argument(site, 0) >= 0:
        given = [~argument(site, 2)] if argument(site, 2) >= 0 else []
        inner = CallSite(site.site, Arguments(given), site.target, "callback")
        solver.watch(argument(site, 0), _on_applied, (inner, argument(site, 1)), frame)


def _on_applied(solver: Solver, data: tuple[CallSite, int], frame: Frame, value: Value, node: int) -> None:
    site, this = data
    call_value(solver, site, frame, value, node, this if this >= 0 else None)


def _construct(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``Reflect.construct(class, list)``"""
    if argument(site, 0) >= 0:
        given = [~argument(site, 1)] if argument(site, 1) >= 0 else []
        inner = CallSite(site.site, Arguments(given), site.target, "construct")
        solver.watch(argument(site, 0), _on_new, inner, frame)


def _on_new(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    if not isinstance(value, ExternalValue):
        construct(solver, site, frame, value, node)


def _reflect_get(solver: Solver, site: CallSite, frame: Frame) -> None:
    if argument(site, 0) >= 0 and argument(site, 1) >= 0:
        solver.watch(argument(site, 0), _on_got, (argument(site, 1), site), frame)


def _on_got(solver: Solver, data: tuple[int, CallSite], frame: Frame, value: Value, _node: int) -> None:
    name, site = data
    members.read(solver, value, None, name, site.target, frame, site.site)


def _reflect_set(solver: Solver, site: CallSite, frame: Frame) -> None:
    receiver, name, source = argument(site, 0), argument(site, 1), argument(site, 2)
    if min(receiver, name, source) >= 0:
        solver.watch(receiver, _on_set, (name, source, site), frame)


def _on_set(solver: Solver, data: tuple[int, int, CallSite], frame: Frame, value: Value, _node: int) -> None:
    name, source, site = data
    members.write(solver, value, None, name, source, frame, site.site)


def _symbol(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``Symbol(...)``: a name that no other place makes."""
    name = f"@@{frame.file.file.root}:{frame.file.file.path}:{site.target}"
    solver.add(site.target, solver.named_text(name))


def _symbol_for(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``Symbol.for(key)``: the same name for the same key."""
    if argument(site, 0) >= 0:
        solver.watch(argument(site, 0), _on_symbol, site, frame)


def _on_symbol(solver: Solver, site: CallSite, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, TextValue):
        solver.add(site.target, solver.named_text(f"@@{value.text}"))


NATIVE_FUNCTIONS.update(
    {
        "builtins.Object.assign": _assign,
        "builtins.Object.create": _create,
        "builtins.Object.defineProperties": _define_properties,
        "builtins.Object.defineProperty": _define_property,
        "builtins.Object.entries": _listing("entries"),
        "builtins.Object.freeze": _first_itself,
        "builtins.Object.fromEntries": _from_entries,
        "builtins.Object.getPrototypeOf": _get_prototype,
        "builtins.Object.keys": _listing("keys"),
        "builtins.Object.getOwnPropertyNames": _listing("keys"),
        "builtins.Object.preventExtensions": _first_itself,
        "builtins.Object.seal": _first_itself,
        "builtins.Object.setPrototypeOf": _set_prototype,
        "builtins.Object.values": _listing("values"),
        "builtins.Reflect.apply": _apply,
        "builtins.Reflect.construct": _construct,
        "builtins.Reflect.defineProperty": _define_property,
        "builtins.Reflect.get": _reflect_get,
        "builtins.Reflect.getPrototypeOf": _get_prototype,
        "builtins.Reflect.ownKeys": _listing("keys"),
        "builtins.Reflect.set": _reflect_set,
        "builtins.Reflect.setPrototypeOf": _set_prototype,
        "builtins.Symbol": _symbol,
        "builtins.Symbol.for": _symbol_for,
        "builtins.Object": _first_itself,
    }
)
