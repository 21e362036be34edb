"""Functions of every form, and their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.callgraph import Span
from navigator.facts.building.definitions import DefinitionBuilder
from navigator.facts.typescript.dispatch import execute, expression, statement
from navigator.facts.typescript.grammars import meaningful
from navigator.facts.typescript.naming import evaluate_named, named
from navigator.facts.typescript.patterns import store
from navigator.facts.typescript.reader import Frame, Reader
from navigator.facts.typescript.scopes import Scope, ScopeKind
from navigator.facts.typescript.types import annotation
from navigator.facts.vocabulary import (
    NONE,
    Closure,
    DefinitionKind,
    MemberHint,
    Move,
    Parameter,
    ParameterKind,
    Return,
    ReturnHint,
    SetMember,
)

if TYPE_CHECKING:
    from tree_sitter import Node


def span_of(node: Node) -> Span:
    """The node's place without the decorators in front of it."""
    start = node
    for child in node.children:
        if child.type != "decorator":
            start = child
            break
    end = _end_of(node)
    return Span(start.start_point[0] + 1, start.start_point[1], end.end_point[0] + 1, end.end_point[1])


def _end_of(node: Node) -> Node:
    """What ends last in a node, without the comments behind a body, which the grammar may take in."""
    last = node.child_by_field_name("body")
    while last is not None and last.type == "statement_block" and last.child_count:
        last = last.child(last.child_count - 1)
        while last is not None and last.type == "comment":
            last = last.prev_sibling
    return last if last is not None and last.end_byte < node.end_byte and node.type == "arrow_function" else node


class Member:
    """What a class tells its methods."""

    __slots__ = ("index", "owner", "static")

    def __init__(self, owner: DefinitionBuilder, index: int, static: bool) -> None:
        self.owner = owner
        self.index = index
        """The class's definition."""
        self.static = static


def read_function(
    reader: Reader, node: Node, name: str, holder: str = "", target: int = NONE, member: Member | None = None
) -> int:
    """Reads a function; its value is in ``target``, or in a new slot. Returns that slot."""
    record = reader.record
    span = span_of(node)
    record.line = span.line
    if target < 0:
        target = record.temporary()
    kind = node.type
    anonymous = "" if name else f"<{'arrow' if kind == 'arrow_function' else 'function'}:{span.line}>"
    parent = member.owner if member is not None else reader.frame.definition
    builder = reader.definitions.open(
        DefinitionKind.FUNCTION if name else DefinitionKind.LAMBDA, name, parent, len(record.lines), anonymous, holder
    )
    builder.span = span
    reader.emit(Closure(target, builder.index))
    outer = reader.frame, reader.scope
    scope = reader.scan.scopes.get(node.id)
    if scope is None:
        scope = Scope(ScopeKind.FUNCTION, reader.scope)
    frame = Frame(scope, builder, reader.frame, record)
    if member is not None:
        frame.super_class, frame.static = member.index, member.static
    reader.frame, reader.scope = frame, scope
    reader.start(frame)
    words = {child.type for child in node.children if not child.is_named}
    builder.result = record.temporary()
    if "*" in words:
        builder.elements, builder.received = record.temporary(), record.temporary()
    builder.asynchronous = "async" in words
    own = node.child_by_field_name("name")
    if own is not None and kind in ("function_expression", "generator_function"):
        binding = scope.bindings.get(reader.source(own))
        if binding is not None and binding.writes <= 1:
            reader.bind(binding, target, False)
    builder.parameters = (*_parameters(reader, node), *frame.extra)
    returned = annotation(reader, node.child_by_field_name("return_type"))
    if returned is not None:
        reader.emit(ReturnHint(returned))
    body = node.child_by_field_name("body")
    if body is not None and body.type == "statement_block":
        execute(reader, body.children)
    elif body is not None:
        reader.emit(Return(reader.evaluate(body)))
    finish(reader, frame)
    reader.frame, reader.scope = outer
    return target


def finish(reader: Reader, frame: Frame) -> None:
    """Ends a definition: notes the variables that functions inside and other modules read."""
    builder = frame.definition
    for binding in frame.scope.all:
        if binding.slot >= 0 and binding.captured:
            builder.variables.setdefault(binding.name, binding.slot)
    builder.end_slot = len(reader.record.lines)


