"""Functions, lambdas and classes: what runs where they stand, and what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.callgraph import Span
from navigator.facts.building.definitions import DefinitionBuilder
from navigator.facts.python import kinds as k
from navigator.facts.python.annotations import annotation
from navigator.facts.python.assignments import store
from navigator.facts.python.chains import read_arguments
from navigator.facts.python.dispatch import EXPRESSIONS, evaluate, execute, expression, meaningful, statement
from navigator.facts.python.reader import Reader
from navigator.facts.python.scopes import ScopeKind
from navigator.facts.python.type_parameters import enter_type_parameters
from navigator.facts.vocabulary import (
    NONE,
    Call,
    Closure,
    DefinitionKind,
    MakeClass,
    Parameter,
    ParameterKind,
    Request,
    Return,
    ReturnHint,
    TypeRef,
)

if TYPE_CHECKING:
    from tree_sitter import Node


@statement(k.FUNCTION_DEFINITION)
def function_statement(reader: Reader, node: Node) -> None:
    define_function(reader, node, [])


@statement(k.CLASS_DEFINITION)
def class_statement(reader: Reader, node: Node) -> None:
    define_class(reader, node, [])


@statement(k.DECORATED_DEFINITION)
def decorated(reader: Reader, node: Node) -> None:
    """Decorators are evaluated from the top, and applied from the bottom."""
    decorators: list[tuple[Node, int]] = []
    for child in node.children:
        kind = child.kind_id
        if kind == k.DECORATOR:
            parts = meaningful(child)
            if parts:
                decorators.append((parts[0], evaluate(reader, parts[0])))
        elif kind == k.FUNCTION_DEFINITION:
            define_function(reader, child, decorators)
        elif kind == k.CLASS_DEFINITION:
            define_class(reader, child, decorators)


def _decorate(reader: Reader, value: int, decorators: list[tuple[Node, int]]) -> int:
    for node, function in reversed(decorators):
        text = reader.source(node)
        site = reader.record.site(node, "@" + text.split("\n")[0][:58])
        target = reader.record.temporary()
        reader.emit(Call(target, function, (value,), (), site, True))
        value = target
    return value


def _bind(reader: Reader, name: str, made: int, decorators: list[tuple[Node, int]], line: int) -> None:
    """Binds a definition's name to what its decorators make of it."""
    value = _decorate(reader, made, decorators)
    reader.record.line = line
    if name:
        reader.bind(name, value, bool(decorators))


def define_function(reader: Reader, node: Node, decorators: list[tuple[Node, int]]) -> None:
    """``def``, with or without ``async`` and type parameters."""
    name_node = parameters = returns = body = type_parameters = None
    for child in node.children:
        kind = child.kind_id
        if kind == k.IDENTIFIER and name_node is None:
            name_node = child
        elif kind == k.PARAMETERS:
            parameters = child
        elif kind == k.TYPE:
            returns = child
        elif kind == k.BLOCK:
            body = child
        elif kind == k.TYPE_PARAMETER:
            type_parameters = child
    name = reader.name(name_node) if name_node is not None else ""
    record = reader.record
    line = node.start_point[0] + 1
    around = reader.frame
    if type_parameters is not None:
        enter_type_parameters(reader, node, type_parameters)
    builder = _open(reader, DefinitionKind.FUNCTION, name_node, node)
    builder.asynchronous = node.children[0].kind_id == k.ASYNC_KEYWORD
    plain = not decorators and reader.frame is around and name != ""
    signature = _signature(reader, parameters) if parameters is not None else []
    return_type = annotation(reader, returns) if returns is not None else None
    record.line = line
    made = reader.target(name) if plain else record.temporary()
    reader.frame.emit(Closure(made, builder.index))
    builder.first_slot = len(record.lines)
    requests = name.startswith(_TEST) or any(_FIXTURE in reader.source(each) for each, _ in decorators)
    _body(reader, node, ScopeKind.FUNCTION, builder, signature, return_type, body, requests)
    reader.leave(around)
    if not plain:
        _bind(reader, name, made, decorators, line)


