"""The meaning of each instruction: what it adds to the solver when a frame's body is instantiated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from navigator.facts import vocabulary as v
from navigator.facts.vocabulary import DefinitionKind
from navigator.linking import containers, fixtures, loaded_modules, members, metaclasses, natives, operators
from navigator.linking.calls import (
    NATIVE_FUNCTIONS,
    Arguments,
    CallSite,
    call_external,
    call_function,
    call_member,
    call_value,
    element,
    keywords_of,
    known_length,
    rest_of,
)
from navigator.linking.dotted import copy_pieces
from navigator.linking.frames import Frame
from navigator.linking.namespaces import Binding
from navigator.linking.narrowing import AFFIXES, keep, narrow_text
from navigator.linking.patterns import Template
from navigator.linking.records import match_arguments
from navigator.linking.solver import Solver
from navigator.linking.values import (
    BoundValue,
    ClassMethodValue,
    ClassValue,
    ContainerValue,
    ExternalValue,
    FunctionValue,
    InstanceValue,
    NativeMethod,
    PropertyValue,
    StaticValue,
    TextValue,
    Value,
)


def instantiate(solver: Solver, frame: Frame) -> None:
    """Add everything that a frame's body does."""
    if frame.file.script:
        from navigator.linking.ecmascript.instructions import instantiate as instantiate_script

        instantiate_script(solver, frame)
        return
    if frame.instantiated:
        return
    frame.instantiated = True
    if frame.outer is not None:
        solver.nested_frames.append(frame)
    definition = frame.definition
    if definition.rest_slot >= 0:
        rest_of(solver, frame)
    if definition.keywords_slot >= 0:
        keywords_of(solver, frame)
    for parameter in definition.facts.parameters:
        if parameter.default >= 0:
            solver.edge(frame.node(parameter.default), frame.node(parameter.slot))
    for instruction in definition.facts.body:
        _RULES[type(instruction)](solver, frame, instruction)


def _arguments(frame: Frame, positional: tuple[int, ...], keywords: tuple[tuple[str | None, int], ...]) -> Arguments:
    node = frame.node
    return Arguments(
        [node(slot) if slot >= 0 else ~node(~slot) for slot in positional],
        [(name, node(slot)) for name, slot in keywords] if keywords else (),
    )


# -- values ---------------------------------------------------------------------------------------------------------


def _move(solver: Solver, frame: Frame, i: v.Move) -> None:
    solver.edge(frame.node(i.source), frame.node(i.target))


def _text(solver: Solver, frame: Frame, i: v.Text) -> None:
    solver.add(frame.node(i.target), solver.text(i.value))


def _literal(solver: Solver, frame: Frame, i: v.Literal) -> None:
    if i.type in ("str", "bytes"):
        solver.add(frame.node(i.target), solver.literal(i.type))


def _format(solver: Solver, frame: Frame, i: v.Format) -> None:
    parts = [part if isinstance(part, str) else frame.node(part) for part in i.parts]
    target = frame.node(i.target)
    template = Template(parts, target)
    solver.add(target, solver.literal("str"))
    for part in parts:
        if isinstance(part, int):
            solver.watch(part, _on_part, template, frame)
    if not frame.file.model and frame.outer is None:
        solver.templates.append(template)


_COMBINATIONS = 256


def _on_part(solver: Solver, template: Template, frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, InstanceValue):
        return
    if not isinstance(value, TextValue):
        return
    texts = [""]
    for part in template.parts:
        if isinstance(part, str):
            texts = [text + part for text in texts]
        else:
            held = [v.text for v in solver.values(part) if isinstance(v, TextValue)]
            texts = [text + piece for text in texts for piece in held]
        if not texts or len(texts) > _COMBINATIONS:
            return
    for text in texts:
        if text:
            solver.add(template.target, solver.text(text))


def _closure(solver: Solver, frame: Frame, i: v.Closure) -> None:
    definition = frame.file.definitions[i.definition]
    inner = frame.nested(definition)
    if frame.site is not None or inner is not definition.frame:
        key = ("nested", frame, definition)
        inner = solver.made.setdefault(key, inner)
        if frame.site is None:
            instantiate(solver, inner)
    elif not frame.file.model:
        instantiate(solver, inner)
    solver.add(frame.node(i.target), solver.function(definition, inner))


