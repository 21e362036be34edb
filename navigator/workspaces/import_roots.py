"""Under which names files import each other: finds the folders where import names begin, and names every file.

A folder that packaging metadata declares, or that the user names, is a root. Elsewhere the files' own absolute imports
vote: an import that lands on a file when read from some folder speaks for that folder. Without votes a package is
named from the folder around it, ``src`` is passed over, and anything else is named by its whole path.
"""

from __future__ import annotations

import itertools
import posixpath
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from navigator.workspaces.imports import Import


class ModuleName(msgspec.Struct, frozen=True):
    """``package`` tells that the file is its package's ``__init__``."""

    name: str
    package: bool


def name_modules(
    imports: Mapping[str, Iterable[Import]],
    top: str,
    *,
    declared: Collection[str] = (),
    chosen: Mapping[str, str] | None = None,
) -> dict[str, ModuleName]:
    """Import names of Python files, unique and the same for the same input.

    ``imports`` maps each file's path to what it imports; ``top`` is the name of the folder that holds them all as a
    package (dotted where its parents are packages); ``declared`` are folders that metadata calls roots; ``chosen``
    maps folders that the user calls roots to a prefix for the names in them, mostly empty.
    """
    tree = _Tree(imports)
    ballot = _Ballot(tree, imports, top)
    prefixes: dict[str, str] = {"": _top_prefix(tree, ballot, top)}
    roots: dict[str, str] = {}
    for folder in sorted(tree.folders, key=lambda folder: (folder.count("/") if folder else -1, folder)):
        if folder in (chosen or {}):
            roots[folder] = folder
            prefixes[folder] = (chosen or {})[folder]
        elif not folder:
            roots[folder] = ""
        else:
            outer = roots[posixpath.dirname(folder)]
            begins = _begins(folder, outer, tree, ballot, declared)
            roots[folder] = folder if begins else outer
    proposed = {path: _proposal(path, roots[posixpath.dirname(path)], prefixes) for path in imports}
    return _unique(proposed)


def names_by_path(paths: Iterable[str]) -> dict[str, ModuleName]:
    """Import names of files that lie as they are installed: below a folder that imports are looked up in."""
    return _unique({path: _proposal(path, "", {}) for path in paths})


class _Tree:
    """The folders that hold Python files, and what an import name read from a folder would find."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.modules: set[str] = set()
        self.packages: set[str] = set()
        self.folders: set[str] = {""}
        for path in paths:
            folder, _, file = path.rpartition("/")
            stem = file.partition(".")[0]
            if stem == "__init__":
                self.packages.add(folder)
            self.modules.add(f"{folder}/{stem}" if folder else stem)
            while folder not in self.folders:
                self.folders.add(folder)
                folder = posixpath.dirname(folder)

    def finds(self, root: str, parts: Sequence[str], name: str) -> bool:
        """Whether an import of ``parts``, or of ``name`` from it, read from ``root`` lands on a file.

        A mere folder does not count: many are called like the library that the files in them use.
        """
        path = "/".join((root, *parts)) if root else "/".join(parts)
        if path in self.modules or path in self.packages:
            return True
        inner = f"{path}/{name}" if path else name
        return bool(name) and path in self.folders and (inner in self.modules or inner in self.packages)


class _Ballot:
    """Every absolute import votes for one folder; relative imports object to roots from which they would climb out."""

    def __init__(self, tree: _Tree, imports: Mapping[str, Iterable[Import]], top: str) -> None:
        self.as_package = 0
        """Votes for reading the top folder as the package ``top``."""
        self._tree = tree
        self._votes: dict[str, Counter[str]] = {}
        self._objections: Counter[str] = Counter()
        self._parents_of: dict[str, set[str]] = {}
        for path in (*tree.modules, *tree.folders):
            parent, _, name = path.rpartition("/")
            if not parent or parent not in tree.packages:
                self._parents_of.setdefault(name, set()).add(parent)
        top_parts = top.split(".")
        for path, lines in sorted(imports.items()):
            here = posixpath.dirname(path)
            for line in lines:
                parts = line.module.split(".")
                if line.level:
                    self._object(here, line.level)
                elif parts[: len(top_parts)] == top_parts and tree.finds("", parts[len(top_parts) :], line.name):
                    self.as_package += 1
                elif parts[0] not in sys.stdlib_module_names:
                    self._vote(here, parts, line.name)

    def _object(self, here: str, level: int) -> None:
        for folder in itertools.islice(_upwards(here), level):
            self._objections[folder] += 1

    def _vote(self, here: str, parts: Sequence[str], name: str) -> None:
        """For what surrounds the importing file, nearest first; then for what is nearest to the top."""
        landing = [
            (not around, -len(place) if around else len(place), place)
            for place in self._parents_of.get(parts[0], ())
            if self._tree.finds(place, parts, name)
            for around in (_within(here, place),)
        ]
        if landing:
            place = min(landing)[-1]
            counts = self._votes.setdefault(place, Counter())
            counts.update(_upwards(posixpath.join(place, *parts)))

    def for_root(self, root: str, subtree: str) -> int:
        """Votes for ``root`` that land within ``subtree``."""
        return self._votes[root][subtree] if root in self._votes else 0

    def objections(self, root: str) -> int:
        """Relative imports below ``root`` that would leave it."""
        return self._objections[root]


def _upwards(folder: str) -> Iterator[str]:
    """The folder, those around it, and the top."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _within(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(folder + "/")


