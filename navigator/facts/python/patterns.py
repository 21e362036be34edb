"""``match``: patterns narrow the subject and take it apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.building.flow import Held, State
from navigator.facts.building.versions import Test
from navigator.facts.python import kinds as k
from navigator.facts.python.conditions import condition, path_of, suppose
from navigator.facts.python.dispatch import evaluate, execute, meaningful, statement
from navigator.facts.python.expressions import constant_integer
from navigator.facts.python.reader import Reader
from navigator.facts.python.strings import constant_string
from navigator.facts.vocabulary import (
    NONE,
    Collection,
    Element,
    MatchArgument,
    Member,
    Move,
    Narrow,
    Operator,
    Unpack,
)

if TYPE_CHECKING:
    from tree_sitter import Node

WHOLE = frozenset(("bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"))
"""Built-in classes whose one positional pattern is matched against the subject itself."""


@statement(k.MATCH_STATEMENT)
def match_statement(reader: Reader, node: Node) -> None:
    subjects = node.children_by_field_name("subject")
    subjects = [subject for subject in subjects if subject.kind_id not in k.PUNCTUATION]
    slots = [evaluate(reader, subject) for subject in subjects]
    body = node.child_by_field_name("body")
    path = path_of(reader, subjects[0]) if len(subjects) == 1 else ""
    if len(slots) == 1:
        subject = slots[0]
    else:
        subject = reader.record.temporary()
        reader.emit(Collection(subject, "tuple", tuple(enumerate(slots))))
    flow = reader.frame.flow
    ends: list[State] = []
    for case in meaningful(body) if body is not None else []:
        if case.kind_id != k.CASE_CLAUSE:
            continue
        reader.record.line = case.start_point[0] + 1
        otherwise = flow.fork()
        if _always(reader, case):
            otherwise.alive = False
        held, failed = _case(reader, case, subject, path)
        suppose(reader, held)
        ways_on = [otherwise]
        guard = case.child_by_field_name("guard")
        if guard is not None:
            true, false = condition(reader, guard.children[-1])
            matched = flow.fork()
            suppose(reader, false)
            # What the pattern has bound stays bound where the guard fails.
            ways_on.append(flow.fork())
            flow.resume(matched)
            suppose(reader, true)
            failed = []
        execute(reader, case.child_by_field_name("consequence"))
        ends.append(flow.fork())
        flow.meet(ways_on)
        suppose(reader, failed)
    ends.append(flow.fork())
    flow.meet(ends)


def _patterns(case: Node) -> list[Node]:
    return [part for part in case.children if part.kind_id == k.CASE_PATTERN]


def _always(reader: Reader, case: Node) -> bool:
    """Whether the case takes everything: ``_`` or a name."""
    patterns = _patterns(case)
    if len(patterns) != 1 or any(child.kind_id == k.COMMA for child in case.children):
        return False
    inner = patterns[0].children[0]
    return inner.kind_id == k.UNDERSCORE or (inner.kind_id == k.DOTTED_NAME and len(inner.children) == 1)


def _case(reader: Reader, case: Node, subject: int, path: str) -> tuple[list[Held], list[Held]]:
    """Reads a case's patterns; returns what holds for the subject's variable inside, and after a failure."""
    patterns = _patterns(case)
    if len(patterns) != 1 or any(child.kind_id == k.COMMA for child in case.children):
        _sequence(reader, patterns, subject, case)
        return [], []
    inner = patterns[0]
    tested = pattern(reader, inner, subject)
    if tested is None or not path:
        return [], []
    test = Test(path, "instance", tested[0])
    return [(test, True)], [(test, False)] if tested[1] else []


def pattern(reader: Reader, node: Node, subject: int, fresh: bool = False) -> tuple[int, bool] | None:
    """Reads one pattern; returns the class tested and whether nothing else is, for a class pattern.

    A ``fresh`` subject is a slot that nothing else uses.
    """
    kind = node.kind_id
    if kind == k.CASE_PATTERN:
        parts = meaningful(node)
        if len(parts) == 1 and node.children[0].kind_id != k.MINUS:
            return pattern(reader, parts[0], subject, fresh)
    elif kind == k.DOTTED_NAME:
        _name(reader, node, subject, fresh)
    elif kind == k.CLASS_PATTERN:
        return _class(reader, node, subject)
    elif kind == k.AS_PATTERN:
        *inner, name = meaningful(node)
        tested = pattern(reader, inner[0], subject) if inner else None
        if name.kind_id == k.IDENTIFIER:
            value = subject
            if tested is not None:
                value = reader.record.temporary()
                reader.emit(Narrow(value, subject, "instance", tested[0], True))
            reader.bind(reader.name(name), value, tested is not None)
        return tested
    elif kind == k.UNION_PATTERN:
        _alternatives(reader, node, subject)
    elif kind == k.LIST_PATTERN:
        _sequence(reader, meaningful(node), subject, node)
    elif kind == k.TUPLE_PATTERN:
        parts = meaningful(node)
        if len(parts) == 1 and not any(child.kind_id == k.COMMA for child in node.children):
            return pattern(reader, parts[0], subject, fresh)
        _sequence(reader, parts, subject, node)
    elif kind == k.DICT_PATTERN:
        _mapping(reader, node, subject)
    elif kind == k.SPLAT_PATTERN:
        _capture(reader, node.children[-1], subject, fresh)
    elif kind in (k.STRING, k.CONCATENATED_STRING):
        evaluate(reader, node)
    elif kind not in _CONSTANTS:
        for part in meaningful(node):
            pattern(reader, part, subject)
    return None


_CONSTANTS = frozenset(
    (k.INTEGER, k.FLOAT, k.TRUE, k.FALSE, k.NONE_LITERAL, k.COMPLEX_PATTERN, k.IDENTIFIER, k.UNDERSCORE)
)


def _capture(reader: Reader, node: Node, value: int, fresh: bool = False) -> None:
    if node.kind_id == k.IDENTIFIER and reader.source(node) not in ("_", ""):
        reader.bind(reader.name(node), value, fresh)


def _name(reader: Reader, node: Node, subject: int, fresh: bool) -> None:
    """A capture, or a dotted constant that the subject is compared with."""
    if len(node.children) == 1:
        _capture(reader, node.children[0], subject, fresh)
        return
    value = dotted_value(reader, node)
    site = reader.record.site(node)
    reader.emit(Operator(reader.record.temporary(), "==", (subject, value), site))


def dotted_value(reader: Reader, node: Node) -> int:
    """The value of a dotted name in a pattern."""
    names = [child for child in node.children if child.kind_id == k.IDENTIFIER]
    if not names:
        return reader.record.temporary()
    slot = reader.read(reader.name(names[0]), names[0])
    for name in names[1:]:
        site = reader.record.site_between(names[0], name)
        target = reader.record.temporary()
        reader.emit(Member(target, slot, reader.name(name), site))
        slot = target
    return slot


def _class(reader: Reader, node: Node, subject: int) -> tuple[int, bool]:
    """``C(a, key=b)``: an instance of C, whose attributes are matched."""
    class_node = node.children[0]
    against = dotted_value(reader, class_node)
    narrowed = reader.record.temporary()
    reader.emit(Narrow(narrowed, subject, "instance", against, True))
    parts = meaningful(node)[1:]
    for position, part in enumerate(parts):
        inner = part.children[0] if part.kind_id == k.CASE_PATTERN and part.children else part
        site = reader.record.site(part)
        target = reader.record.temporary()
        if inner.kind_id == k.KEYWORD_PATTERN:
            reader.emit(Member(target, narrowed, reader.name(inner.children[0]), site))
            value = inner.children[-1]
            if value.kind_id != k.UNDERSCORE:
                pattern(reader, value, target, True)
            continue
        if reader.source(class_node) in WHOLE and reader.source(class_node) in reader.globals:
            reader.emit(Move(target, narrowed))
        else:
            reader.emit(MatchArgument(target, narrowed, position, site))
        pattern(reader, part, target, True)
    return against, not parts


def _alternatives(reader: Reader, node: Node, subject: int) -> None:
    """``a | b``: each binds the same names."""
    flow = reader.frame.flow
    ends: list[State] = []
    pending = meaningful(node)
    while pending:
        part = pending.pop(0)
        if part.kind_id == k.UNION_PATTERN:
            pending = meaningful(part) + pending
            continue
        before = flow.fork()
        pattern(reader, part, subject)
        ends.append(flow.fork())
        flow.resume(before)
    if ends:
        flow.meet(ends)


def _sequence(reader: Reader, parts: list[Node], subject: int, node: Node) -> None:
    """``[a, *rest]``"""
    starred = -1
    slots: list[int] = []
    for position, part in enumerate(parts):
        inner = part.children[0] if part.kind_id == k.CASE_PATTERN and part.children else part
        if inner.kind_id == k.SPLAT_PATTERN:
            starred = position
        slots.append(reader.record.temporary())
    reader.emit(Unpack(tuple(slots), subject, starred, reader.record.site(node)))
    for part, slot in zip(parts, slots, strict=True):
        pattern(reader, part, slot, True)


def _mapping(reader: Reader, node: Node, subject: int) -> None:
    """``{"key": pattern, **rest}``"""
    key: int | str | None = None
    index = NONE
    after_colon = negative = False
    for child in node.children:
        kind = child.kind_id
        if kind == k.COLON:
            after_colon = True
        elif kind == k.MINUS:
            negative = True
        elif kind in k.PUNCTUATION or kind in k.EXTRAS:
            continue
        elif kind == k.SPLAT_PATTERN:
            _capture(reader, child.children[-1], subject)
        elif after_colon:
            site = reader.record.site(child)
            target = reader.record.temporary()
            reader.emit(Element(target, subject, key, index, site))
            pattern(reader, child, target, True)
            after_colon = False
        else:
            index = NONE
            key = constant_string(reader, child)
            if key is None and kind == k.INTEGER:
                value = constant_integer(reader.source(child))
                key = -value if negative and value is not None else value
            negative = False
            if key is None:
                index = dotted_value(reader, child) if kind == k.DOTTED_NAME else reader.literal("object")