@expression(k.LAMBDA)
def lambda_expression(reader: Reader, node: Node) -> int:
    """The body is what the function returns."""
    line = node.start_point[0] + 1
    builder = _open(reader, DefinitionKind.LAMBDA, None, node)
    parameters = node.child_by_field_name("parameters")
    signature = _signature(reader, parameters) if parameters is not None else []
    reader.record.line = line
    target = reader.record.temporary()
    reader.emit(Closure(target, builder.index))
    builder.first_slot = len(reader.record.lines)
    _body(reader, node, ScopeKind.LAMBDA, builder, signature, None, node.child_by_field_name("body"))
    reader.record.line = line
    return target


def _open(reader: Reader, kind: DefinitionKind, name_node: Node | None, node: Node) -> DefinitionBuilder:
    """A definition under the name as written: a private name is changed where it is bound, not in what it names."""
    name = reader.source(name_node) if name_node is not None else ""
    start = node.start_point
    anonymous = f"<lambda:{start[0] + 1}>" if kind is DefinitionKind.LAMBDA else ""
    builder = reader.definitions.open(kind, name, reader.frame.definition, len(reader.record.lines), anonymous)
    end = end_of(node)
    builder.span = Span(start[0] + 1, start[1], end[0], end[1])
    return builder


_TEST, _FIXTURE = "test", "fixture"
"""What marks functions whose parameters pytest fills: how the name of a test begins (``python_functions``), and what
stands in the decorators ``pytest.fixture``, ``pytest_asyncio.fixture`` and the like."""

_Signature = list[tuple[str, ParameterKind, int, TypeRef | None, "Node"]]
"""Parameters as written: name, kind, default's slot, annotation, and the node of the name, or of a nameless pattern."""


def _signature(reader: Reader, parameters: Node) -> _Signature:
    """Reads defaults and annotations, which belong to the scope around the function."""
    kind = ParameterKind.POSITIONAL
    entries: _Signature = []
    for child in parameters.children:
        child_kind = child.kind_id
        if child_kind in _SKIPPED:
            continue
        if child_kind == k.POSITIONAL_SEPARATOR:
            entries = [(entry[0], ParameterKind.POSITIONAL_ONLY, *entry[2:]) for entry in entries]
            continue
        if child_kind == k.KEYWORD_SEPARATOR:
            kind = ParameterKind.KEYWORD_ONLY
            continue
        target = child
        default = NONE
        declared: TypeRef | None = None
        if child_kind in _PARAMETERS_WITH_MORE:
            target, *others = child.children
            for other in others:
                other_kind = other.kind_id
                if other_kind == k.TYPE:
                    declared = annotation(reader, other)
                elif other_kind not in _SKIPPED:
                    default = EXPRESSIONS[other_kind](reader, other)
            child_kind = target.kind_id
        own_kind = kind
        if child_kind == k.LIST_SPLAT_PATTERN:
            own_kind = ParameterKind.REST
            kind = ParameterKind.KEYWORD_ONLY
            target = target.children[-1]
        elif child_kind == k.DICTIONARY_SPLAT_PATTERN:
            own_kind = ParameterKind.KEYWORDS
            target = target.children[-1]
        target_kind = target.kind_id
        if target_kind == k.IDENTIFIER:
            entries.append((reader.name(target), own_kind, default, declared, target))
        elif target_kind == k.TUPLE_PATTERN:
            entries.append(("", own_kind, default, declared, target))
    return entries


_BY_NAME = frozenset((ParameterKind.POSITIONAL, ParameterKind.KEYWORD_ONLY))
_PARAMETERS_WITH_MORE = frozenset((k.DEFAULT_PARAMETER, k.TYPED_DEFAULT_PARAMETER, k.TYPED_PARAMETER))
_SKIPPED = k.PUNCTUATION | k.EXTRAS


