"""Members of values: attribute loads and stores, descriptors, and what binding a class member to an instance gives."""

from __future__ import annotations

from typing import Protocol

from navigator.facts.vocabulary import Call, Closure, SetMember
from navigator.linking.calls import (
    Arguments,
    CallSite,
    call_function,
    call_member,
    call_value,
    call_value_watcher,
    element,
    metaclass_of,
    super_owner,
)
from navigator.linking.frames import INSTANCE, Frame
from navigator.linking.loaded_modules import REPLACED, changes_class
from navigator.linking.receivers import fits
from navigator.linking.solver import Solver
from navigator.linking.values import (
    BoundValue,
    ClassMethodValue,
    ClassValue,
    ContainerValue,
    ExternalValue,
    FunctionValue,
    InstanceValue,
    LiteralValue,
    ModuleValue,
    NamespaceValue,
    NativeMethod,
    PatternValue,
    PropertyValue,
    StaticValue,
    SuperValue,
    TextValue,
    Value,
)

EXTERNAL_DEPTH = 8
"""Attributes followed along a name outside the workspace."""


class Target(Protocol):
    """Where a loaded member goes: into a node, or into a call."""

    def value(self, solver: Solver, frame: Frame, value: Value, node: int) -> None: ...

    def node(self, solver: Solver, frame: Frame, node: int) -> None: ...


class ValueTarget:
    """The member flows into a node."""

    __slots__ = ("target",)

    def __init__(self, target: int) -> None:
        self.target = target

    def value(self, solver: Solver, frame: Frame, value: Value, node: int) -> None:
        solver.add(self.target, value, node)

    def node(self, solver: Solver, frame: Frame, node: int) -> None:
        solver.edge(node, self.target)


class CallTarget:
    """The member is called."""

    __slots__ = ("site",)

    def __init__(self, site: CallSite) -> None:
        self.site = site

    def value(self, solver: Solver, frame: Frame, value: Value, node: int) -> None:
        call_value(solver, self.site, frame, value, node)

    def node(self, solver: Solver, frame: Frame, node: int) -> None:
        solver.watch(node, call_value_watcher, self.site, frame)


# -- loads ----------------------------------------------------------------------------------------------------------


def may_run_code(solver: Solver, value: Value, name: str) -> bool:
    """Whether reading a member could run a property, a descriptor or an attribute hook."""
    kind = type(value)
    if kind is InstanceValue:
        cls = value.cls  # type: ignore[attr-defined]
        binder = solver.binder
        return (
            binder(cls, name) is not None
            or binder(cls, "__getattr__") is not None
            or binder(cls, "__getattribute__") is not None
        )
    if kind is ModuleValue:
        return module_hook(solver, value) is not None or changes_class(solver, value)  # type: ignore[arg-type]
    if kind is SuperValue:
        return True
    if kind is ClassValue:
        binding = solver.binder(value, name)  # type: ignore[arg-type]
        if binding is None:
            return False
        state = binding.definition
        return any(type(i) is Call for i in state.file.writers.get(state.facts.variables[name], ()))
    return False


def module_hook(solver: Solver, module: Value) -> int | None:
    """The slot of a module's own ``__getattr__``."""
    assert isinstance(module, ModuleValue)
    state = solver.spaces.modules.get(module.name)
    return None if state is None else state.definitions[0].facts.variables.get("__getattr__")


