"""Comprehensions and generator expressions: a scope of their own, a body that runs where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.conditions import condition, suppose
from navigator.facts.python.dispatch import evaluate, expression, meaningful
from navigator.facts.python.expressions import pair
from navigator.facts.python.loops import iterate
from navigator.facts.python.reader import Reader
from navigator.facts.python.scopes import ScopeKind
from navigator.facts.vocabulary import Collection

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = {
    k.LIST_COMPREHENSION: "list",
    k.SET_COMPREHENSION: "set",
    k.DICTIONARY_COMPREHENSION: "dict",
    k.GENERATOR_EXPRESSION: "generator",
}


@expression(*k.COMPREHENSIONS)
def comprehension(reader: Reader, node: Node) -> int:
    """The first iterable is evaluated outside; conditions narrow what follows them."""
    parts = meaningful(node)
    clauses = [part for part in parts if part.kind_id in (k.FOR_IN_CLAUSE, k.IF_CLAUSE)]
    bodies = [part for part in parts if part.kind_id not in (k.FOR_IN_CLAUSE, k.IF_CLAUSE)]
    line = node.start_point[0] + 1
    first = clauses[0] if clauses else None
    source = _iterable(reader, first) if first is not None and first.kind_id == k.FOR_IN_CLAUSE else -1
    before = reader.frame.flow.fork()
    outer = reader.enter(node, ScopeKind.COMPREHENSION, reader.frame.definition)
    for clause in clauses:
        if clause.kind_id == k.IF_CLAUSE:
            true, _ = condition(reader, clause.children[-1])
            suppose(reader, true)
            continue
        if clause is not first:
            source = _iterable(reader, clause)
        left = clause.child_by_field_name("left")
        right = clause.child_by_field_name("right")
        if left is not None and right is not None and source >= 0:
            asynchronous = any(child.kind_id == k.ASYNC_KEYWORD for child in clause.children)
            iterate(reader, left, source, right, asynchronous)
    elements: list[tuple[int | str | None, int]] = []
    keys: tuple[int, ...] = ()
    for body in bodies:
        if body.kind_id == k.PAIR:
            key, value = pair(body)
            keys = (evaluate(reader, key),)
            elements.append((None, evaluate(reader, value)))
        else:
            elements.append((None, evaluate(reader, body)))
    reader.leave(outer)
    flow = reader.frame.flow
    if flow.versions != before.versions:
        flow.meet([before, flow.fork()])
    reader.record.line = line
    target = reader.record.temporary()
    reader.emit(Collection(target, _TYPES[node.kind_id], tuple(elements), (), keys))
    return target


def _iterable(reader: Reader, clause: Node) -> int:
    """What a ``for`` clause runs over; several expressions make a tuple."""
    nodes = [node for node in clause.children_by_field_name("right") if node.kind_id not in k.PUNCTUATION]
    slots = [evaluate(reader, node) for node in nodes]
    if len(slots) == 1:
        return slots[0]
    target = reader.record.temporary()
    reader.emit(Collection(target, "tuple", tuple(enumerate(slots))))
    return target
