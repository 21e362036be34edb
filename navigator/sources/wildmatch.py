"""Git's pattern language, as ``dir.c`` and ``wildmatch.c`` of git read it, over bytes.

A pattern matches one path itself, never what lies below it: descendants of an ignored folder are ignored because
nobody looks inside. Libraries that let ``!folder`` match ``folder/file`` cannot be exact with nested rule files.
The regular expressions made here do not backtrack over stars (a star takes the first place where what follows it up
to the next star matches, which is enough for globs), so that a hostile pattern costs no more than a plain one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

_CLASSES = {
    b"alnum": rb"0-9A-Za-z",
    b"alpha": rb"A-Za-z",
    b"blank": rb" \t",
    b"cntrl": rb"\x00-\x1f\x7f",
    b"digit": rb"0-9",
    b"graph": rb"\x21-\x7e",
    b"lower": rb"a-z",
    b"print": rb"\x20-\x7e",
    b"punct": rb"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    b"space": rb" \t\n\r\f\v",
    b"upper": rb"A-Z",
    b"xdigit": rb"0-9A-Fa-f",
}
_SPECIAL = re.compile(rb"[*?\[\\]")
_STAR, _DEEP, _DEEP_SLASH, _SLASH = b"*", b"**", b"**/", b"/"


class Pattern(msgspec.Struct, frozen=True):
    """One line: ``regex`` is for the whole path, or for the base name alone where ``base_name`` is set."""

    regex: bytes
    negated: bool
    folders_only: bool
    base_name: bool


def parse(line: bytes) -> Pattern | None:
    """The pattern of one line, or ``None`` when it is blank, a comment or can never match anything."""
    if not line or line.startswith(b"#"):
        return None
    text = _without_trailing_spaces(line)
    negated = text.startswith(b"!")
    text = text[negated:]
    folders_only = text.endswith(b"/")
    text = text[: len(text) - folders_only]
    base_name = b"/" not in text
    text = text.removeprefix(b"/")
    special = _SPECIAL.search(text)
    literal = text[: special.start()] if special else text
    rest = _translated(text[len(literal) :], slashes=not base_name)
    if rest is None or not text:
        return None
    return Pattern(re.escape(literal) + rest, negated, folders_only, base_name)


def _without_trailing_spaces(line: bytes) -> bytes:
    kept = line.rstrip(b" ")
    escaped = (len(kept) - len(kept.rstrip(b"\\"))) % 2 == 1
    return kept + b" " if escaped and kept != line else kept


def _translated(text: bytes, *, slashes: bool) -> bytes | None:
    tokens = _tokens(text, slashes)
    if tokens is None:
        return None
    parts: list[bytes] = []
    opened = False
    component: list[bytes] = []

    def flush() -> None:
        """Write out one component: stars inside it never cross a slash."""
        stars = [index for index, token in enumerate(component) if token == _STAR]
        for number, start in enumerate(stars):
            if number == 0:
                parts.extend(component[:start])
            last = number + 1 == len(stars)
            following = b"".join(component[start + 1 :] if last else component[start + 1 : stars[number + 1]])
            parts.append(b"[^/]*" + following if last else b"(?>[^/]*?" + following + b")")
        if not stars:
            parts.extend(component)
        component.clear()

    for token in tokens:
        if token in (_DEEP, _DEEP_SLASH, _SLASH):
            flush()
            if token == _SLASH:
                parts.append(b"/")
            else:
                parts.append(b")" if opened else b"")
                parts.append(b"(?>(?:.*?/)??" if token == _DEEP_SLASH else b"(?>.*?")
                opened = True
        else:
            component.append(token)
    flush()
    return b"".join(parts) + rb"\Z" + (b")" if opened else b"")


def _tokens(text: bytes, slashes: bool) -> list[bytes] | None:
    """Stars and slashes as themselves, everything else as a regular expression for one byte."""
    tokens: list[bytes] = []
    at = 0
    while at < len(text):
        byte = text[at : at + 1]
        if byte == b"\\":
            if at + 1 >= len(text):
                return None
            escaped = text[at + 1 : at + 2]
            tokens.append(_SLASH if escaped == b"/" else re.escape(escaped))
            at += 2
        elif byte == b"*":
            end = at
            while text[end : end + 1] == b"*":
                end += 1
            alone = at == 0 or text[at - 1 : at] == b"/"
            if end - at > 1 and slashes and alone and text[end : end + 1] == b"/":
                tokens.append(_DEEP_SLASH)
                end += 1
            elif end - at > 1 and slashes and alone and (end == len(text) or text[end : end + 2] == b"\\/"):
                tokens.append(_DEEP)
            else:
                tokens.append(_STAR)
            at = end
        elif byte == b"[":
            bracket = _bracket(text, at)
            if bracket is None:
                return None
            token, at = bracket
            tokens.append(token)
        else:
            tokens.append({b"?": b"[^/]", b"/": _SLASH}.get(byte) or re.escape(byte))
            at += 1
    return tokens


def _bracket(text: bytes, at: int) -> tuple[bytes, int] | None:
    """The bracket expression that opens at ``at`` and the position after it; ``None`` if it cannot match."""
    at += 1
    negated = text[at : at + 1] in (b"!", b"^")
    at += negated
    members: list[bytes] = []
    previous: int | None = None
    first = True
    while first or text[at : at + 1] != b"]":
        first = False
        if at >= len(text):
            return None
        byte = text[at]
        if text[at : at + 2] == b"[:":
            end = text.find(b"]", at + 2)
            if end < 0:
                return None
            if end > at + 2 and text[end - 1 : end] == b":":
                named = _CLASSES.get(text[at + 2 : end - 1])
                if named is None:
                    return None
                members.append(named)
                previous = None
                at = end + 1
                continue
        if byte == ord("-") and previous is not None and text[at + 1 : at + 2] not in (b"", b"]"):
            at += 1
            if text[at : at + 1] == b"\\":
                at += 1
                if at >= len(text):
                    return None
            if previous <= text[at]:
                members.append(b"\\x%02x-\\x%02x" % (previous, text[at]))
            previous = None
        else:
            if byte == ord("\\"):
                at += 1
                if at >= len(text):
                    return None
            previous = text[at]
            members.append(b"\\x%02x" % previous)
        at += 1
    inner = b"".join(members)
    if negated:
        return b"[^/%s]" % inner, at + 1
    return (b"(?!/)[%s]" % inner if inner else b"(?!)"), at + 1


class Rules:
    """Patterns in order, of which the last one that matches decides."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        runs: list[tuple[bool, dict[tuple[bool, bool], list[bytes]]]] = []
        for pattern in patterns:
            if not runs or runs[-1][0] != pattern.negated:
                runs.append((pattern.negated, {}))
            runs[-1][1].setdefault((pattern.base_name, pattern.folders_only), []).append(pattern.regex)
        self._runs = tuple(
            (
                not negated,
                tuple(
                    (base_name, folders_only, re.compile(b"|".join(b"(?:%s)" % one for one in regexes), re.DOTALL))
                    for (base_name, folders_only), regexes in groups.items()
                ),
            )
            for negated, groups in reversed(runs)
        )

    def __bool__(self) -> bool:
        return bool(self._runs)

    def verdict(self, path: bytes, is_folder: bool) -> bool | None:
        """True where the deciding pattern is plain, False where it is negated, ``None`` where none matches."""
        name = path.rpartition(b"/")[2]
        for verdict, groups in self._runs:
            for base_name, folders_only, regex in groups:
                if (is_folder or not folders_only) and regex.match(name if base_name else path):
                    return verdict
        return None


def parse_rules(content: bytes) -> Rules:
    """The rules of a ``.gitignore``: lines that git would not understand are passed over, as git does."""
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    parsed = (parse(line.removesuffix(b"\r")) for line in lines)
    return Rules(pattern for pattern in parsed if pattern is not None)
