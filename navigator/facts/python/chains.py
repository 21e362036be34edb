"""Chains of calls, attributes and subscripts, read from their innermost link outwards.

A chain of any length is one loop: fluent interfaces nest as deep as they are long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.building.record import shortened
from navigator.facts.python import kinds as k
from navigator.facts.python.conditions import apply_path_tests
from navigator.facts.python.dispatch import EXPRESSIONS, evaluate, expression, meaningful
from navigator.facts.python.expressions import constant_integer, constant_key
from navigator.facts.python.formatting import format_call
from navigator.facts.python.reader import Reader
from navigator.facts.python.scopes import ScopeKind
from navigator.facts.python.strings import constant_string
from navigator.facts.vocabulary import NONE, Call, CallMember, Collection, DefinitionKind, Element, Member, Slice, Super

if TYPE_CHECKING:
    from tree_sitter import Node

Arguments = tuple[tuple[int, ...], tuple[tuple[str | None, int], ...]]


@expression(k.CALL, k.ATTRIBUTE, k.SUBSCRIPT)
def chain(reader: Reader, node: Node) -> int:
    links: list[tuple[int, Node, list[Node]]] = []
    while True:
        kind = node.kind_id
        if kind != k.CALL and kind != k.ATTRIBUTE and kind != k.SUBSCRIPT:
            break
        children = node.children
        links.append((kind, node, children))
        node = children[0]
    index = len(links) - 1
    start = None
    if kind == k.LIST_SPLAT:
        # The grammar lets a star bind closer than what follows: ``*f(x)`` as ``(*f)(x)``.
        node = start = node.children[-1]
        kind = node.kind_id
    frame = reader.frame
    if kind == k.IDENTIFIER:
        name = reader.text[node.start_byte : node.end_byte]
        version = frame.flow.versions.get(name)
        if version is None and name != "super":
            version = frame.outer.get(name)
        if version.__class__ is int:
            slot = version
        elif name == "super" and links[-1][0] == k.CALL and (slot := super_call(reader, links[-1])) >= 0:
            index -= 1
        else:
            slot = EXPRESSIONS[kind](reader, node)
    else:
        slot = EXPRESSIONS[kind](reader, node)
    base = node
    record = reader.record
    while index >= 0:
        kind, link, children = links[index]
        index -= 1
        if kind == k.ATTRIBUTE:
            if index >= 0 and links[index][0] == k.CALL:
                _, link, call_children = links[index]
                slot = call_member(reader, slot, children, link, call_children[-1], base, start)
                index -= 1
                continue
            name_node = children[-1]
            name = reader.text[name_node.start_byte : name_node.end_byte]
            if name[:2] == "__" or not reader.ascii:
                name = reader.name(name_node)
            site = record.site(link) if start is None else record.site_between(start, link)
            target = record.temporary()
            frame.emit(Member(target, slot, name, site))
            slot = target
            if frame.flow.paths:
                slot = apply_path_tests(reader, link, slot)
        elif kind == k.CALL:
            slot = call(reader, slot, children[0], link, children[-1], start)
        else:
            slot = subscript(reader, slot, link, children, start)
    return slot


def call(
    reader: Reader, function: int, function_node: Node, node: Node, arguments_node: Node, start: Node | None
) -> int:
    """``function(arguments)``; ``start`` is where the expression starts if not at ``node``."""
    arguments, keywords = read_arguments(reader, arguments_node)
    if reader.text.endswith("namedtuple", function_node.start_byte, function_node.end_byte):
        arguments = _with_field_names(reader, arguments_node, arguments)
    record = reader.record
    callee = shortened(reader.text[(start or function_node).start_byte : function_node.end_byte])
    site = record.site(node, callee) if start is None else record.site_between(start, node, callee)
    target = record.temporary()
    reader.frame.emit(Call(target, function, arguments, keywords, site))
    return target


def call_member(
    reader: Reader,
    receiver: int,
    attribute: list[Node],
    node: Node,
    arguments_node: Node,
    base: Node,
    start: Node | None,
) -> int:
    """``receiver.name(arguments)``, where ``attribute`` are the children of ``receiver.name``."""
    name = reader.name(attribute[-1])
    arguments, keywords = read_arguments(reader, arguments_node)
    if name == "namedtuple":
        arguments = _with_field_names(reader, arguments_node, arguments)
    record = reader.record
    callee = shortened(reader.text[(start or attribute[0]).start_byte : attribute[-1].end_byte])
    site = record.site(node, callee) if start is None else record.site_between(start, node, callee)
    target = record.temporary()
    reader.frame.emit(CallMember(target, receiver, name, arguments, keywords, site))
    if name == "format" and attribute[0] is base and base.kind_id in _TEMPLATES:
        text = constant_string(reader, base)
        if text is not None:
            format_call(reader, target, text, list(arguments), list(keywords))
    return target


_TEMPLATES = (k.STRING, k.CONCATENATED_STRING, k.PARENTHESIZED_EXPRESSION)
_BRACKETS = frozenset((*k.PUNCTUATION, *k.EXTRAS))


def _with_field_names(reader: Reader, node: Node, arguments: tuple[int, ...]) -> tuple[int, ...]:
    """The arguments of ``namedtuple``, with field names between commas where they were between spaces."""
    nodes = meaningful(node)
    if len(arguments) < 2 or len(nodes) < 2 or nodes[1].kind_id not in _TEMPLATES:
        return arguments
    text = constant_string(reader, nodes[1])
    if text is None or not text.strip():
        return arguments
    return (arguments[0], reader.string(",".join(text.replace(",", " ").split())), *arguments[2:])


def read_arguments(reader: Reader, node: Node) -> Arguments:
    """Evaluates an argument list, or the generator expression that stands in for one."""
    if node.kind_id == k.GENERATOR_EXPRESSION:
        return (evaluate(reader, node),), ()
    arguments: list[int] = []
    keywords: list[tuple[str | None, int]] = []
    skipped = _BRACKETS
    expressions = EXPRESSIONS
    for child in node.children:
        kind = child.kind_id
        if kind in skipped:
            continue
        if kind == k.KEYWORD_ARGUMENT:
            parts = child.children
            value = parts[-1]
            keywords.append((reader.source(parts[0]), expressions[value.kind_id](reader, value)))
        elif kind == k.DICTIONARY_SPLAT:
            keywords.append((None, expressions[kind](reader, child)))
        else:
            slot = expressions[kind](reader, child)
            if kind not in _NEVER_STARRED and is_starred(reader, child):
                slot = ~slot
            arguments.append(slot)
    return tuple(arguments), tuple(keywords)


_NEVER_STARRED = frozenset(
    (k.IDENTIFIER, k.STRING, k.INTEGER, k.FLOAT, k.TRUE, k.FALSE, k.NONE_LITERAL, k.LIST, k.TUPLE, k.DICTIONARY)
)


def is_starred(reader: Reader, node: Node) -> bool:
    """Whether an expression starts with a star, which the grammar may have given to a part of it."""
    return reader.text[node.start_byte : node.start_byte + 1] == "*"


def super_call(reader: Reader, link: tuple[int, Node, list[Node]]) -> int:
    """``super()``, or -1 where it is not the built-in one, has arguments, or stands outside of a class."""
    _, node, children = link
    if "super" in reader.module.scope.locals or meaningful(children[-1]):
        return -1
    frame = reader.frame
    while frame.scope.kind in (ScopeKind.COMPREHENSION, ScopeKind.TYPE_PARAMETERS) and frame.parent is not None:
        frame = frame.parent
    function = frame.definition
    if frame.scope.kind not in (ScopeKind.FUNCTION, ScopeKind.LAMBDA) or "super" in frame.scope.locals:
        return -1
    outer = frame.parent
    while outer is not None and outer.scope.kind is not ScopeKind.CLASS:
        if "super" in outer.scope.locals:
            return -1
        outer = outer.parent
    if outer is None:
        return -1
    assert outer.definition.kind is DefinitionKind.CLASS
    receiver = function.parameters[0].slot if function.parameters else NONE
    site = reader.record.site(node, "super")
    target = reader.record.temporary()
    reader.emit(Super(target, receiver, outer.definition.index, site))
    return target


def subscript(reader: Reader, receiver: int, node: Node, children: list[Node], start: Node | None) -> int:
    """``receiver[...]`` as a value."""
    key, index, first, is_slice = read_subscript(reader, children)
    record = reader.record
    site = record.site(node) if start is None else record.site_between(start, node)
    target = record.temporary()
    if is_slice:
        reader.emit(Slice(target, receiver, first, site))
    else:
        reader.emit(Element(target, receiver, key, index, site))
    return target


def read_subscript(reader: Reader, children: list[Node]) -> tuple[int | str | None, int, int | None, bool]:
    """What stands between the brackets: a constant key or an index slot; or, for a slice, where it starts."""
    parts = [child for child in children[1:] if child.kind_id not in _BRACKETS]
    if len(parts) != 1 or children[-2].kind_id == k.COMMA:
        elements: list[tuple[int | str | None, int]] = []
        spreads: list[int] = []
        for position, part in enumerate(parts):
            slot = evaluate(reader, part)
            if is_starred(reader, part):
                spreads.append(slot)
            else:
                elements.append((None if spreads else position, slot))
        target = reader.record.temporary()
        reader.emit(Collection(target, "tuple", tuple(elements), tuple(spreads)))
        return None, target, None, False
    (part,) = parts
    if part.kind_id == k.SLICE:
        return None, NONE, read_slice(reader, part), True
    if is_starred(reader, part):
        slot = evaluate(reader, part)
        target = reader.record.temporary()
        reader.emit(Collection(target, "tuple", (), (slot,)))
        return None, target, None, False
    key = constant_key(reader, part)
    return (key, NONE, None, False) if key is not None else (None, evaluate(reader, part), None, False)


@expression(k.SLICE)
def slice_value(reader: Reader, node: Node) -> int:
    """A slice among other subscripts, or in an assignment's target."""
    read_slice(reader, node)
    return reader.literal("slice")


def read_slice(reader: Reader, node: Node) -> int | None:
    """Evaluates the bounds; returns the first position taken, where that is a constant and the step is one."""
    start: int | None = 0
    colons = 0
    for child in node.children:
        kind = child.kind_id
        if kind == k.COLON:
            colons += 1
        elif kind not in _BRACKETS:
            constant = constant_integer(reader.source(child)) if kind == k.INTEGER else None
            if constant is None:
                evaluate(reader, child)
            if colons == 0:
                start = constant
            elif colons == 2 and constant != 1:
                start = None
    return start
