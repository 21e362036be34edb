"""What opens a scope, declares a name or assigns one, kind by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.typescript.scanning import SCANS, Scan, scans
from navigator.facts.typescript.scopes import Scope, ScopeKind

if TYPE_CHECKING:
    from tree_sitter import Node

# Types hold no values, and names in them are none of the scopes'.
SCANS.add(
    None,
    *"type_annotation type_arguments type_parameters asserts_annotation type_predicate_annotation implements_clause "
    "interface_body property_identifier private_property_identifier statement_identifier string regex number "
    "import_attribute index_signature property_signature accessibility_modifier jsx_text jsx_closing_element "
    "adding_type_annotation opting_type_annotation omitting_type_annotation true false null".split(),
)


@scans("identifier", "shorthand_property_identifier", "undefined")
def _identifier(scan: Scan, node: Node) -> None:
    scan.read(scan.source(node))


@scans("this", "super")
def _this(scan: Scan, node: Node) -> None:
    scan.scope.owner_of_this().uses_this = True


@scans("import")
def _dynamic_import(scan: Scan, node: Node) -> None:
    scan.free["import"] = None


def _fields(scan: Scan, node: Node, *names: str) -> list[Node]:
    found = [node.child_by_field_name(name) for name in names]
    return [child for child in found if child is not None]


# -- patterns: what a declaration binds and an assignment assigns ----------------------------------------------------


def bind_pattern(scan: Scan, pattern: Node, scope: Scope | None, written: bool = True) -> None:
    """Declares (in ``scope``) or assigns every name of a pattern; defaults and computed keys are left to be scanned."""
    open_nodes = [pattern]
    while open_nodes:
        node = open_nodes.pop()
        kind = node.type
        if kind in ("identifier", "shorthand_property_identifier_pattern", "shorthand_property_identifier"):
            name = scan.source(node)
            if scope is not None:
                scan.declare(name, scope, written)
            else:
                scan.write(name)
        elif kind in ("object_pattern", "array_pattern", "object", "array"):
            open_nodes.extend(node.named_children)
        elif kind in ("pair_pattern", "pair"):
            key = node.child_by_field_name("key")
            if key is not None and key.type == "computed_property_name":
                scan.push([key])
            value = node.child_by_field_name("value")
            if value is not None:
                open_nodes.append(value)
        elif kind in ("assignment_pattern", "object_assignment_pattern", "assignment_expression"):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None:
                open_nodes.append(left)
            if right is not None:
                scan.push([right])
        elif kind in ("rest_pattern", "spread_element", "parenthesized_expression", "non_null_expression"):
            open_nodes.extend(node.named_children)
        elif kind in ("as_expression", "satisfies_expression", "type_assertion"):
            open_nodes.extend(node.named_children[:1])
        elif kind != "comment":
            scan.push([node])


@scans("variable_declaration", "lexical_declaration", "using_declaration")
def _variables(scan: Scan, node: Node) -> None:
    scope = scan.var_scope() if node.type == "variable_declaration" else scan.scope
    for child in node.named_children:
        if child.type == "variable_declarator":
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if name is not None:
                bind_pattern(scan, name, scope, value is not None)
            if value is not None:
                scan.push([value])


@scans("assignment_expression")
def _assignment(scan: Scan, node: Node) -> None:
    for left in _fields(scan, node, "left"):
        bind_pattern(scan, left, None)
    scan.push(_fields(scan, node, "right"))


@scans("augmented_assignment_expression")
def _augmented(scan: Scan, node: Node) -> None:
    for left in _fields(scan, node, "left"):
        if left.type == "identifier":
            scan.write(scan.source(left))
    scan.push(_fields(scan, node, "left", "right"))


@scans("update_expression")
def _update(scan: Scan, node: Node) -> None:
    for argument in _fields(scan, node, "argument"):
        if argument.type == "identifier":
            scan.write(scan.source(argument))
        scan.push([argument])


# -- functions and classes -------------------------------------------------------------------------------------------


@scans(
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "generator_function",
    "arrow_function",
    "method_definition",
    "function_signature",
    "method_signature",
)
def function(scan: Scan, node: Node) -> None:
    kind = node.type
    name = node.child_by_field_name("name")
    if kind in ("function_declaration", "generator_function_declaration", "function_signature"):
        if name is not None:
            scan.declare(scan.source(name), scan.scope)
    elif kind == "method_definition":
        scan.push([child for child in node.named_children if child.type in ("computed_property_name", "decorator")])
    outer = scan.scope, scan.loop
    scope = scan.open(node, ScopeKind.ARROW if kind == "arrow_function" else ScopeKind.FUNCTION)
    scan.scope, scan.loop = scope, None
    if kind in ("function_expression", "generator_function") and name is not None:
        scan.declare(scan.source(name), scope)
    for parameters in _fields(scan, node, "parameters", "parameter"):
        _parameters(scan, parameters, scope)
    for body in _fields(scan, node, "body"):
        scan.push(body.children if body.type == "statement_block" else [body], scope)
    scan.scope, scan.loop = outer


def _parameters(scan: Scan, parameters: Node, scope: Scope) -> None:
    if parameters.type != "formal_parameters":
        bind_pattern(scan, parameters, scope)
        return
    for child in parameters.named_children:
        kind = child.type
        if kind in ("required_parameter", "optional_parameter"):
            scan.push([part for part in child.named_children if part.type == "decorator"])
            pattern, value = child.child_by_field_name("pattern"), child.child_by_field_name("value")
            if pattern is not None and pattern.type != "this":
                bind_pattern(scan, pattern, scope)
            if value is not None:
                scan.push([value])
        elif kind != "comment":
            bind_pattern(scan, child, scope)


@scans("class_declaration", "class", "abstract_class_declaration")
def _class(scan: Scan, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is not None and node.type != "class":
        scan.declare(scan.source(name), scan.scope)
    block = scan.open(node, ScopeKind.BLOCK)
    outer, scan.scope = scan.scope, block
    if name is not None:
        scan.declare(scan.source(name), block)
    scan.push([child for child in node.named_children if child.type in ("class_heritage", "decorator")])
    for body in _fields(scan, node, "body"):
        fields = scan.open(body, ScopeKind.CLASS)
        for member in body.named_children:
            if member.type in ("field_definition", "public_field_definition"):
                scan.push(
                    [part for part in member.named_children if part.type in ("decorator", "computed_property_name")]
                )
                value = member.child_by_field_name("value")
                if value is not None:
                    scan.push([value], fields)
            elif member.type == "class_static_block":
                scan.scope = fields
                _block(scan, member)
                scan.scope = block
            elif member.type in ("method_definition", "method_signature", "decorator"):
                scan.push([member])
    scan.scope = outer


# -- statements that open scopes -------------------------------------------------------------------------------------


@scans("statement_block", "class_static_block", "switch_body")
def _block(scan: Scan, node: Node) -> None:
    scan.push(node.children, scan.open(node, ScopeKind.BLOCK))


@scans("for_statement", "while_statement", "do_statement")
def _loop(scan: Scan, node: Node) -> None:
    outer, scan.loop = scan.loop, scan.open_loop(node)
    scan.push(node.children, scan.open(node, ScopeKind.BLOCK), scan.loop)
    scan.loop = outer


@scans("for_in_statement")
def _for_in(scan: Scan, node: Node) -> None:
    scan.push(_fields(scan, node, "right"))
    outer = scan.scope, scan.loop
    scan.loop = scan.open_loop(node)
    scan.scope = scan.open(node, ScopeKind.BLOCK)
    kind, left = node.child_by_field_name("kind"), node.child_by_field_name("left")
    if left is not None:
        if kind is None:
            bind_pattern(scan, left, None)
        else:
            bind_pattern(scan, left, scan.var_scope() if kind.type == "var" else scan.scope)
    scan.push(_fields(scan, node, "value", "body"))
    scan.scope, scan.loop = outer


@scans("catch_clause")
def _catch(scan: Scan, node: Node) -> None:
    scope = scan.open(node, ScopeKind.BLOCK)
    outer, scan.scope = scan.scope, scope
    for parameter in _fields(scan, node, "parameter"):
        bind_pattern(scan, parameter, scope)
    scan.push(_fields(scan, node, "body"))
    scan.scope = outer


@scans("labeled_statement")
def _labeled(scan: Scan, node: Node) -> None:
    scan.push(_fields(scan, node, "body"))


# -- modules ---------------------------------------------------------------------------------------------------------


@scans("import_statement")
def _import(scan: Scan, node: Node) -> None:
    scan.is_module = True
    for clause in node.named_children:
        if clause.type == "import_clause":
            for part in clause.named_children:
                if part.type == "identifier":
                    scan.declare(scan.source(part), scan.scope)
                elif part.type == "namespace_import":
                    for name in part.named_children:
                        scan.declare(scan.source(name), scan.scope)
                elif part.type == "named_imports":
                    for specifier in part.named_children:
                        local = specifier.child_by_field_name("alias") or specifier.child_by_field_name("name")
                        if local is not None:
                            scan.declare(scan.source(local), scan.scope)
        elif clause.type == "import_require_clause":
            scan.declare(scan.source(clause.named_children[0]), scan.scope)


@scans("import_alias")
def _import_alias(scan: Scan, node: Node) -> None:
    scan.declare(scan.source(node.named_children[0]), scan.scope)
    scan.push(node.named_children[1:])


@scans("export_statement")
def _export(scan: Scan, node: Node) -> None:
    if scan.scope.kind is ScopeKind.MODULE:
        scan.is_module = True
    source = node.child_by_field_name("source")
    for child in node.named_children:
        if child.type == "export_clause":
            if source is None:
                for specifier in child.named_children:
                    name = specifier.child_by_field_name("name")
                    if name is not None and name.type == "identifier":
                        scan.read(scan.source(name))
        elif child.type not in ("string", "namespace_export"):
            scan.push([child])


@scans("interface_declaration", "type_alias_declaration")
def _type(scan: Scan, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is not None and scan.source(name) not in scan.scope.bindings:
        scan.declare(scan.source(name), scan.scope)


@scans("enum_declaration")
def _enum(scan: Scan, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is not None:
        scan.declare(scan.source(name), scan.scope)
    for body in _fields(scan, node, "body"):
        scan.push([value for member in body.named_children for value in _fields(scan, member, "value")])


@scans("internal_module", "module")
def _namespace(scan: Scan, node: Node) -> None:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is not None and name.type != "string":
        first = name
        while first.type == "nested_identifier":
            first = first.named_children[0]
        scan.declare(scan.source(first), scan.scope)
    if body is not None:
        scan.push(body.children, scan.open(node, ScopeKind.NAMESPACE))


@scans("nested_identifier")
def _nested(scan: Scan, node: Node) -> None:
    first = node
    while first.type == "nested_identifier":
        first = first.named_children[0]
    scan.push([first])


# -- expressions that hold types -------------------------------------------------------------------------------------


@scans("as_expression", "satisfies_expression")
def _as(scan: Scan, node: Node) -> None:
    scan.push(node.named_children[:1])


@scans("type_assertion")
def _type_assertion(scan: Scan, node: Node) -> None:
    scan.push(node.named_children[-1:])


@scans("pair")
def _pair(scan: Scan, node: Node) -> None:
    key = node.child_by_field_name("key")
    if key is not None and key.type == "computed_property_name":
        scan.push([key])
    scan.push(_fields(scan, node, "value"))


@scans("member_expression")
def _member(scan: Scan, node: Node) -> None:
    scan.push(_fields(scan, node, "object"))


@scans("jsx_attribute")
def _jsx_attribute(scan: Scan, node: Node) -> None:
    scan.push(node.named_children[1:])


@scans("extends_clause")
def _extends(scan: Scan, node: Node) -> None:
    scan.push(node.children_by_field_name("value"))


@scans("class_heritage")
def _heritage(scan: Scan, node: Node) -> None:
    scan.push(node.named_children)


@scans("meta_property")
def _meta(scan: Scan, node: Node) -> None:
    """``import.meta`` and ``new.target`` name nothing."""
