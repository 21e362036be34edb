"""Objects: own properties, prototypes, accessors, elements (ECMA-262, section 10.1)."""

from __future__ import annotations

from collections.abc import Callable

from navigator.linking.calls import CallSite
from navigator.linking.ecmascript.scripts import Scripts
from navigator.linking.ecmascript.values import (
    ClassObject,
    Key,
    MethodOf,
    ObjectValue,
    SuperObject,
)
from navigator.linking.frames import DefinitionState, Frame
from navigator.linking.solver import Solver
from navigator.linking.values import ExternalValue, FunctionValue, LiteralValue, TextValue, Value

POSITIONS = 32
"""Positions of an array told apart; elements further on share one node."""
KEYS = 512
"""Properties of one object told apart."""
APPENDED = "<appended>"
"""The property of an array that holds what is put behind its first elements."""
CONSTRUCTOR = "<constructor>"
"""The property of a prototype that holds the code of the constructor."""
REFLECTIVE = frozenset({"call", "apply", "bind"})
NAMES_DEEP = 3
"""Dots that the name of something outside the program may have."""
_LISTS = frozenset({"array", "arguments", "generator"})
OPEN = frozenset({"object", "module", "array", "arguments", "generator"})
"""Kinds of objects that are used as tables: a property under an unknown name may be any, and any may be one written
under an unknown name. The members of classes are not mixed like that."""


def scripts_of(solver: Solver) -> Scripts:
    scripts = solver.scripts
    assert isinstance(scripts, Scripts)
    return scripts


# -- making objects --------------------------------------------------------------------------------------------------


def make_object(solver: Solver, kind: str, *place: object) -> ObjectValue:
    """The object made at a place; the same place gives the same object."""
    key = ("object", kind, *place)
    made = solver.made.get(key)
    if made is None:
        made = solver.made[key] = ObjectValue(kind, solver.node(), solver.node())
        name = {"array": "Array", "generator": "Generator"}.get(kind)
        prototype = builtin_prototype(solver, name) if name else None
        if prototype is not None:
            solver.add(made.prototypes, prototype)
    assert isinstance(made, ObjectValue)
    return made


def class_object(solver: Solver, definition: DefinitionState, frame: Frame) -> ClassObject:
    """The class that a definition makes in the frame of its own body."""
    key = ("class", definition, frame)
    made = solver.made.get(key)
    if made is None:
        cls = made = solver.made[key] = ClassObject(definition, frame, solver.node(), solver.node())
        cls.prototype = ObjectValue("prototype", solver.node(), solver.node(), cls)
        prototypes = own(solver, cls, "prototype")
        cls.definite.add("prototype")
        solver.add(prototypes, cls.prototype)
        cls.instance = ObjectValue("instance", solver.node(), prototypes, cls)
        solver.add(own(solver, cls.prototype, "constructor"), cls)
        cls.prototype.definite.add("constructor")
        if not definition.file.model:
            scripts_of(solver).classes.append(cls)
            heirs(solver, cls.prototype)
            heirs(solver, cls)
    assert isinstance(made, ClassObject)
    return made


def builtin_class(solver: Solver, name: str) -> ClassObject | None:
    """The model of a built-in class."""
    definition = scripts_of(solver).builtin_classes.get(name)
    return class_object(solver, definition, definition.frame) if definition is not None else None


def builtin_prototype(solver: Solver, name: str) -> ObjectValue | None:
    cls = builtin_class(solver, name)
    return cls.prototype if cls is not None else None


def instance_of(solver: Solver, maker: Value, *place: object) -> ObjectValue:
    """The instances of a class or constructor function; classes of library models have one a place."""
    if isinstance(maker, ClassObject):
        if not maker.definition.file.model:
            return maker.instance
        key = ("instance", maker, *place)
        made = solver.made.get(key)
        if made is None:
            prototypes = own(solver, maker, "prototype")
            made = solver.made[key] = ObjectValue("instance", solver.node(), prototypes, maker)
        assert isinstance(made, ObjectValue)
        return made
    key = ("instance", maker)
    made = solver.made.get(key)
    if made is None:
        made = solver.made[key] = ObjectValue("instance", solver.node(), function_prototypes(solver, maker), maker)
    assert isinstance(made, ObjectValue)
    return made


