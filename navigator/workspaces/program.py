"""From snapshots and facts to the program that is linked: which files there are, and what they are called."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from navigator.callgraph import Role
from navigator.workspaces.import_roots import ModuleName, name_modules
from navigator.workspaces.imports import Summary
from navigator.workspaces.packaging_metadata import declared_roots

PYTHON = "python"


class CodeFile(msgspec.Struct, frozen=True):
    """One file of one root that is to be linked."""

    path: str
    digest: str
    size: int
    role: Role
    language: str

    @property
    def content(self) -> tuple[str, str]:
        return self.digest, self.language


def without_shadowed_stubs(files: Iterable[CodeFile]) -> list[CodeFile]:
    """Leaves out ``.pyi`` and ``.d.ts`` files that stand beside the source they describe."""
    listed = list(files)
    paths = {file.path for file in listed}
    return [file for file in listed if paths.isdisjoint(_described(file.path))]


_DECLARATIONS = {
    ".pyi": (".py",),
    ".d.ts": (".ts", ".tsx", ".js", ".jsx"),
    ".d.mts": (".mts", ".mjs"),
    ".d.cts": (".cts", ".cjs"),
}


def _described(path: str) -> list[str]:
    """The paths of the source that a file of declarations would describe."""
    for ending, sources in _DECLARATIONS.items():
        if path.endswith(ending):
            return [path.removesuffix(ending) + source for source in sources]
    return []


def module_names(
    files: Sequence[CodeFile],
    summaries: Mapping[tuple[str, str], Summary],
    top: str,
    metadata: Mapping[str, bytes],
    chosen: Mapping[str, str],
) -> dict[str, ModuleName]:
    """The import name of every file of one root; files of languages that import by path are named by it."""
    imports = {file.path: summaries.get(file.content, ()) for file in files if file.language == PYTHON}
    names = name_modules(imports, top, declared=declared_roots(metadata), chosen=chosen)
    for file in files:
        names.setdefault(file.path, ModuleName(file.path, False))
    return names


def top_name(name: str, folder: str) -> str:
    """The dotted name that a root's top folder has if it is a package; its parents' names where they are packages."""
    plain = name.replace(".", "_")
    if not folder:
        return plain
    place = Path(folder)
    parts = [place.name.replace(".", "_") or plain]
    while (place := place.parent).name and (place / "__init__.py").is_file():
        parts.insert(0, place.name.replace(".", "_"))
    return ".".join(parts)


def folders_of(files: Iterable[CodeFile]) -> set[str]:
    """Every folder that holds one of the files, directly or further below; the top is empty."""
    folders = {""}
    for file in files:
        place = posixpath.dirname(file.path)
        while place not in folders:
            folders.add(place)
            place = posixpath.dirname(place)
    return folders


def chosen_roots(wishes: Iterable[str], files: Iterable[CodeFile], folder: str) -> dict[str, tuple[str, str]]:
    """The wishes for import roots that one source can meet, each with the folder in it and the prefix of its names.

    A wish is relative to the top of the source, or absolute for a folder. One above the top makes the folders between
    part of every name. ``folder`` is where the source lies on disk, or empty.
    """
    folders = folders_of(files)
    met: dict[str, tuple[str, str]] = {}
    for wish in wishes:
        relative = wish.replace("\\", "/")
        if posixpath.isabs(relative):
            if not folder:
                continue
            relative = posixpath.relpath(relative, Path(folder).as_posix())
        relative = posixpath.normpath(relative)
        climbs = relative.split("/").count("..")
        if not climbs:
            relative = "" if relative == "." else relative
            if relative in folders:
                met[wish] = (relative, "")
        elif folder and relative == "/".join([".."] * climbs):
            met[wish] = ("", ".".join(part.replace(".", "_") for part in Path(folder).parts[-climbs:]))
    return met
