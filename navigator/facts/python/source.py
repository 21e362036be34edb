"""A source file's bytes to text, as Python decodes it: byte order mark, PEP 263 cookie, universal newlines."""

from __future__ import annotations

import codecs
import re

from navigator.facts.building.text import refusal

COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
BLANK = re.compile(rb"^[ \t\f]*(?:#[^\r\n]*)?$")
REFUSED = frozenset(("idna", "punycode", "undefined"))
"""Codecs that no source file uses and that take long or fail by design."""


def decoded(source: bytes) -> tuple[str, list[tuple[int, str]]]:
    """The text with ``\\n`` line ends, and line and message of what could not be decoded."""
    problems: list[tuple[int, str]] = []
    refused = refusal(source)
    if refused:
        return "", [(1, refused)]
    encoding = "utf-8"
    if source.startswith(codecs.BOM_UTF8):
        source = source[len(codecs.BOM_UTF8) :]
    else:
        encoding, problems = _declared(source)
    try:
        text = source.decode(encoding)
    except (UnicodeError, LookupError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            line = source.count(b"\n", 0, error.start) + 1
            problems.append((line, f"not {encoding} text: {error.reason}"))
        else:
            problems.append((1, f"cannot decode as {encoding}"))
        text = source.decode("utf-8", "replace")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text, problems


def _declared(source: bytes) -> tuple[str, list[tuple[int, str]]]:
    """The encoding named in the first two lines, or UTF-8."""
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", source[:2000], maxsplit=2)[:2], 1):
        found = COOKIE.match(line)
        if found:
            name = found[1].decode("ascii")
            try:
                known = codecs.lookup(name)
            except (LookupError, ValueError):
                return "utf-8", [(number, f"unknown encoding {name!r}")]
            if known.name in REFUSED:
                return "utf-8", [(number, f"unsupported encoding {name!r}")]
            return name, []
        if not BLANK.match(line):
            break
    return "utf-8", []