def _body(
    reader: Reader,
    node: Node,
    kind: ScopeKind,
    builder: DefinitionBuilder,
    signature: _Signature,
    return_type: TypeRef | None,
    body: Node | None,
    requests: bool = False,
) -> None:
    """Reads a function's body in a scope of its own. ``requests`` tells that parameters may ask for fixtures."""
    record = reader.record
    slots: dict[str, int] = {}
    parameters: list[Parameter] = []
    patterns: list[tuple[Node, int]] = []
    for name, parameter_kind, default, declared, target in signature:
        record.line = target.start_point[0] + 1
        slot = record.named(name)
        if name:
            slots[name] = slot
        else:
            patterns.append((target, slot))
        parameters.append(Parameter(name, parameter_kind, slot, default, declared))
    builder.parameters = tuple(parameters)
    record.line = node.start_point[0] + 1
    builder.result = record.temporary()
    outer = reader.enter(node, kind, builder, slots)
    if reader.frame.scope.yields:
        builder.elements = record.temporary()
        builder.received = record.temporary()
    if return_type is not None:
        reader.emit(ReturnHint(return_type))
    for target, slot in patterns:
        store(reader, target, slot)
    if requests:
        for name, parameter_kind, default, _declared, target in signature:
            if default == NONE and name and parameter_kind in _BY_NAME:
                reader.emit(Request(slots[name], name, record.site(target, name)))
    if kind is ScopeKind.LAMBDA:
        if body is not None:
            reader.emit(Return(evaluate(reader, body)))
    else:
        execute(reader, body)
    builder.variables = dict(reader.frame.merged)
    builder.end_slot = len(record.lines)
    reader.leave(outer)


def define_class(reader: Reader, node: Node, decorators: list[tuple[Node, int]]) -> None:
    """``class``: bases and keywords are evaluated, the body runs, then the class is made."""
    name_node = node.child_by_field_name("name")
    name = reader.name(name_node) if name_node is not None else ""
    line = node.start_point[0] + 1
    record = reader.record
    around = reader.frame
    type_parameters = node.child_by_field_name("type_parameters")
    if type_parameters is not None:
        enter_type_parameters(reader, node, type_parameters)
    builder = _open(reader, DefinitionKind.CLASS, name_node, node)
    superclasses = node.child_by_field_name("superclasses")
    bases: tuple[int, ...] = ()
    keywords: tuple[tuple[str, int], ...] = ()
    if superclasses is not None:
        bases, named = read_arguments(reader, superclasses)
        keywords = tuple((keyword, slot) for keyword, slot in named if keyword is not None)
        bases = tuple(base for base in bases if base >= 0)
    record.line = line
    lasting = not decorators and name in around.single and reader.frame is around
    made = around.merged[name] if lasting else record.temporary()
    builder.first_slot = len(record.lines)
    outer = reader.enter(node, ScopeKind.CLASS, builder)
    frame = reader.frame
    frame.class_slot = made
    execute(reader, node.child_by_field_name("body"))
    builder.variables = {
        bound: frame.flow.read(bound) for bound in frame.scope.names_in_order() if bound in frame.flow.versions
    }
    builder.end_slot = len(record.lines)
    reader.leave(outer)
    site = record.site_between(node.children[0], superclasses or name_node or node.children[0])
    reader.emit(MakeClass(made, builder.index, bases, keywords, site))
    reader.leave(around)
    record.line = line
    if lasting:
        reader.target(name)
    elif decorators:
        _bind(reader, name, made, decorators, line)
    elif name:
        reader.bind(name, made, True)


_LAST_CLAUSE = frozenset(
    (
        k.BLOCK,
        k.FUNCTION_DEFINITION,
        k.CLASS_DEFINITION,
        k.DECORATED_DEFINITION,
        k.IF_STATEMENT,
        k.ELIF_CLAUSE,
        k.ELSE_CLAUSE,
        k.FOR_STATEMENT,
        k.WHILE_STATEMENT,
        k.TRY_STATEMENT,
        k.EXCEPT_CLAUSE,
        k.FINALLY_CLAUSE,
        k.WITH_STATEMENT,
        k.MATCH_STATEMENT,
        k.CASE_CLAUSE,
    )
)


def end_of(node: Node) -> tuple[int, int]:
    """Line and column where a definition ends: after its last statement, or the semicolon that follows it."""
    while node.kind_id in _LAST_CLAUSE:
        for part in reversed(node.children):
            if part.kind_id not in k.EXTRAS and part.end_byte > part.start_byte:
                node = part
                break
        else:
            break
    point = node.end_point
    return point[0] + 1, point[1]
