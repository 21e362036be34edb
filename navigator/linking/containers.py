"""Elements of containers: reading, writing, iterating, copying, and the methods of the built-in containers."""

from __future__ import annotations

from typing import Any

from navigator.linking.calls import (
    NATIVE_METHODS,
    Arguments,
    CallSite,
    bind_anywhere,
    call_member,
    call_value,
    each_field,
    element,
    known_length,
)
from navigator.linking.frames import Frame
from navigator.linking.patterns import load_members
from navigator.linking.solver import Solver
from navigator.linking.values import (
    ClassValue,
    ContainerValue,
    ExternalValue,
    FunctionValue,
    InstanceValue,
    LiteralValue,
    NamespaceValue,
    PatternValue,
    TextValue,
    Value,
)

MAPPINGS = frozenset({"dict", "defaultdict", "OrderedDict", "object"})


def key_values(solver: Solver, container: ContainerValue) -> int:
    """The node of a mapping's keys."""
    if container.key_values < 0:
        container.key_values = solver.node()
        for key in container.fields:
            if isinstance(key, str):
                solver.add(container.key_values, solver.text(key))
    return container.key_values


# -- iteration ------------------------------------------------------------------------------------------------------


def iterate(solver: Solver, value: Value, target: int, frame: Frame, site: int, asynchronous: bool = False) -> None:
    """Everything that iterating over ``value`` yields flows to ``target``."""
    if isinstance(value, ContainerValue):
        solver.edge(key_values(solver, value) if value.type in MAPPINGS else solver.elements(value), target)
    elif isinstance(value, InstanceValue):
        first, then = ("__aiter__", "__anext__") if asynchronous else ("__iter__", "__next__")
        cls = value.cls
        held = _contents(solver, value, first)
        if held is not None:
            iterate(solver, held, target, frame, site, asynchronous)
        elif solver.binder(cls, first) is not None:
            iterator = solver.node()
            call_member(solver, CallSite(site, Arguments(()), iterator, "implicit", first), frame, value, -1)
            solver.watch(iterator, _on_iterator, (target, site, then), frame)
        elif not asynchronous and solver.binder(cls, "__getitem__") is not None:
            call_member(solver, CallSite(site, Arguments(()), target, "implicit", "__getitem__"), frame, value, -1)
        elif solver.binder(cls, then) is not None:
            call_member(solver, CallSite(site, Arguments(()), target, "implicit", then), frame, value, -1)
    elif isinstance(value, ClassValue):
        from navigator.linking.calls import metaclass_of
        from navigator.linking.members import enum_members, is_enum

        if is_enum(solver, value):
            for member in enum_members(solver, value):
                solver.add(target, member)
        else:
            metaclass = metaclass_of(solver, value)
            if metaclass is not None and solver.binder(metaclass, "__iter__") is not None:
                iterator = solver.node()
                call_member(solver, CallSite(site, Arguments(()), iterator, "implicit", "__iter__"), frame, value, -1)
                solver.watch(iterator, _on_iterator, (target, site, "__next__"), frame)
    elif isinstance(value, ExternalValue):
        solver.add(target, solver.unknown)
    elif isinstance(value, NamespaceValue):
        for name in _namespace_names(solver, value):
            solver.add(target, solver.text(name))


def _on_iterator(solver: Solver, data: tuple[int, int, str], frame: Frame, value: Value, _node: int) -> None:
    target, site, then = data
    if isinstance(value, ContainerValue):
        solver.edge(solver.elements(value), target)
    elif isinstance(value, InstanceValue):
        call_member(solver, CallSite(site, Arguments(()), target, "implicit", then), frame, value, -1)
    elif isinstance(value, ExternalValue):
        solver.add(target, solver.unknown)


def on_iterate(solver: Solver, data: tuple[int, int, bool], frame: Frame, value: Value, _node: int) -> None:
    target, site, asynchronous = data
    iterate(solver, value, target, frame, site, asynchronous)


def elements_into(solver: Solver, source: int, target: int, frame: Frame, site: int = -1) -> None:
    """All elements of what ``source`` holds flow to ``target``."""
    solver.watch(source, on_iterate, (target, site, False), frame)


def spread_into(
    solver: Solver, source: int, container: ContainerValue, frame: Frame, site: int, at: int | None
) -> None:
    """``*source`` in a display: elements keep their order from position ``at`` if that is known."""
    solver.watch(source, _on_spread, (container, at, site), frame)


