"""TypeScript that the grammars do not know, shown to them in another way of the same length.

Of texts in which they find errors:

* `variance annotations`_ (``interface Box<in out T>``) are blanked;
* signatures in object types that follow each other without a semicolon get one where they begin, in place of a blank:
  a type never goes on with ``<`` or ``(`` on a new line;
* the arguments of an import type (``import("./box").Box<T>``), and marks in template types are blanked.

``sql<Row>`SELECT ...``` is read without an error, but wrongly: its arguments are blanked in every text.

.. _variance annotations: https://www.typescriptlang.org/docs/handbook/release-notes/typescript-4-7.html
"""

from __future__ import annotations

import re

VARIANCE = re.compile(
    rb"(?<=[<,])(?P<before>\s*(?:/\*.{0,500}?\*/\s*|//[^\n]{0,500}\n\s*){0,4})(?P<words>in\s+out|in|out)"
    rb"(?=\s+(?!(?:extends|as|of|in|is|instanceof|satisfies)\b)[A-Za-z_$])",
    re.DOTALL,
)
IMPORTED = re.compile(rb"\bimport\(\s*(['\"])[^'\"\n]*\1\s*\)(?:\s*\.\s*[\w$]+)+\s*<")
AWAIT = re.compile(rb"(?<![\w$.#])(?<!for )await (?=\()")
MODULE = re.compile(rb"\bimport\(\s*(['\"])[^'\"\n]*\1\s*\)\s*\.\s*(?=[\w$.]+\s*[<>,|&;\[\])])")
QUOTED_MARK = re.compile(rb"(?<!\\)\\`")
TAGGED = re.compile(rb"(?<=[\w$\])])<(?:[^<>`${}]|=>|\{[^{}`$]*\}|<(?:[^<>`$;]|<[^<>`$;]*>)*>)*>(?=\s*`)")
TOKEN = re.compile(
    rb"(?P<skip>\s+|/\*(?:.*?\*/|.*)|//[^\n]*)"
    rb"|(?P<word>[\w$\x80-\xff#]+)"
    rb"|(?P<text>'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`?)"
    rb"|(?P<mark>=>|\?\.|\.\.\.|.)",
    re.DOTALL,
)
DECLARING = (b"const", b"let", b"var", b"readonly", b"static", b"public", b"private", b"protected", b"declare")
LONGEST = 2000
"""Bytes that the arguments of an import type may take."""
GOING_ON = (b"extends", b"implements", b"is", b"as", b"in")
"""Words that a type goes on with."""
OPERATORS = (b"in", b"instanceof", b"as", b"satisfies", b"extends")
"""Words that members may be named, and that an expression or a type goes on with."""
GOES_ON = frozenset([*(bytes([each]) for each in b"=|&?:,<([{;."), b"=>", b"...", b"extends", b"keyof", b"new", b""])
"""After these a type is not complete."""


def as_known(text: bytes) -> bytes:
    """A text of one byte per character, with what the grammars do not know replaced."""
    shown = bytearray(VARIANCE.sub(lambda found: found["before"] + _blank(found["words"]), text))
    shown = bytearray(QUOTED_MARK.sub(b"  ", shown))
    for found in IMPORTED.finditer(text):
        end = _end_of_arguments(text, found.end())
        shown[found.end() - 1 : end] = _blank(text[found.end() - 1 : end])
    for place in _signatures(bytes(shown)):
        if shown[place - 1 : place] == b" ":
            shown[place - 1 : place] = b";"
    return bytes(shown)


def without_modules(text: bytes) -> bytes:
    """The text with the names of import types alone, which base classes may be given only so."""
    return MODULE.sub(lambda found: _blank(found[0]), text)


def untagged(text: bytes) -> bytes:
    """The text without the type arguments of tagged templates."""
    return TAGGED.sub(lambda found: _blank(found[0]), text)


def awaited(text: bytes) -> bytes:
    """JavaScript with ``await!(f)()`` for ``await (f)()``, which the grammar takes for a call of a function await."""
    return AWAIT.sub(b"await!", text)


def _blank(text: bytes) -> bytes:
    return re.sub(rb"[^\n]", b" ", text)


def _end_of_arguments(text: bytes, start: int) -> int:
    """Behind the bracket that closes the one before ``start``."""
    depth = 1
    for found in TOKEN.finditer(text, start, start + LONGEST):
        depth += {b"<": 1, b">": -1}.get(found["mark"] or b"", 0)
        if depth == 0:
            return found.end()
    return start


def _signatures(text: bytes) -> list[int]:
    """Where signatures begin in object types without a name, on a line of their own, behind another member."""
    found: list[int] = []
    types = _Types()
    for token in TOKEN.finditer(text):
        skipped = token["skip"]
        if skipped is not None:
            types.fresh_line = types.fresh_line or b"\n" in skipped
            continue
        word = token[0]
        if types.separates(word, text[token.end() : token.end() + 1]):
            found.append(token.start())
        types.step(word, token["word"] is not None)
    return found


class _Types:
    """Tells braces of object types from those of code, token by token."""

    def __init__(self) -> None:
        self.fresh_line = True
        self._open: list[tuple[bytes, bool]] = []
        """Brackets that are open; whether each is the brace of an object type."""
        self._last: list[bytes] = [b"", b"", b""]
        self._alias: int | None = None
        """How many brackets were open where the declaration of an interface or a type alias began that goes on."""
        self._closed_type = False
        """Whether the bracket that was closed last is the brace of an object type."""
        self._member = 0
        """Tokens of the present member of an object type."""

    def separates(self, word: bytes, followed: bytes) -> bool:
        return (
            (word in (b"<", b"(", b"[") or (word in OPERATORS and followed in (b":", b"?")))
            and self.fresh_line
            and bool(self._open)
            and self._open[-1] == (b"{", True)
            and self._member > 1
            and self._last[-1] not in GOES_ON
        )

    def step(self, word: bytes, is_word: bool) -> None:
        if self._alias is not None and len(self._open) <= self._alias and self._ends(word, is_word):
            self._alias = None
        if is_word and self._alias is None and self._last[-1] in (b"interface", b"type") and not self._in_type():
            self._alias = len(self._open)
        if word in (b"{", b"(", b"["):
            self._open.append((word, word == b"{" and self._opens_type()))
            self._member = 0
        elif word in (b"}", b")", b"]"):
            self._closed_type = bool(self._open) and self._open.pop()[1]
            self._member = 2
        elif word in (b";", b","):
            self._member = 0
        else:
            self._member += 1
        self._last = [*self._last[1:], word]
        self.fresh_line = False

    def _ends(self, word: bytes, is_word: bool) -> bool:
        """Whether the declaration of a type is over before a token."""
        if word in (b";", b"}"):
            return True
        return self.fresh_line and is_word and self._last[-1] not in GOES_ON and word not in GOING_ON

    def _in_type(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def _opens_type(self) -> bool:
        if self._alias is not None or any(is_type for _, is_type in self._open):
            return True
        if self._last[-1] == b":":
            return self._last[-2] == b")" or self._last[-3] in DECLARING
        if self._last[-2:] == [b"}", b","]:
            return self._closed_type
        return self._last[-1] in (b"as", b"satisfies", b"<")
