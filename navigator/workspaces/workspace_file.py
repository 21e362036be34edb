"""``navigator.toml``: a workspace written down, so that everybody makes the same one.

docs/reference/workspace-file.md describes it for those who write one. Nothing in it can make a program run.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from navigator.workspaces.errors import BadFile
from navigator.workspaces.permalinks import mistake_in
from navigator.workspaces.settings import ImportRoot, RootSettings, Settings
from navigator.workspaces.specs import absolute, names_revision
from navigator.workspaces.toml_files import read_toml

FILE_NAME = "navigator.toml"


class RootTable(msgspec.Struct, frozen=True, rename="kebab"):
    """One ``[[roots]]`` table."""

    source: str
    name: str = ""
    revision: str = ""
    folder: str = ""
    import_roots: list[str] | dict[str, str] = []
    """Folders, or folders each with the import name that it has."""
    include: list[str] = []
    exclude: list[str] = []
    permalink: str = ""


class WorkspaceTable(msgspec.Struct, frozen=True, rename="kebab"):
    """The whole file."""

    roots: list[RootTable]
    name: str = ""
    about: str = ""
    include: list[str] = []
    exclude: list[str] = []
    with_deps: str = ""
    knowledge: list[str] = []
    reproductions: list[str] = []
    sources: dict[str, str] = {}
    """What is read instead of a source: a clone, archive or folder on this disk."""


class WorkspaceFile(msgspec.Struct, frozen=True):
    """What a workspace file says. ``overrides`` maps sources to absolute paths."""

    name: str
    about: str
    settings: Settings
    overrides: dict[str, str]


def workspace_file_in(folder: Path) -> Path | None:
    """The workspace file of a folder, if it has one."""
    file = folder / FILE_NAME
    return file if file.is_file() else None


def read_workspace_file(file: Path) -> WorkspaceFile:
    """Reads and checks a workspace file; paths in it are relative to its folder. Raises BadFile."""
    file = file.absolute()
    table = read_toml(file, WorkspaceTable)
    base = file.parent
    if not table.roots:
        raise BadFile(f"{file}: roots: there is none; write a [[roots]] table with a source")
    names: set[str] = set()
    roots = []
    for number, root in enumerate(table.roots):
        place = f"{file}: roots[{number}]"
        if not root.source.strip():
            raise BadFile(f"{place}.source: it is empty")
        if root.name and root.name in names:
            raise BadFile(f"{place}.name: another root is called {root.name!r} already")
        if ":" in root.name or root.name != root.name.strip() or not root.name.isprintable():
            raise BadFile(f"{place}.name: {root.name!r} holds a colon, control characters or outer spaces")
        if root.permalink and (mistake := mistake_in(root.permalink)):
            raise BadFile(f"{place}.permalink: {mistake}")
        names.add(root.name)
        source = absolute(root.source, base)
        if root.revision and names_revision(source):
            raise BadFile(f"{place}.revision: {root.source!r} names a revision of its own; say it once")
        roots.append(_root(root, source, place))
    settings = Settings(
        tuple(roots),
        tuple(table.include),
        tuple(table.exclude),
        (),
        str(base / Path(table.with_deps).expanduser()) if table.with_deps else "",
        tuple(_files(base, table.knowledge, f"{file}: knowledge")),
        tuple(_folders(base, table.reproductions, f"{file}: reproductions")),
        str(file),
    )
    overrides = {source: str(base / Path(path).expanduser()) for source, path in table.sources.items()}
    return WorkspaceFile(table.name or base.name or "workspace", table.about, settings, overrides)


def _root(root: RootTable, source: str, place: str) -> RootSettings:
    wished = root.import_roots
    pairs = wished.items() if isinstance(wished, dict) else ((folder, "") for folder in wished)
    import_roots = []
    for folder, name in pairs:
        parts = [part for part in folder.replace("\\", "/").split("/") if part not in ("", ".")]
        if ".." in parts or Path(folder).is_absolute():
            raise BadFile(f"{place}.import-roots: {folder!r} leads out of the root; name a folder inside it")
        if name and not all(part.isidentifier() for part in name.split(".")):
            raise BadFile(f"{place}.import-roots: {name!r} is no import name; write one such as package.module")
        import_roots.append(ImportRoot("/".join(parts), name))
    return RootSettings(
        source,
        root.name,
        root.revision,
        root.folder.strip("/"),
        tuple(root.include),
        tuple(root.exclude),
        tuple(import_roots),
        permalink=root.permalink,
    )


def _files(base: Path, patterns: Iterable[str], place: str) -> Iterable[str]:
    """The files that paths and globs name, in the order of the patterns; a pattern without any is a mistake."""
    for number, pattern in enumerate(patterns):
        path = Path(pattern).expanduser()
        if path.is_absolute() or not set(pattern) & set("*?["):
            found = [base / path]
        else:
            found = sorted(base.glob(pattern))
        if not any(each.is_file() for each in found):
            raise BadFile(f"{place}[{number}]: there is no file {pattern}")
        yield from (str(each) for each in found if each.is_file())


def _folders(base: Path, paths: Iterable[str], place: str) -> Iterable[str]:
    for number, path in enumerate(paths):
        folder = base / Path(path).expanduser()
        if not folder.is_dir():
            raise BadFile(f"{place}[{number}]: there is no folder {path}")
        yield str(folder)