def _make_class(solver: Solver, frame: Frame, i: v.MakeClass) -> None:
    definition = frame.file.definitions[i.definition]
    cls = definition.cls
    assert cls is not None
    instantiate(solver, definition.frame)
    solver.add(frame.node(i.target), cls)
    for name, slot in i.keywords:
        cls.keywords[name] = slot
    metaclasses.make(solver, frame, i, cls)
    if cls.open_bases:
        holder = solver.field(cls, "<bases>")
        for slot in i.bases:
            if slot >= 0:
                solver.edge(frame.node(slot), holder)
    for base in cls.mro[1:]:
        if isinstance(base, ClassValue) and "__init_subclass__" in base.definition.facts.variables:
            keywords = [(name, frame.node(slot)) for name, slot in i.keywords if name != "metaclass"]
            site = CallSite(i.site, Arguments((), keywords), solver.node(), "implicit", "__init_subclass__")
            solver.watch(solver.lookup(base, "__init_subclass__"), _on_init_subclass, (site, cls), frame)
            break
    for name, slot in definition.facts.variables.items():
        solver.watch(definition.frame.node(slot), _on_class_variable, (cls, name, i.site), frame)


def _on_init_subclass(solver: Solver, data: tuple[CallSite, ClassValue], frame: Frame, value: Value, node: int) -> None:
    site, cls = data
    if isinstance(value, ClassMethodValue):
        solver.watch(value.function, _on_init_subclass, data, frame)
    elif isinstance(value, FunctionValue):
        call_function(solver, site, frame, value, cls, node)


def _on_class_variable(
    solver: Solver, data: tuple[ClassValue, str, int], frame: Frame, value: Value, node: int
) -> None:
    """Descriptors in a class body learn their name."""
    cls, name, site = data
    if isinstance(value, InstanceValue) and solver.binder(value.cls, "__set_name__") is not None:
        owner, text = solver.node(), solver.node()
        solver.add(owner, cls)
        solver.add(text, solver.text(name))
        inner = CallSite(site, Arguments((owner, text)), solver.node(), "implicit", "__set_name__")
        call_member(solver, inner, frame, value, node)


def _collection(solver: Solver, frame: Frame, i: v.Collection) -> None:
    made = solver.container(i.type, frame, id(i))
    ordered = i.type in ("list", "tuple")
    position = 0
    for key, slot in i.elements:
        solver.edge(frame.node(slot), element(solver, made, key))
        if isinstance(key, int):
            position = max(position, key + 1)
    for slot in i.spreads:
        containers.spread_into(solver, frame.node(slot), made, frame, -1, position if ordered else None)
    if i.keys or any(isinstance(key, str) for key, _ in i.elements):
        keys = containers.key_values(solver, made)
        for slot in i.keys:
            solver.edge(frame.node(slot), keys)
    solver.add(frame.node(i.target), made)


# -- calls ----------------------------------------------------------------------------------------------------------


def _call(solver: Solver, frame: Frame, i: v.Call) -> None:
    site = CallSite(
        i.site,
        _arguments(frame, i.arguments, i.keywords),
        frame.node(i.target),
        "decorate" if i.decorator else "call",
    )
    named = solver.spaces.outside(frame.file, i.function)
    if named is not None:
        call_external(solver, site, frame, named, frame.node(i.function))
    else:
        solver.watch(frame.node(i.function), _on_call, site, frame)