def _on_spread(
    solver: Solver, data: tuple[ContainerValue, int | None, int], frame: Frame, value: Value, _node: int
) -> None:
    container, start, site = data
    if isinstance(value, ContainerValue) and container.type in MAPPINGS:
        copy_fields(solver, value, container)
    elif isinstance(value, ContainerValue) and start is not None and value.type in ("list", "tuple"):

        def link(key: int | str, source: int) -> None:
            if isinstance(key, int):
                solver.edge(source, element(solver, container, start + key))

        each_field(value, link)
        solver.edge(value.star, container.star)
    else:
        iterate(solver, value, container.star, frame, site)


def copy_fields(solver: Solver, source: ContainerValue, target: ContainerValue) -> None:
    """Every element of ``source`` is under the same key in ``target``."""
    if source is target:
        return
    key = ("copied", source, target)
    if key in solver.linked:
        return
    solver.linked.add(key)

    def link(name: int | str, node: int) -> None:
        solver.edge(node, element(solver, target, name))

    each_field(source, link)
    solver.edge(source.star, target.star)
    if target.type in MAPPINGS:
        solver.edge(key_values(solver, source), key_values(solver, target))


def _contents(solver: Solver, value: InstanceValue, special: str) -> ContainerValue | None:
    """The elements of an instance of a container's subclass that leaves ``special`` as it is."""
    from navigator.linking.members import container_base, contents

    type = container_base(value.cls)
    if type is None or solver.binder(value.cls, special) is not None:
        return None
    return contents(solver, value, type)


# -- subscripts -----------------------------------------------------------------------------------------------------


def read(solver: Solver, value: Value, key: int | str | None, index: int, target: int, frame: Frame, site: int) -> None:
    """``value[key]`` flows to ``target``."""
    if isinstance(value, ContainerValue):
        if key is not None and (isinstance(key, str) or value.type != "generator"):
            if isinstance(key, int) and key < 0:
                last = known_length(value)
                if last is not None and last + key in value.fields:
                    solver.edge(value.fields[last + key], target)
                    solver.edge(value.star, target)
                else:
                    solver.edge(solver.elements(value), target)
            elif key in value.fields or value.type in MAPPINGS:
                solver.edge(element(solver, value, key), target)
            else:
                solver.edge(element(solver, value, key), target)
        elif index >= 0 and value.type in MAPPINGS:
            solver.watch(index, _on_key, (value, target), frame)
            if not solver.points[index]:
                solver.unkeyed.append((index, value, target, True))
        else:
            solver.edge(solver.elements(value), target)
    elif isinstance(value, InstanceValue):
        if value.cls.record:
            names = value.cls.record
            for position, name in enumerate(names):
                if key is None or key == position:
                    solver.edge(solver.field(value, name), target)
            return
        held = _contents(solver, value, "__getitem__")
        if held is not None:
            read(solver, held, key, index, target, frame, site)
            return
        holder = key_node(solver, key, index)
        call_member(solver, CallSite(site, Arguments((holder,)), target, "implicit", "__getitem__"), frame, value, -1)
    elif isinstance(value, ClassValue):
        from navigator.linking.members import enum_member, enum_members, is_enum

        if is_enum(solver, value):
            if isinstance(key, str):
                member = enum_member(solver, value, key)
                if member is not None:
                    solver.add(target, member)
            else:
                for member in enum_members(solver, value):
                    solver.add(target, member)
        elif _read_by_metaclass(solver, value, key, index, target, frame, site):
            return
        elif solver.binder(value, "__class_getitem__") is not None:
            holder = key_node(solver, key, index)
            inner = CallSite(site, Arguments((holder,)), target, "implicit", "__class_getitem__")
            call_member(solver, inner, frame, value, -1)
        else:
            solver.add(target, value)
    elif isinstance(value, NamespaceValue):
        if isinstance(key, str):
            _load_named(solver, value, key, target, frame)
        elif index >= 0:
            solver.watch(index, _on_namespace_key, (value, target), frame)
    elif isinstance(value, ExternalValue):
        solver.add(target, solver.unknown)
    elif isinstance(value, LiteralValue | TextValue):
        solver.add(target, solver.literal("str"))


