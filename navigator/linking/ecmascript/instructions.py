"""The meaning of each instruction in an ECMAScript file: what it adds to the solver when a frame's body is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from navigator.facts import vocabulary as v
from navigator.facts.vocabulary import DefinitionKind
from navigator.linking.calls import Arguments, CallSite
from navigator.linking.ecmascript import members, modules, objects
from navigator.linking.ecmascript.calls import arguments_of as arguments_object
from navigator.linking.ecmascript.calls import (
    call_member,
    call_reflectively,
    call_value,
    construct,
    on_called,
    on_constructed,
    on_member_called,
    render,
    rest_of,
    returns_this,
    settle,
)
from navigator.linking.ecmascript.imports import writers
from navigator.linking.ecmascript.narrowing import keep
from navigator.linking.ecmascript.values import ClassObject, ObjectValue, SuperObject
from navigator.linking.frames import FileState, Frame
from navigator.linking.solver import Solver
from navigator.linking.values import ExternalValue, LiteralValue, TextValue, Value

ITERATOR = "@@iterator"


def instantiate(solver: Solver, frame: Frame) -> None:
    """Add everything that a frame's body does."""
    if frame.instantiated:
        return
    frame.instantiated = True
    if frame.outer is not None:
        solver.nested_frames.append(frame)
    definition = frame.definition
    if definition.rest_slot >= 0:
        rest_of(solver, frame)
    if definition.arguments_slot >= 0:
        arguments_object(solver, frame)
    if definition.kind is DefinitionKind.MODULE:
        modules.start(solver, frame)
    for instruction in definition.facts.body:
        _RULES[type(instruction)](solver, frame, instruction)


def arguments_at(frame: Frame, positional: tuple[int, ...]) -> Arguments:
    """The nodes of a call's arguments."""
    node = frame.node
    return Arguments([node(slot) if slot >= 0 else ~node(~slot) for slot in positional])


# -- values ----------------------------------------------------------------------------------------------------------


def _move(solver: Solver, frame: Frame, i: v.Move) -> None:
    solver.edge(frame.node(i.source), frame.node(i.target))


def _text(solver: Solver, frame: Frame, i: v.Text) -> None:
    solver.add(frame.node(i.target), solver.named_text(i.value))


def _literal(solver: Solver, frame: Frame, i: v.Literal) -> None:
    if i.type == "str" or i.type == "regexp" or i.type.startswith("number:"):
        solver.add(frame.node(i.target), solver.literal(i.type))


_LONGEST = 200
_COMPOSED = 3
"""How often a text may be part of another. Without a bound ``while (...) text = '0' + text`` would never end."""


def _format(solver: Solver, frame: Frame, i: v.Format) -> None:
    parts = [part if isinstance(part, str) else frame.node(part) for part in i.parts]
    data = (parts, frame.node(i.target))
    for part in dict.fromkeys(part for part in parts if isinstance(part, int)):
        solver.watch(part, _on_part, data, frame)


def _on_part(solver: Solver, data: tuple[list[str | int], int], _frame: Frame, value: Value, node: int) -> None:
    """A text is put together for each value of each part, with what the other parts can be."""
    parts, target = data
    own = _spelt(value)
    if own is None:
        solver.add(target, solver.literal("str"))
        return
    scripts = objects.scripts_of(solver)
    composed, varied = scripts.composed, scripts.varied
    if target in varied:
        return
    texts = [("", 0)]
    several = int(_is_varied(solver, node))
    for part in parts:
        if isinstance(part, str):
            texts = [(text + part, depth) for text, depth in texts]
            continue
        if part == node:
            held = [own]
        else:
            held = [piece for each in solver.values(part) if (piece := _spelt(each)) is not None]
            several += len(held) > 1
            if several > 1:
                # Which parts belong together is not known: most combinations would never be made.
                varied.add(target)
                solver.add(target, solver.literal("str"))
                return
        texts = [(text + piece, max(depth, composed.get(piece, 0))) for text, depth in texts for piece in held]
    for text, depth in texts:
        if depth >= _COMPOSED or len(text) > _LONGEST:
            solver.add(target, solver.literal("str"))
        elif text:
            if text != own:
                composed[text] = min(depth + 1, composed.get(text, _COMPOSED))
            solver.add(target, solver.named_text(text))