def _on_call(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    if isinstance(value, NativeMethod) and isinstance(value.receiver, PropertyValue):
        natives.replace_property(solver, site, frame, value.receiver, value.name)
    else:
        call_value(solver, site, frame, value, node)


def _call_member(solver: Solver, frame: Frame, i: v.CallMember) -> None:
    site = CallSite(i.site, _arguments(frame, i.arguments, i.keywords), frame.node(i.target), "call", i.name)
    named = solver.spaces.outside(frame.file, i.receiver)
    if named is not None:
        for binding in solver.spaces.static_member(named, i.name):
            call_value(solver, site, frame, solver.binding_value(binding), frame.node(i.receiver))
    else:
        solver.watch(frame.node(i.receiver), _on_call_member, site, frame)


def _on_call_member(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    if type(value) is ContainerValue and site.name not in value.fields:
        from navigator.linking.calls import call_native

        call_native(solver, site, frame, value, site.name)
    elif isinstance(value, PropertyValue) and site.name in ("setter", "getter", "deleter"):
        natives.replace_property(solver, site, frame, value, site.name)
    else:
        call_member(solver, site, frame, value, node)


# -- members and elements -------------------------------------------------------------------------------------------


def _add_named(solver: Solver, node: int, binding: Binding) -> None:
    """Put what a name is bound to into a node.

    Calls by an outside name are linked where they are written; as a value it is just something from outside, unless
    the language gives it a meaning.
    """
    value = solver.binding_value(binding)
    if isinstance(value, ExternalValue) and value.name not in NATIVE_FUNCTIONS:
        value = solver.unknown
    solver.add(node, value)


def _member(solver: Solver, frame: Frame, i: v.Member) -> None:
    named = solver.spaces.named(frame.file, i)
    if named is not None:
        _add_named(solver, frame.node(i.target), named)
        return
    solver.watch(frame.node(i.receiver), _on_member, i, frame)


def _on_member(solver: Solver, i: v.Member, frame: Frame, value: Value, node: int) -> None:
    if members.may_run_code(solver, value, i.name):
        solver.member_loads.append((frame, i, value))
    members.load(solver, value, i.name, frame, node, members.ValueTarget(frame.node(i.target)))


def _set_member(solver: Solver, frame: Frame, i: v.SetMember) -> None:
    solver.watch(frame.node(i.receiver), _on_set_member, i, frame)


def _on_set_member(solver: Solver, i: v.SetMember, frame: Frame, value: Value, _node: int) -> None:
    members.store(solver, value, i.name, frame.node(i.source) if i.source >= 0 else -1, frame, i.site)


def _element(solver: Solver, frame: Frame, i: v.Element) -> None:
    if loaded_modules.is_table(solver, frame, i.receiver):
        loaded_modules.read(solver, frame, i)
    solver.watch(frame.node(i.receiver), _on_element, i, frame)


def _on_element(solver: Solver, i: v.Element, frame: Frame, value: Value, _node: int) -> None:
    index = frame.node(i.index) if i.index >= 0 else -1
    containers.read(solver, value, i.key, index, frame.node(i.target), frame, i.site)


def _set_element(solver: Solver, frame: Frame, i: v.SetElement) -> None:
    if loaded_modules.is_table(solver, frame, i.receiver):
        loaded_modules.write(solver, frame, i)
    solver.watch(frame.node(i.receiver), _on_set_element, i, frame)


def _on_set_element(solver: Solver, i: v.SetElement, frame: Frame, value: Value, _node: int) -> None:
    index = frame.node(i.index) if i.index >= 0 else -1
    source = frame.node(i.source) if i.source >= 0 else -1
    containers.write(solver, value, i.key, index, source, frame, i.site)


def _slice(solver: Solver, frame: Frame, i: v.Slice) -> None:
    solver.watch(frame.node(i.receiver), _on_slice, i, frame)


def _on_slice(solver: Solver, i: v.Slice, frame: Frame, value: Value, _node: int) -> None:
    target = frame.node(i.target)
    if isinstance(value, ContainerValue):
        made = solver.container(value.type, frame, id(i))
        if (frame, id(i), value) in solver.linked:
            return
        solver.linked.add((frame, id(i), value))
        copy_pieces(solver, value, made)
        start = i.start
        if start is not None and start >= 0:

            def link(key: int | str, node: int) -> None:
                if isinstance(key, int) and key >= start:
                    solver.edge(node, element(solver, made, key - start))

            from navigator.linking.calls import each_field

            each_field(value, link)
            solver.edge(value.star, made.star)
        else:
            solver.edge(solver.elements(value), made.star)
        solver.add(target, made)
    elif isinstance(value, InstanceValue):
        site = CallSite(i.site, Arguments((solver.node(),)), target, "implicit", "__getitem__")
        call_member(solver, site, frame, value, -1)
    elif isinstance(value, ExternalValue):
        solver.add(target, solver.unknown)
    elif not isinstance(value, ClassValue):
        solver.add(target, solver.literal("str"))


def _iterate(solver: Solver, frame: Frame, i: v.Iterate) -> None:
    data = (frame.node(i.target), i.site, i.asynchronous)
    solver.watch(frame.node(i.source), containers.on_iterate, data, frame)


def _unpack(solver: Solver, frame: Frame, i: v.Unpack) -> None:
    solver.watch(frame.node(i.source), _on_unpack, i, frame)


def _on_unpack(solver: Solver, i: v.Unpack, frame: Frame, value: Value, _node: int) -> None:
    count = len(i.targets)
    if isinstance(value, ContainerValue) and value.type in ("list", "tuple", "record"):
        rest = None
        if i.starred >= 0:
            rest = solver.container("list", frame, id(i))
            solver.add(frame.node(i.targets[i.starred]), rest)
            solver.edge(value.star, rest.star)
        after = count - 1 - i.starred if i.starred >= 0 else 0
        for position, slot in enumerate(i.targets):
            if i.starred < 0 or position < i.starred:
                solver.edge(element(solver, value, position), frame.node(slot))
            elif position > i.starred:
                solver.edge(value.star, frame.node(slot))
        if rest is None:
            return
        length = known_length(value)
        for key, node in list(value.fields.items()):
            if isinstance(key, int) and key >= i.starred:
                if length is not None and key >= length - after:
                    solver.edge(node, frame.node(i.targets[count - (length - key)]))
                else:
                    solver.edge(node, element(solver, rest, key - i.starred))
        return
    for position, slot in enumerate(i.targets):
        target = frame.node(slot)
        if position == i.starred:
            rest = solver.container("list", frame, id(i))
            solver.add(target, rest)
            target = rest.star
        containers.iterate(solver, value, target, frame, i.site if position == 0 else -1)


# -- statements -----------------------------------------------------------------------------------------------------


def _enter(solver: Solver, frame: Frame, i: v.Enter) -> None:
    solver.watch(frame.node(i.source), _on_enter, i, frame)


def _on_enter(solver: Solver, i: v.Enter, frame: Frame, value: Value, node: int) -> None:
    target = frame.node(i.target) if i.target >= 0 else solver.node()
    if isinstance(value, InstanceValue):
        enter, leave = ("__aenter__", "__aexit__") if i.asynchronous else ("__enter__", "__exit__")
        for name, result in ((enter, target), (leave, solver.node())):
            arguments = Arguments(()) if name == enter else Arguments([solver.node()] * 3)
            call_member(solver, CallSite(i.site, arguments, result, "implicit", name), frame, value, node)
    elif isinstance(value, ExternalValue):
        solver.add(target, solver.unknown)


def _await(solver: Solver, frame: Frame, i: v.Await) -> None:
    solver.watch(frame.node(i.source), _on_await, i, frame)


def _on_await(solver: Solver, i: v.Await, frame: Frame, value: Value, node: int) -> None:
    target = frame.node(i.target)
    if isinstance(value, InstanceValue) and solver.binder(value.cls, "__await__") is not None:
        result = solver.node()
        call_member(solver, CallSite(i.site, Arguments(()), result, "implicit", "__await__"), frame, value, node)
        solver.watch(result, _on_delegated, target, frame)
    else:
        solver.add(target, value, node)


def _yield(solver: Solver, frame: Frame, i: v.Yield) -> None:
    facts = frame.definition.facts
    if i.delegate:
        if i.source >= 0:
            source = frame.node(i.source)
            if facts.elements >= 0:
                solver.watch(source, containers.on_iterate, (frame.node(facts.elements), i.site, False), frame)
            if i.target >= 0:
                solver.watch(source, _on_delegated, frame.node(i.target), frame)
        return
    if i.source >= 0 and facts.elements >= 0:
        solver.edge(frame.node(i.source), frame.node(facts.elements))
    if i.target >= 0 and facts.received >= 0:
        solver.edge(frame.node(facts.received), frame.node(i.target))


def _on_delegated(solver: Solver, target: int, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, ContainerValue):
        solver.edge(solver.field(value, "<return>"), target)


def _return(solver: Solver, frame: Frame, i: v.Return) -> None:
    result = frame.definition.facts.result
    if i.source >= 0 and result >= 0:
        solver.edge(frame.node(i.source), frame.node(result))


def _raise(solver: Solver, frame: Frame, i: v.Raise) -> None:
    if i.source >= 0:
        solver.watch(frame.node(i.source), _on_raise, i, frame)


def _on_raise(solver: Solver, i: v.Raise, frame: Frame, value: Value, node: int) -> None:
    if isinstance(value, ClassValue):
        call_value(solver, CallSite(i.site, Arguments(()), solver.node()), frame, value, node)


def _catch(solver: Solver, frame: Frame, i: v.Catch) -> None:
    solver.watch(frame.node(i.source), _on_catch, frame.node(i.target), frame)


def _on_catch(solver: Solver, target: int, frame: Frame, value: Value, node: int) -> None:
    if isinstance(value, ClassValue):
        solver.add(target, solver.instance(value, "caught"), node)
        solver.caught.append((target, value))
    elif isinstance(value, ContainerValue):
        solver.watch(solver.elements(value), _on_catch, target, frame)
    elif isinstance(value, ExternalValue):
        solver.add(target, solver.unknown)


def _operator(solver: Solver, frame: Frame, i: v.Operator) -> None:
    symbol = i.symbol
    if symbol in ("is", "is not", "not"):
        return
    operands = tuple(frame.node(slot) for slot in i.operands)
    operation = operators.Operation(symbol, operands, frame.node(i.target), i.site)
    solver.watch(operands[0], operators.on_left, operation, frame)
    if len(operands) > 1:
        solver.watch(operands[1], operators.on_right, operation, frame)


def _narrow(solver: Solver, frame: Frame, i: v.Narrow) -> None:
    if i.positive and i.test in ("instance", "subclass") and frame.site is None:
        solver.narrowings.append((frame, i))
    solver.watch(frame.node(i.source), _on_narrow, i, frame)


def _on_narrow(solver: Solver, i: v.Narrow, frame: Frame, value: Value, node: int) -> None:
    if i.test in AFFIXES:
        narrowed = narrow_text(solver, i, frame, value)
        if narrowed is not None:
            solver.add(frame.node(i.target), narrowed, node)
    elif keep(solver, i, frame, value):
        solver.add(frame.node(i.target), value, node)


def _global(solver: Solver, frame: Frame, i: v.Global) -> None:
    target = frame.node(i.target)
    file = frame.file
    spaces = solver.spaces
    if not file.model:
        for source, name in spaces.star_sources(file, i.name):
            solver.edge(solver.module_member(source.value, name), target)
            return
        solver.edge(solver.module_member(file.value, i.name), target)
    for binding in spaces.global_name(file, i.name):
        _add_named(solver, target, binding)


def _import_module(solver: Solver, frame: Frame, i: v.ImportModule) -> None:
    for binding in solver.spaces.imported(frame.file, i):
        _add_named(solver, frame.node(i.target), binding)


def _import_name(solver: Solver, frame: Frame, i: v.ImportName) -> None:
    spaces = solver.spaces
    name = spaces.absolute(frame.file, i.module, i.level)
    if name is None:
        return
    target = frame.node(i.target)
    if spaces.is_module(name):
        if name == frame.file.value.name and spaces.is_module(f"{name}.{i.name}"):
            solver.add(target, spaces.module_value(f"{name}.{i.name}"))
            return
        module = spaces.module_value(name)
        if members.module_hook(solver, module) is not None:
            solver.member_loads.append((frame, i, module))
        members.load(solver, module, i.name, frame, -1, members.ValueTarget(target))
    else:
        _add_named(solver, target, spaces.external(f"{name}.{i.name}"))


def _import_star(solver: Solver, frame: Frame, i: v.ImportStar) -> None:
    """Star imports are resolved by name before solving."""


def _hint(solver: Solver, frame: Frame, i: v.Hint) -> None:
    solver.hints.append((frame, frame.node(i.target), i.annotation))


def _return_hint(solver: Solver, frame: Frame, i: v.ReturnHint) -> None:
    facts = frame.definition.facts
    if facts.elements >= 0:
        if i.annotation.name.rpartition(".")[2] in _YIELDING and i.annotation.arguments:
            solver.hints.append((frame, frame.node(facts.elements), i.annotation.arguments[0]))
    elif facts.result >= 0:
        solver.hints.append((frame, frame.node(facts.result), i.annotation))


_YIELDING = frozenset(("Iterator", "Iterable", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator"))
"""Annotations of generator functions, whose first argument is what they yield."""


def _super(solver: Solver, frame: Frame, i: v.Super) -> None:
    cls = frame.file.definitions[i.definition].cls
    if cls is not None:
        solver.watch(frame.node(i.receiver), natives.on_super_receiver, (cls, frame.node(i.target)), frame)
        if i.site >= 0 and frame.site is None:
            solver.record(frame, i.site, "builtins.super", "call", -1, solver.unknown)


def _match_argument(solver: Solver, frame: Frame, i: v.MatchArgument) -> None:
    solver.watch(frame.node(i.receiver), _on_match_argument, i, frame)


def _on_match_argument(solver: Solver, i: v.MatchArgument, frame: Frame, value: Value, node: int) -> None:
    if isinstance(value, InstanceValue):
        names = match_arguments(value.cls)
        if i.position < len(names):
            target = members.ValueTarget(frame.node(i.target))
            members.load(solver, value, names[i.position], frame, node, target)


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
    v.Member: _member,
    v.SetMember: _set_member,
    v.Element: _element,
    v.SetElement: _set_element,
    v.Slice: _slice,
    v.Iterate: _iterate,
    v.Unpack: _unpack,
    v.Enter: _enter,
    v.Await: _await,
    v.Yield: _yield,
    v.Return: _return,
    v.Raise: _raise,
    v.Catch: _catch,
    v.Operator: _operator,
    v.Narrow: _narrow,
    v.Global: _global,
    v.ImportModule: _import_module,
    v.ImportName: _import_name,
    v.ImportStar: _import_star,
    v.Hint: _hint,
    v.Super: _super,
    v.ReturnHint: _return_hint,
    v.MatchArgument: _match_argument,
    v.Request: fixtures.request,
}

__all__ = ["BoundValue", "DefinitionKind", "StaticValue", "instantiate"]
