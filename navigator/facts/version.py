"""The version of the front ends: a hash of their code, so that cached facts never outlive what made them."""

from __future__ import annotations

import functools
import hashlib
from importlib import metadata, resources
from importlib.resources.abc import Traversable

GRAMMARS = ("tree-sitter", "tree-sitter-python")


@functools.cache
def front_end_version() -> str:
    """Sixteen hexadecimal digits over the code of this package and the versions of the grammars."""
    digest = hashlib.sha256()
    for name, content in sorted(_sources(resources.files(__package__), "")):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    for grammar in GRAMMARS:
        digest.update(f"{grammar}=={metadata.version(grammar)}\0".encode())
    return digest.hexdigest()[:16]


def _sources(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                found += _sources(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            found.append((prefix + entry.name, entry.read_bytes()))
    return found