def function_prototypes(solver: Solver, function: Value) -> int:
    """The node of a function's property ``prototype``."""
    holder = properties(solver, function)
    assert holder is not None
    known = holder.own.get("prototype")
    if known is not None:
        return known
    node = own(solver, holder, "prototype")
    prototype = ObjectValue("prototype", solver.node(), solver.node(), function)
    solver.add(node, prototype)
    solver.add(own(solver, prototype, CONSTRUCTOR), function)
    solver.add(own(solver, prototype, "constructor"), function)
    solver.watch(node, _on_prototype, function, scripts_of(solver).nowhere)
    return node


def _on_prototype(solver: Solver, function: Value, _frame: Frame, value: Value, _node: int) -> None:
    """Whatever a function's ``prototype`` is, is behind its instances."""
    if isinstance(value, ObjectValue):
        solver.add(heirs(solver, value), instance_of(solver, function))


def properties(solver: Solver, value: Value) -> ObjectValue | None:
    """What holds the properties of a value; ``None`` for values that have none of their own."""
    if isinstance(value, ObjectValue):
        return value
    if isinstance(value, FunctionValue):
        return make_object(solver, "function", value)
    return None


# -- own properties --------------------------------------------------------------------------------------------------


def own(solver: Solver, holder: ObjectValue, key: Key) -> int:
    """The node of an own property."""
    node = holder.own.get(key)
    if node is not None:
        return node
    if (isinstance(key, int) and key >= POSITIONS) or (len(holder.own) >= KEYS and key != "prototype"):
        return holder.star
    node = holder.own[key] = solver.node()
    if isinstance(key, int):
        solver.edge(holder.star, node)
        if holder.kind in _LISTS and str(key) not in holder.definite:
            solver.edge(own(solver, holder, APPENDED), node)
    else:
        found = holder.lookups.get(key)
        if found is not None:
            solver.edge(node, found)
        if holder.keys >= 0 and _counts(key):
            solver.add(holder.keys, solver.named_text(key))
    if holder.everything >= 0 and _counts(key):
        solver.edge(node, holder.everything)
    for watcher in holder.watchers:
        solver.later.append((watcher, key, node))
    return node


def _counts(key: Key) -> bool:
    """Whether a property is one that a program sees when it goes through an object's properties."""
    if isinstance(key, int) or key == APPENDED:
        return True
    return key[0:1] != "<" and key[0:2] != "@@" and key not in ("prototype", "constructor")


def everything(solver: Solver, holder: ObjectValue) -> int:
    """The node of all own properties."""
    node = holder.everything
    if node < 0:
        node = holder.everything = solver.node()
        solver.edge(holder.star, node)
        for key, found in list(holder.own.items()):
            if _counts(key):
                solver.edge(found, node)
    return node


def keys(solver: Solver, holder: ObjectValue) -> int:
    """The node of the names of an object's own properties."""
    if holder.keys < 0:
        holder.keys = solver.node()
        for key in list(holder.own):
            if isinstance(key, str) and _counts(key):
                solver.add(holder.keys, solver.named_text(key))
    return holder.keys


def each_own(solver: Solver, holder: ObjectValue, watcher: Callable[[Key, int], None]) -> None:
    """Call ``watcher`` with every property that the object has or will have."""
    holder.watchers.append(watcher)
    for key, node in list(holder.own.items()):
        watcher(key, node)


def copy_properties(solver: Solver, source: Value, target: ObjectValue) -> None:
    """``Object.assign`` and spreads: every own property of ``source`` is one of ``target`` too."""
    holder = properties(solver, source)
    if holder is None or holder is target or ("copied", holder, target) in solver.linked:
        return
    solver.linked.add(("copied", holder, target))

    def link(key: Key, node: int) -> None:
        if _counts(key):
            solver.edge(node, own(solver, target, key))
            if target.kind in ("prototype", "class"):
                method_stored(solver, target, node)

    each_own(solver, holder, link)
    solver.edge(holder.star, target.star)


# -- what methods may be called on -----------------------------------------------------------------------------------


def heirs(solver: Solver, holder: ObjectValue) -> int:
    """The node of the objects on which a method found in ``holder`` may be called: every class may be instantiated,
    and every object used, by code that nobody has shown us."""
    if holder.heirs >= 0:
        return holder.heirs
    node = holder.heirs = solver.node()
    if holder.kind == "prototype":
        maker = holder.maker
        if isinstance(maker, ClassObject):
            solver.add(node, maker.instance)
        elif maker is not None:
            solver.add(node, instance_of(solver, maker))
    else:
        solver.add(node, holder)
    solver.watch(holder.prototypes, _on_behind, node, scripts_of(solver).nowhere)
    return node


