"""``"..." % values`` and ``"...".format(...)`` on constants: which value lands where in the string."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.dispatch import evaluate, meaningful
from navigator.facts.python.reader import Reader
from navigator.facts.python.strings import constant_string
from navigator.facts.vocabulary import Format

if TYPE_CHECKING:
    from tree_sitter import Node

PERCENT = re.compile(r"%(?:\((?P<key>[^)]*)\))?[-+ #0]*(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d+))?[hlL]?(?P<type>.)")
FIELD = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}!:.\[]*)(?P<rest>[^{}]*)\}")


def percent(reader: Reader, template: Node, values: Node) -> int:
    """The slot of ``template % values``, or -1, with nothing read, when it cannot be told what lands where."""
    text = constant_string(reader, template)
    if text is None:
        return -1
    nodes = meaningful(values) if values.kind_id == k.TUPLE else [values]
    specifiers = [found for found in PERCENT.finditer(text) if found["type"] != "%"]
    starred = any(found["width"] == "*" or found["precision"] == "*" or found["key"] for found in specifiers)
    if starred or len(specifiers) != len(nodes) or any(node.kind_id == k.LIST_SPLAT for node in nodes):
        return -1
    slots = iter([evaluate(reader, node) for node in nodes])
    parts: list[str | int] = []
    position = 0
    for found in PERCENT.finditer(text):
        parts.append(text[position : found.start()])
        parts.append("%" if found["type"] == "%" else next(slots))
        position = found.end()
    parts.append(text[position:])
    target = reader.record.temporary()
    reader.emit(Format(target, tuple(part for part in parts if part != "")))
    return target


def format_call(
    reader: Reader, target: int, text: str, arguments: list[int], keywords: list[tuple[str | None, int]]
) -> None:
    """Adds what ``text.format(*arguments, **keywords)`` puts together, where that is known."""
    if any(argument < 0 for argument in arguments):
        return
    named = {name: slot for name, slot in keywords if name is not None}
    parts: list[str | int] = []
    position = 0
    automatic = 0
    for found in FIELD.finditer(text):
        parts.append(text[position : found.start()])
        position = found.end()
        name = found["name"]
        if name is None:
            parts.append(found[0][0])
            continue
        if name == "":
            index = automatic
            automatic += 1
        else:
            index = int(name) if name.isascii() and name.isdigit() and len(name) < 6 else -1
        slot = named.get(name, -1) if index < 0 else arguments[index] if index < len(arguments) else -1
        whole = found["rest"] == "" or found["rest"][0] in "!:"
        parts.append(slot if slot >= 0 and whole else reader.record.temporary())
    parts.append(text[position:])
    if any(isinstance(part, int) for part in parts):
        reader.emit(Format(target, tuple(part for part in parts if part != "")))
