"""Imports and exports, namespaces, enumerations, and declarations of types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.typescript.dispatch import STATEMENTS, execute, expression, statement
from navigator.facts.typescript.functions import finish, span_of
from navigator.facts.typescript.grammars import meaningful
from navigator.facts.typescript.naming import evaluate_named
from navigator.facts.typescript.reader import Frame, Reader
from navigator.facts.typescript.scopes import Scope, ScopeKind
from navigator.facts.typescript.strings import property_name, unquoted
from navigator.facts.typescript.types import members_of, type_of, type_parameters
from navigator.facts.vocabulary import (
    NONE,
    Call,
    Closure,
    Collection,
    DeclareType,
    DefinitionKind,
    Export,
    ImportModule,
    ImportName,
    ImportStar,
    Member,
    Move,
    SetMember,
    TypeRef,
)

if TYPE_CHECKING:
    from tree_sitter import Node


def _name(reader: Reader, node: Node) -> str:
    text = reader.source(node)
    return unquoted(text) if node.type == "string" else text


# -- imports ---------------------------------------------------------------------------------------------------------


def _target(reader: Reader, name: str) -> int:
    binding = reader.binding(name)
    return reader.target(binding) if binding is not None else reader.record.temporary()


@statement("import_statement")
def import_statement(reader: Reader, node: Node) -> None:
    source = node.child_by_field_name("source")
    clauses = [child for child in meaningful(node) if child.type in ("import_clause", "import_require_clause")]
    if source is None and not clauses:
        return
    module = _name(reader, source) if source is not None else ""
    for clause in clauses:
        if clause.type == "import_require_clause":
            _import_require(reader, clause)
            continue
        for part in meaningful(clause):
            if part.type == "identifier":
                site = reader.record.site(part)
                reader.emit(ImportName(_target(reader, reader.source(part)), module, 0, "default", site))
            elif part.type == "namespace_import":
                site = reader.record.site(part)
                local = reader.source(meaningful(part)[0])
                reader.emit(ImportModule(_target(reader, local), module, 0, False, site))
            elif part.type == "named_imports":
                for specifier in meaningful(part):
                    name_node, alias = specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")
                    if name_node is None:
                        continue
                    site = reader.record.site(specifier)
                    target = _target(reader, reader.source(alias or name_node))
                    reader.emit(ImportName(target, module, 0, _name(reader, name_node), site))
    if not clauses:
        site = reader.record.site(node)
        reader.emit(ImportModule(reader.record.temporary(), module, 0, False, site))


def _import_require(reader: Reader, clause: Node) -> None:
    """``import name = require("module")``"""
    source = clause.child_by_field_name("source")
    local = meaningful(clause)[0]
    value = reader.record.temporary()
    argument = reader.string(_name(reader, source)) if source is not None else reader.literal("str")
    reader.emit(Call(value, reader.global_slot("require"), (argument,), (), NONE))
    reader.emit(Move(_target(reader, reader.source(local)), value))


@statement("import_alias")
def import_alias(reader: Reader, node: Node) -> None:
    """``import name = Namespace.member``"""
    parts = meaningful(node)
    value = reader.evaluate(parts[1]) if len(parts) > 1 else reader.record.temporary()
    reader.emit(Move(_target(reader, reader.source(parts[0])), value))


@expression("nested_identifier")
def nested_identifier(reader: Reader, node: Node) -> int:
    first, last = node.named_children[0], node.named_children[-1]
    receiver = reader.evaluate(first)
    target = reader.record.temporary()
    reader.emit(Member(target, receiver, reader.source(last), reader.record.site(node)))
    return target


# -- exports ---------------------------------------------------------------------------------------------------------


@statement("export_statement")
def export_statement(reader: Reader, node: Node) -> None:
    source = node.child_by_field_name("source")
    module = _name(reader, source) if source is not None else ""
    words = {child.type for child in node.children if not child.is_named}
    declaration, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
    if declaration is not None:
        _export_declaration(reader, declaration, "default" in words)
        return
    if value is not None:
        slot = evaluate_named(reader, value, "default")
        reader.emit(Export("default", slot))
        return
    for child in meaningful(node):
        if child.type == "export_clause":
            for specifier in meaningful(child):
                _export_specifier(reader, specifier, module if source is not None else None)
        elif child.type == "namespace_export":
            target = reader.record.temporary()
            reader.emit(ImportModule(target, module, 0, False, reader.record.site(child)))
            reader.emit(Export(_name(reader, meaningful(child)[0]), target))
        elif "=" in words and child.type != "string":
            slot = reader.evaluate(child)
            reader.emit(SetMember(reader.global_slot("module"), "exports", slot, NONE))
    if "*" in words and source is not None and not any(c.type == "namespace_export" for c in node.named_children):
        reader.emit(ImportStar(module, 0, reader.record.site(node)))


def _export_specifier(reader: Reader, specifier: Node, module: str | None) -> None:
    name_node, alias = specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")
    if name_node is None:
        return
    name = _name(reader, name_node)
    shown = _name(reader, alias) if alias is not None else name
    if module is not None:
        target = reader.record.temporary()
        reader.emit(ImportName(target, module, 0, name, reader.record.site(specifier)))
        reader.emit(Export(shown, target))
        return
    binding = reader.binding(name)
    slot = reader.lasting(binding) if binding is not None else reader.read(name, name_node)
    reader.emit(Export(shown, slot))


def _export_declaration(reader: Reader, node: Node, default: bool) -> None:
    kind = node.type
    if default and node.child_by_field_name("name") is None:
        reader.emit(Export("default", evaluate_named(reader, node, "default")))
        return
    names = _declared_names(reader, node)
    if reader.frame.namespace >= 0:
        for name in names:
            binding = reader.binding(name)
            if binding is not None:
                binding.exported = True
    execute(reader, [node])
    for name in names:
        binding = reader.binding(name)
        if binding is None:
            continue
        if reader.frame.namespace >= 0:
            slot = reader.read(name)
            if kind not in ("interface_declaration", "type_alias_declaration"):
                reader.emit(SetMember(reader.frame.namespace, name, slot, NONE))
        else:
            reader.emit(Export("default" if default else name, reader.lasting(binding)))


def _declared_names(reader: Reader, node: Node) -> list[str]:
    """The names that a declaration declares."""
    name = node.child_by_field_name("name")
    if name is not None:
        while name.type == "nested_identifier":
            name = name.named_children[0]
        return [reader.source(name)]
    if node.type == "ambient_declaration":
        return [each for child in meaningful(node) for each in _declared_names(reader, child)]
    found: list[str] = []
    pending = [
        pattern
        for child in node.named_children
        if child.type == "variable_declarator" and (pattern := child.child_by_field_name("name")) is not None
    ]
    while pending:
        pattern = pending.pop()
        if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
            found.append(reader.source(pattern))
        elif pattern.type == "pair_pattern":
            value = pattern.child_by_field_name("value")
            pending += [value] if value is not None else []
        elif pattern.type in ("assignment_pattern", "object_assignment_pattern"):
            left = pattern.child_by_field_name("left")
            pending += [left] if left is not None else []
        else:
            pending += pattern.named_children
    return sorted(found)


@statement("ambient_declaration")
def ambient_declaration(reader: Reader, node: Node) -> None:
    """``declare ...``"""
    for child in meaningful(node):
        if child.type == "statement_block":
            execute(reader, child.children)
        elif STATEMENTS.handlers.get(child.type) is not None:
            execute(reader, [child])


# -- namespaces and enumerations -------------------------------------------------------------------------------------


@statement("internal_module", "module")
def namespace(reader: Reader, node: Node) -> None:
    """``namespace A.B { ... }``: code that runs in place, and an object that holds what it exports."""
    name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name_node is None or body is None:
        return
    record = reader.record
    text = "".join(reader.source(name_node).split())
    ambient = name_node.type == "string"
    first = text.split(".")[0]
    binding = None if ambient else reader.binding(first)
    holder = record.temporary()
    known = reader.read(first) if binding is not None and reader.frame.flow.read(binding.key) >= 0 else NONE
    reader.emit(Collection(holder, "object", ()))
    value = holder
    if known >= 0:
        value = known
    elif binding is not None:
        reader.emit(Move(reader.target(binding), holder))
    for part in text.split(".")[1:] if not ambient else ():
        inner = record.temporary()
        reader.emit(Collection(inner, "object", ()))
        reader.emit(SetMember(value, part, inner, NONE))
        value = inner
    span = span_of(node)
    shown = text.strip("'\"") if ambient else text
    function = record.temporary()
    builder = reader.definitions.open(DefinitionKind.NAMESPACE, shown, reader.frame.definition, len(record.lines))
    builder.span = span
    reader.emit(Closure(function, builder.index))
    outer = reader.frame, reader.scope
    scope = reader.scan.scopes.get(node.id) or Scope(ScopeKind.NAMESPACE, reader.scope)
    frame = Frame(scope, builder, reader.frame, record)
    frame.namespace = value
    reader.frame, reader.scope = frame, scope
    reader.start(frame)
    builder.result = record.temporary()
    execute(reader, body.children)
    finish(reader, frame)
    reader.frame, reader.scope = outer
    reader.emit(Call(record.temporary(), function, (), (), NONE))


@statement("enum_declaration")
def enum_declaration(reader: Reader, node: Node) -> None:
    """An object with the members' values."""
    name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name_node is None:
        return
    record = reader.record
    record.line = node.start_point[0] + 1
    elements: list[tuple[int | str | None, int]] = []
    for member in meaningful(body) if body is not None else ():
        key = member.child_by_field_name("name") or member
        name = property_name(reader, key)
        value = member.child_by_field_name("value")
        slot = reader.evaluate(value) if value is not None else reader.literal("number")
        if name is not None:
            elements.append((name, slot))
    made = record.temporary()
    reader.emit(Collection(made, "object", tuple(elements)))
    reader.emit(Move(_target(reader, reader.source(name_node)), made))


# -- types -----------------------------------------------------------------------------------------------------------


@statement("interface_declaration", "type_alias_declaration")
def type_declaration(reader: Reader, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is None:
        return
    binding = reader.binding(reader.source(name_node))
    if binding is None:
        return
    reader.record.line = node.start_point[0] + 1
    bases: list[TypeRef] = []
    members: tuple[tuple[str, TypeRef], ...] = ()
    if node.type == "interface_declaration":
        for child in meaningful(node):
            if child.type == "extends_type_clause":
                bases += [type_of(reader, part) for part in meaningful(child)]
        members = members_of(reader, node.child_by_field_name("body"))
    else:
        value = node.child_by_field_name("value")
        if value is not None and value.type == "object_type":
            members = members_of(reader, value)
        elif value is not None:
            bases.append(type_of(reader, value))
    parameters = type_parameters(reader, node.child_by_field_name("type_parameters"))
    names = tuple(parameter.name for parameter in parameters)
    reader.emit(DeclareType(reader.lasting(binding), names, tuple(bases), members))