def _on_behind(solver: Solver, node: int, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, ObjectValue) and not _is_model(value):
        solver.edge(node, heirs(solver, value))


def _is_model(value: ObjectValue) -> bool:
    maker = value if isinstance(value, ClassObject) else value.maker
    return isinstance(maker, ClassObject) and maker.definition.file.model


def method_stored(solver: Solver, holder: ObjectValue, source: int) -> None:
    """Functions in ``source`` are methods of ``holder``."""
    if not _is_model(holder) and ("method", holder, source) not in solver.linked:
        solver.linked.add(("method", holder, source))
        solver.watch(source, _on_method, holder, scripts_of(solver).nowhere)


def _on_method(solver: Solver, holder: ObjectValue, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, FunctionValue):
        slot = value.definition.this_slot
        if slot >= 0 and not value.definition.file.model:
            solver.edge(heirs(solver, holder), value.frame.node(slot))


# -- properties found on an object or behind it ----------------------------------------------------------------------


def lookup(solver: Solver, holder: ObjectValue, name: str) -> int:
    """The node of everything that a property can be, as found on the object and its prototypes."""
    node = holder.lookups.get(name)
    if node is None:
        node = holder.lookups[name] = solver.node()
        found = holder.own.get(name)
        if found is not None:
            solver.edge(found, node)
        if holder.kind in OPEN and name[0:2] != "@@":
            scripts_of(solver).searched.append((holder, node))
        if name not in holder.definite:
            solver.watch(holder.prototypes, _on_prototype_searched, (name, node), scripts_of(solver).nowhere)
    return node


def _on_prototype_searched(solver: Solver, data: tuple[str, int], _frame: Frame, value: Value, origin: int) -> None:
    name, node = data
    holder = properties(solver, value)
    if holder is not None:
        solver.edge(lookup(solver, holder, name), node)
    elif isinstance(value, ExternalValue):
        solver.add(node, external_member(solver, value, name), origin)


def external_member(solver: Solver, value: ExternalValue, name: str) -> Value:
    """A member of something outside the program, by its dotted name while that is short."""
    if not value.name or value.name.count(".") >= NAMES_DEEP or name[0:1] in ("<", "@"):
        return solver.unknown
    return outside(solver, f"{value.name}.{name}")


def outside(solver: Solver, name: str) -> Value:
    """Something outside the program, by its dotted name."""
    key = ("outside", name)
    made = solver.made.get(key)
    if made is None:
        made = solver.made[key] = ExternalValue(name)
    assert isinstance(made, ExternalValue)
    return made


def found_on(solver: Solver, value: Value, name: str) -> int:
    """The node of a member of any value; -1 for values that have none."""
    if isinstance(value, ObjectValue):
        return lookup(solver, value, name)
    if isinstance(value, FunctionValue):
        if name == "prototype":
            return function_prototypes(solver, value)
        holder = properties(solver, value)
        assert holder is not None
        return lookup(solver, holder, name)
    if isinstance(value, TextValue | LiteralValue):
        type_name = "String" if isinstance(value, TextValue) else _WRAPPERS.get(value.type.partition(":")[0], "")
        prototype = builtin_prototype(solver, type_name) if type_name else None
        return lookup(solver, prototype, name) if prototype is not None else -1
    if isinstance(value, SuperObject):
        return super_lookup(solver, value, name)
    return -1


_WRAPPERS = {"str": "String", "number": "Number", "regexp": "RegExp"}


def super_lookup(solver: Solver, value: SuperObject, name: str) -> int:
    """The node of a member of the base of a class."""
    key = ("super", value.home, value.static, name)
    node: int | None = solver.made.get(key)
    if node is None:
        node = solver.made[key] = solver.node()
        start = value.home if value.static else value.home.prototype
        solver.watch(start.prototypes, _on_prototype_searched, (name, node), scripts_of(solver).nowhere)
    return node


def derived(solver: Solver, key: tuple[object, ...], site: CallSite) -> CallSite:
    """One call site that stands for part of another, made once."""
    made = solver.made.setdefault(("site", *key), site)
    assert isinstance(made, CallSite)
    return made


def number(value: Value) -> int | None:
    """The number that a constant is."""
    if isinstance(value, LiteralValue) and value.type.startswith("number:"):
        return int(value.type[7:])
    return None


def method_of(solver: Solver, value: Value, name: str) -> MethodOf:
    key = ("method of", value, name)
    made = solver.made.get(key)
    if made is None:
        made = solver.made[key] = MethodOf(value, name)
    assert isinstance(made, MethodOf)
    return made
