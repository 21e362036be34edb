"""The two graphs that a reproduction joins: that of its own code, and that of the upstream it mirrors."""

from __future__ import annotations

from pathlib import Path

import msgspec

from navigator import bundled
from navigator.index import Home
from navigator.runs.finding import Reproduction
from navigator.runs.places import graphs_home
from navigator.workspaces import Progress, UnknownWorkspace, Workspace, open_workspace
from navigator.workspaces.progress import silent
from navigator.workspaces.settings import ImportRoot, RootSettings, Settings


class Upstream(msgspec.Struct, frozen=True):
    """An open workspace of the upstream. ``note`` is what a reader has to know about it, or empty."""

    workspace: Workspace
    note: str = ""


def open_own(reproduction: Reproduction, progress: Progress = silent) -> Workspace:
    """The graph of the reproduction's own code, brought up to date; kept apart from the user's workspaces.

    Its modules have the names under which a run imports them: ``reproductions.NAME`` and so on.
    """
    folder = reproduction.folder
    names = folder.parent.name, folder.name
    dotted = ".".join(names) if all(name.isidentifier() for name in names) else ""
    return _indexed(graphs_home(), folder, reproduction.id, progress, (ImportRoot("", dotted),) if dotted else ())


def open_upstream(reproduction: Reproduction, name: str | None = None, progress: Progress = silent) -> Upstream:
    """The workspace ``name``, or the one that the manifest names, or the miniature of that name that ships along.

    Raises UnknownWorkspace where there is none of them.
    """
    manifest = reproduction.manifest
    wished = name or manifest.workspace
    if not wished:
        raise UnknownWorkspace(f"{manifest.id} names no workspace that it mirrors; name one with -w")
    try:
        workspace = open_workspace(wished, make_current=False)
    except UnknownWorkspace:
        if name is not None or wished not in bundled.fixtures():
            raise
        folder = bundled.fixture(wished)
        miniature = _indexed(graphs_home(), folder, f"demo-{wished}", progress)
        return Upstream(
            miniature,
            f"{wished} itself is not indexed: this is its bundled miniature; "
            f"`navigator open {wished}` gets the real one",
        )
    revisions = {root.revision for root in workspace.roots if root.revision}
    if manifest.revision and revisions and not any(manifest.revision in revision for revision in revisions):
        found = ", ".join(sorted(revisions))
        return Upstream(workspace, f"{manifest.id} mirrors {wished} {manifest.revision}; the workspace is at {found}")
    return Upstream(workspace)


def _indexed(
    home: Home, folder: Path, name: str, progress: Progress, import_roots: tuple[ImportRoot, ...] = ()
) -> Workspace:
    from navigator.workspaces.refresh import refresh

    settings = Settings((RootSettings(str(folder), import_roots=import_roots),))
    refresh(home, name, settings, progress=progress)
    return open_workspace(name, home=home, make_current=False)
