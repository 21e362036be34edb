"""Which file a module specifier means (Node.js "Modules: Packages"; TypeScript's "Module Resolution")."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from navigator.linking.frames import FileState

SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts", ".d.mts", ".d.cts")
"""What may be left out at the end of a specifier, in the order of preference."""
_SOURCES = {
    ".js": (".ts", ".tsx", ".d.ts"),
    ".jsx": (".tsx", ".d.ts"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
"""Endings of compiled files, and those of the sources that a specifier written for the compiled file means."""


class Resolution:
    """Finds files by specifier, within the roots of a program."""

    def __init__(self, files: Iterable[FileState], models: Iterable[FileState]) -> None:
        self._files = {(file.file.root, file.file.path): file for file in files}
        self._models = {file.module: file for file in models}
        self._roots = sorted({root for root, _ in self._files})
        self._known: dict[tuple[str, str, str], FileState | None] = {}

    def resolve(self, file: FileState, specifier: str) -> FileState | None:
        """The file that ``specifier`` means in ``file``; ``None`` when it is outside the program."""
        root, path = file.file.root, file.file.path
        folder = posixpath.dirname(path)
        key = (root, folder, specifier)
        if key not in self._known:
            self._known[key] = self._resolve(root, folder, specifier)
        return self._known[key]

    def _resolve(self, root: str, folder: str, specifier: str) -> FileState | None:
        if specifier.startswith((".", "/")):
            base = posixpath.normpath(posixpath.join(folder, specifier)).lstrip("/")
            return None if base.startswith("..") else self._at(root, "" if base == "." else base)
        plain = specifier.removeprefix("node:")
        for place in _upwards(folder):
            found = self._at(root, posixpath.join(place, "node_modules", plain))
            if found is not None:
                return found
        return self._models.get(plain)

    def _at(self, root: str, base: str) -> FileState | None:
        for path in _candidates(base):
            found = self._files.get((root, path))
            if found is not None:
                return found
        return None


def _candidates(base: str) -> Iterator[str]:
    stem, suffix = posixpath.splitext(base)
    yield base
    for source in _SOURCES.get(suffix, ()):
        yield stem + source
    for ending in SUFFIXES:
        yield base + ending
    for ending in SUFFIXES:
        yield posixpath.join(base, "index" + ending)


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""
