"""What opens a scope: functions, lambdas, classes, comprehensions, type parameters; and annotations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.private_names import private_prefix
from navigator.facts.python.scanned_statements import visit_others
from navigator.facts.python.scanning import Scan, Stack, has_no_handler, scans
from navigator.facts.python.scopes import Scope, ScopeKind
from navigator.facts.python.type_syntax import alias_parts, parameter_parts

if TYPE_CHECKING:
    from tree_sitter import Node

NAME_IN_STRING = re.compile(r"[^\W\d]\w*")


def _type_scope(scan: Scan, node: Node, name: str, parameters: Node, private: str | None = None) -> tuple[Scope, Stack]:
    """Makes the scope of a definition's type parameters the current one; returns the one before."""
    outer = scan.scope, scan.stack
    scan.scope, scan.stack = scan.open(ScopeKind.TYPE_PARAMETERS, name, node, private)
    _bind_type_parameters(scan, parameters)
    return outer


def _bind_type_parameters(scan: Scan, parameters: Node) -> None:
    for identifier, types in parameter_parts(parameters):
        for bound in types:
            scan.visit(bound)
        if identifier is not None:
            scan.bind(identifier)


@scans(k.FUNCTION_DEFINITION)
def _function(scan: Scan, node: Node) -> None:
    name = parameters = returns = body = None
    type_parameters = None
    for child in node.children:
        kind = child.kind_id
        if kind == k.IDENTIFIER and name is None:
            name = child
        elif kind == k.PARAMETERS:
            parameters = child
        elif kind == k.BLOCK:
            body = child
        elif kind == k.TYPE:
            returns = child
        elif kind == k.TYPE_PARAMETER:
            type_parameters = child
    text = ""
    if name is not None:
        text = scan.text[name.start_byte : name.end_byte]
        scan.bind(name)
    outer = _type_scope(scan, node, text, type_parameters) if type_parameters is not None else None
    scope, nodes = scan.open(ScopeKind.FUNCTION, text, node)
    if parameters is not None:
        _parameters(scan, scope, parameters)
    if returns is not None:
        _type(scan, returns)
    if body is not None:
        nodes.append(body.children)
    if outer is not None:
        scan.scope, scan.stack = outer


def _parameters(scan: Scan, scope: Scope, parameters: Node) -> None:
    """Binds parameters in ``scope``; defaults and annotations belong to the current one."""
    for child in parameters.children:
        kind = child.kind_id
        if kind in k.PUNCTUATION:
            continue
        target = child
        if kind in _PARAMETERS_WITH_MORE:
            target, *others = child.children
            for other in others:
                if other.kind_id not in k.PUNCTUATION:
                    scan.visit(other)
            kind = target.kind_id
        if kind in (k.LIST_SPLAT_PATTERN, k.DICTIONARY_SPLAT_PATTERN):
            target = target.children[-1]
            kind = target.kind_id
        if kind == k.IDENTIFIER:
            scope.bind(scan.name(target), target.start_byte)
        elif kind == k.TUPLE_PATTERN:
            current, scan.scope = scan.scope, scope
            scan.bind_target(target)
            scan.scope = current


_PARAMETERS_WITH_MORE = frozenset((k.DEFAULT_PARAMETER, k.TYPED_DEFAULT_PARAMETER, k.TYPED_PARAMETER))


@scans(k.LAMBDA)
def _lambda(scan: Scan, node: Node) -> None:
    scope, nodes = scan.open(ScopeKind.LAMBDA, "lambda", node)
    parameters = node.child_by_field_name("parameters")
    if parameters is not None:
        _parameters(scan, scope, parameters)
    body = node.child_by_field_name("body")
    if body is not None:
        nodes.append((body,))


@scans(k.CLASS_DEFINITION)
def _class(scan: Scan, node: Node) -> None:
    name = node.child_by_field_name("name")
    text = scan.text[name.start_byte : name.end_byte] if name is not None else ""
    if name is not None:
        scan.bind(name)
    private = private_prefix(text)
    type_parameters = node.child_by_field_name("type_parameters")
    outer = _type_scope(scan, node, text, type_parameters, private) if type_parameters is not None else None
    superclasses = node.child_by_field_name("superclasses")
    if superclasses is not None:
        scan.visit(superclasses)
    _, nodes = scan.open(ScopeKind.CLASS, text, node, private)
    body = node.child_by_field_name("body")
    if body is not None:
        nodes.append(body.children)
    if outer is not None:
        scan.scope, scan.stack = outer


COMPREHENSION_NAMES = {
    k.LIST_COMPREHENSION: "listcomp",
    k.SET_COMPREHENSION: "setcomp",
    k.DICTIONARY_COMPREHENSION: "dictcomp",
    k.GENERATOR_EXPRESSION: "genexpr",
}


@scans(*k.COMPREHENSIONS)
def _comprehension(scan: Scan, node: Node) -> None:
    scope, nodes = scan.open(ScopeKind.COMPREHENSION, COMPREHENSION_NAMES[node.kind_id], node)
    outer = scan.scope, scan.stack
    inner = scope, nodes
    first = True
    for child in node.children:
        kind = child.kind_id
        if kind in k.PUNCTUATION:
            continue
        if kind != k.FOR_IN_CLAUSE:
            scan.scope, scan.stack = inner
            scan.visit(child)
            continue
        left = child.child_by_field_name("left")
        scan.scope, scan.stack = inner
        if left is not None:
            scan.bind_target(left)
        if first:
            scan.scope, scan.stack = outer
            first = False
        visit_others(scan, child, left)
    scan.scope, scan.stack = outer


@scans(k.YIELD)
def _yield(scan: Scan, node: Node) -> None:
    scope = scan.scope
    while scope.kind is ScopeKind.COMPREHENSION and scope.parent is not None:
        scope = scope.parent
    scope.yields = True
    scan.stack.append(node.children)


@scans(k.TYPE_ALIAS_STATEMENT)
def _type_alias(scan: Scan, node: Node) -> None:
    """``type X[T] = value``: the value is a scope of its own in CPython; its names are read where it stands here."""
    name, parameters, value = alias_parts(node)
    if name is not None:
        scan.bind(name)
    outer = scan.scope, scan.stack
    if parameters is not None:
        _type_scope(scan, node, "", parameters)
    if value is not None:
        scan.visit(value)
    scan.scope, scan.stack = outer


@scans(k.TYPE)
def _type(scan: Scan, node: Node) -> None:
    """An annotation: reads its names, and remembers them, also those in strings, for whoever resolves types."""
    scope = scan.scope
    nodes = list(node.children)
    while nodes:
        current = nodes.pop()
        kind = current.kind_id
        if kind == k.IDENTIFIER:
            name = scan.name(current)
            scope.reads.add(name)
            scope.annotated.add(name)
        elif kind in (k.ATTRIBUTE, k.MEMBER_TYPE):
            nodes.append(current.children[0])
        elif kind == k.STRING:
            scope.annotated.update(NAME_IN_STRING.findall(scan.text[current.start_byte : current.end_byte]))
            scan.visit(current)
        elif kind == k.TYPE or has_no_handler(kind):
            nodes.extend(current.children)
        else:
            scan.visit(current)
