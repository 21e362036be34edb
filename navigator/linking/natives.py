"""Built-in functions that are part of the language: reflection, descriptors, containers, iteration, imports."""

from __future__ import annotations

from navigator.linking.calls import (
    NATIVE_FUNCTIONS,
    Arguments,
    CallSite,
    call_member,
    call_value_watcher,
    element,
    metaclass_of,
)
from navigator.linking.containers import MAPPINGS, elements_into, iterate, key_values, new_from, on_update
from navigator.linking.frames import Frame
from navigator.linking.members import CallTarget, ValueTarget, load, may_run_code, namespace, store
from navigator.linking.patterns import load_members, modules
from navigator.linking.solver import Solver
from navigator.linking.values import (
    ClassMethodValue,
    ClassValue,
    ContainerValue,
    ExternalValue,
    FunctionValue,
    InstanceValue,
    ModuleValue,
    PatternValue,
    PropertyValue,
    RecordFactory,
    StaticValue,
    TextValue,
    Value,
    WrapsValue,
)


def argument(site: CallSite, position: int, name: str = "") -> int:
    """The node of an argument given by position or name; ``-1`` if absent."""
    positional = site.arguments.positional
    if position < len(positional) and positional[position] >= 0:
        return positional[position]
    for keyword, node in site.arguments.keywords:
        if keyword == name and name:
            return node
    return -1


# -- reflection -----------------------------------------------------------------------------------------------------


def _getattr(solver: Solver, site: CallSite, frame: Frame) -> None:
    receiver, name, default = argument(site, 0), argument(site, 1), argument(site, 2)
    if default >= 0:
        solver.edge(default, site.target)
    if receiver >= 0 and name >= 0:
        solver.watch(name, _on_attribute_name, (receiver, site.target, site.site), frame)


def _on_attribute_name(solver: Solver, data: tuple[int, int, int], frame: Frame, value: Value, _node: int) -> None:
    receiver, target, site = data
    if isinstance(value, TextValue):
        read = CallSite(site, Arguments(()), target, "implicit", value.text)
        solver.watch(receiver, _on_named_receiver, read, frame)
    elif isinstance(value, PatternValue):
        solver.watch(receiver, load_members, (value, target), frame)


def _on_named_receiver(solver: Solver, read: CallSite, frame: Frame, value: Value, node: int) -> None:
    if may_run_code(solver, value, read.name):
        solver.member_loads.append((frame, read, value))
    load(solver, value, read.name, frame, node, ValueTarget(read.target))


def _setattr(solver: Solver, site: CallSite, frame: Frame) -> None:
    receiver, name, source = argument(site, 0), argument(site, 1), argument(site, 2)
    if receiver < 0 or name < 0 or source < 0:
        return
    solver.watch(name, _on_stored_name, (receiver, source, site.site), frame)
    solver.watch(receiver, _on_setattr_receiver, (name, source, site.site), frame)


def _on_stored_name(solver: Solver, data: tuple[int, int, int], frame: Frame, value: Value, _node: int) -> None:
    receiver, source, site = data
    if isinstance(value, TextValue):
        solver.watch(receiver, _on_named_store, (value.text, source, site), frame)


def _on_named_store(solver: Solver, data: tuple[str, int, int], frame: Frame, value: Value, _node: int) -> None:
    name, source, site = data
    store(solver, value, name, source, frame, site)


def _on_setattr_receiver(solver: Solver, data: tuple[int, int, int], frame: Frame, value: Value, _node: int) -> None:
    """``setattr`` under an unknown name still runs ``__setattr__``."""
    name, source, site = data
    if isinstance(value, InstanceValue) and solver.binder(value.cls, "__setattr__") is not None:
        if any(isinstance(v, TextValue) for v in solver.values(name)):
            return
        arguments = Arguments((name, source))
        inner = CallSite(site, arguments, solver.node(), "implicit", "__setattr__")
        call_member(solver, inner, frame, value, -1)


def _delattr(solver: Solver, site: CallSite, frame: Frame) -> None:
    receiver, name = argument(site, 0), argument(site, 1)
    if receiver >= 0 and name >= 0:
        solver.watch(name, _on_stored_name, (receiver, -1, site.site), frame)