def _read_by_metaclass(
    solver: Solver, cls: ClassValue, key: int | str | None, index: int, target: int, frame: Frame, site: int
) -> bool:
    from navigator.linking.metaclasses import call_special

    holder = key_node(solver, key, index)
    inner = CallSite(site, Arguments((holder,)), target, "implicit", "__getitem__")
    return call_special(solver, inner, frame, cls)


def _on_key(solver: Solver, data: tuple[ContainerValue, int], _frame: Frame, value: Value, _node: int) -> None:
    """An element is read under a key that flows: known strings pick their element, anything else may be any."""
    container, target = data
    if isinstance(value, TextValue):
        solver.edge(element(solver, container, value.text), target)
    elif isinstance(value, PatternValue):
        for key in [k for k in container.fields if isinstance(k, str) and value.fits(k)]:
            solver.edge(container.fields[key], target)
        solver.edge(container.star, target)
    else:
        solver.edge(solver.elements(container), target)


def settle_keys(solver: Solver) -> bool:
    """Take keys of which nothing has become known for any key, and starred arguments of which nothing has for any
    number of arguments; tell whether there were such."""
    waiting, solver.unkeyed = solver.unkeyed, []
    unplaced, solver.unplaced = solver.unplaced, []
    changed = False
    for starred, arguments, after, callee, position in unplaced:
        if not solver.points[starred]:
            changed = True
            bind_anywhere(solver, arguments, after, callee, position)
    for index, container, node, reads in waiting:
        if solver.points[index]:
            continue
        changed = True
        if reads:
            solver.edge(solver.elements(container), node)
        else:
            solver.edge(node, container.star)
    return changed


def key_node(solver: Solver, key: int | str | None, index: int) -> int:
    """A node that holds a subscript."""
    if index >= 0:
        return index
    node = solver.node()
    if isinstance(key, str):
        solver.add(node, solver.text(key))
    return node


def _load_named(solver: Solver, value: NamespaceValue, name: str, target: int, frame: Frame) -> None:
    from navigator.linking.members import ValueTarget, load

    load(solver, value.owner, name, frame, -1, ValueTarget(target))


def _on_namespace_key(solver: Solver, data: tuple[NamespaceValue, int], frame: Frame, value: Value, _node: int) -> None:
    namespace, target = data
    if isinstance(value, TextValue):
        _load_named(solver, namespace, value.text, target, frame)
    elif isinstance(value, PatternValue):
        load_members(solver, (value, target), frame, namespace.owner, -1)


def _namespace_names(solver: Solver, value: NamespaceValue) -> list[str]:
    from navigator.linking.values import ModuleValue

    if isinstance(value.owner, ClassValue):
        return list(value.owner.definition.facts.variables)
    if isinstance(value.owner, ModuleValue):
        state = solver.spaces.modules.get(value.owner.name)
        return list(state.definitions[0].facts.variables) if state is not None else []
    return []


def write(
    solver: Solver, value: Value, key: int | str | None, index: int, source: int, frame: Frame, site: int
) -> None:
    """``value[key] = source``; without a source the element is deleted."""
    if isinstance(value, ContainerValue):
        if source < 0:
            return
        if isinstance(key, int) and key < 0:
            key = None
        if key is None and index >= 0 and value.type in MAPPINGS:
            solver.edge(index, key_values(solver, value))
            solver.watch(index, _on_write_key, (value, source), frame)
            if not solver.points[index]:
                solver.unkeyed.append((index, value, source, False))
        else:
            solver.edge(source, element(solver, value, key))
    elif isinstance(value, InstanceValue):
        name = "__setitem__" if source >= 0 else "__delitem__"
        held = _contents(solver, value, name)
        if held is not None:
            write(solver, held, key, index, source, frame, site)
            return
        holder = key_node(solver, key, index)
        arguments = Arguments((holder, source)) if source >= 0 else Arguments((holder,))
        call_member(solver, CallSite(site, arguments, solver.node(), "implicit", name), frame, value, -1)
    elif isinstance(value, NamespaceValue) and source >= 0:
        from navigator.linking.members import store

        if isinstance(key, str):
            store(solver, value.owner, key, source, frame, site)
        elif index >= 0:
            solver.watch(index, _on_namespace_write, (value, source, site), frame)


def _on_write_key(solver: Solver, data: tuple[ContainerValue, int], _frame: Frame, value: Value, _node: int) -> None:
    container, source = data
    if isinstance(value, TextValue):
        solver.edge(source, element(solver, container, value.text))
    else:
        solver.edge(source, container.star)


