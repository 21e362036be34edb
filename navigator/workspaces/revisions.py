"""A workspace at another revision: ``W@REV``, or ``W@ROOT:REV`` where another root than the first is meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from navigator.index import Home, Store, WorkspaceRecord
from navigator.workspaces.catalog import find_record, kept_of
from navigator.workspaces.errors import NoSuchRevision
from navigator.workspaces.progress import Progress, silent
from navigator.workspaces.refresh import Refreshed, refresh
from navigator.workspaces.settings import RootSettings, Settings
from navigator.workspaces.shipped import catalog_file, in_catalog
from navigator.workspaces.specs import is_path, split_revision, unpinned_spec
from navigator.workspaces.substitution import local_path, substituted
from navigator.workspaces.user_settings import user_settings


def ready(
    text: str,
    *,
    local: Path | None = None,
    home: Home | None = None,
    jobs: int | None = None,
    progress: Progress = silent,
    waiting: Callable[[], None] = lambda: None,
) -> tuple[str, Refreshed | None]:
    """The name of the workspace that ``text`` means, which can be opened then, and what was done for that.

    ``W`` is a workspace as it was indexed last. ``W@REV`` is one of its own, of that name, with W's settings and the
    first root, or that named before a colon, at another revision; W may be an entry of the catalog, or have been made
    at a revision itself. Files that any
    workspace has read are not parsed again, and the current workspace stays that.
    Raises UnknownWorkspace, NoSuchRevision, NoLocalSource, and what ``refresh`` raises.
    """
    home = home or Home.default()
    with Store.open(home) as store:
        base, revision = _split(store, text)
        if not revision:
            return find_record(store, base).name, None
        record = _made(store, base)
        settings = named_settings(record) if record is not None else catalog_file(base).settings
    repinned = substituted(at_revision(settings, base, revision, local), user_settings().sources, local)
    done = refresh(home, text, repinned, jobs=jobs, progress=progress, waiting=waiting, make_current=False)
    return text, done


def _split(store: Store, text: str) -> tuple[str, str]:
    """The workspace or entry before an ``@``, and the revision after it; either may hold further ``@``."""
    at = len(text)
    while (at := text.rfind("@", 0, at)) > 0:
        base, revision = text[:at], text[at + 1 :]
        if revision and (_made(store, base) is not None or in_catalog(base)):
            return base, revision
    return text, ""


def _made(store: Store, name: str) -> WorkspaceRecord | None:
    """The workspace of that name, or the first that is of that name at a revision."""
    beginning = f"{name}@"
    others = (each for each in store.workspaces() if each.name.startswith(beginning))
    return store.workspace(name) or (None if in_catalog(name) else next(others, None))


def named_settings(record: WorkspaceRecord) -> Settings:
    """A workspace's settings with the names that its roots got, so that they keep them at another revision."""
    kept = kept_of(record)
    names = [place.root for place in kept.places]
    roots = kept.settings.roots
    if len(names) != len(roots):
        return kept.settings
    named = (msgspec.structs.replace(root, name=name) for root, name in zip(roots, names, strict=True))
    return msgspec.structs.replace(kept.settings, roots=tuple(named))


def at_revision(settings: Settings, name: str, text: str, local: Path | None = None) -> Settings:
    """The settings of workspace ``name`` with a root at another revision: ``REV`` or ``ROOT:REV``."""
    roots = list(settings.roots)
    wanted, mark, revision = text.partition(":")
    if not mark:
        wanted, revision = "", text
    named = [number for number, root in enumerate(roots) if not wanted or wanted == root.name]
    if not named:
        there = ", ".join(root.name for root in roots if root.name) or "only roots without a name"
        raise NoSuchRevision(f"workspace {name!r} has no root {wanted!r}; there is: {there}")
    root = roots[named[0]]
    roots[named[0]] = _repinned(root, revision, local)
    return msgspec.structs.replace(settings, roots=tuple(roots), file="")


def _repinned(root: RootSettings, revision: str, local: Path | None) -> RootSettings:
    source = unpinned_spec(root.source)
    if is_path(source) and not Path(split_revision(source)[0]).is_dir():
        raise NoSuchRevision(f"{source} is not a repository, so that it has no revision {revision!r}")
    beside = ""
    if root.local and local is None and local_path(root.local).is_dir():
        beside = f"{local_path(root.local)}@{revision}"
    return msgspec.structs.replace(root, source=source, revision=revision, local=beside)