def _dir(solver: Solver, site: CallSite, frame: Frame) -> None:
    """A list of names, which are those of whatever they are used on."""
    made = solver.container("list", frame, site)
    solver.add(made.star, solver.pattern("", ""))
    solver.add(site.target, made)


def _hasattr(solver: Solver, site: CallSite, frame: Frame) -> None:
    """Nothing flows, but reading the attribute may run a property."""
    receiver, name = argument(site, 0), argument(site, 1)
    if receiver >= 0 and name >= 0:
        solver.watch(name, _on_attribute_name, (receiver, solver.node(), site.site), frame)


def _type(solver: Solver, site: CallSite, frame: Frame) -> None:
    if len(site.arguments.positional) == 1:
        source = argument(site, 0)
        if source >= 0:
            solver.watch(source, _on_type, site.target, frame)
    else:
        solver.add(site.target, solver.unknown)


def _on_type(solver: Solver, target: int, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, InstanceValue):
        solver.add(target, value.cls)
    elif isinstance(value, ExternalValue):
        solver.add(target, solver.unknown)


def _super(solver: Solver, site: CallSite, frame: Frame) -> None:
    cls, receiver = argument(site, 0), argument(site, 1)
    if cls >= 0 and receiver >= 0:
        solver.watch(cls, _on_super_class, (receiver, site.target), frame)


def _on_super_class(solver: Solver, data: tuple[int, int], frame: Frame, value: Value, _node: int) -> None:
    receiver, target = data
    if isinstance(value, ClassValue):
        solver.watch(receiver, on_super_receiver, (value, target), frame)


def on_super_receiver(solver: Solver, data: tuple[ClassValue, int], _frame: Frame, value: Value, node: int) -> None:
    cls, target = data
    owner = value.cls if isinstance(value, InstanceValue) else value
    if not isinstance(owner, ClassValue):
        return
    if cls not in owner.mro:
        metaclass = metaclass_of(solver, owner) if owner is value else None
        if metaclass is None or cls not in metaclass.mro:
            return
    solver.add(target, solver.super_value(cls, value), node)


def _vars(solver: Solver, site: CallSite, frame: Frame) -> None:
    source = argument(site, 0)
    if source >= 0:
        solver.watch(source, _on_vars, site.target, frame)


def _on_vars(solver: Solver, target: int, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, InstanceValue | ClassValue | ModuleValue):
        solver.add(target, namespace(solver, value))


def _globals(solver: Solver, site: CallSite, frame: Frame) -> None:
    solver.add(site.target, namespace(solver, frame.file.value))


