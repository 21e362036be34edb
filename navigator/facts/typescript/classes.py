"""Classes: their bases, members, fields and decorators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.building.definitions import DefinitionBuilder
from navigator.facts.building.record import shortened
from navigator.facts.typescript.dispatch import execute, expression, statement
from navigator.facts.typescript.functions import Member as ClassMember
from navigator.facts.typescript.functions import finish, read_function, span_of
from navigator.facts.typescript.grammars import meaningful
from navigator.facts.typescript.naming import evaluate_named, named
from navigator.facts.typescript.reader import Frame, Reader
from navigator.facts.typescript.scopes import Scope, ScopeKind
from navigator.facts.typescript.strings import property_name
from navigator.facts.typescript.types import annotation, type_of, type_parameters
from navigator.facts.vocabulary import (
    NONE,
    Call,
    ClassTypes,
    Collection,
    Define,
    DefinitionKind,
    MakeClass,
    Member,
    MemberHint,
    Move,
    Parameter,
    ParameterKind,
    TypeRef,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_FIELDS = ("field_definition", "public_field_definition")
_METHODS = ("method_definition", "method_signature")


@statement("class_declaration", "abstract_class_declaration")
def class_declaration(reader: Reader, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    name = reader.source(name_node) if name_node is not None else ""
    value = read_class(reader, node, name)
    binding = reader.binding(name) if name else None
    if binding is not None:
        reader.bind(binding, value, False)


@expression("class", "class_declaration")
def class_value(reader: Reader, node: Node) -> int:
    name = node.child_by_field_name("name")
    return read_class(reader, node, reader.source(name) if name is not None else "")


@named("class", "class_declaration")
def named_class(reader: Reader, node: Node, name: str, holder: str) -> int:
    own = node.child_by_field_name("name")
    return read_class(reader, node, reader.source(own) if own is not None else name, holder)


class _Class:
    """A class being read. ``value`` and ``prototype`` are slots of the code around."""

    def __init__(self, reader: Reader, builder: DefinitionBuilder, value: int, prototype: int) -> None:
        self.builder = builder
        self.value = value
        self.prototype = prototype
        self.frame: Frame | None = None
        """The frame of the fields' code, once there is a field."""
        self.decorators: list[Node] = []
        """Decorators read so far, for the next member."""


def read_class(reader: Reader, node: Node, name: str, holder: str = "") -> int:
    """Reads a class; returns the slot of its value."""
    record = reader.record
    decorators = [(each, _decorator(reader, each)) for each in _decorators(node)]
    bases, extends, implements = _heritage(reader, node)
    span = span_of(node)
    record.line = span.line
    value, prototype = record.temporary(), record.temporary()
    builder = reader.definitions.open(
        DefinitionKind.CLASS,
        name,
        reader.frame.definition,
        len(record.lines),
        "" if name else f"<class:{span.line}>",
        holder,
    )
    builder.span = span
    reader.emit(MakeClass(value, builder.index, bases, (), record.site(node)))
    reader.emit(Member(prototype, value, "prototype", NONE))
    parameters = type_parameters(reader, node.child_by_field_name("type_parameters"))
    if parameters or extends is not None or implements:
        reader.emit(ClassTypes(builder.index, parameters, extends, implements))
    outer = reader.scope
    reader.scope = reader.scan.scopes.get(node.id, outer)
    own = node.child_by_field_name("name")
    inner = reader.scope.bindings.get(reader.source(own)) if own is not None else None
    if inner is not None:
        reader.bind(inner, value, False)
    body = node.child_by_field_name("body")
    made = _Class(reader, builder, value, prototype)
    if body is not None:
        _members(reader, made, body)
    reader.scope = outer
    if made.frame is not None:
        finish(reader, made.frame)
        builder.parameters = tuple(made.frame.extra)
    builder.end_slot = len(record.lines)
    for decorator, function in reversed(decorators):
        decorated = record.temporary()
        text = shortened(reader.source(decorator))
        reader.emit(Call(decorated, function, (value,), (), record.site(decorator, text), True))
        joined = record.temporary()
        reader.emit(Move(joined, value))
        reader.emit(Move(joined, decorated))
        value = joined
    return value


def _decorators(node: Node) -> list[Node]:
    found = [child for child in node.named_children if child.type == "decorator"]
    outer = node.parent
    if outer is not None and outer.type == "export_statement":
        found = [child for child in outer.named_children if child.type == "decorator"] + found
    return found


def _decorator(reader: Reader, node: Node) -> int:
    return reader.evaluate(meaningful(node)[0])


def _heritage(reader: Reader, node: Node) -> tuple[tuple[int, ...], TypeRef | None, tuple[TypeRef, ...]]:
    bases: list[int] = []
    extends: TypeRef | None = None
    implements: list[TypeRef] = []
    for heritage in node.named_children:
        if heritage.type != "class_heritage":
            continue
        for part in meaningful(heritage):
            if part.type == "extends_clause":
                for base in part.children_by_field_name("value"):
                    bases.append(reader.evaluate(base))
                    arguments = part.child_by_field_name("type_arguments")
                    if base.type in ("identifier", "member_expression"):
                        given = meaningful(arguments) if arguments is not None else []
                        extends = TypeRef(reader.source(base), tuple(type_of(reader, each) for each in given))
            elif part.type == "implements_clause":
                implements += [type_of(reader, each) for each in meaningful(part)]
            else:
                bases.append(reader.evaluate(part))
    return tuple(bases), extends, tuple(implements)


