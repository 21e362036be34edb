"""Which workspace is made from what: the sources of a command line, a workspace file, or a catalog entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from navigator.index import Home, Store, WorkspaceRecord
from navigator.sources import UnreachableError
from navigator.workspaces.anticipation import anticipate
from navigator.workspaces.catalog import find_record, kept_of
from navigator.workspaces.errors import NameTaken, UnknownWorkspace
from navigator.workspaces.progress import Progress, silent
from navigator.workspaces.settings import RootSettings, Settings
from navigator.workspaces.shipped import catalog_file
from navigator.workspaces.specs import absolute, default_name
from navigator.workspaces.substitution import local_path, substituted
from navigator.workspaces.user_settings import user_settings
from navigator.workspaces.workspace_file import WorkspaceFile, read_workspace_file

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from navigator.workspaces.refresh import Refreshed


def index(
    sources: Sequence[str] = (),
    *,
    file: Path | None = None,
    local: Path | None = None,
    name: str | None = None,
    home: Home | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    import_roots: Sequence[str] = (),
    with_deps: str = "",
    jobs: int | None = None,
    executor: Executor | None = None,
    progress: Progress = silent,
    waiting: Callable[[], None] = lambda: None,
    leftovers: list[object] | None = None,
) -> Refreshed:
    """Indexes ``sources`` (specs as ``navigator.sources`` reads them), or what a workspace ``file`` says, as one
    workspace and makes it the current one.

    Without either a workspace, ``name`` or the current one, is brought up to date as it was made. Without a name the
    file or the first source gives one; NameTaken is raised when that already stands for other sources. ``local`` is a
    folder whose clones and archives are read instead of the network. See ``refresh`` for the rest.
    """
    home = home or Home.default()
    wished = Settings(
        tuple(RootSettings(absolute(source)) for source in sources),
        tuple(include),
        tuple(exclude),
        tuple(import_roots),
        str(Path(with_deps).expanduser().absolute()) if with_deps else "",
    )
    overrides = user_settings().sources
    with Store.open(home) as store:
        message = store.message
        if file is not None:
            written = read_workspace_file(file)
            settings, overrides = _merged(written.settings, wished), {**written.overrides, **overrides}
            name, before = _claimed(store, name, written.name, settings)
        elif wished.roots:
            settings = wished
            name, before = _claimed(store, name, default_name(wished.sources[0]), settings)
        else:
            before = find_record(store, name)
            name = before.name
            settings, overrides = _as_made(before, wished, overrides)
    settings = substituted(_remembering(settings, before), overrides, local)
    if before is None and executor is None:
        anticipate((root.local or root.source for root in settings.roots), jobs)
    from navigator.workspaces.refresh import refresh

    done = refresh(
        home, name, settings, jobs=jobs, executor=executor, progress=progress, waiting=waiting, leftovers=leftovers
    )
    return msgspec.structs.replace(done, message=done.message or message)


def open_entry(
    entry: str,
    *,
    local: Path | None = None,
    name: str | None = None,
    home: Home | None = None,
    jobs: int | None = None,
    executor: Executor | None = None,
    progress: Progress = silent,
    waiting: Callable[[], None] = lambda: None,
    leftovers: list[object] | None = None,
) -> Refreshed:
    """Fetches and indexes a catalog entry and makes it the current workspace; what is there already is not done again.

    ``local`` is a folder whose clones and archives are read instead of the network. Raises NotInCatalog, NameTaken,
    NoLocalSource, and what ``refresh`` raises.
    """
    home = home or Home.default()
    found = catalog_file(entry)
    with Store.open(home) as store:
        name, before = _claimed(store, name, entry, found.settings)
    settings = substituted(_remembering(found.settings, before), user_settings().sources, local)
    if before is None and executor is None:
        anticipate((root.local or root.source for root in settings.roots), jobs)
    from navigator.workspaces.refresh import refresh

    try:
        return refresh(
            home, name, settings, jobs=jobs, executor=executor, progress=progress, waiting=waiting, leftovers=leftovers
        )
    except UnreachableError as error:
        raise UnreachableError(
            f"{error}; what has been fetched is kept: run it again, or give local clones with --from DIR"
        ) from error


def _claimed(store: Store, wish: str | None, otherwise: str, settings: Settings) -> tuple[str, WorkspaceRecord | None]:
    """The name of the workspace to make, and the workspace of that name, if there is one.

    Without a wish for a name, that one has to be made from the same sources.
    """
    record = store.workspace(wish or otherwise)
    if record is not None and not wish:
        try:
            there = kept_of(record).settings
        except UnknownWorkspace:
            return otherwise, None
        same = there.file == settings.file if settings.file or there.file else there.sources == settings.sources
        if not same:
            made = there.file or ", ".join(there.sources)
            raise NameTaken(
                f"workspace {record.name!r} already stands for {made}; "
                f"give another with --name, or --name {record.name} to replace it"
            )
    return wish or otherwise, record


def _as_made(record: WorkspaceRecord, wished: Settings, overrides: dict[str, str]) -> tuple[Settings, dict[str, str]]:
    """How a workspace was made, and what is read instead of its sources; a workspace file is read again."""
    kept = kept_of(record).settings
    if not kept.file:
        return _merged(kept, wished), overrides
    if not Path(kept.file).is_file():
        raise UnknownWorkspace(
            f"workspace {record.name!r} was made from {kept.file}, which is gone; "
            f"run `navigator index SOURCE --name {record.name}` to make it from something else"
        )
    written: WorkspaceFile = read_workspace_file(Path(kept.file))
    return _merged(written.settings, wished), {**written.overrides, **overrides}


def _merged(made: Settings, wished: Settings) -> Settings:
    """The settings, with what a command line says besides instead of theirs."""
    return msgspec.structs.replace(
        made,
        include=wished.include or made.include,
        exclude=wished.exclude or made.exclude,
        import_roots=wished.import_roots or made.import_roots,
        with_deps=wished.with_deps or made.with_deps,
    )


def _remembering(settings: Settings, before: WorkspaceRecord | None) -> Settings:
    """The settings with the local stand-ins that the same sources had before, where those are still there."""
    if before is None:
        return settings
    try:
        known = {(root.source, root.revision): root.local for root in kept_of(before).settings.roots}
    except UnknownWorkspace:
        return settings
    roots = []
    for root in settings.roots:
        local = root.local or known.get((root.source, root.revision), "")
        kept = local if local and local_path(local).exists() else ""
        roots.append(msgspec.structs.replace(root, local=kept))
    return msgspec.structs.replace(settings, roots=tuple(roots))