def _top_prefix(tree: _Tree, ballot: _Ballot, top: str) -> str:
    as_root = ballot.for_root("", "") - ballot.objections("")
    if "" in tree.packages:
        return "" if as_root > ballot.as_package else top
    return top if ballot.as_package > max(as_root, 0) else ""


def _begins(folder: str, outer: str, tree: _Tree, ballot: _Ballot, declared: Collection[str]) -> bool:
    """Whether import names begin at ``folder`` rather than at ``outer``, the root around it."""
    if folder in tree.packages:
        return False
    here = ballot.for_root(folder, folder) - ballot.objections(folder)
    around = ballot.for_root(outer, folder)
    if here > around:
        return True
    if around > max(here, 0):
        return False
    if folder in declared or folder.endswith((".data/purelib", ".data/platlib")):
        return True
    inside_package = any(_within(folder, package) for package in tree.packages)
    return posixpath.basename(folder) == "src" and not inside_package and here >= 0


def _proposal(path: str, root: str, prefixes: Mapping[str, str]) -> ModuleName:
    relative = path[len(root) :].lstrip("/")
    *folders, file = relative.split("/")
    if folders:
        folders[0] = folders[0].removesuffix("-stubs") or folders[0]
    stem = file.rpartition(".")[0] or file
    parts = [*filter(None, prefixes.get(root, "").split(".")), *(_segment(part) for part in folders)]
    if stem == "__init__" and parts:
        return ModuleName(".".join(parts), True)
    return ModuleName(".".join((*parts, _segment(stem))), False)


def _segment(text: str) -> str:
    return text.replace(".", "_")


def _unique(proposed: Mapping[str, ModuleName]) -> dict[str, ModuleName]:
    """Gives a name that several files claim to the one that Python would import, and the others their path's."""
    claims: dict[str, list[str]] = {}
    for path, module in proposed.items():
        claims.setdefault(module.name, []).append(path)
    named: dict[str, ModuleName] = {}
    losers: list[str] = []
    for name in sorted(claims):
        first, *others = sorted(
            claims[name], key=lambda path: (not proposed[path].package, path.endswith(".pyi"), path.count("/"), path)
        )
        named[first] = proposed[first]
        losers.extend(others)
    taken = set(claims)
    for path in sorted(losers):
        package = path.endswith("/__init__.py")
        whole = posixpath.dirname(path) if package else path.rpartition(".")[0]
        spelled = ".".join(_segment(part) for part in whole.split("/"))
        name, number = spelled, 1
        while name in taken:
            number += 1
            name = f"{spelled}~{number}"
        taken.add(name)
        named[path] = ModuleName(name, package)
    return named
