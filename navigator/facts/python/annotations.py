"""Annotations: their text to types, and whatever else they run."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from navigator.facts.python import kinds as k
from navigator.facts.python.dispatch import evaluate
from navigator.facts.python.private_names import own_name
from navigator.facts.python.reader import Reader
from navigator.facts.python.strings import literal_value
from navigator.facts.vocabulary import TypeRef

if TYPE_CHECKING:
    from tree_sitter import Node

UNKNOWN = TypeRef("?")
NESTING = 24
"""Types nested deeper than this are unknown."""
SIZE = 4000
"""Longer annotations are unknown."""
WRAPPERS = frozenset(("Annotated", "ClassVar", "Final", "Required", "NotRequired", "ReadOnly", "InitVar"))
"""What says something about a variable, not about the type inside."""

_TOKEN = re.compile(
    r"""\s*(?:\#[^\n]*\s*|\\\n\s*)*(?:
        (?P<name>[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*)
      | (?P<string>[rRuU]?(?:\"\"\"(?:[^\\]|\\.)*?\"\"\" | '''(?:[^\\]|\\.)*?'''
                           | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'))
      | (?P<dots>\.\.\.)
      | (?P<other>.)
    )""",
    re.VERBOSE | re.DOTALL,
)


class _Malformed(Exception):
    """The text is no type."""


class _Parser:
    """Recursive descent over ``type: part ('|' part)*``, ``part: name ['[' types ']'] | string | '(' type ')'``."""

    def __init__(self, text: str, private: str, depth: int) -> None:
        self.private = private
        self.depth = depth
        self.tokens: list[tuple[str, str]] = []
        for found in _TOKEN.finditer(text):
            kind = found.lastgroup or ""
            self.tokens.append((kind, found[kind]))
        self.position = 0

    def peek(self) -> str:
        """The next token's text where it is a bracket, comma or operator, its kind otherwise; empty at the end."""
        if self.position >= len(self.tokens):
            return ""
        kind, text = self.tokens[self.position]
        return text if kind == "other" else kind

    def take(self, expected: str) -> None:
        """Steps over a token, which must be the expected one."""
        if self.peek() != expected:
            raise _Malformed
        self.position += 1

    def union(self) -> TypeRef:
        """One type, or several between bars."""
        if self.depth > NESTING:
            raise _Malformed
        self.depth += 1
        parts = [self.part()]
        while self.peek() == "|":
            self.position += 1
            parts.append(self.part())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else union_of(parts)

    def part(self) -> TypeRef:
        """A named type with its arguments, a string, or something in brackets."""
        token = self.peek()
        if token == "name":
            name = re.sub(r"\s", "", self.tokens[self.position][1])
            self.position += 1
            if name in ("True", "False", "not", "lambda", "await", "yield"):
                raise _Malformed
            part = self.arguments(own_name(name, self.private))
        elif token == "string":
            value = literal_value(self.tokens[self.position][1])
            self.position += 1
            part = UNKNOWN if value is None else parse_type(value, self.private, self.depth + 1)
        elif token == "(":
            self.position += 1
            part = UNKNOWN if self.peek() == ")" else self.union()
            if self.peek() == ",":
                while self.peek() == ",":
                    self.position += 1
                    if self.peek() != ")":
                        self.union()
                part = UNKNOWN
            self.take(")")
        elif token == "[":
            self.position += 1
            part = TypeRef("?", self.types())
        elif token == "*":
            self.position += 1
            if self.peek() == "*":
                self.position += 1
            part = self.part()
        elif token == "dots":
            self.position += 1
            part = UNKNOWN
        else:
            raise _Malformed
        if self.peek() not in ("", ",", "]", ")", "|"):
            raise _Malformed
        return part

    def types(self) -> tuple[TypeRef, ...]:
        """Types between commas, up to the closing bracket."""
        found: list[TypeRef] = []
        while self.peek() != "]":
            start = self.position
            try:
                found.append(self.union())
            except _Malformed:
                self.position = start
                self.skip()
                found.append(UNKNOWN)
            if self.peek() == ",":
                self.position += 1
            elif self.peek() != "]":
                raise _Malformed
        self.position += 1
        return tuple(found)

    def skip(self) -> None:
        """Steps over what is no type, up to the comma or bracket that ends it."""
        open_brackets = 0
        while True:
            token = self.peek()
            if token == "" or (open_brackets == 0 and token in (",", "]")):
                return
            if token in ("(", "[", "{"):
                open_brackets += 1
            elif token in (")", "]", "}"):
                open_brackets -= 1
            self.position += 1

    def arguments(self, name: str) -> TypeRef:
        """The type of this name, with arguments where a bracket follows."""
        if self.peek() != "[":
            return TypeRef(name)
        self.position += 1
        last = name.rpartition(".")[2]
        if last == "Literal":
            self.skip_list()
            return TypeRef(name, (UNKNOWN,))
        arguments = self.types()
        if last == "Optional" and len(arguments) == 1:
            return union_of([arguments[0], TypeRef("None")])
        if last == "Union":
            return union_of(list(arguments)) if len(arguments) > 1 else arguments[0] if arguments else UNKNOWN
        if last in WRAPPERS and arguments:
            return arguments[0]
        return TypeRef(name, arguments)

    def skip_list(self) -> None:
        """Steps over everything up to and with the closing bracket."""
        while self.peek() not in ("]", ""):
            self.skip()
            if self.peek() == ",":
                self.position += 1
        self.take("]")


def union_of(parts: list[TypeRef]) -> TypeRef:
    """The union of types; unions among them are taken apart, repetitions dropped."""
    flat: dict[TypeRef, None] = {}
    for part in parts:
        for member in part.arguments if part.name == "|" else (part,):
            flat[member] = None
    return next(iter(flat)) if len(flat) == 1 else TypeRef("|", tuple(flat))


@functools.lru_cache(maxsize=4096)
def parse_type(text: str, private: str = "", depth: int = 0) -> TypeRef:
    """The type that an annotation's text says; ``?`` for anything that is no type."""
    if text.isidentifier() and text not in ("True", "False"):
        return TypeRef(own_name(text, private))
    if depth > NESTING or len(text) > SIZE:
        return UNKNOWN
    parser = _Parser(text.strip(), private, depth)
    try:
        parsed = parser.union()
    except _Malformed:
        return UNKNOWN
    return parsed if parser.position == len(parser.tokens) else UNKNOWN


_PLAIN = frozenset(
    (
        k.TYPE,
        k.IDENTIFIER,
        k.ATTRIBUTE,
        k.SUBSCRIPT,
        k.GENERIC_TYPE,
        k.TYPE_PARAMETER,
        k.MEMBER_TYPE,
        k.SPLAT_TYPE,
        k.BINARY_OPERATOR,
        k.STRING,
        k.CONCATENATED_STRING,
        k.NONE_LITERAL,
        k.LIST,
        k.TUPLE,
        k.ELLIPSIS,
        k.INTEGER,
        k.TRUE,
        k.FALSE,
        k.UNARY_OPERATOR,
        k.PARENTHESIZED_EXPRESSION,
        k.UNION_PATTERN,
    )
)


def annotation(reader: Reader, node: Node) -> TypeRef:
    """The type that an annotation says. Calls and other code inside it run where it stands."""
    text = reader.source(node)
    if not text.isidentifier():
        if "(" in text or "{" in text or ":" in text or " if " in text:
            _run(reader, node)
        return parse_type(text, reader.frame.scope.private)
    return TypeRef(own_name(text, reader.frame.scope.private))


def _run(reader: Reader, node: Node) -> None:
    """Reads the expressions among a type's parts that are more than a type."""
    pending = [node]
    while pending:
        part = pending.pop()
        kind = part.kind_id
        if kind in (k.STRING, k.CONCATENATED_STRING):
            continue
        if kind in _PLAIN:
            pending.extend(reversed(part.children))
        elif kind not in k.PUNCTUATION and kind not in k.EXTRAS:
            evaluate(reader, part)
