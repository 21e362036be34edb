"""One pass over the tree that finds the scopes, and in each the names that are bound, read and declared.

Each kind of node that binds names or opens a scope has a handler; a handler pushes what remains to be visited. Other
nodes are visited child by child. Nothing recurses, so depth is no limit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.scopes import Scope, ScopeKind, resolve
from navigator.facts.python.type_syntax import alias_parts, parameter_parts

if TYPE_CHECKING:
    from tree_sitter import Node

NAME_IN_STRING = re.compile(r"[^\W\d]\w*")


Stack = list[Sequence["Node"]]
"""Nodes to be visited in a scope."""


class Scan:
    """The scopes of one file; ``by_start`` finds a scope by the offset where its node starts."""

    __slots__ = ("ascii", "by_start", "pending", "scope", "scopes", "stack", "text")

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self.ascii = text.isascii()
        self.stack: Stack = [(root,)]
        self.scope = Scope(ScopeKind.MODULE, "", root.start_byte, None, "")
        self.scopes = [self.scope]
        self.by_start: dict[tuple[int, ScopeKind], Scope] = {}
        self.pending: list[tuple[Scope, Stack]] = []
        self._visit()
        while self.pending:
            self.scope, self.stack = self.pending.pop()
            self._visit()
        resolve(self.scopes)

    def _visit(self) -> None:
        stack = self.stack
        pop = stack.pop
        push = stack.append
        handlers = _HANDLERS
        text = self.text
        read = self.scope.reads.add
        skip, identifier, attribute, last = _skip, _identifier, _attribute, _last
        while stack:
            for child in pop():
                handler = handlers[child.kind_id]
                if handler is skip:
                    continue
                while handler is attribute or handler is last:
                    child = child.children[0 if handler is attribute else -1]
                    handler = handlers[child.kind_id]
                if handler is identifier:
                    read(text[child.start_byte : child.end_byte])
                elif handler is None:
                    push(child.children)
                else:
                    try:
                        handler(self, child)
                    except (AttributeError, IndexError, ValueError):
                        # A node that the parser had to repair may lack parts that others of its kind have.
                        if not child.has_error:
                            raise
        scope = self.scope
        if scope.private or not self.ascii:
            scope.reads = {own_name(name, scope.private) for name in scope.reads}

    def name(self, node: Node) -> str:
        """The name that an identifier means in the current scope."""
        name = self.text[node.start_byte : node.end_byte]
        if name[:2] == "__" or not name.isascii():
            return own_name(name, self.scope.private)
        return name

    def visit(self, node: Node) -> None:
        """Sees to it that a node is visited in the current scope."""
        handler = _HANDLERS[node.kind_id]
        if handler is _identifier:
            self.scope.reads.add(self.text[node.start_byte : node.end_byte])
        elif handler is None:
            self.stack.append(node.children)
        elif handler is not _skip:
            self.stack.append((node,))

    def open(self, kind: ScopeKind, name: str, node: Node, private: str | None = None) -> tuple[Scope, Stack]:
        """A scope inside the current one, and the nodes to visit in it."""
        scope = Scope(kind, name, node.start_byte, self.scope, self.scope.private if private is None else private)
        self.scopes.append(scope)
        self.by_start[node.start_byte, kind] = scope
        nodes: Stack = []
        self.pending.append((scope, nodes))
        return scope, nodes

    def bind(self, node: Node) -> None:
        """The identifier gets a value in the current scope."""
        self.scope.bind(self.name(node), node.start_byte)

    def bind_target(self, target: Node) -> None:
        """Everything that an assignment's left side binds; what it reads is visited."""
        targets = [target]
        while targets:
            node = targets.pop()
            kind = node.kind_id
            if kind == k.IDENTIFIER:
                self.bind(node)
            elif kind in _TARGET_GROUPS:
                targets.extend(node.children)
            elif kind not in k.PUNCTUATION:
                self.visit(node)


Handler = Callable[[Scan, "Node"], None]


def own_name(name: str, private: str) -> str:
    """The name as CPython stores it: normalised, and with the class's prefix when it is private to a class."""
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
    if private and name[:2] == "__" and not name.endswith("__") and "." not in name:
        return private + name
    return name


