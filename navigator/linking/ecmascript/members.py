"""Reading and writing properties, where accessors run code."""

from __future__ import annotations

from navigator.linking.calls import Arguments, CallSite
from navigator.linking.ecmascript.calls import call_value
from navigator.linking.ecmascript.objects import (
    CONSTRUCTOR,
    OPEN,
    REFLECTIVE,
    derived,
    everything,
    external_member,
    found_on,
    function_prototypes,
    lookup,
    method_of,
    method_stored,
    number,
    own,
    properties,
    scripts_of,
)
from navigator.linking.ecmascript.values import (
    AccessorValue,
    BoundFunction,
    ClassObject,
    Key,
    ObjectValue,
    SuperObject,
)
from navigator.linking.frames import Frame
from navigator.linking.solver import Solver
from navigator.linking.values import ExternalValue, FunctionValue, LiteralValue, TextValue, Value

# -- reading and writing ---------------------------------------------------------------------------------------------


def load(solver: Solver, value: Value, name: str, target: int, frame: Frame, site: int, origin: int) -> None:
    """``value.name`` flows to ``target``."""
    if isinstance(value, ExternalValue):
        solver.add(target, external_member(solver, value, name), origin)
        return
    if name == "__proto__" and isinstance(value, ObjectValue):
        solver.edge(value.prototypes, target)
        return
    if name in REFLECTIVE and isinstance(value, FunctionValue | BoundFunction | ClassObject):
        solver.add(target, method_of(solver, value, name), origin)
        return
    node = found_on(solver, value, name)
    if node < 0:
        return
    scripts = scripts_of(solver)
    if name not in scripts.possible_accessors:
        solver.edge(node, target)
        return
    receiver: Value | int = value.receiver if isinstance(value, SuperObject) else value
    if name in scripts.accessors:
        solver.watch(node, _on_loaded, (receiver, target, site), frame)
    else:
        solver.edge(node, target)
        scripts.early_loads.setdefault(name, []).append((node, (receiver, target, site), frame))


def _on_loaded(solver: Solver, data: tuple[Value | int, int, int], frame: Frame, value: Value, node: int) -> None:
    if isinstance(value, AccessorValue):
        _on_loaded_early(solver, data, frame, value, node)
    else:
        solver.add(data[1], value, node)


def _on_loaded_early(solver: Solver, data: tuple[Value | int, int, int], frame: Frame, value: Value, _n: int) -> None:
    """As ``_on_loaded`` where all that is found flows to the target already."""
    receiver, target, site = data
    if isinstance(value, AccessorValue):
        getting = derived(solver, (site, target, frame, "get"), CallSite(site, Arguments(()), target, "implicit"))
        solver.watch(value.getter, _on_accessor, (getting, receiver), frame)


def _on_accessor(solver: Solver, data: tuple[CallSite, Value | int], frame: Frame, value: Value, node: int) -> None:
    site, receiver = data
    call_value(solver, site, frame, value, node, receiver)


def store(solver: Solver, value: Value, name: str, source: int, frame: Frame, site: int) -> None:
    """``value.name = source``"""
    if isinstance(value, SuperObject):
        solver.watch(value.receiver, _on_super_store, (name, source, site), frame)
        return
    holder = properties(solver, value)
    if holder is None or holder.kind == "module":
        return
    if name == "__proto__":
        solver.edge(source, holder.prototypes)
        return
    if name == "prototype" and isinstance(value, FunctionValue):
        function_prototypes(solver, value)
    scripts = scripts_of(solver)
    if name in scripts.accessors:
        solver.watch(lookup(solver, holder, name), _on_stored_over, (value, source, site, name), frame)
    elif name in scripts.possible_accessors:
        scripts.early_stores.setdefault(name, []).append((holder, (value, source, site, name), frame))
    solver.edge(source, own(solver, holder, name))
    if holder.kind == "prototype":
        method_stored(solver, holder, source)


def _on_super_store(solver: Solver, data: tuple[str, int, int], frame: Frame, value: Value, _node: int) -> None:
    name, source, site = data
    store(solver, value, name, source, frame, site)


def _on_stored_over(solver: Solver, data: tuple[Value, int, int, str], frame: Frame, value: Value, _node: int) -> None:
    receiver, source, site, name = data
    if isinstance(value, AccessorValue):
        call = CallSite(site, Arguments((source,)), solver.node(), "implicit")
        setting = derived(solver, (site, source, frame, "set", name), call)
        solver.watch(value.setter, _on_accessor, (setting, receiver), frame)


def read(solver: Solver, value: Value, key: Key | None, index: int, target: int, frame: Frame, site: int) -> None:
    """``value[key]`` flows to ``target``."""
    if isinstance(key, str):
        load(solver, value, key, target, frame, site, -1)
    elif isinstance(key, int):
        read_position(solver, value, key, target)
    elif index >= 0:
        solver.watch(index, _on_key, (value, target, site), frame)
        scripts_of(solver).keyed.append((index, read_any, value, target))
    else:
        read_any(solver, value, target)


