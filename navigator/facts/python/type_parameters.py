"""PEP 695: type parameters of functions, classes and type aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.dispatch import evaluate, statement
from navigator.facts.python.reader import Reader
from navigator.facts.python.scopes import ScopeKind
from navigator.facts.python.type_syntax import alias_parts, parameter_parts
from navigator.facts.vocabulary import Literal

if TYPE_CHECKING:
    from tree_sitter import Node


def enter_type_parameters(reader: Reader, node: Node, parameters: Node) -> None:
    """Enters the scope of the type parameters of the definition at ``node``."""
    reader.enter(node, ScopeKind.TYPE_PARAMETERS, reader.frame.definition)
    for identifier, types in parameter_parts(parameters):
        for bound in types:
            evaluate(reader, bound)
        if identifier is not None:
            reader.emit(Literal(reader.target(reader.name(identifier)), "TypeVar"))


@statement(k.TYPE_ALIAS_STATEMENT)
def type_alias(reader: Reader, node: Node) -> None:
    """``type X[T] = value``: the name stands for the value."""
    name, parameters, value_node = alias_parts(node)
    if name is None or value_node is None:
        return
    around = reader.frame
    if parameters is not None:
        enter_type_parameters(reader, node, parameters)
    mark = len(reader.record.lines)
    value = evaluate(reader, value_node)
    reader.leave(around)
    reader.bind(reader.name(name), value, reader.is_fresh(value, mark))
