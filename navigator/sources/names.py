"""File names as they may be shown: printable, and reversible to the bytes they came from.

Inside this package a path is the name's bytes decoded as UTF-8 with ``surrogateescape``. Outside it is *printable*:
bytes that are not UTF-8 and characters that do not print (controls, bidirectional marks, line separators) stand as
``\\xNN``, and a backslash as two.
"""

from __future__ import annotations

import os
import re

_ESCAPE = re.compile(rb"\\(\\|x[0-9a-f]{2})")
_DRIVE = re.compile(r"[A-Za-z]:")


def decoded(name: bytes) -> str:
    """The package's inner form of a name."""
    return name.decode("utf-8", "surrogateescape")


def encoded(name: str) -> bytes:
    """The bytes of a name as the file system gave it (``os.listdir`` and the like)."""
    return name.encode() if name.isascii() else os.fsencode(name)


def raw(path: str) -> bytes:
    """The bytes of the inner form."""
    return path.encode("utf-8", "surrogateescape")


def printable(path: str) -> str:
    """The form that leaves the package. Distinct paths stay distinct."""
    if path.isprintable() and "\\" not in path:
        return path
    return "".join("\\\\" if character == "\\" else _escaped(character) for character in path)


def unprintable(path: str) -> str:
    """The inner form again: the inverse of ``printable``."""
    if "\\" not in path:
        return path

    def byte(match: re.Match[bytes]) -> bytes:
        escape = match[1]
        return escape if escape == b"\\" else bytes([int(escape[1:], 16)])

    return decoded(_ESCAPE.sub(byte, path.encode("utf-8", "surrogateescape")))


def one_line(text: str, limit: int = 300) -> str:
    """Foreign text (a tool's message, a URL) fit for an error line: one line, printable, not endless."""
    line = " ".join(text.split())
    line = "".join(map(_escaped, line))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def escape_of(path: str) -> str:
    """Why an archive member or tree entry of this name must not be trusted, or the empty string.

    Backslashes count as separators here, since they are on some systems; one that begins a component makes the path
    absolute once the folders before it are taken off.
    """
    if "\0" in path:
        return "its name holds a NUL"
    if path.startswith("/") or any(component.startswith("\\") for component in path.split("/")):
        return "its path is absolute"
    for component in re.split(r"[/\\]", path):
        if component == "..":
            return "its path climbs out with '..'"
        if _DRIVE.match(component):
            return "its path names a drive"
    return ""


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    try:
        raw = character.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = character.encode("utf-8", "surrogatepass")
    return "".join(f"\\x{byte:02x}" for byte in raw)
