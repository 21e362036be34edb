"""Linker and Python front end compiled ahead of time with mypyc, used where they were made from just these sources.

It is optional: without it the same modules run as plain Python, and the same facts give the same graph. A compiled
copy lies in the environment (``sys.prefix``) under the digest of its sources, so that one of other sources is never
found.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

SWITCH = "NAVIGATOR_NATIVE"
"""Environment variable: 0 runs everything as plain Python."""

FOLDER = "navigator-native"
PACKAGES = ("facts/building", "facts/python", "linking", "linking/ecmascript")


def sources(package: Path) -> Iterator[Path]:
    """The files that decide what the compiled modules are: those that are compiled, and the records that they read.

    ``package`` is the folder of ``navigator``.
    """
    for name in PACKAGES:
        yield from sorted((package / name).glob("*.py"))
    yield package / "facts" / "vocabulary.py"


def place(package: Path) -> Path:
    """Where modules compiled from these sources for this interpreter lie, or would."""
    import hashlib

    digest = hashlib.sha256()
    for file in sources(package):
        content = file.read_bytes()
        digest.update(f"{file.name}\0{len(content)}\0".encode())
        digest.update(content)
    return Path(sys.prefix, FOLDER, f"{digest.hexdigest()[:16]}-{sys.implementation.cache_tag}")


def prefer(name: str, path: list[str]) -> None:
    """Puts the folder of a package's compiled modules, if there is one, before that of its sources.

    ``name`` and ``path`` are the package's ``__name__`` and ``__path__``.
    """
    if os.environ.get(SWITCH) == "0" or not os.path.isdir(os.path.join(sys.prefix, FOLDER)):
        return
    folder = place(Path(__file__).parent)
    compiled = folder.joinpath(*name.split("."))
    if not compiled.is_dir():
        return
    path.insert(0, str(compiled))
    if str(folder) not in sys.path:
        # The code shared by the modules is a module of its own there.
        sys.path.append(str(folder))