def _on_namespace_write(
    solver: Solver, data: tuple[NamespaceValue, int, int], frame: Frame, value: Value, _node: int
) -> None:
    from navigator.linking.members import store

    namespace, source, site = data
    if isinstance(value, TextValue):
        store(solver, namespace.owner, value.text, source, frame, site)


def update_namespace(solver: Solver, site: CallSite, frame: Frame, namespace: NamespaceValue) -> None:
    """``x.__dict__.update(...)``: every name that is given becomes a member."""
    from navigator.linking.members import store

    source = _argument(site, 0)
    if source >= 0:
        solver.watch(source, _on_namespace_update, (namespace, site.site), frame)
    for name, node in site.arguments.keywords:
        if name is None:
            solver.watch(node, _on_namespace_update, (namespace, site.site), frame)
        else:
            store(solver, namespace.owner, name, node, frame, site.site)


def _on_namespace_update(
    solver: Solver, data: tuple[NamespaceValue, int], frame: Frame, value: Value, _node: int
) -> None:
    from navigator.linking.members import store

    namespace, site = data
    if not isinstance(value, ContainerValue) or value.type not in MAPPINGS:
        return

    def link(key: int | str, node: int) -> None:
        if isinstance(key, str):
            store(solver, namespace.owner, key, node, frame, site)

    each_field(value, link)


# -- methods of built-in containers ---------------------------------------------------------------------------------


def _argument(site: CallSite, position: int) -> int:
    positional = site.arguments.positional
    if position < len(positional) and positional[position] >= 0:
        return positional[position]
    return -1