def load(solver: Solver, value: Value, name: str, frame: Frame, node: int, target: Target) -> None:
    """``value.name`` goes to ``target``."""
    kind = type(value)
    if kind is InstanceValue:
        assert isinstance(value, InstanceValue)
        if name == "__class__":
            target.value(solver, frame, value.cls, node)
        elif name == "__dict__":
            target.value(solver, frame, namespace(solver, value), node)
        else:
            target.node(solver, frame, bound_member(solver, value, name, frame))
    elif kind is ModuleValue:
        assert isinstance(value, ModuleValue)
        _load_module(solver, value, name, frame, node, target)
    elif kind is ClassValue:
        assert isinstance(value, ClassValue)
        _load_class(solver, value, name, frame, node, target)
    elif kind is ExternalValue:
        assert isinstance(value, ExternalValue)
        if not value.name or value.name.count(".") >= EXTERNAL_DEPTH or isinstance(target, ValueTarget):
            # Names are followed where the source spells them out; what flows is just something from outside.
            target.value(solver, frame, solver.unknown, node)
        else:
            target.value(solver, frame, solver.external(f"{value.name}.{name}"), node)
    elif kind is SuperValue:
        assert isinstance(value, SuperValue)
        owner = super_owner(solver, value)
        if owner is not None:
            found = solver.lookup_after(value.after, owner, name)
            solver.watch(found, _on_bind, (value.receiver, target), frame)
    elif kind is FunctionValue:
        if name == "__call__":
            target.value(solver, frame, value, node)
        else:
            target.node(solver, frame, solver.field(value, name))
    elif kind is BoundValue:
        assert isinstance(value, BoundValue)
        if name == "__func__":
            target.value(solver, frame, value.function, node)
        elif name == "__self__":
            target.value(solver, frame, value.receiver, node)
        elif name == "__call__":
            target.value(solver, frame, value, node)
        else:
            target.node(solver, frame, solver.field(value.function, name))
    elif kind is PropertyValue:
        assert isinstance(value, PropertyValue)
        part = {"fget": value.getter, "fset": value.setter, "fdel": value.deleter}.get(name)
        if part is not None:
            target.node(solver, frame, part)
        else:
            target.value(solver, frame, native_method(solver, value, name), node)
    elif kind is ContainerValue:
        assert isinstance(value, ContainerValue)
        if value.type == "record" and name in value.fields:
            target.node(solver, frame, element(solver, value, name))
        elif has_method(value, name):
            target.value(solver, frame, native_method(solver, value, name), node)
    elif kind in (LiteralValue, PatternValue, TextValue, NamespaceValue):
        if kind is NamespaceValue or has_method(value, name):
            target.value(solver, frame, native_method(solver, value, name), node)
    elif isinstance(value, StaticValue | ClassMethodValue) and name in ("__func__", "__wrapped__"):
        target.node(solver, frame, value.function)


_METHODS: dict[str, frozenset[str]] = {t.__name__: frozenset(dir(t)) for t in (str, bytes, list, tuple, set, dict)}
_METHODS["list"] |= {"appendleft", "popleft", "extendleft", "rotate", "maxlen"}
_METHODS["dict"] |= {"move_to_end", "most_common", "subtract", "elements", "default_factory"}
_METHODS["generator"] = frozenset({"send", "throw", "close", "__next__", "__iter__", "asend", "athrow", "aclose"})
_METHODS["record"] = _METHODS["tuple"] | {"_replace", "_asdict", "_fields", "_make"}


def has_method(receiver: Value, name: str) -> bool:
    """Whether a value of a built-in type has a method of that name."""
    methods = _METHODS.get(getattr(receiver, "type", "str"))
    return methods is None or name in methods


_CONTAINER_BASES = {
    "builtins.dict": "dict",
    "builtins.list": "list",
    "builtins.set": "set",
    "builtins.frozenset": "set",
    "builtins.tuple": "tuple",
    "collections.OrderedDict": "dict",
    "collections.defaultdict": "dict",
    "collections.deque": "list",
    "collections.UserDict": "dict",
    "collections.UserList": "list",
    "collections.Counter": "dict",
}
"""Library classes that are containers, by the built-in type they behave like."""


def container_base(cls: ClassValue) -> str | None:
    """The built-in container type that a class derives from."""
    for base in cls.mro:
        if isinstance(base, ExternalValue) and base.name in _CONTAINER_BASES:
            return _CONTAINER_BASES[base.name]
    return None


def contents(solver: Solver, instance: InstanceValue, type: str) -> ContainerValue:
    """What an instance of a class derived from a built-in container holds."""
    return solver.container(type, instance)


def native_method(solver: Solver, receiver: Value, name: str) -> NativeMethod:
    key = ("native", receiver, name)
    method = solver.made.get(key)
    if method is None:
        method = solver.made[key] = NativeMethod(receiver, name)
    assert isinstance(method, NativeMethod)
    return method


def namespace(solver: Solver, owner: Value) -> NamespaceValue:
    """The mapping that shows an object's members."""
    key = ("namespace", owner)
    value = solver.made.get(key)
    if value is None:
        value = solver.made[key] = NamespaceValue(owner)
    assert isinstance(value, NamespaceValue)
    return value


def _load_module(solver: Solver, module: ModuleValue, name: str, frame: Frame, node: int, target: Target) -> None:
    if name == "__dict__":
        target.value(solver, frame, namespace(solver, module), node)
        return
    target.node(solver, frame, solver.module_member(module, name))
    state = solver.spaces.modules.get(module.name)
    if state is None or name.startswith("__"):
        return
    variables = state.definitions[0].facts.variables
    if name not in variables:
        getter = variables.get("__getattr__")
        if getter is not None and not solver.spaces.is_module(f"{module.name}.{name}"):
            _call_getter(solver, state.base + getter, name, frame, target, (module, name))
        # A module whose ``__class__`` is replaced has the members of that class.
        replaced = solver.field(module, "__class__")
        solver.watch(replaced, _on_replaced_class, (name, target), frame)
        solver.watch(solver.field(module, REPLACED), _on_replacement, (name, target), frame)


