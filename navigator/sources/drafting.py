"""A snapshot in the making, for sources whose bytes are read when it is taken."""

from __future__ import annotations

from navigator.callgraph import Problem
from navigator.sources.names import printable
from navigator.sources.roles import role_of
from navigator.sources.selection import Selection
from navigator.sources.snapshot import Entry, KeptBytes, KeptReader, Snapshot, blob_id

POINTER_SIZES = range(100, 1024)
"""Sizes in bytes that a Git LFS pointer can have."""
_POINTERS = (b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/spec/")


def is_lfs_pointer(content: bytes) -> bool:
    return len(content) in POINTER_SIZES and content.startswith(_POINTERS)


class Draft:
    """Collects files in the package's inner form of their paths; ``finish`` makes the snapshot of them.

    Content is put once under a key with ``keep``; ``add`` lets a path stand for it, so links share their target's.
    """

    def __init__(self, selection: Selection) -> None:
        self.bundles: set[str] = set()
        self._limits = selection.limits
        self._kept = KeptBytes(selection.limits.kept_in_memory)
        self._contents: dict[str, tuple[str, int]] = {}
        self._pointers: set[str] = set()
        self._paths: dict[str, str] = {}
        self._problems: list[Problem] = []

    def __len__(self) -> int:
        return len(self._contents)

    def holds(self, key: str) -> bool:
        return key in self._contents

    def keep(self, key: str, content: bytes) -> None:
        if is_lfs_pointer(content):
            self._pointers.add(key)
        self._contents[key] = (blob_id(content), len(content))
        self._kept.put(key, content)

    def add(self, path: str, key: str) -> None:
        if key in self._pointers:
            self.problem(path, "a Git LFS pointer stands for the file (git lfs pull fetches it); left out")
        else:
            self._paths[path] = key

    def problem(self, path: str, message: str) -> None:
        self._problems.append(Problem(printable(path), 0, message))

    def too_large(self, path: str, size: int) -> None:
        self.problem(path, too_large(size, self._limits.file_size))

    def discard(self) -> None:
        """Let go of everything, where no snapshot comes of it."""
        self._kept.close()

    def finish(self, name: str, source: str, revision: str) -> Snapshot:
        self.bundles.discard("")
        entries = []
        for path, key in self._paths.items():
            digest, size = self._contents[key]
            entries.append(Entry(printable(path), digest, size, role_of(path, self.bundles)))
        keys = {printable(path): key for path, key in self._paths.items()}
        return Snapshot(name, source, revision, entries, KeptReader(self._kept, keys), self._problems)


def too_large(size: int, most: int) -> str:
    return f"{size:,} bytes are more than the limit of {most:,}; left out"
