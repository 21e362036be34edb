"""A source file's bytes to text: UTF-8 or UTF-16 by byte order mark, line ends made one."""

from __future__ import annotations

import codecs

from navigator.facts.building.text import refusal

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


LONG = 2000
"""Bytes of a line that nobody has written by hand."""
MINIFIED = 100_000
"""Bytes from which a file may count as minified."""


def is_minified(source: bytes) -> bool:
    """Whether most of a file stands in overlong lines that are dense with code: data in strings does not count."""
    if len(source) < MINIFIED:
        return False
    long = [line for line in source.split(b"\n") if len(line) > LONG]
    dense = sum(len(line) for line in long if line.count(b";") + line.count(b",") + line.count(b"(") > len(line) // 40)
    return dense * 2 > len(source)


def decoded(source: bytes) -> tuple[str, list[tuple[int, str]]]:
    """The text with ``\\n`` line ends, and line and message of what could not be decoded."""
    encoding = "utf-8"
    for mark, name in _MARKS:
        if source.startswith(mark):
            source, encoding = source[len(mark) :], name
            break
    refused = refusal(source if encoding == "utf-8" else source.replace(b"\0", b""))
    if refused:
        return "", [(1, refused)]
    if is_minified(source):
        size = f"{len(source) >> 10:,} KB"
        return "", [(1, f"not read: minified, {size}; its source says more than its one-letter names")]
    problems: list[tuple[int, str]] = []
    try:
        text = source.decode(encoding)
    except UnicodeDecodeError as error:
        problems.append((source.count(b"\n", 0, error.start) + 1, f"not {encoding} text: {error.reason}"))
        text = source.decode(encoding, "replace")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text, problems
