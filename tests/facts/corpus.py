"""Real Python files for tests that compare: the standard library and the installed packages."""

from __future__ import annotations

import hashlib
import sysconfig
from functools import cache
from pathlib import Path

SMALL = 60_000
"""Files of a sample are smaller than this many bytes, so that a sample takes a known time."""


@cache
def every_file() -> tuple[Path, ...]:
    """All files, in an order that looks random and is always the same."""
    library = Path(sysconfig.get_path("stdlib"))
    files = {file for file in library.rglob("*.py") if "site-packages" not in file.relative_to(library).parts}
    for folder in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        files.update(Path(folder).rglob("*.py"))
    return tuple(sorted(files, key=_shuffled))


def share(number: int, shares: int, size: int) -> list[Path]:
    """One of the shares into which the standard library and packages' files of ``size`` bytes together are dealt."""
    library = Path(sysconfig.get_path("stdlib"))
    files: list[Path] = []
    for file in every_file():
        if "site-packages" in file.parts or library not in file.parents:
            size -= file.stat().st_size
            if size < 0:
                continue
        files.append(file)
    return files[number::shares]


def _shuffled(file: Path) -> tuple[str, str]:
    tail = "/".join(file.parts[-3:])
    return hashlib.sha256(tail.encode()).hexdigest(), str(file)


def sample(size: int) -> list[Path]:
    """Some of the smaller files."""
    return [file for file in every_file() if file.stat().st_size < SMALL][:size]