def _is_varied(solver: Solver, node: int) -> bool:
    """Whether a node holds more than one constant that can be spelt."""
    found = (True for each in solver.values(node) if _spelt(each) is not None)
    return next(found, False) and next(found, False)


def _spelt(value: Value) -> str | None:
    if isinstance(value, TextValue):
        return value.text
    found = objects.number(value)
    return None if found is None else str(found)


def _closure(solver: Solver, frame: Frame, i: v.Closure) -> None:
    definition = frame.file.definitions[i.definition]
    inner = _nested(solver, frame, i.definition)
    if (not frame.file.model and frame.site is None) or definition.kind is DefinitionKind.NAMESPACE:
        instantiate(solver, inner)
    solver.add(frame.node(i.target), solver.function(definition, inner))


def _nested(solver: Solver, frame: Frame, index: int) -> Frame:
    """The frame of a definition inside, the same one each time."""
    definition = frame.file.definitions[index]
    inner = frame.nested(definition)
    if inner is definition.frame:
        return inner
    kept = solver.made.setdefault(("nested", frame, definition), inner)
    assert isinstance(kept, Frame)
    return kept


def _make_class(solver: Solver, frame: Frame, i: v.MakeClass) -> None:
    definition = frame.file.definitions[i.definition]
    inner = _nested(solver, frame, i.definition)
    cls = objects.class_object(solver, definition, inner)
    static, instance = _members(frame, i)
    cls.definite |= static
    cls.prototype.definite |= instance
    cls.derived = bool(i.bases)
    for slot in i.bases:
        base = frame.node(slot)
        solver.watch(base, _on_base, cls, frame)
    solver.add(frame.node(i.target), cls)
    if definition.this_slot >= 0 and not frame.file.model:
        solver.edge(objects.heirs(solver, cls.prototype), inner.node(definition.this_slot))
    instantiate(solver, inner)


def _members(frame: Frame, made: v.MakeClass) -> tuple[set[str], set[str]]:
    """The names of the static and other members that a class statement gives a class."""
    static: set[str] = set()
    instance: set[str] = set()
    prototype = -1
    for instruction in frame.definition.facts.body:
        if type(instruction) is v.Member and instruction.receiver == made.target and prototype < 0:
            prototype = instruction.target
        elif type(instruction) is v.Define and instruction.name:
            if instruction.receiver == made.target:
                static.add(instruction.name)
            elif instruction.receiver == prototype >= 0:
                instance.add(objects.CONSTRUCTOR if instruction.name == "constructor" else instruction.name)
    return static, instance


def _on_base(solver: Solver, cls: ClassObject, _frame: Frame, value: Value, node: int) -> None:
    """The base class arrives: it is behind the class, and its prototype behind the class's."""
    if value is cls:
        return
    if isinstance(value, ClassObject):
        value.extended.append(cls)
        if value.instance.kind == "array" or (value.definition.file.model and value.definition.facts.name == "Array"):
            _make_list(cls)
        solver.add(cls.prototypes, value, node)
        solver.edge(objects.own(solver, value, "prototype"), cls.prototype.prototypes)
    elif isinstance(value, ExternalValue):
        solver.add(cls.prototypes, value, node)
        solver.add(cls.prototype.prototypes, solver.unknown, node)
    elif (holder := objects.properties(solver, value)) is not None:
        solver.add(cls.prototypes, value, node)
        if holder.kind == "function":
            solver.edge(objects.function_prototypes(solver, value), cls.prototype.prototypes)


def _make_list(cls: ClassObject) -> None:
    """Instances of a class that extends ``Array`` are arrays, and those of the classes that extend it."""
    if cls.instance.kind != "array":
        cls.instance.kind = "array"
        for heir in cls.extended:
            _make_list(heir)


def _collection(solver: Solver, frame: Frame, i: v.Collection) -> None:
    made = objects.make_object(solver, i.type, frame, id(i))
    for key, slot in i.elements:
        source = frame.node(slot)
        if key is None:
            solver.edge(source, made.star)
        else:
            made.definite.add(str(key))
            solver.edge(source, objects.own(solver, made, key))
            if isinstance(key, str):
                objects.method_stored(solver, made, source)
    for slot in i.spreads:
        if i.type == "array":
            solver.watch(frame.node(slot), on_iterate, (made.star, -1, False), frame)
        else:
            solver.watch(frame.node(slot), _on_spread_object, made, frame)
    solver.add(frame.node(i.target), made)


