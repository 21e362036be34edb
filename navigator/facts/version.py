"""The version of the front ends: a hash of their code, so that cached facts never outlive what made them."""

from __future__ import annotations

import functools
from pathlib import Path

GRAMMARS = ("tree_sitter", "tree_sitter_javascript", "tree_sitter_python", "tree_sitter_typescript")


@functools.cache
def front_end_version() -> str:
    """Sixteen hexadecimal digits over the code of this package and the installed grammars."""
    import hashlib

    digest = hashlib.sha256()
    for name, content in sorted(_sources(Path(__file__).parent)):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    for grammar in GRAMMARS:
        digest.update(f"{_installed(grammar)}\0".encode())
    return digest.hexdigest()[:16]


def _sources(folder: Path) -> list[tuple[str, bytes]]:
    return [(file.relative_to(folder).as_posix(), file.read_bytes()) for file in folder.rglob("*.py")]


def _installed(package: str) -> str:
    """Name and version of an installed package, found without importing it or its metadata's machinery."""
    from importlib.util import find_spec

    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return package
    folder = Path(spec.origin).parent
    described = sorted(path.name for path in folder.parent.glob(f"{package}-*.dist-info"))
    return (
        described[-1]
        if described
        else f"{package} {[path.stat().st_size for path in sorted(folder.glob('_binding*'))]}"
    )