def private_prefix(class_name: str) -> str:
    """What a class puts before its private names; nothing for a class named by underscores alone."""
    stripped = class_name.lstrip("_")
    return "_" + stripped if stripped else ""


_TARGET_GROUPS = frozenset(
    (
        k.TUPLE_PATTERN,
        k.LIST_PATTERN,
        k.PATTERN_LIST,
        k.LIST_SPLAT_PATTERN,
        k.LIST_SPLAT,
        k.TUPLE,
        k.LIST,
        k.EXPRESSION_LIST,
        k.PARENTHESIZED_EXPRESSION,
        k.AS_PATTERN_TARGET,
    )
)


def _skip(scan: Scan, node: Node) -> None:
    """For nodes that hold no names."""


def _identifier(scan: Scan, node: Node) -> None:
    """A name that is read."""
    scan.scope.reads.add(scan.text[node.start_byte : node.end_byte])


def _attribute(scan: Scan, node: Node) -> None:
    """For nodes of which only the first part is visited."""
    scan.visit(node.children[0])


def _last(scan: Scan, node: Node) -> None:
    """For nodes of which only the last part is visited."""
    scan.visit(node.children[-1])


def _string(scan: Scan, node: Node) -> None:
    if scan.text[node.start_byte] in "'\"":
        return
    for child in node.children:
        if child.kind_id == k.INTERPOLATION:
            scan.stack.append(child.children)


def _assignment(scan: Scan, node: Node) -> None:
    left, *others = node.children
    if left.kind_id == k.IDENTIFIER:
        scan.bind(left)
    elif others and others[-1].kind_id == k.TYPE and left.kind_id == k.TUPLE_PATTERN:
        pass  # ``(name): type`` without a value binds nothing.
    else:
        scan.bind_target(left)
    for child in others:
        if child.kind_id not in k.PUNCTUATION:
            scan.visit(child)


def _augmented_assignment(scan: Scan, node: Node) -> None:
    left, *others = node.children
    if left.kind_id == k.IDENTIFIER:
        scan.bind(left)
    scan.visit(left)
    for child in others:
        if child.kind_id not in k.PUNCTUATION:
            scan.visit(child)


def _named_expression(scan: Scan, node: Node) -> None:
    name = node.child_by_field_name("name")
    scope = scan.scope
    while scope.kind is ScopeKind.COMPREHENSION and scope.parent is not None:
        scope = scope.parent
    if name is not None:
        if scope is not scan.scope:
            scan.scope.reads.add(scan.name(name))
        scope.bind(scan.name(name), name.start_byte)
    scan.visit(node.children[-1])


def _for(scan: Scan, node: Node) -> None:
    left = node.child_by_field_name("left")
    if left is not None:
        scan.bind_target(left)
    _visit_others(scan, node, left)


def _visit_others(scan: Scan, node: Node, done: Node | None) -> None:
    for child in node.children:
        if child.kind_id not in k.PUNCTUATION and (done is None or child.start_byte != done.start_byte):
            scan.visit(child)


def _as_pattern(scan: Scan, node: Node) -> None:
    """``with``/``except`` targets, and ``as`` in ``case`` patterns, where the target is a plain identifier."""
    last = node.children[-1]
    if last.kind_id in (k.AS_PATTERN_TARGET, k.IDENTIFIER) and len(node.children) > 1:
        scan.bind_target(last)
    else:
        scan.visit(last)
    for child in node.children[:-1]:
        scan.visit(child)


def _except(scan: Scan, node: Node) -> None:
    alias = node.child_by_field_name("alias")
    if alias is not None:
        scan.bind_target(alias)
    _visit_others(scan, node, alias)


def _delete(scan: Scan, node: Node) -> None:
    for child in node.children:
        if child.kind_id not in k.PUNCTUATION:
            scan.bind_target(child)


def _import(scan: Scan, node: Node) -> None:
    for name in node.children_by_field_name("name"):
        if name.kind_id == k.ALIASED_IMPORT:
            alias = name.child_by_field_name("alias")
            if alias is not None:
                scan.bind(alias)
        elif name.children:
            first = name.children[0]
            if first.kind_id == k.IDENTIFIER:
                scan.bind(first)


def _global(scan: Scan, node: Node) -> None:
    for child in node.children:
        if child.kind_id == k.IDENTIFIER:
            scan.scope.globals.add(scan.name(child))