def _on_spread_object(solver: Solver, made: ObjectValue, _frame: Frame, value: Value, _node: int) -> None:
    objects.copy_properties(solver, value, made)


# -- calls -----------------------------------------------------------------------------------------------------------


def _call(solver: Solver, frame: Frame, i: v.Call) -> None:
    kind = "decorate" if i.decorator else "call"
    site = CallSite(i.site, arguments_at(frame, i.arguments), frame.node(i.target), kind)
    if modules.is_require(frame, i.function):
        modules.require(solver, frame, site)
        return
    solver.watch(frame.node(i.function), on_called, site, frame)


def _call_member(solver: Solver, frame: Frame, i: v.CallMember) -> None:
    site = CallSite(i.site, arguments_at(frame, i.arguments), frame.node(i.target), "call", i.name)
    solver.watch(frame.node(i.receiver), on_member_called, site, frame)


def _call_element(solver: Solver, frame: Frame, i: v.CallElement) -> None:
    site = CallSite(i.site, arguments_at(frame, i.arguments), frame.node(i.target))
    index = frame.node(i.index) if i.index >= 0 else -1
    solver.watch(frame.node(i.receiver), _on_element_receiver, (i.key, index, site), frame)


def _on_element_receiver(
    solver: Solver, data: tuple[int | str | None, int, CallSite], frame: Frame, value: Value, node: int
) -> None:
    key, index, site = data
    if isinstance(value, ExternalValue):
        call_value(solver, site, frame, solver.unknown, node)
    elif key is None and index >= 0:
        solver.watch(index, _on_called_key, (value, site), frame)
        found = solver.node()
        solver.watch(found, _on_found, (value, site), frame)
        objects.scripts_of(solver).keyed.append((index, members.read_any, value, found))
    else:
        found = solver.node()
        members.read(solver, value, key, -1, found, frame, site.site)
        solver.watch(found, _on_found, (value, site), frame)


def _on_called_key(solver: Solver, data: tuple[Value, CallSite], frame: Frame, key: Value, _node: int) -> None:
    value, site = data
    if isinstance(key, TextValue):
        named = CallSite(site.site, site.arguments, site.target, site.kind, key.text)
        call_member(solver, objects.derived(solver, ("key", site, key.text), named), frame, value, _node)
        return
    position = objects.number(key)
    place = ("called", site, value, position)
    if place in solver.made:
        return
    found = solver.made[place] = solver.node()
    if position is not None:
        members.read_position(solver, value, position, found)
    elif members.mixes(value):
        members.read_any(solver, value, found)
    solver.watch(found, _on_found, (value, site), frame)


def _on_found(solver: Solver, data: tuple[Value, CallSite], frame: Frame, value: Value, node: int) -> None:
    receiver, site = data
    this = receiver.receiver if isinstance(receiver, SuperObject) else receiver
    call_value(solver, site, frame, value, node, this)


def _new(solver: Solver, frame: Frame, i: v.New) -> None:
    site = CallSite(i.site, arguments_at(frame, i.arguments), frame.node(i.target), "construct")
    solver.watch(frame.node(i.function), on_constructed, site, frame)


def _render(solver: Solver, frame: Frame, i: v.Render) -> None:
    site = CallSite(i.site, arguments_at(frame, i.arguments), frame.node(i.target))
    solver.watch(frame.node(i.function), _on_rendered, site, frame)


