"""Names as CPython stores them."""

from __future__ import annotations

import unicodedata


def own_name(name: str, private: str) -> str:
    """The name as CPython stores it: normalised, and with the class's prefix when it is private to a class."""
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
    if private and name[:2] == "__" and not name.endswith("__") and "." not in name:
        return private + name
    return name


def private_prefix(class_name: str) -> str:
    """What a class puts before its private names; nothing for a class named by underscores alone."""
    stripped = class_name.lstrip("_")
    return "_" + stripped if stripped else ""