def read_position(solver: Solver, value: Value, key: int, target: int) -> None:
    if isinstance(value, ObjectValue):
        solver.edge(own(solver, value, key), target)
        if value.kind == "object":
            solver.edge(value.star, target)
    elif isinstance(value, ExternalValue):
        solver.add(target, solver.unknown)
    elif isinstance(value, TextValue) and key < len(value.text):
        solver.add(target, solver.named_text(value.text[key]))
    elif isinstance(value, TextValue | LiteralValue):
        solver.add(target, solver.literal("str"))


def read_any(solver: Solver, value: Value, target: int) -> None:
    """Some property of a value, nobody knows which."""
    holder = properties(solver, value)
    if holder is not None:
        solver.edge(everything(solver, holder) if holder.kind in OPEN else holder.star, target)
    elif isinstance(value, ExternalValue):
        solver.add(target, solver.unknown)
    elif isinstance(value, TextValue | LiteralValue):
        solver.add(target, solver.literal("str"))


def _on_key(solver: Solver, data: tuple[Value, int, int], frame: Frame, key: Value, _node: int) -> None:
    value, target, site = data
    if isinstance(key, TextValue):
        if key.text.isdecimal() and len(key.text) < 4:
            read_position(solver, value, int(key.text), target)
        load(solver, value, key.text, target, frame, site, -1)
    else:
        position = number(key)
        if position is not None:
            read_position(solver, value, position, target)
        elif mixes(value):
            read_any(solver, value, target)


def write(solver: Solver, value: Value, key: Key | None, index: int, source: int, frame: Frame, site: int) -> None:
    """``value[key] = source``"""
    if isinstance(key, str):
        store(solver, value, key, source, frame, site)
    elif isinstance(key, int):
        if isinstance(value, ObjectValue):
            solver.edge(source, own(solver, value, key))
    elif index >= 0:
        solver.watch(index, _on_written_key, (value, source, site), frame)
        scripts_of(solver).keyed.append((index, write_any, value, source))
    else:
        write_any(solver, value, source)


def write_any(solver: Solver, value: Value, source: int) -> None:
    holder = properties(solver, value)
    if holder is not None and holder.kind != "module":
        solver.edge(source, holder.star)
        if holder.kind == "prototype":
            method_stored(solver, holder, source)


def _on_written_key(solver: Solver, data: tuple[Value, int, int], frame: Frame, key: Value, _node: int) -> None:
    value, source, site = data
    if isinstance(key, TextValue):
        store(solver, value, key.text, source, frame, site)
    elif mixes(value):
        write_any(solver, value, source)


def mixes(value: Value) -> bool:
    """Whether an unknown name beside known ones means any property: so it is in tables, not in classes."""
    return not isinstance(value, ObjectValue) or value.kind in OPEN


def define(solver: Solver, value: Value, name: str, key: int, source: int, role: str, frame: Frame) -> None:
    """A property of a class, its prototype, an instance or an object literal."""
    holder = properties(solver, value)
    if holder is None:
        return
    if not name:
        if key >= 0:
            solver.watch(key, _on_defined_key, (value, source, role), frame)
        return
    if role in ("get", "set"):
        accessor = accessor_of(solver, holder, name)
        solver.edge(source, accessor.getter if role == "get" else accessor.setter)
        method_stored(solver, holder, source)
        return
    if name == "constructor" and holder.kind == "prototype":
        name = CONSTRUCTOR
    solver.edge(source, own(solver, holder, name))
    if holder.kind != "instance":
        method_stored(solver, holder, source)


def accessor_of(solver: Solver, holder: ObjectValue, name: str) -> AccessorValue:
    """The accessor that an object has under a name."""
    key = ("accessor", holder, name)
    made = solver.made.get(key)
    if made is None:
        _expect(solver, name)
        made = solver.made[key] = AccessorValue(solver.node(), solver.node())
        solver.add(own(solver, holder, name), made)
    assert isinstance(made, AccessorValue)
    return made


def _expect(solver: Solver, name: str) -> None:
    """Under the name there are accessors from now on: reads and writes of it so far may call them."""
    scripts = scripts_of(solver)
    if name in scripts.accessors:
        return
    scripts.accessors.add(name)
    for node, loaded, frame in scripts.early_loads.pop(name, ()):
        solver.watch(node, _on_loaded_early, loaded, frame)
    for holder, stored, frame in scripts.early_stores.pop(name, ()):
        solver.watch(lookup(solver, holder, name), _on_stored_over, stored, frame)


def _on_defined_key(solver: Solver, data: tuple[Value, int, str], frame: Frame, key: Value, _node: int) -> None:
    value, source, role = data
    if isinstance(key, TextValue):
        define(solver, value, key.text, -1, source, role, frame)
    elif role not in ("get", "set"):
        write_any(solver, value, source)
