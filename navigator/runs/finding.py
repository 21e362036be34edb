"""Finds reproductions: those that ship with the product, the user's own, and any folder that is named."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from navigator import bundled
from navigator.reproduction import MANIFEST
from navigator.runs.errors import BadManifest, UnknownReproduction
from navigator.runs.manifest import Manifest, read_manifest
from navigator.runs.places import user_folder
from navigator.workspaces import UnknownWorkspace, open_workspace
from navigator.workspaces.user_settings import Trust

Origin = Literal["bundled", "user", "workspace", "folder"]


class Reproduction(msgspec.Struct, frozen=True):
    """A manifest and the folder it stands in. One that is not ``trusted`` may be read and checked, but not run: a
    workspace file named its folder, and the user has not said ``navigator trust DIR``."""

    manifest: Manifest
    folder: Path
    origin: Origin
    trusted: bool = True

    @property
    def id(self) -> str:
        return self.manifest.id


class Broken(msgspec.Struct, frozen=True):
    """A folder with a manifest that cannot be used, and why."""

    folder: Path
    message: str


class Reproductions(msgspec.Struct, frozen=True):
    found: tuple[Reproduction, ...]
    broken: tuple[Broken, ...]


def reproductions(further: Sequence[Path] = ()) -> Reproductions:
    """All that are known, by id. ``further`` are folders of reproductions, those of ``workspace_folders``.

    Where two have one id the first of the bundled, the user's and the further ones stands; the other is broken.
    """
    found: dict[str, Reproduction] = {}
    broken: list[Broken] = []
    for folder, origin in _folders(further):
        try:
            manifest = read_manifest(folder)
        except BadManifest as error:
            broken.append(Broken(folder, str(error)))
            continue
        trusted = origin != "workspace" or Trust().holds(folder)
        other = found.setdefault(manifest.id, Reproduction(manifest, folder, origin, trusted))
        if other.folder != folder:
            broken.append(Broken(folder, f"{folder / MANIFEST}: id: {manifest.id!r} is taken by {other.folder}"))
    return Reproductions(tuple(found[id] for id in sorted(found)), tuple(broken))


def workspace_folders(name: str | None = None) -> tuple[Path, ...]:
    """The folders of reproductions that the file of a workspace names, the current one's by default.

    None where nothing is indexed; otherwise raises what opening a workspace does.
    """
    try:
        with open_workspace(name, make_current=False) as workspace:
            return tuple(Path(each.folder) for each in workspace.reproduction_folders())
    except UnknownWorkspace:
        if name is not None:
            raise
        return ()


def find_reproduction(text: str, further: Sequence[Path] = ()) -> Reproduction:
    """The reproduction with the id ``text``, or in the folder ``text`` (which has a separator, or is ``.``).

    Raises UnknownReproduction with the nearest ids, and BadManifest.
    """
    if text in (".", "..") or os.sep in text or (os.altsep and os.altsep in text):
        folder = Path(text).expanduser().absolute()
        if not (folder / MANIFEST).is_file():
            raise UnknownReproduction(f"{folder} holds no {MANIFEST}")
        return Reproduction(read_manifest(folder), folder, "folder")
    known = reproductions(further)
    for each in known.found:
        if each.id == text:
            return each
    for fault in known.broken:
        if fault.folder.name == text:
            raise BadManifest(fault.message)
    ids = [each.id for each in known.found]
    near = difflib.get_close_matches(text, ids, n=3, cutoff=0.4) or ids
    listed = f"there is: {', '.join(near)}" if near else "there are none"
    hint = f"; for the folder write ./{text}" if (Path(text) / MANIFEST).is_file() else ""
    raise UnknownReproduction(f"no reproduction {text!r}; {listed}{hint}")


def _folders(further: Sequence[Path]) -> Iterator[tuple[Path, Origin]]:
    for name in bundled.reproductions():
        yield bundled.reproduction(name), "bundled"
    for parent, origin in ((user_folder(), "user"), *((folder, "workspace") for folder in further)):
        for folder in [parent, *_children(parent)]:
            if (folder / MANIFEST).is_file():
                yield folder, origin  # type: ignore[misc]


def _children(parent: Path) -> list[Path]:
    try:
        return sorted(each for each in parent.iterdir() if each.is_dir() and not each.name.startswith((".", "_")))
    except OSError:
        return []