def _add_first(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    source = _argument(site, 0)
    if source >= 0:
        solver.edge(source, container.star)


def _insert(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    source = _argument(site, 1)
    if source >= 0:
        solver.edge(source, container.star)


def _extend(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    source = _argument(site, 0)
    if source >= 0:
        elements_into(solver, source, container.star, frame, site.site)


def _any_element(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    solver.edge(solver.elements(container), site.target)


def _pop(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    if container.type in MAPPINGS:
        _get(solver, site, frame, container)
    else:
        solver.edge(solver.elements(container), site.target)


def _copy(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    copied = solver.container(container.type, frame, site, "copy")
    copy_fields(solver, container, copied)
    solver.add(site.target, copied)


def _sort(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    solver.edge(solver.elements(container), container.star)
    for name, node in site.arguments.keywords:
        if name == "key":
            _call_each(solver, node, solver.elements(container), site, frame)


def _call_each(solver: Solver, function: int, argument: int, site: CallSite, frame: Frame) -> None:
    inner = CallSite(site.site, Arguments((argument,)), solver.node(), "callback")
    solver.watch(function, _on_called_back, inner, frame)


def _on_called_back(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    if not isinstance(value, ExternalValue):
        call_value(solver, site, frame, value, node)


def _reverse(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    solver.edge(solver.elements(container), container.star)


def _get(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    index = _argument(site, 0)
    if index >= 0:
        solver.watch(index, _on_key, (container, site.target), frame)
        if not solver.points[index]:
            solver.unkeyed.append((index, container, site.target, True))
    default = _argument(site, 1)
    if default >= 0:
        solver.edge(default, site.target)
        if site.name == "setdefault" and index >= 0:
            solver.edge(index, key_values(solver, container))
            solver.watch(index, _on_write_key, (container, default), frame)
            if not solver.points[index]:
                solver.unkeyed.append((index, container, default, False))


def _set_item(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    index, source = _argument(site, 0), _argument(site, 1)
    if index >= 0 and source >= 0:
        write(solver, container, None, index, source, frame, site.site)


def _values(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    view = solver.container("list", container, "values")
    solver.edge(solver.elements(container), view.star)
    solver.add(site.target, view)


def _keys(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    view = solver.container("list", container, "keys")
    solver.edge(key_values(solver, container), view.star)
    solver.add(site.target, view)


def _items(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    view = solver.container("list", container, "items")
    pair = solver.container("tuple", container, "item")
    solver.edge(key_values(solver, container), element(solver, pair, 0))
    solver.edge(solver.elements(container), element(solver, pair, 1))
    solver.add(view.star, pair)
    solver.add(site.target, view)


def _popitem(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    pair = solver.container("tuple", container, "item")
    solver.edge(key_values(solver, container), element(solver, pair, 0))
    solver.edge(solver.elements(container), element(solver, pair, 1))
    solver.add(site.target, pair)


def _update(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    source = _argument(site, 0)
    if source >= 0:
        solver.watch(source, on_update, container, frame)
    for name, node in site.arguments.keywords:
        if name is None:
            solver.watch(node, on_update, container, frame)
        else:
            solver.edge(node, element(solver, container, name))


def on_update(solver: Solver, container: ContainerValue, frame: Frame, value: Value, _node: int) -> None:
    """A mapping, or an iterable of pairs, is merged into a mapping."""
    if isinstance(value, ContainerValue):
        if value.type in MAPPINGS:
            copy_fields(solver, value, container)
        elif container.type in MAPPINGS:
            solver.watch(solver.elements(value), _on_pair, container, frame)
        else:
            solver.edge(solver.elements(value), container.star)
    elif isinstance(value, InstanceValue):
        iterate(solver, value, container.star, frame, -1)


def _on_pair(solver: Solver, container: ContainerValue, frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, ContainerValue):
        first, second = element(solver, value, 0), element(solver, value, 1)
        solver.edge(first, key_values(solver, container))
        solver.watch(first, _on_write_key, (container, second), frame)
        if not solver.points[first]:
            solver.unkeyed.append((first, container, second, False))


def _send(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    source = _argument(site, 0)
    if source >= 0:
        solver.edge(source, solver.field(container, "<send>"))
    solver.edge(solver.elements(container), site.target)


def _self(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    solver.add(site.target, container)


def _nothing(solver: Solver, site: CallSite, frame: Frame, container: ContainerValue) -> None:
    """The method's result and effect hold nothing that could be called."""


NATIVE_METHODS.update(
    {
        ("", "append"): _add_first,
        ("", "appendleft"): _add_first,
        ("", "add"): _add_first,
        ("", "put"): _add_first,
        ("", "insert"): _insert,
        ("", "extend"): _extend,
        ("", "extendleft"): _extend,
        ("", "pop"): _pop,
        ("", "popleft"): _any_element,
        ("", "get"): _get,
        ("", "copy"): _copy,
        ("", "__copy__"): _copy,
        ("", "sort"): _sort,
        ("", "reverse"): _reverse,
        ("", "union"): _copy,
        ("", "difference"): _copy,
        ("", "intersection"): _copy,
        ("", "values"): _values,
        ("", "keys"): _keys,
        ("", "items"): _items,
        ("", "popitem"): _popitem,
        ("", "update"): _update,
        ("", "setdefault"): _get,
        ("", "send"): _send,
        ("", "__next__"): _any_element,
        ("", "__anext__"): _any_element,
        ("", "__iter__"): _self,
        ("", "__aiter__"): _self,
        ("", "__getitem__"): _get,
        ("", "__setitem__"): _set_item,
        ("", "_replace"): _copy,
        ("", "_asdict"): _copy,
        ("", "clear"): _nothing,
        ("", "remove"): _nothing,
        ("", "discard"): _nothing,
        ("", "index"): _nothing,
        ("", "count"): _nothing,
        ("", "close"): _nothing,
        ("", "throw"): _any_element,
    }
)


def new_from(solver: Solver, type: str, site: CallSite, frame: Frame) -> None:
    """``list(x)``, ``dict(x, k=v)``, ``set(x)``, ``tuple(x)``."""
    made = solver.container(type, frame, site)
    source = _argument(site, 0)
    if source >= 0:
        if type in MAPPINGS:
            solver.watch(source, on_update, made, frame)
        elif type in ("list", "tuple"):
            spread_into(solver, source, made, frame, site.site, 0)
        else:
            elements_into(solver, source, made.star, frame, site.site)
    for name, node in site.arguments.keywords:
        if name is None:
            solver.watch(node, on_update, made, frame)
        else:
            solver.edge(node, element(solver, made, name))
    solver.add(site.target, made)


def is_callable(solver: Solver, value: Any) -> bool:
    """What ``callable`` says."""
    if isinstance(value, InstanceValue):
        cls = value.cls
        return solver.binder(cls, "__call__") is not None or any(isinstance(c, ExternalValue) for c in cls.mro)
    return not isinstance(value, ContainerValue | LiteralValue | TextValue | NamespaceValue) or isinstance(
        value, FunctionValue
    )