def _on_rendered(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    render(solver, site, frame, value, node)


# -- members and elements --------------------------------------------------------------------------------------------


def _member(solver: Solver, frame: Frame, i: v.Member) -> None:
    solver.watch(frame.node(i.receiver), _on_member, i, frame)


def _on_member(solver: Solver, i: v.Member, frame: Frame, value: Value, node: int) -> None:
    members.load(solver, value, i.name, frame.node(i.target), frame, i.site, node)


def _set_member(solver: Solver, frame: Frame, i: v.SetMember) -> None:
    if i.source >= 0:
        solver.watch(frame.node(i.receiver), _on_set_member, i, frame)


def _on_set_member(solver: Solver, i: v.SetMember, frame: Frame, value: Value, _node: int) -> None:
    members.store(solver, value, i.name, frame.node(i.source), frame, i.site)


def _define(solver: Solver, frame: Frame, i: v.Define) -> None:
    solver.watch(frame.node(i.receiver), _on_define, i, frame)


def _on_define(solver: Solver, i: v.Define, frame: Frame, value: Value, _node: int) -> None:
    key = frame.node(i.key) if i.key >= 0 else -1
    role = "" if i.role == "decorated" else i.role
    members.define(solver, value, i.name, key, frame.node(i.source), role, frame)


def _element(solver: Solver, frame: Frame, i: v.Element) -> None:
    solver.watch(frame.node(i.receiver), _on_element, i, frame)


def _on_element(solver: Solver, i: v.Element, frame: Frame, value: Value, _node: int) -> None:
    index = frame.node(i.index) if i.index >= 0 else -1
    members.read(solver, value, i.key, index, frame.node(i.target), frame, i.site)


def _set_element(solver: Solver, frame: Frame, i: v.SetElement) -> None:
    if i.source < 0:
        return
    copied = element_read(frame.file, i)
    if copied is None:
        solver.watch(frame.node(i.receiver), _on_set_element, i, frame)
    else:
        solver.watch(frame.node(i.index), _on_copied_key, (copied, i), frame)
        solver.watch(frame.node(i.receiver), _on_keyed, i, frame)


def _on_keyed(solver: Solver, i: v.SetElement, frame: Frame, value: Value, _node: int) -> None:
    keyed = objects.scripts_of(solver).keyed
    keyed.append((frame.node(i.index), members.write_any, value, frame.node(i.source)))


def element_read(file: FileState, i: v.SetElement) -> v.Element | None:
    """What is read where ``target[key] = source[key]`` copies one property under its own name."""
    slot = i.source
    for _ in range(4 if i.index >= 0 else 0):
        found = writers(file).get(slot, ())
        if len(found) != 1:
            return None
        if type(found[0]) is v.Element:
            return found[0] if found[0].index == i.index else None
        if type(found[0]) is not v.Move and type(found[0]) is not v.Narrow:
            return None
        slot = found[0].source
    return None


def _on_copied_key(solver: Solver, data: tuple[v.Element, v.SetElement], frame: Frame, key: Value, _node: int) -> None:
    """One property is copied for each key; taken apart, each would go under the name of every other."""
    read, written = data
    if not isinstance(key, TextValue):
        solver.watch(frame.node(written.receiver), _on_any_written, frame.node(written.source), frame)
        return
    between = solver.node()
    solver.watch(frame.node(read.receiver), _on_copied_from, (key.text, between, read.site), frame)
    solver.watch(frame.node(written.receiver), _on_copied_to, (key.text, between, written.site), frame)


def _on_copied_from(solver: Solver, data: tuple[str, int, int], frame: Frame, value: Value, node: int) -> None:
    name, between, site = data
    members.load(solver, value, name, between, frame, site, node)


def _on_copied_to(solver: Solver, data: tuple[str, int, int], frame: Frame, value: Value, _node: int) -> None:
    name, between, site = data
    members.store(solver, value, name, between, frame, site)


def _on_any_written(solver: Solver, source: int, _frame: Frame, value: Value, _node: int) -> None:
    if members.mixes(value):
        members.write_any(solver, value, source)


def _on_set_element(solver: Solver, i: v.SetElement, frame: Frame, value: Value, _node: int) -> None:
    index = frame.node(i.index) if i.index >= 0 else -1
    members.write(solver, value, i.key, index, frame.node(i.source), frame, i.site)


def _keys(solver: Solver, frame: Frame, i: v.Keys) -> None:
    solver.watch(frame.node(i.source), _on_keys, frame.node(i.target), frame)


def _on_keys(solver: Solver, target: int, _frame: Frame, value: Value, _node: int) -> None:
    holder = objects.properties(solver, value)
    if holder is not None:
        solver.edge(objects.keys(solver, holder), target)
    else:
        solver.add(target, solver.literal("str"))


# -- iteration -------------------------------------------------------------------------------------------------------


def _iterate(solver: Solver, frame: Frame, i: v.Iterate) -> None:
    data = (frame.node(i.target), i.site, i.asynchronous)
    solver.watch(frame.node(i.source), on_iterate, data, frame)


def on_iterate(solver: Solver, data: tuple[int, int, bool], frame: Frame, value: Value, node: int) -> None:
    """Watcher: everything that iterating over what arrives yields flows to a node."""
    target, site, asynchronous = data
    if isinstance(value, ObjectValue) and value.kind in ("array", "arguments", "generator"):
        elements = objects.everything(solver, value)
        if asynchronous:
            settle(solver, elements, target)
        else:
            solver.edge(elements, target)
    elif isinstance(value, ObjectValue):
        key = ("iterated", value, target)
        if key in solver.linked:
            return
        solver.linked.add(key)
        iterator = solver.node()
        for name in (ITERATOR, "@@asyncIterator") if asynchronous else (ITERATOR,):
            call_member(solver, CallSite(site, Arguments(()), iterator, "implicit", name), frame, value, node)
        solver.watch(iterator, _on_iterator, (target, site), frame)
    elif isinstance(value, TextValue | LiteralValue):
        solver.add(target, solver.literal("str"))
    elif isinstance(value, ExternalValue):
        solver.add(target, solver.unknown)


def _on_iterator(solver: Solver, data: tuple[int, int], frame: Frame, value: Value, node: int) -> None:
    target, site = data
    if not isinstance(value, ObjectValue):
        return
    if value.kind in ("array", "generator"):
        solver.edge(objects.everything(solver, value), target)
        return
    key = ("advanced", value, target)
    if key not in solver.linked:
        solver.linked.add(key)
        step = solver.node()
        call_member(solver, CallSite(site, Arguments(()), step, "implicit", "next"), frame, value, node)
        solver.watch(step, _on_step, target, frame)


def _on_step(solver: Solver, target: int, frame: Frame, value: Value, node: int) -> None:
    members.load(solver, value, "value", target, frame, -1, node)


def _unpack(solver: Solver, frame: Frame, i: v.Unpack) -> None:
    solver.watch(frame.node(i.source), _on_unpack, i, frame)


def _on_unpack(solver: Solver, i: v.Unpack, frame: Frame, value: Value, node: int) -> None:
    if not (isinstance(value, ObjectValue) and value.kind in ("array", "arguments")):
        for position, slot in enumerate(i.targets):
            target = frame.node(slot)
            if position == i.starred:
                target = _rest(solver, frame, i).star
            on_iterate(solver, (target, i.site, False), frame, value, node)
        return
    for position, slot in enumerate(i.targets):
        if position != i.starred:
            solver.edge(objects.own(solver, value, position), frame.node(slot))
    if i.starred >= 0:
        rest = _rest(solver, frame, i)

        def link(key: int | str, source: int) -> None:
            if isinstance(key, int) and key >= i.starred:
                solver.edge(source, objects.own(solver, rest, key - i.starred))

        objects.each_own(solver, value, link)
        solver.edge(value.star, rest.star)


def _rest(solver: Solver, frame: Frame, i: v.Unpack) -> ObjectValue:
    rest = objects.make_object(solver, "array", frame, id(i))
    solver.add(frame.node(i.targets[i.starred]), rest)
    return rest


# -- statements ------------------------------------------------------------------------------------------------------


def _await(solver: Solver, frame: Frame, i: v.Await) -> None:
    settle(solver, frame.node(i.source), frame.node(i.target))


def _yield(solver: Solver, frame: Frame, i: v.Yield) -> None:
    facts = frame.definition.facts
    if facts.elements < 0:
        return
    if i.delegate and i.source >= 0:
        data = (frame.node(facts.elements), i.site, False)
        solver.watch(frame.node(i.source), on_iterate, data, frame)
        if i.target >= 0:
            solver.watch(frame.node(i.source), _on_delegated, frame.node(i.target), frame)
        return
    if i.source >= 0:
        solver.edge(frame.node(i.source), frame.node(facts.elements))
    if i.target >= 0 and facts.received >= 0:
        solver.edge(frame.node(facts.received), frame.node(i.target))


def _on_delegated(solver: Solver, target: int, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, ObjectValue) and value.kind == "generator":
        solver.edge(objects.own(solver, value, "<return>"), target)


def _return(solver: Solver, frame: Frame, i: v.Return) -> None:
    result = frame.definition.facts.result
    if i.source >= 0 and result >= 0 and not returns_this(frame.definition, i):
        solver.edge(frame.node(i.source), frame.node(result))


def _nothing(solver: Solver, frame: Frame, i: object) -> None:
    """Calls nothing, and brings no value."""


def _narrow(solver: Solver, frame: Frame, i: v.Narrow) -> None:
    solver.watch(frame.node(i.source), _on_narrow, i, frame)
    if i.test == "instance" and i.positive:
        objects.scripts_of(solver).tested.append((frame.node(i.target), frame.node(i.against)))


def _on_narrow(solver: Solver, i: v.Narrow, frame: Frame, value: Value, node: int) -> None:
    if keep(solver, i, frame, value):
        solver.add(frame.node(i.target), value, node)


def _global(solver: Solver, frame: Frame, i: v.Global) -> None:
    modules.load_global(solver, frame, i)


def _import_module(solver: Solver, frame: Frame, i: v.ImportModule) -> None:
    modules.import_namespace(solver, frame, i.module, frame.node(i.target))


def _import_name(solver: Solver, frame: Frame, i: v.ImportName) -> None:
    modules.import_name(solver, frame, i.module, i.name, frame.node(i.target), i.site)


def _import_star(solver: Solver, frame: Frame, i: v.ImportStar) -> None:
    modules.export_star(solver, frame, i.module)


def _export(solver: Solver, frame: Frame, i: v.Export) -> None:
    modules.export(solver, frame, i.name, frame.node(i.source))


def _super(solver: Solver, frame: Frame, i: v.Super) -> None:
    made = _class_slot(frame.file, i.definition)
    if made >= 0:
        data = (frame.node(i.target), frame.node(i.receiver), i.static)
        solver.watch(frame.node(made), _on_home, data, frame)


def _class_slot(file: FileState, index: int) -> int:
    """The slot that a class statement writes first."""
    owner = file.definitions[index].parent
    if owner is not None:
        for instruction in owner.facts.body:
            if type(instruction) is v.MakeClass and instruction.definition == index:
                return instruction.target
    return -1


def _on_home(solver: Solver, data: tuple[int, int, bool], _frame: Frame, value: Value, node: int) -> None:
    target, receiver, static = data
    if isinstance(value, ClassObject):
        key = ("super of", value, receiver, static)
        made = solver.made.get(key)
        if made is None:
            made = solver.made[key] = SuperObject(value, receiver, static)
        solver.add(target, made, node)


def _hint(solver: Solver, frame: Frame, i: v.Hint) -> None:
    solver.hints.append((frame, frame.node(i.target), i.annotation))


def _return_hint(solver: Solver, frame: Frame, i: v.ReturnHint) -> None:
    facts = frame.definition.facts
    if facts.result >= 0 and facts.elements < 0:
        solver.hints.append((frame, frame.node(facts.result), i.annotation))


def _member_hint(solver: Solver, frame: Frame, i: v.MemberHint) -> None:
    objects.scripts_of(solver).member_hints.append((frame, i))


def _declare_type(solver: Solver, frame: Frame, i: v.DeclareType) -> None:
    objects.scripts_of(solver).declared[frame.file, i.target] = (frame, i)


def _class_types(solver: Solver, frame: Frame, i: v.ClassTypes) -> None:
    objects.scripts_of(solver).class_types[frame.file.definitions[i.definition]] = i


_RULES: dict[type, Callable[[Solver, Frame, Any], None]] = {
    v.Move: _move,
    v.Text: _text,
    v.Format: _format,
    v.Literal: _literal,
    v.Closure: _closure,
    v.MakeClass: _make_class,
    v.Collection: _collection,
    v.Call: _call,
    v.CallMember: _call_member,
    v.CallElement: _call_element,
    v.New: _new,
    v.Render: _render,
    v.Member: _member,
    v.SetMember: _set_member,
    v.Define: _define,
    v.Element: _element,
    v.SetElement: _set_element,
    v.Keys: _keys,
    v.Iterate: _iterate,
    v.Unpack: _unpack,
    v.Await: _await,
    v.Yield: _yield,
    v.Return: _return,
    v.Raise: _nothing,
    v.Narrow: _narrow,
    v.Global: _global,
    v.ImportModule: _import_module,
    v.ImportName: _import_name,
    v.ImportStar: _import_star,
    v.Export: _export,
    v.Super: _super,
    v.Hint: _hint,
    v.ReturnHint: _return_hint,
    v.MemberHint: _member_hint,
    v.DeclareType: _declare_type,
    v.ClassTypes: _class_types,
}

__all__ = ["arguments_at", "call_reflectively", "construct", "instantiate"]
