"""String literals: their values, and f-strings."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.dispatch import evaluate, expression, meaningful
from navigator.facts.python.reader import Reader
from navigator.facts.vocabulary import Format

if TYPE_CHECKING:
    from tree_sitter import Node


def prefix_of(text: str, start: int) -> str:
    """The letters before a string literal's quotes, in lower case."""
    end = start
    while end - start < 3 and text[end : end + 1].isalpha():
        end += 1
    return text[start:end].lower()


def literal_value(source: str) -> str | None:
    """The value of a string literal that is no f-string; ``None`` for bytes and for what cannot be decoded."""
    quotes = 0
    while quotes < len(source) and source[quotes].isalpha():
        quotes += 1
    prefix = source[:quotes].lower()
    if "b" in prefix or "f" in prefix or "t" in prefix:
        return None
    width = 3 if len(source) - quotes >= 6 and source[quotes : quotes + 3] in ('"""', "'''") else 1
    if len(source) < quotes + 2 * width or not source.endswith(source[quotes : quotes + width]):
        return None
    body = source[quotes + width : -width]
    if "\\" not in body or "r" in prefix:
        return body
    return unescaped(source)


def unescaped(source: str) -> str | None:
    """The value of a literal with escapes, as Python itself computes it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = ast.literal_eval(source)
            if isinstance(value, str):
                value.encode()
                return value
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        pass
    return None


def constant_string(reader: Reader, node: Node) -> str | None:
    """The value of a string without interpolations, concatenated or not; ``None`` for other nodes."""
    kind = node.kind_id
    if kind == k.STRING:
        source = reader.text[node.start_byte : node.end_byte]
        if source[:1] in ("'", '"'):
            return literal_value(source)
        if "f" in prefix_of(source, 0) or "t" in prefix_of(source, 0):
            parts = _parts(reader, node, values=False)
            return "".join(part for part in parts if isinstance(part, str)) if _is_constant(parts) else None
        return literal_value(source)
    if kind == k.CONCATENATED_STRING:
        values = [constant_string(reader, part) for part in meaningful(node)]
        return "".join(value for value in values if value is not None) if None not in values else None
    if kind == k.PARENTHESIZED_EXPRESSION:
        inner = meaningful(node)
        return constant_string(reader, inner[0]) if len(inner) == 1 else None
    return None


def _is_constant(parts: list[str | int]) -> bool:
    return all(isinstance(part, str) for part in parts)


@expression(k.STRING)
def string(reader: Reader, node: Node) -> int:
    source = reader.text[node.start_byte : node.end_byte]
    if source[:1] not in ("'", '"'):
        prefix = prefix_of(source, 0)
        if "b" in prefix:
            return reader.literal("bytes")
        if "f" in prefix or "t" in prefix:
            return _formatted(reader, _parts(reader, node))
    value = literal_value(source)
    return reader.literal("str") if value is None else reader.string(value)


@expression(k.CONCATENATED_STRING)
def concatenated(reader: Reader, node: Node) -> int:
    parts: list[str | int] = []
    for child in meaningful(node):
        prefix = prefix_of(reader.text, child.start_byte)
        if "b" in prefix:
            return reader.literal("bytes")
        if "f" in prefix or "t" in prefix:
            parts += _parts(reader, child)
        else:
            value = literal_value(reader.source(child))
            parts.append(reader.literal("str") if value is None else value)
    return _formatted(reader, parts)


def _formatted(reader: Reader, parts: list[str | int]) -> int:
    joined = merged(parts)
    if all(isinstance(part, str) for part in joined):
        return reader.string("".join(part for part in joined if isinstance(part, str)))
    target = reader.record.temporary()
    reader.emit(Format(target, joined))
    return target


def merged(parts: list[str | int]) -> tuple[str | int, ...]:
    """Neighbouring constants as one, none of them empty."""
    found: list[str | int] = []
    for part in parts:
        last = found[-1] if found else -1
        if isinstance(part, str) and isinstance(last, str):
            found[-1] = last + part
        elif part != "":
            found.append(part)
    return tuple(found)


def _parts(reader: Reader, node: Node, values: bool = True) -> list[str | int]:
    """An f-string's constant texts and the slots of its interpolations (-1 each without ``values``)."""
    parts: list[str | int] = []
    raw = "r" in prefix_of(reader.text, node.start_byte)
    for child in node.children:
        kind = child.kind_id
        if kind == k.STRING_CONTENT:
            parts.append(_content(reader.source(child), raw))
        elif kind == k.INTERPOLATION:
            parts.append(interpolation(reader, child) if values else -1)
    return parts


def _content(source: str, raw: bool) -> str:
    source = source.replace("{{", "{").replace("}}", "}")
    if raw or "\\" not in source:
        return source
    quotes = "'''" if "'''" not in source and not source.endswith("'") else '"""'
    value = unescaped(quotes + source + quotes)
    return source if value is None else value


@expression(k.INTERPOLATION, k.FORMAT_EXPRESSION)
def interpolation(reader: Reader, node: Node) -> int:
    """``{value!r:{width}}``: the value; what stands in the format is read too."""
    slot = -1
    for child in meaningful(node):
        if child.kind_id == k.FORMAT_SPECIFIER:
            for part in meaningful(child):
                if part.kind_id == k.FORMAT_EXPRESSION:
                    interpolation(reader, part)
        elif slot < 0:
            slot = evaluate(reader, child)
    return slot if slot >= 0 else reader.record.temporary()
