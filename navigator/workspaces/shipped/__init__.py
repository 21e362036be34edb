"""The catalog that ships with the navigator: real upstream systems at pinned revisions, and a miniature of each.

An entry is a workspace file. Those beside this module fetch the real code; a ``demo-*`` entry is a folder of
``fixtures/``, which works offline.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import msgspec

from navigator import bundled
from navigator.workspaces.errors import NotInCatalog
from navigator.workspaces.settings import settings_of
from navigator.workspaces.workspace_file import WorkspaceFile, read_workspace_file, workspace_file_in

DEMO = "demo-"


class CatalogEntry(msgspec.Struct, frozen=True):
    """One line of the catalog. ``sources`` are specs at their revisions, or folders for a miniature."""

    name: str
    about: str
    sources: tuple[str, ...]


def catalog_entries() -> list[CatalogEntry]:
    """Every entry: the real systems by name, then the miniatures."""
    entries = []
    for name in _names():
        file = catalog_file(name)
        entries.append(CatalogEntry(name, file.about, file.settings.sources))
    return entries


def catalog_file(name: str) -> WorkspaceFile:
    """The workspace file of an entry. Raises NotInCatalog with the nearest names."""
    if name not in _names():
        near = difflib.get_close_matches(name, _names(), n=3, cutoff=0.4) or _names()
        raise NotInCatalog(f"the catalog has no {name!r}; there is: {', '.join(near)}")
    if not name.startswith(DEMO):
        return msgspec.structs.replace(_detached(Path(__file__).with_name(f"{name}.toml")), name=name)
    folder = bundled.fixture(name.removeprefix(DEMO))
    file = workspace_file_in(folder)
    if file is not None:
        return msgspec.structs.replace(_detached(file), name=name)
    about = f"a miniature of {folder.name} that works offline"
    return WorkspaceFile(name, about, settings_of(str(folder)), {})


def in_catalog(name: str) -> bool:
    return name in _names()


def _detached(file: Path) -> WorkspaceFile:
    """What a file says, without a memory of the file: it may move with the installation."""
    found = read_workspace_file(file)
    return msgspec.structs.replace(found, settings=msgspec.structs.replace(found.settings, file=""))


def _names() -> list[str]:
    real = sorted(file.stem for file in Path(__file__).parent.glob("*.toml"))
    return [*real, *(DEMO + name for name in bundled.fixtures())]