def _members(reader: Reader, cls: _Class, body: Node) -> None:
    members = meaningful(body)
    bodies = {
        reader.source(name)
        for member in members
        if member.type == "method_definition" and (name := member.child_by_field_name("name")) is not None
    }
    for member in members:
        kind = member.type
        if kind == "decorator":
            cls.decorators.append(member)
            continue
        decorators = cls.decorators + [child for child in member.named_children if child.type == "decorator"]
        cls.decorators = []
        if kind in _METHODS:
            name = member.child_by_field_name("name")
            if name is not None and (kind == "method_definition" or reader.source(name) not in bodies):
                _method(reader, cls, member, name, decorators)
        elif kind in _FIELDS:
            _field(reader, cls, body, member, decorators)
        elif kind == "class_static_block":
            _static_block(reader, cls, body, member)


def _words(node: Node) -> set[str]:
    """The keywords in front of a member."""
    return {child.type for child in node.children if not child.is_named}


def _method(reader: Reader, cls: _Class, node: Node, name_node: Node, decorators: list[Node]) -> None:
    record = reader.record
    name = property_name(reader, name_node)
    key = NONE
    if name is None:
        inner = meaningful(name_node)
        key = reader.evaluate(inner[0]) if inner else NONE
    words = _words(node)
    static = "static" in words
    role = "get" if "get" in words else "set" if "set" in words else ""
    functions = [(each, _decorator(reader, each)) for each in decorators]
    shown = (
        name
        if name is not None and not name.startswith("@@")
        else f"[{shortened(reader.source(name_node).strip('[]'))}]"
    )
    member = ClassMember(cls.builder, cls.builder.index, static)
    value = read_function(reader, node, shown, member=member)
    owner = cls.value if static else cls.prototype
    reader.emit(Define(owner, name or "", key, value, role, record.site(name_node)))
    _decorate(reader, functions, owner, name or "", key, value, role)


def _decorate(
    reader: Reader, decorators: list[tuple[Node, int]], owner: int, name: str, key: int, value: int, role: str
) -> None:
    """Decorators of a member get it, its name, and a descriptor that holds it; they may return another one."""
    record = reader.record
    for node, function in reversed(decorators):
        site = record.site(node, shortened(reader.source(node)))
        descriptor, result, inner = record.temporary(), record.temporary(), record.temporary()
        elements = (("value", value),) if value >= 0 else ()
        reader.emit(Collection(descriptor, "object", elements))
        given = value if value >= 0 else owner
        reader.emit(Call(result, function, (given, reader.string(name), descriptor), (), site, True))
        reader.emit(Member(inner, result, "value", NONE))
        if value >= 0:
            changed = record.temporary()
            reader.emit(Member(changed, descriptor, "value", NONE))
            for replaced in (result, inner, changed):
                reader.emit(Define(owner, name, key, replaced, role or "decorated", NONE))


def _fields_frame(reader: Reader, cls: _Class, body: Node) -> Frame:
    """The frame of the code of the class's fields."""
    if cls.frame is None:
        scope = reader.scan.scopes.get(body.id) or Scope(ScopeKind.CLASS, reader.scope)
        frame = cls.frame = Frame(scope, cls.builder, reader.frame, reader.record)
        frame.super_class = cls.builder.index
        frame.receiver = reader.record.named("this")
        frame.extra.append(Parameter("this", ParameterKind.RECEIVER, frame.receiver))
        reader.start(frame)
    return cls.frame


def _field(reader: Reader, cls: _Class, body: Node, node: Node, decorators: list[Node]) -> None:
    name_node = node.child_by_field_name("property") or node.child_by_field_name("name")
    if name_node is None:
        return
    name = property_name(reader, name_node)
    key = NONE
    if name is None:
        inner = meaningful(name_node)
        key = reader.evaluate(inner[0]) if inner else NONE
    static = "static" in _words(node)
    functions = [(each, _decorator(reader, each)) for each in decorators]
    declared = annotation(reader, node.child_by_field_name("type"))
    value_node = node.child_by_field_name("value")
    value = NONE
    if value_node is not None or declared is not None:
        frame = _fields_frame(reader, cls, body)
        outer = reader.frame, reader.scope
        reader.frame, reader.scope = frame, frame.scope
        instance, frame.static = frame.receiver, static
        if static:
            frame.receiver = cls.value
        if declared is not None:
            reader.emit(MemberHint(frame.receiver, name or "", declared))
        if value_node is not None:
            reader.record.line = value_node.start_point[0] + 1
            value = evaluate_named(reader, value_node, name or "")
            reader.emit(Define(frame.receiver, name or "", key, value, "", reader.record.site(name_node)))
        frame.receiver = instance
        reader.frame, reader.scope = outer
    owner = cls.value if static else cls.prototype
    _decorate(reader, functions, owner, name or "", key, NONE, "")


def _static_block(reader: Reader, cls: _Class, body: Node, node: Node) -> None:
    frame = _fields_frame(reader, cls, body)
    outer = reader.frame, reader.scope
    reader.frame = frame
    reader.scope = reader.scan.scopes.get(node.id, frame.scope)
    instance, frame.receiver, frame.static = frame.receiver, cls.value, True
    for part in node.named_children:
        if part.type == "statement_block":
            inner, reader.scope = reader.scope, reader.scan.scopes.get(part.id, reader.scope)
            execute(reader, part.children)
            reader.scope = inner
    frame.receiver = instance
    reader.frame, reader.scope = outer