def _parameters(reader: Reader, node: Node) -> list[Parameter]:
    single = node.child_by_field_name("parameter")
    if single is not None:
        return [_parameter(reader, single, None, None)]
    found: list[Parameter] = []
    parameters = node.child_by_field_name("parameters")
    for child in meaningful(parameters) if parameters is not None else ():
        if child.type in ("required_parameter", "optional_parameter"):
            pattern = child.child_by_field_name("pattern")
            if pattern is None or pattern.type == "this":
                continue
            declared = child.child_by_field_name("type")
            found.append(_parameter(reader, pattern, child.child_by_field_name("value"), declared))
            if any(part.type in ("accessibility_modifier", "readonly", "override_modifier") for part in child.children):
                _parameter_property(reader, pattern, found[-1])
        elif child.type == "assignment_pattern":
            left = child.child_by_field_name("left")
            if left is not None:
                found.append(_parameter(reader, left, child.child_by_field_name("right"), None))
        else:
            found.append(_parameter(reader, child, None, None))
    return found


def _parameter(reader: Reader, pattern: Node, default: Node | None, declared: Node | None) -> Parameter:
    record = reader.record
    record.line = pattern.start_point[0] + 1
    kind = ParameterKind.POSITIONAL
    if pattern.type == "rest_pattern":
        kind = ParameterKind.REST
        pattern = meaningful(pattern)[0]
    name = reader.source(pattern) if pattern.type == "identifier" else ""
    declared_type = annotation(reader, declared)
    if kind is ParameterKind.REST and declared_type is not None and declared_type.name in ("Array", "ReadonlyArray"):
        declared_type = declared_type.arguments[0] if declared_type.arguments else None
    mark = len(record.lines)
    binding = reader.scope.bindings.get(name) if name else None
    if default is None and binding is not None:
        if binding.captured and binding.writes <= 1 and not binding.shared:
            reader.frame.flow.assign(binding.key, binding.slot)
            return Parameter(name, kind, binding.slot, NONE, declared_type)
        slot = record.named(name)
        if binding.shared:
            reader.emit(Move(reader.lasting(binding), slot))
        else:
            reader.frame.flow.assign(binding.key, slot)
            if binding.captured:
                reader.emit(Move(reader.lasting(binding), slot))
        return Parameter(name, kind, slot, NONE, declared_type)
    arrives = record.named(name) if name else record.temporary()
    value = arrives
    if default is not None:
        given = evaluate_named(reader, default, name)
        mark = len(record.lines)
        value = record.temporary()
        reader.emit(Move(value, arrives))
        reader.emit(Move(value, given))
    store(reader, pattern, value, mark)
    return Parameter(name, kind, arrives, NONE, declared_type)


def _parameter_property(reader: Reader, pattern: Node, parameter: Parameter) -> None:
    """``constructor(private name: Type)`` also makes a field."""
    frame = reader.frame
    if frame.receiver < 0:
        frame.receiver = reader.record.named("this")
        frame.extra.append(Parameter("this", ParameterKind.RECEIVER, frame.receiver))
    this = frame.receiver
    reader.emit(SetMember(this, parameter.name, parameter.slot, NONE))
    if parameter.annotation is not None:
        reader.emit(MemberHint(this, parameter.name, parameter.annotation))


@statement("function_declaration", "generator_function_declaration")
def function_declaration(reader: Reader, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    name = reader.source(name_node) if name_node is not None else ""
    binding = reader.scope.bindings.get(name) or reader.binding(name)
    reader.record.line = node.start_point[0] + 1
    target = reader.target(binding) if binding is not None else NONE
    read_function(reader, node, name, target=target)


@expression("arrow_function", "function_expression", "generator_function", "function_declaration")
def function_value(reader: Reader, node: Node) -> int:
    name = node.child_by_field_name("name")
    return read_function(reader, node, reader.source(name) if name is not None else "")


@named("arrow_function", "function_expression", "generator_function")
def named_function(reader: Reader, node: Node, name: str, holder: str) -> int:
    own = node.child_by_field_name("name")
    return read_function(reader, node, reader.source(own) if own is not None else name, holder)


@statement("function_signature")
def function_signature(reader: Reader, node: Node) -> None:
    """A signature without a body is a definition unless the body follows under the same name."""
    name_node = node.child_by_field_name("name")
    if name_node is None:
        return
    name = reader.source(name_node)
    following = (node.parent if node.parent and node.parent.type == "export_statement" else node).next_named_sibling
    while following is not None:
        inner = following
        if inner.type == "export_statement":
            inner = inner.child_by_field_name("declaration") or inner
        same = inner.child_by_field_name("name")
        if inner.type == "comment":
            following = following.next_named_sibling
            continue
        if same is not None and reader.source(same) == name and inner.type.endswith(("declaration", "signature")):
            return
        break
    function_declaration(reader, node)
