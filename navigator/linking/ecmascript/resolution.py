"""Which file a module specifier means (Node.js "Modules: Packages"; TypeScript's "Module Resolution")."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from navigator.linking.frames import FileState
from navigator.linking.program import ScriptPackage, ScriptProject

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

    def __init__(
        self,
        files: Iterable[FileState],
        models: Iterable[FileState],
        packages: Iterable[ScriptPackage] = (),
        projects: Iterable[ScriptProject] = (),
    ) -> None:
        self._files = {(file.file.root, file.file.path): file for file in files}
        self._models = {file.module: file for file in models}
        self._packages = {(package.root, package.folder): package for package in packages}
        self._projects = {(project.root, project.folder): project for project in projects}
        self._named: dict[str, list[ScriptPackage]] = {}
        for package in self._packages.values():
            if package.name and "node_modules" not in package.folder.split("/"):
                self._named.setdefault(package.name, []).append(package)
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
            return None if base.startswith("..") else self._at_place(root, "" if base == "." else base)
        if specifier.startswith("node:"):
            return self._models.get(specifier.removeprefix("node:"))
        found = self._in_project(root, folder, specifier)
        if found is not None:
            return found
        if specifier.startswith("#"):
            return self._internal(root, folder, specifier)
        name, subpath = _split(specifier)
        for place in _upwards(folder):
            inside = posixpath.join(place, "node_modules", name)
            package = self._packages.get((root, inside)) or ScriptPackage(root, inside, name)
            found = self._in_package(package, subpath)
            if found is not None:
                return found
        # A package of the program itself: the importing file's own root goes before others.
        for package in sorted(self._named.get(name, ()), key=lambda each: (each.root != root, each.root, each.folder)):
            found = self._in_package(package, subpath)
            if found is not None:
                return found
        return self._models.get(specifier)

    def _in_project(self, root: str, folder: str, specifier: str) -> FileState | None:
        """What the nearest project around ``folder`` says that a specifier means."""
        project = next((p for f in _upwards(folder) if (p := self._projects.get((root, f))) is not None), None)
        if project is None:
            return None
        for target in next(_matches(project.paths, specifier), ()):
            found = self._at_place(root, posixpath.normpath(target))
            if found is not None:
                return found
        return self._at_place(root, posixpath.join(project.base, specifier)) if project.base is not None else None

    def _internal(self, root: str, folder: str, specifier: str) -> FileState | None:
        """What a package's own name for one of its files means: that of the nearest package around."""
        package = next((p for f in _upwards(folder) if (p := self._packages.get((root, f))) is not None), None)
        if package is None:
            return None
        for targets in _matches(package.imports, specifier):
            for target in targets:
                found = self._target(package, target) if target.startswith(".") else self._resolve(root, "", target)
                if found is not None:
                    return found
        return None

    def _at_place(self, root: str, base: str) -> FileState | None:
        """What a path means, which may be that of a folder with a manifest of its own."""
        package = self._packages.get((root, base))
        found = self._main(package) if package is not None and package.main else None
        return found or self._at(root, base)

    def _in_package(self, package: ScriptPackage, subpath: str) -> FileState | None:
        """What ``name/subpath`` means; what ``exports`` does not name is looked for where it lies."""
        for target in _exported(package, f"./{subpath}" if subpath else "."):
            found = self._target(package, target)
            if found is not None:
                return found
        if subpath:
            return self._at_place(package.root, posixpath.join(package.folder, subpath))
        return self._main(package) or self._at(package.root, package.folder)

    def _main(self, package: ScriptPackage) -> FileState | None:
        for target in package.main:
            found = self._target(package, target)
            if found is not None:
                return found
        return None

    def _target(self, package: ScriptPackage, target: str) -> FileState | None:
        """The file that a manifest names; in a checkout, where nothing is built, the one of ``src`` that it is from."""
        path = posixpath.normpath(target)
        if path.startswith(("..", "/")):
            return None
        found = self._at(package.root, posixpath.join(package.folder, path))
        if found is None and "/" in path:
            found = self._at(package.root, posixpath.join(package.folder, "src", path.partition("/")[2]))
        return found

    def _at(self, root: str, base: str) -> FileState | None:
        for path in _candidates(base):
            found = self._files.get((root, path))
            if found is not None:
                return found
        return None


def _split(specifier: str) -> tuple[str, str]:
    """A package's name, with its scope, and the path in it."""
    parts = specifier.split("/", 2 if specifier.startswith("@") else 1)
    count = 2 if specifier.startswith("@") else 1
    return "/".join(parts[:count]), "/".join(parts[count:])


def _exported(package: ScriptPackage, subpath: str) -> Iterator[str]:
    """The targets of a subpath."""
    for targets in _matches(package.exports, subpath):
        yield from targets


def _matches(table: Iterable[tuple[str, tuple[str, ...]]], name: str) -> Iterator[tuple[str, ...]]:
    """The targets of a name: those of the name itself, then those of patterns, the longest prefix first."""
    patterns = []
    for pattern, targets in table:
        if pattern == name:
            yield targets
        elif "*" in pattern:
            patterns.append((pattern, targets))
    for pattern, targets in sorted(patterns, key=lambda each: -each[0].find("*")):
        before, _, after = pattern.partition("*")
        if name.startswith(before) and name.endswith(after) and len(name) >= len(before + after):
            middle = name[len(before) : len(name) - len(after)]
            yield tuple(target.replace("*", middle) for target in targets)


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
