"""A hash of the code and knowledge that make a graph, for cache keys."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def version() -> str:
    """Changes whenever linker, vocabulary, records or knowledge change."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for folder in (here, here.parent / "facts", here.parent / "callgraph"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".toml"):
                digest.update(path.relative_to(here.parent).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
