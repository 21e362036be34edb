"""Strings and property names, by their value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from navigator.facts.typescript.dispatch import expression
from navigator.facts.typescript.reader import Reader
from navigator.facts.vocabulary import Format

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\n|.)", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "ux" and len(code) > 1:
        number = int(code[1:].strip("{}"), 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "?"
    return _LETTERS.get(code, code)


def unquoted(text: str) -> str:
    """The value of a string literal without substitutions."""
    inner = text[1:-1] if len(text) > 1 and text[-1] == text[0] else text[1:]
    return _ESCAPE.sub(_unescaped, inner) if "\\" in inner else inner


def constant_string(reader: Reader, node: Node) -> str | None:
    """The value of a string literal or a template without substitutions."""
    kind = node.type
    if kind == "string":
        return unquoted(reader.source(node))
    if kind == "template_string":
        if any(child.type == "template_substitution" for child in node.named_children):
            return None
        return unquoted(reader.source(node))
    if kind == "parenthesized_expression" and node.named_child_count == 1:
        return constant_string(reader, node.named_children[0])
    return None


def constant_key(reader: Reader, node: Node) -> int | str | None:
    """A constant between brackets: a position, or a name."""
    if node.type == "number":
        text = reader.source(node)
        return int(text) if text.isdecimal() and len(text) < 10 else None
    return constant_string(reader, node)


def property_name(reader: Reader, key: Node) -> str | None:
    """The name of a property in a literal, class or pattern; ``None`` if it is computed by more than a constant."""
    kind = key.type
    if kind == "string":
        return unquoted(reader.source(key))
    if kind == "computed_property_name":
        inner = [child for child in key.named_children if child.type != "comment"]
        if len(inner) != 1:
            return None
        constant = constant_key(reader, inner[0])
        if constant is None and inner[0].type == "member_expression":
            text = reader.source(inner[0])
            if text.startswith("Symbol.") and reader.binding("Symbol") is None:
                return f"@@{text[7:]}"
        return None if constant is None else str(constant)
    return reader.source(key)


@expression("string")
def string(reader: Reader, node: Node) -> int:
    return reader.string(unquoted(reader.source(node)))


@expression("template_string")
def template(reader: Reader, node: Node) -> int:
    """A template without a tag."""
    parts = template_parts(reader, node)
    if all(isinstance(part, str) for part in parts):
        return reader.string("".join(part for part in parts if isinstance(part, str)))
    target = reader.record.temporary()
    reader.emit(Format(target, tuple(parts)))
    return target


def template_parts(reader: Reader, node: Node) -> list[str | int]:
    """The constant pieces of a template and the slots of its substitutions, in order."""
    parts: list[str | int] = []
    start = node.start_byte + 1
    for child in node.children:
        if child.type == "template_substitution":
            if child.start_byte > start:
                parts.append(unquoted(f"`{reader.text[start : child.start_byte]}`"))
            for inner in child.named_children:
                if inner.type != "comment":
                    parts.append(reader.evaluate(inner))
            start = child.end_byte
    end = max(node.end_byte - 1, start)
    if end > start:
        parts.append(unquoted(f"`{reader.text[start:end]}`"))
    return parts