def _on_replaced_class(solver: Solver, data: tuple[str, Target], frame: Frame, value: Value, node: int) -> None:
    name, target = data
    if isinstance(value, ClassValue):
        load(solver, value.instance, name, frame, node, target)


def _on_replacement(solver: Solver, data: tuple[str, Target], frame: Frame, value: Value, node: int) -> None:
    name, target = data
    if isinstance(value, InstanceValue | ClassValue):
        load(solver, value, name, frame, node, target)


def _call_getter(solver: Solver, getter: int, name: str, frame: Frame, target: Target, key: tuple[Value, str]) -> None:
    """Run a ``__getattr__`` with the name."""
    made = ("getattr", *key)
    result: int | None = solver.made.get(made)
    if result is None:
        result = solver.made[made] = solver.node()
        text = solver.node()
        solver.add(text, solver.named_text(name))
        site = CallSite(-1, Arguments((text,)), result, "implicit", "__getattr__")
        solver.watch(getter, call_value_watcher, site, frame)
    target.node(solver, frame, result)


def _load_class(solver: Solver, cls: ClassValue, name: str, frame: Frame, node: int, target: Target) -> None:
    if name == "__dict__":
        target.value(solver, frame, namespace(solver, cls), node)
        return
    if name == "__mro__" or name == "__bases__":
        bases = solver.container("tuple", cls, name)
        for base in cls.mro if name == "__mro__" else cls.bases:
            solver.add(bases.star, base)
        target.value(solver, frame, bases, node)
        return
    binder = solver.binder(cls, name)
    if is_enum(solver, cls):
        member = enum_member(solver, cls, name)
        if member is not None:
            target.value(solver, frame, member, node)
            return
    if binder is None:
        metaclass = metaclass_of(solver, cls)
        if metaclass is not None:
            solver.watch(solver.lookup(metaclass, name), _on_bind, (cls, target), frame)
        elif name == "__subclasses__":
            target.value(solver, frame, native_method(solver, cls, name), node)
    solver.watch(solver.lookup(cls, name), _on_class_bind, (cls, target), frame)


def _on_class_bind(solver: Solver, data: tuple[ClassValue, Target], frame: Frame, value: Value, node: int) -> None:
    cls, target = data
    if isinstance(value, FunctionValue | PropertyValue):
        target.value(solver, frame, value, node)
    else:
        bind(solver, value, cls, frame, node, target)


def subclasses(solver: Solver, cls: ClassValue, target: int) -> None:
    """``cls.__subclasses__()``"""
    found = solver.container("list", cls, "subclasses")
    for subclass in cls.subclasses:
        solver.add(found.star, subclass)
    solver.add(target, found)


# -- enumerations ---------------------------------------------------------------------------------------------------

