"""Where the code of a slice comes from, and under which licence: what its header says."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from navigator.callgraph import Root
from navigator.workspaces import Workspace

LICENCE = re.compile(r"(licen[cs]e|copying)([._-].*)?", re.IGNORECASE)
NAMES = ("LICENSE*", "LICENCE*", "License*", "Licence*", "license*", "licence*", "COPYING*")
METADATA = (".dist-info", ".egg-info")
LARGEST = 200_000


class Origin(msgspec.Struct, frozen=True):
    """One root of the workspace as a source; ``licence`` is the path of its licence file, ``text`` what it says."""

    root: str
    source: str
    revision: str
    licence: str = ""
    text: bytes = b""


def origin_of(workspace: Workspace, root: Root) -> Origin:
    """Looks for a licence file in a pinned source, or where the root lies on disk: at its top, in its metadata, or in
    the folder around it."""
    folder = workspace.folder(root.name)
    if not folder:
        files = workspace.further_files(root.name, NAMES)
        fitting = [path for path in files if LICENCE.fullmatch(path.rpartition("/")[2])]
        for path in sorted(fitting, key=lambda each: (each.count("/") - 2 * (".dist-info/" in each), each))[:1]:
            return Origin(root.name, root.source, root.revision, path, files[path][:LARGEST])
    found = _licence(Path(folder)) if folder else None
    if found is None:
        return Origin(root.name, root.source, root.revision)
    text = found.read_bytes()[:LARGEST]
    top = Path(folder)
    path = found.relative_to(top).as_posix() if found.is_relative_to(top) else found.name
    return Origin(root.name, root.source, root.revision, path, text)


def _licence(top: Path) -> Path | None:
    metadata = [each for ending in METADATA for each in sorted(top.glob(f"*{ending}"))]
    further = [each / "licenses" for each in metadata]
    around = [top.parent] if not (top / ".git").exists() else []
    for folder in (top, *further, *metadata, *around):
        try:
            files = sorted(each for each in folder.iterdir() if LICENCE.fullmatch(each.name) and each.is_file())
        except OSError:
            continue
        if files:
            return files[0]
    return None


def header(origin: Origin, path: str, several: bool) -> str:
    """The comment lines above a module that was cut out of ``path``."""
    revision = f" at {origin.revision}" if origin.revision else ""
    where = f"{origin.root}:{path}" if several else path
    licence = (
        f"Its licence is in {licence_name(origin, several)}."
        if origin.licence
        else "No licence file was found beside it: see the source for its terms."
    )
    return f"# Cut out of {where}, from {origin.source}{revision}.\n# {licence}\n"


def licence_name(origin: Origin, several: bool) -> str:
    """What the copy of the licence is called in the slice."""
    name = origin.licence.rpartition("/")[2]
    return f"{name}.{origin.root}" if several else name
