"""Which indexed files are no longer what is on disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from navigator.index import StoredFile


def changed_files(files: Iterable[StoredFile], folders: Mapping[str, str]) -> list[StoredFile]:
    """The files whose bytes on disk differ from the indexed ones, or that are gone.

    ``folders`` maps roots to where they lie; files of roots that are pinned, or whose whole folder is gone, are as
    they were.
    """
    present = {root: folder for root, folder in folders.items() if folder and os.path.isdir(folder)}
    return [file for file in files if file.root in present and _differs(Path(present[file.root]), file)]


def _differs(folder: Path, file: StoredFile) -> bool:
    import hashlib

    path = file.path
    if "\\" in path:
        from navigator.sources.names import unprintable

        path = unprintable(path)
    try:
        place = folder / path
        if place.stat().st_size != file.size:
            return True
        content = place.read_bytes()
    except (OSError, ValueError):
        return True
    header = b"blob %d\0" % len(content)
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest() != file.digest