_ENUMS = frozenset(f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"))


def is_enum(solver: Solver, cls: ClassValue) -> bool:
    """Whether the class is an enumeration of the workspace."""
    if cls.definition.file.model:
        return False
    for base in cls.mro:
        if isinstance(base, ExternalValue) and base.name in _ENUMS:
            return True
        if isinstance(base, ClassValue) and base.definition.file.model and base.name in _ENUMS:
            return True
    return False


def enum_member(solver: Solver, cls: ClassValue, name: str) -> InstanceValue | None:
    """The member ``name``; ``None`` for methods and for names that the class does not bind."""
    key = ("enum", cls, name)
    if key in solver.made:
        known = solver.made[key]
        return known if isinstance(known, InstanceValue) else None
    member = None
    binder = solver.binder(cls, name)
    if binder is not None and is_enum(solver, binder) and not name.startswith("_"):
        state = binder.definition
        slot = state.facts.variables[name]
        made_by = state.file.writers.get(slot, [])
        if not any(type(i) is Closure or getattr(i, "decorator", False) for i in made_by):
            member = InstanceValue(cls, key)
            solver.edge(state.frame.node(slot), solver.field(member, "value"))
            solver.edge(state.frame.node(slot), solver.field(member, "_value_"))
    solver.made[key] = member
    return member


def enum_members(solver: Solver, cls: ClassValue) -> list[InstanceValue]:
    found = []
    for name in cls.definition.facts.variables:
        member = enum_member(solver, cls, name)
        if member is not None:
            found.append(member)
    return found


# -- binding --------------------------------------------------------------------------------------------------------


def bound_member(solver: Solver, instance: InstanceValue, name: str, frame: Frame) -> int:
    """The node of what ``instance.name`` gives: what was stored, and class members bound to the instance."""
    key = (instance, name)
    node = solver.bound_fields.get(key)
    if node is None:
        node = solver.bound_fields[key] = solver.node()
        solver.edge(solver.field(instance, name), node)
        solver.watch(solver.lookup(instance.cls, name), _on_bind, (instance, ValueTarget(node)), frame)
        fallback = fallback_getter(solver, instance, name)
        if fallback is not None:
            solver.edge(fallback, node)
    return node


def fallback_getter(solver: Solver, instance: InstanceValue, name: str) -> int | None:
    """The result of ``__getattr__`` (or ``__getattribute__``) for a name that the class does not define."""
    cls = instance.cls
    if name.startswith("__"):
        return None
    hook = "__getattribute__"
    if solver.binder(cls, hook) is None:
        hook = "__getattr__"
        if solver.binder(cls, hook) is None or solver.binder(cls, name) is not None:
            return None
        if name in assigned_members(solver, cls):
            return None
    key = ("fallback", instance, name)
    result: int | None = solver.made.get(key)
    if result is None:
        result = solver.made[key] = solver.node()
        text = solver.node()
        solver.add(text, solver.named_text(name))
        site = CallSite(-1, Arguments((text,)), result, "implicit", hook)
        call_member(solver, site, cls.definition.frame, instance, -1)
    return result


def assigned_members(solver: Solver, cls: ClassValue) -> set[str]:
    """Names that methods of the class or its bases assign on their first parameter."""
    key = ("assigned", cls)
    names = solver.made.get(key)
    if names is None:
        names = solver.made[key] = set()
        for base in cls.mro:
            if not isinstance(base, ClassValue):
                continue
            for state in base.definition.file.definitions:
                if state.parent is base.definition and state.positional:
                    first = state.positional[0]
                    for instruction in state.facts.body:
                        if type(instruction) is SetMember and instruction.receiver == first:
                            names.add(instruction.name)
    assert isinstance(names, set)
    return names


def _on_bind(solver: Solver, data: tuple[Value, Target], frame: Frame, value: Value, node: int) -> None:
    receiver, target = data
    bind(solver, value, receiver, frame, node, target)


def bind(solver: Solver, value: Value, receiver: Value, frame: Frame, node: int, target: Target) -> None:
    """What a raw class member gives when it is read through ``receiver`` (descriptor protocol)."""
    kind = type(value)
    if kind is FunctionValue:
        assert isinstance(value, FunctionValue)
        target.value(solver, frame, solver.bound(value, receiver), node)
    elif kind is PropertyValue:
        assert isinstance(value, PropertyValue)
        if isinstance(target, CallTarget):
            solver.member_loads.append((frame, target.site, receiver))
        solver.watch(value.getter, _on_getter, (receiver, target), frame)
    elif kind is StaticValue:
        assert isinstance(value, StaticValue)
        target.node(solver, frame, value.function)
    elif kind is ClassMethodValue:
        assert isinstance(value, ClassMethodValue)
        owner = receiver.cls if isinstance(receiver, InstanceValue) else receiver
        solver.watch(value.function, _on_bind, (owner, target), frame)
    elif kind is InstanceValue:
        assert isinstance(value, InstanceValue)
        if solver.binder(value.cls, "__get__") is not None:
            if isinstance(target, CallTarget):
                solver.member_loads.append((frame, target.site, receiver))
            _call_descriptor(solver, value, receiver, frame, target)
        else:
            target.value(solver, frame, value, node)
    elif kind is ExternalValue:
        assert isinstance(value, ExternalValue)
        library, _, name = value.name.rpartition(".")
        held = _CONTAINER_BASES.get(library)
        if held is not None and isinstance(receiver, InstanceValue):
            target.value(solver, frame, native_method(solver, contents(solver, receiver, held), name), node)
        elif isinstance(target, ValueTarget):
            target.value(solver, frame, solver.unknown, node)
        else:
            target.value(solver, frame, value, node)
    else:
        target.value(solver, frame, value, node)


def _on_getter(solver: Solver, data: tuple[Value, Target], frame: Frame, value: Value, node: int) -> None:
    receiver, target = data
    key = ("property", value, receiver)
    result: int | None = solver.made.get(key)
    if result is None:
        result = solver.made[key] = solver.node()
        site = CallSite(-1, Arguments(()), result, "implicit", "__get__")
        if isinstance(value, FunctionValue):
            call_function(solver, site, frame, value, receiver, node)
        elif isinstance(value, BoundValue):
            call_value(solver, site, frame, value, node)
        elif isinstance(value, InstanceValue):
            holder = solver.node()
            solver.add(holder, receiver)
            call_value(solver, CallSite(-1, Arguments((holder,)), result, "implicit"), frame, value, node)
    target.node(solver, frame, result)


def _call_descriptor(solver: Solver, descriptor: InstanceValue, receiver: Value, frame: Frame, target: Target) -> None:
    key = ("descriptor", descriptor, receiver)
    result: int | None = solver.made.get(key)
    if result is None:
        result = solver.made[key] = solver.node()
        holder, owner = solver.node(), solver.node()
        if isinstance(receiver, InstanceValue):
            solver.add(holder, receiver)
            solver.add(owner, receiver.cls)
        else:
            solver.add(owner, receiver)
        site = CallSite(solver.hidden_site(key), Arguments((holder, owner)), result, "implicit", "__get__")
        call_member(solver, site, frame, descriptor, -1)
    target.node(solver, frame, result)


# -- stores ---------------------------------------------------------------------------------------------------------


def store(solver: Solver, value: Value, name: str, source: int, frame: Frame, site: int) -> None:
    """``value.name = source``; without a source the member is deleted."""
    kind = type(value)
    if kind is InstanceValue:
        assert isinstance(value, InstanceValue)
        _store_instance(solver, value, name, source, frame, site)
    elif source < 0:
        return
    elif kind is ClassValue:
        assert isinstance(value, ClassValue)
        metaclass = metaclass_of(solver, value)
        if metaclass is not None and solver.binder(metaclass, name) is not None:
            solver.watch(solver.lookup(metaclass, name), _on_store, (value, source, site), frame)
        solver.replaced.add(f"{value.name}.{name}")
        solver.watch(source, _on_class_store, (value, solver.class_store(value, name)), frame)
    elif kind is ModuleValue:
        assert isinstance(value, ModuleValue)
        solver.replaced.add(f"{value.name}.{name}")
        if name == "__class__":
            solver.edge(source, solver.field(value, "__class__"))
        for node in solver.module_stores(value, name):
            solver.edge(source, node)
    elif kind is FunctionValue:
        solver.edge(source, solver.field(value, name))
    elif kind is BoundValue:
        assert isinstance(value, BoundValue)
        solver.edge(source, solver.field(value.function, name))


def _on_class_store(solver: Solver, data: tuple[ClassValue, int], _frame: Frame, value: Value, node: int) -> None:
    """A method of an unrelated class does not fit where the class to be patched is one of many."""
    cls, target = data
    if isinstance(value, FunctionValue):
        definition = value.definition
        if definition.receiver_kind == INSTANCE and not fits(definition, cls.instance):
            return
    solver.add(target, value, node)


def _store_instance(solver: Solver, instance: InstanceValue, name: str, source: int, frame: Frame, site: int) -> None:
    cls = instance.cls
    hook = "__setattr__" if source >= 0 else "__delattr__"
    if solver.binder(cls, hook) is not None:
        text = solver.node()
        solver.add(text, solver.named_text(name))
        arguments = Arguments((text, source)) if source >= 0 else Arguments((text,))
        inner = CallSite(site, arguments, solver.node(), "implicit", hook)
        call_member(solver, inner, frame, instance, -1)
    if name == "__class__" and source >= 0:
        return
    if solver.binder(cls, name) is not None:
        solver.watch(solver.lookup(cls, name), _on_store, (instance, source, site), frame)
    if source >= 0:
        solver.edge(source, solver.field(instance, name))


def _on_store(solver: Solver, data: tuple[Value, int, int], frame: Frame, value: Value, node: int) -> None:
    receiver, source, number = data
    if isinstance(value, PropertyValue):
        part = value.setter if source >= 0 else value.deleter
        solver.watch(part, _on_setter, data, frame)
    elif isinstance(value, InstanceValue):
        hook = "__set__" if source >= 0 else "__delete__"
        if solver.binder(value.cls, hook) is not None:
            holder = solver.node()
            solver.add(holder, receiver)
            arguments = Arguments((holder, source)) if source >= 0 else Arguments((holder,))
            call_member(solver, CallSite(number, arguments, solver.node(), "implicit", hook), frame, value, node)


def _on_setter(solver: Solver, data: tuple[Value, int, int], frame: Frame, value: Value, node: int) -> None:
    receiver, source, number = data
    if isinstance(value, FunctionValue):
        arguments = Arguments((source,)) if source >= 0 else Arguments(())
        site = CallSite(number, arguments, solver.node(), "implicit")
        call_function(solver, site, frame, value, receiver, node)