def _locals(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``locals()`` is a mapping of every variable of the function to what it may hold."""
    made = solver.container("dict", frame, "locals")
    names = frame.file.file.facts.slot_names
    low, high = frame.definition.facts.slots
    for slot in range(low, high):
        if names[slot]:
            solver.edge(frame.node(slot), element(solver, made, names[slot]))
    solver.add(site.target, made)


def _nothing(solver: Solver, site: CallSite, frame: Frame) -> None:
    """The result is of a built-in type and the call runs nothing that is known here."""


def _string(solver: Solver, site: CallSite, frame: Frame) -> None:
    solver.add(site.target, solver.literal("str"))
    source = argument(site, 0)
    if source >= 0:
        solver.watch(source, _on_text, site.target, frame)


def _on_text(solver: Solver, target: int, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, TextValue):
        solver.add(target, value)


def _implicit(*names: str) -> None:
    """Built-ins that run a special method of their argument: ``len``, ``str``, ``abs`` ..."""
    for name in names:
        special = _SPECIAL[name]
        NATIVE_FUNCTIONS[f"builtins.{name}"] = _special_caller(special, name)


def _special_caller(special: tuple[str, ...], name: str):  # type: ignore[no-untyped-def]
    def call(solver: Solver, site: CallSite, frame: Frame) -> None:
        source = argument(site, 0)
        if source >= 0:
            rest = tuple(site.arguments.positional[1:])
            solver.watch(source, _on_special, (special, site, rest), frame)
        if name in ("str", "repr", "format", "ascii"):
            _string(solver, site, frame)
        elif name == "dir":
            _dir(solver, site, frame)

    return call


def _on_special(
    solver: Solver, data: tuple[tuple[str, ...], CallSite, tuple[int, ...]], frame: Frame, value: Value, node: int
) -> None:
    special, site, rest = data
    if isinstance(value, InstanceValue):
        for name in special:
            binder = solver.binder(value.cls, name)
            if binder is not None:
                inner = CallSite(site.site, Arguments(rest), site.target, "implicit", name)
                call_member(solver, inner, frame, value, node)
                return
    elif isinstance(value, ClassValue):
        from navigator.linking.metaclasses import call_special

        for name in special:
            if call_special(solver, CallSite(site.site, Arguments(rest), site.target, "implicit", name), frame, value):
                return


_SPECIAL: dict[str, tuple[str, ...]] = {
    "len": ("__len__",), "str": ("__str__", "__repr__"), "repr": ("__repr__",), "bool": ("__bool__", "__len__"),
    "int": ("__int__", "__index__", "__trunc__"), "float": ("__float__", "__index__"), "complex": ("__complex__",),
    "bytes": ("__bytes__",), "hash": ("__hash__",), "abs": ("__abs__",), "round": ("__round__",),
    "divmod": ("__divmod__",), "pow": ("__pow__",), "format": ("__format__", "__str__"), "dir": ("__dir__",),
    "hex": ("__index__",), "oct": ("__index__",), "bin": ("__index__",),
    "ascii": ("__repr__",),
}  # fmt: skip


def _print(solver: Solver, site: CallSite, frame: Frame) -> None:
    for node in site.arguments.positional:
        if node >= 0:
            solver.watch(node, _on_special, (("__str__", "__repr__"), _discard(solver, site), ()), frame)


def _discard(solver: Solver, site: CallSite) -> CallSite:
    return CallSite(site.site, Arguments(()), solver.node(), "implicit")


# -- descriptors ----------------------------------------------------------------------------------------------------


def _property(solver: Solver, site: CallSite, frame: Frame) -> None:
    parts = []
    for position, name in enumerate(("fget", "fset", "fdel")):
        node = argument(site, position, name)
        parts.append(node if node >= 0 else solver.node())
    key = ("property", frame, site)
    value = solver.made.get(key)
    if value is None:
        value = solver.made[key] = PropertyValue(*parts)
    solver.add(site.target, value)


def replace_property(solver: Solver, site: CallSite, frame: Frame, value: PropertyValue, name: str) -> None:
    """``@x.setter``: the same property with one function replaced."""
    node = argument(site, 0)
    key = ("property", frame, site, value)
    made = solver.made.get(key)
    if made is None and node >= 0:
        made = solver.made[key] = PropertyValue(
            node if name == "getter" else value.getter,
            node if name == "setter" else value.setter,
            node if name == "deleter" else value.deleter,
        )
    if made is not None:
        solver.add(site.target, made)


def _staticmethod(solver: Solver, site: CallSite, frame: Frame) -> None:
    source = argument(site, 0)
    if source >= 0:
        key = ("staticmethod", frame, site)
        value = solver.made.setdefault(key, StaticValue(source))
        solver.add(site.target, value)


def _classmethod(solver: Solver, site: CallSite, frame: Frame) -> None:
    source = argument(site, 0)
    if source >= 0:
        key = ("classmethod", frame, site)
        value = solver.made.setdefault(key, ClassMethodValue(source))
        solver.add(site.target, value)


# -- containers and iteration ---------------------------------------------------------------------------------------


def _maker(type: str):  # type: ignore[no-untyped-def]
    def make(solver: Solver, site: CallSite, frame: Frame) -> None:
        new_from(solver, type, site, frame)

    return make


def _iter(solver: Solver, site: CallSite, frame: Frame) -> None:
    source = argument(site, 0)
    if len(site.arguments.positional) == 2:
        made = solver.container("generator", frame, site)
        inner = CallSite(site.site, Arguments(()), made.star, "callback")
        if source >= 0:
            solver.watch(source, call_value_watcher, inner, frame)
        solver.add(site.target, made)
    elif source >= 0:
        solver.watch(source, _on_iter, site, frame)


def _on_iter(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    if isinstance(value, ContainerValue):
        if value.type == "generator":
            solver.add(site.target, value, node)
        else:
            made = solver.container("generator", value, "iter")
            solver.edge(key_values(solver, value) if value.type in MAPPINGS else solver.elements(value), made.star)
            solver.add(site.target, made)
    elif isinstance(value, InstanceValue):
        call_member(solver, CallSite(site.site, Arguments(()), site.target, "implicit", "__iter__"), frame, value, node)
    elif isinstance(value, ExternalValue):
        solver.add(site.target, solver.unknown)


def _next(solver: Solver, site: CallSite, frame: Frame) -> None:
    source, default = argument(site, 0), argument(site, 1)
    if default >= 0:
        solver.edge(default, site.target)
    if source >= 0:
        solver.watch(source, _on_next, (site, "__next__"), frame)


def _zip(solver: Solver, site: CallSite, frame: Frame) -> None:
    made = solver.container("generator", frame, site)
    item = solver.container("tuple", frame, site)
    for position, node in enumerate(site.arguments.positional):
        if node >= 0:
            elements_into(solver, node, element(solver, item, position), frame, site.site)
        else:
            solver.watch(~node, _on_zipped, (item, site.site), frame)
    solver.add(made.star, item)
    solver.add(site.target, made)


def _on_zipped(solver: Solver, data: tuple[ContainerValue, int], frame: Frame, value: Value, _node: int) -> None:
    item, site = data
    if isinstance(value, ContainerValue):
        elements_into(solver, solver.elements(value), item.star, frame, site)


def _enumerate(solver: Solver, site: CallSite, frame: Frame) -> None:
    made = solver.container("generator", frame, site)
    item = solver.container("tuple", frame, site)
    source = argument(site, 0, "iterable")
    if source >= 0:
        elements_into(solver, source, element(solver, item, 1), frame, site.site)
    solver.add(made.star, item)
    solver.add(site.target, made)


def _reversed(solver: Solver, site: CallSite, frame: Frame) -> None:
    source = argument(site, 0)
    if source >= 0:
        solver.watch(source, _on_reversed, site, frame)


def _on_reversed(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    if isinstance(value, InstanceValue) and solver.binder(value.cls, "__reversed__") is not None:
        call_member(
            solver, CallSite(site.site, Arguments(()), site.target, "implicit", "__reversed__"), frame, value, node
        )
        return
    made = solver.container("generator", frame, site)
    iterate(solver, value, made.star, frame, site.site)
    solver.add(site.target, made)


def _defaultdict(solver: Solver, site: CallSite, frame: Frame) -> None:
    made = solver.container("dict", frame, site)
    factory, source = argument(site, 0), argument(site, 1)
    if factory >= 0:
        inner = CallSite(site.site, Arguments(()), made.star, "callback")
        solver.watch(factory, _on_factory, inner, frame)
    if source >= 0:
        solver.watch(source, on_update, made, frame)
    solver.add(site.target, made)


def _on_factory(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    if not isinstance(value, ExternalValue) or value.name in NATIVE_FUNCTIONS:
        call_value_watcher(solver, site, frame, value, node)


def _anext(solver: Solver, site: CallSite, frame: Frame) -> None:
    source = argument(site, 0)
    if source >= 0:
        solver.watch(source, _on_next, (site, "__anext__"), frame)


def _on_next(solver: Solver, data: tuple[CallSite, str], frame: Frame, value: Value, node: int) -> None:
    site, name = data
    if isinstance(value, ContainerValue):
        solver.edge(solver.elements(value), site.target)
    elif isinstance(value, InstanceValue):
        call_member(solver, CallSite(site.site, Arguments(()), site.target, "implicit", name), frame, value, node)
    elif isinstance(value, ExternalValue):
        solver.add(site.target, solver.unknown)


# -- modules --------------------------------------------------------------------------------------------------------


def _import_module(solver: Solver, site: CallSite, frame: Frame) -> None:
    source, package = argument(site, 0, "name"), argument(site, 1, "package")
    if source >= 0:
        solver.watch(source, _on_import, (site.target, package, False), frame)


def _dunder_import(solver: Solver, site: CallSite, frame: Frame) -> None:
    source = argument(site, 0)
    if source >= 0:
        whole = argument(site, 3, "fromlist") >= 0
        solver.watch(source, _on_import, (site.target, -1, not whole), frame)


def _on_import(solver: Solver, data: tuple[int, int, bool], frame: Frame, value: Value, _node: int) -> None:
    target, package, top = data
    if isinstance(value, PatternValue):
        for module in modules(solver, value):
            solver.add(target, solver.spaces.module_value(module))
    if not isinstance(value, TextValue):
        solver.add(target, solver.unknown)
        return
    name: str | None = value.text
    assert name is not None
    stripped = name.lstrip(".")
    if stripped != name and package >= 0:
        for anchor in list(solver.values(package)):
            if isinstance(anchor, TextValue):
                around = anchor.text.split(".")
                full = ".".join([*around[: len(around) - (len(name) - len(stripped) - 1)], stripped])
                if solver.spaces.is_module(full):
                    solver.add(target, solver.spaces.module_value(full))
                    return
    name = solver.spaces.absolute(frame.file, stripped, len(name) - len(stripped))
    if name is None:
        return
    if top:
        name = name.split(".")[0]
    if solver.spaces.is_module(name):
        solver.add(target, solver.spaces.module_value(name))
    else:
        solver.add(target, solver.external(name))


def _cast(solver: Solver, site: CallSite, frame: Frame) -> None:
    declared, source = argument(site, 0, "typ"), argument(site, 1, "val")
    if source >= 0:
        solver.edge(source, site.target)
    if declared >= 0:
        solver.watch(declared, _on_cast, site.target, frame)


def _on_cast(solver: Solver, target: int, frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, ClassValue):
        solver.casts.append((target, value))
    elif isinstance(value, TextValue):
        for binding in solver.spaces.type_bindings(frame.definition, value.text):
            if isinstance(binding, ClassValue):
                solver.casts.append((target, binding))


# -- construction ---------------------------------------------------------------------------------------------------


def _object_new(solver: Solver, site: CallSite, frame: Frame) -> None:
    source = argument(site, 0)
    if source >= 0:
        solver.watch(source, _on_new_class, site.target, frame)


def _on_new_class(solver: Solver, target: int, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, ClassValue):
        solver.add(target, solver.instance(value, "object.__new__"))


def _object_setattr(solver: Solver, site: CallSite, frame: Frame) -> None:
    receiver, name, source = argument(site, 0), argument(site, 1), argument(site, 2)
    if receiver >= 0 and name >= 0 and source >= 0:
        solver.watch(name, _on_plain_name, (receiver, source), frame)


def _on_plain_name(solver: Solver, data: tuple[int, int], frame: Frame, value: Value, _node: int) -> None:
    receiver, source = data
    if isinstance(value, TextValue):
        solver.watch(receiver, _on_plain_store, (value.text, source), frame)


def _on_plain_store(solver: Solver, data: tuple[str, int], _frame: Frame, value: Value, _node: int) -> None:
    name, source = data
    if isinstance(value, InstanceValue):
        solver.edge(source, solver.field(value, name))
    elif isinstance(value, ClassValue):
        solver.edge(source, solver.class_store(value, name))


def _namedtuple(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``namedtuple(...)`` makes a factory of tuples with named elements."""
    names = record_fields_of(frame, site.target)
    key = ("record", frame, site)
    value = solver.made.get(key)
    if value is None:
        value = solver.made[key] = RecordFactory(names)
    solver.add(site.target, value)


def _wraps(solver: Solver, site: CallSite, frame: Frame) -> None:
    source = argument(site, 0, "wrapped")
    if source >= 0:
        key = ("wraps", source)
        solver.add(site.target, solver.made.setdefault(key, WrapsValue(source)))


def record_fields_of(frame: Frame, target: int) -> tuple[str, ...]:
    """The field names of the ``namedtuple`` call whose result is the node ``target``."""
    return frame.file.records.get(target - frame.file.base, ())


def _method_type(solver: Solver, site: CallSite, frame: Frame) -> None:
    function, receiver = argument(site, 0), argument(site, 1)
    if function >= 0 and receiver >= 0:
        solver.watch(function, _on_method_function, (receiver, site.target), frame)


def _on_method_function(solver: Solver, data: tuple[int, int], frame: Frame, value: Value, _node: int) -> None:
    receiver, target = data
    if isinstance(value, FunctionValue):
        solver.watch(receiver, _on_method_receiver, (value, target), frame)


def _on_method_receiver(
    solver: Solver, data: tuple[FunctionValue, int], _frame: Frame, value: Value, _node: int
) -> None:
    function, target = data
    solver.add(target, solver.bound(function, value))


def _identity(solver: Solver, site: CallSite, frame: Frame) -> None:
    source = argument(site, 0)
    if source >= 0:
        solver.edge(source, site.target)


def _instance_check(solver: Solver, site: CallSite, frame: Frame) -> None:
    _check(solver, site, frame, "__instancecheck__")


def _subclass_check(solver: Solver, site: CallSite, frame: Frame) -> None:
    _check(solver, site, frame, "__subclasscheck__")


def _check(solver: Solver, site: CallSite, frame: Frame, name: str) -> None:
    """``isinstance`` and ``issubclass`` ask the metaclass of what they are given."""
    asked, cls = argument(site, 0), argument(site, 1)
    if asked >= 0 and cls >= 0:
        inner = CallSite(site.site, Arguments((asked,)), solver.node(), "implicit", name)
        solver.watch(cls, _on_checked, inner, frame)


def _on_checked(solver: Solver, site: CallSite, frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, ClassValue):
        from navigator.linking.metaclasses import call_special

        call_special(solver, site, frame, value)
    elif isinstance(value, ContainerValue):
        solver.watch(solver.elements(value), _on_checked, site, frame)


def _callable_result(solver: Solver, site: CallSite, frame: Frame) -> None:
    """``callable``, ``isinstance`` and the like: a truth value."""


NATIVE_FUNCTIONS.update(
    {
        "builtins.getattr": _getattr,
        "builtins.setattr": _setattr,
        "builtins.delattr": _delattr,
        "builtins.hasattr": _hasattr,
        "builtins.type": _type,
        "builtins.super": _super,
        "builtins.vars": _vars,
        "builtins.globals": _globals,
        "builtins.locals": _locals,
        "builtins.property": _property,
        "builtins.staticmethod": _staticmethod,
        "builtins.classmethod": _classmethod,
        "builtins.list": _maker("list"),
        "builtins.tuple": _maker("tuple"),
        "builtins.set": _maker("set"),
        "builtins.frozenset": _maker("set"),
        "builtins.dict": _maker("dict"),
        "collections.OrderedDict": _maker("dict"),
        "collections.deque": _maker("list"),
        "collections.Counter": _maker("dict"),
        "builtins.zip": _zip,
        "itertools.zip_longest": _zip,
        "builtins.enumerate": _enumerate,
        "builtins.reversed": _reversed,
        "collections.defaultdict": _defaultdict,
        "builtins.iter": _iter,
        "builtins.next": _next,
        "builtins.aiter": _iter,
        "builtins.anext": _anext,
        "builtins.print": _print,
        "builtins.isinstance": _instance_check,
        "builtins.issubclass": _subclass_check,
        "builtins.callable": _callable_result,
        "builtins.id": _nothing,
        "builtins.range": _nothing,
        "builtins.object.__new__": _object_new,
        "builtins.object.__setattr__": _object_setattr,
        "builtins.type.__setattr__": _object_setattr,
        "builtins.__import__": _dunder_import,
        "importlib.import_module": _import_module,
        "collections.namedtuple": _namedtuple,
        "functools.wraps": _wraps,
        "types.MethodType": _method_type,
        "typing.cast": _cast,
        "copy.copy": _identity,
        "copy.deepcopy": _identity,
    }
)
_implicit(*_SPECIAL)

__all__ = ["CallTarget", "argument", "on_super_receiver", "replace_property"]