def _nonlocal(scan: Scan, node: Node) -> None:
    for child in node.children:
        if child.kind_id == k.IDENTIFIER:
            scan.scope.nonlocals.add(scan.name(child))


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


def _lambda(scan: Scan, node: Node) -> None:
    scope, nodes = scan.open(ScopeKind.LAMBDA, "lambda", node)
    parameters = node.child_by_field_name("parameters")
    if parameters is not None:
        _parameters(scan, scope, parameters)
    body = node.child_by_field_name("body")
    if body is not None:
        nodes.append((body,))


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
        _visit_others(scan, child, left)
    scan.scope, scan.stack = outer


def _yield(scan: Scan, node: Node) -> None:
    scope = scan.scope
    while scope.kind is ScopeKind.COMPREHENSION and scope.parent is not None:
        scope = scope.parent
    scope.yields = True
    scan.stack.append(node.children)


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
        elif kind == k.TYPE or _HANDLERS[kind] is None:
            nodes.extend(current.children)
        else:
            scan.visit(current)


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


def _case_pattern(scan: Scan, node: Node) -> None:
    """Captures bind; dotted names and class names are read."""
    nodes = [node]
    while nodes:
        current = nodes.pop()
        kind = current.kind_id
        if kind == k.DOTTED_NAME:
            if len(current.children) == 1:
                scan.bind(current.children[0])
            else:
                scan.visit(current.children[0])
        elif kind == k.CLASS_PATTERN:
            scan.visit(current.children[0].children[0])
            nodes.extend(current.children[1:])
        elif kind == k.KEYWORD_PATTERN:
            nodes.append(current.children[-1])
        elif kind == k.SPLAT_PATTERN:
            if current.children[-1].kind_id == k.IDENTIFIER:
                scan.bind(current.children[-1])
        elif kind == k.AS_PATTERN:
            if current.children[-1].kind_id == k.IDENTIFIER:
                scan.bind(current.children[-1])
            nodes.extend(current.children[:-1])
        elif kind in (k.STRING, k.CONCATENATED_STRING):
            scan.visit(current)
        else:
            nodes.extend(current.children)


def _match(scan: Scan, node: Node) -> None:
    for child in node.children:
        if child.kind_id not in k.PUNCTUATION:
            scan.visit(child)


_HANDLERS: list[Handler | None] = [None] * k.KIND_LIMIT


def _fill_handlers() -> None:
    for kind in (
        *k.PUNCTUATION,
        *k.EXTRAS,
        k.INTEGER,
        k.FLOAT,
        k.TRUE,
        k.FALSE,
        k.NONE_LITERAL,
        k.ELLIPSIS,
        k.STRING_START,
        k.STRING_CONTENT,
        k.STRING_END,
        k.WILDCARD_IMPORT,
    ):
        _HANDLERS[kind] = _skip
    handlers: dict[int, Handler] = {
        k.IDENTIFIER: _identifier,
        k.ATTRIBUTE: _attribute,
        k.KEYWORD_ARGUMENT: _last,
        k.STRING: _string,
        k.ASSIGNMENT: _assignment,
        k.AUGMENTED_ASSIGNMENT: _augmented_assignment,
        k.NAMED_EXPRESSION: _named_expression,
        k.FOR_STATEMENT: _for,
        k.AS_PATTERN: _as_pattern,
        k.EXCEPT_CLAUSE: _except,
        k.kind_of("delete_statement"): _delete,
        k.IMPORT_STATEMENT: _import,
        k.IMPORT_FROM_STATEMENT: _import,
        k.FUTURE_IMPORT_STATEMENT: _import,
        k.GLOBAL_STATEMENT: _global,
        k.NONLOCAL_STATEMENT: _nonlocal,
        k.FUNCTION_DEFINITION: _function,
        k.LAMBDA: _lambda,
        k.CLASS_DEFINITION: _class,
        k.YIELD: _yield,
        k.TYPE: _type,
        k.TYPE_ALIAS_STATEMENT: _type_alias,
        k.CASE_PATTERN: _case_pattern,
        k.MATCH_STATEMENT: _match,
    }
    for comprehension in k.COMPREHENSIONS:
        handlers[comprehension] = _comprehension
    for kind, handler in handlers.items():
        _HANDLERS[kind] = handler


_fill_handlers()
