"""The ``index`` command's meaning: which workspace is made from which sources."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path

import msgspec

from navigator.index import Home, Store
from navigator.workspaces.catalog import find_record, kept_of
from navigator.workspaces.errors import NameTaken
from navigator.workspaces.progress import Progress, silent
from navigator.workspaces.refresh import Refreshed, refresh
from navigator.workspaces.settings import Settings

_ARCHIVE = re.compile(r"\.(?:git|whl|zip|tar|tar\.gz|tgz|tar\.bz2|tar\.xz)$")


def index(
    sources: Sequence[str],
    *,
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
    """Indexes ``sources`` (specs as ``navigator.sources`` reads them) as one workspace and makes it the current one.

    Without sources a workspace, ``name`` or the current one, is brought up to date as it was made. Without a name the
    first source gives one; NameTaken is raised when that already stands for other sources. See ``refresh`` for the
    rest.
    """
    home = home or Home.default()
    settings = Settings(
        tuple(absolute(source) for source in sources),
        tuple(include),
        tuple(exclude),
        tuple(import_roots),
        str(Path(with_deps).expanduser().absolute()) if with_deps else "",
    )
    with Store.open(home) as store:
        message = store.message
        if not settings.sources:
            record = find_record(store, name)
            name, settings = record.name, _renewed(kept_of(record).settings, settings)
        elif name is None:
            name = default_name(settings.sources[0])
            record_there = store.workspace(name)
            if record_there is not None:
                there = kept_of(record_there).settings.sources
                if there != settings.sources:
                    raise NameTaken(
                        f"workspace {name!r} already stands for {', '.join(there)}; "
                        f"give another with --name, or --name {name} to replace it"
                    )
    done = refresh(
        home, name, settings, jobs=jobs, executor=executor, progress=progress, waiting=waiting, leftovers=leftovers
    )
    return msgspec.structs.replace(done, message=done.message or message)


def _renewed(kept: Settings, wished: Settings) -> Settings:
    return Settings(
        kept.sources,
        wished.include or kept.include,
        wished.exclude or kept.exclude,
        wished.import_roots or kept.import_roots,
        wished.with_deps or kept.with_deps,
    )


def absolute(spec: str) -> str:
    """A spec that means the same from any folder: paths become absolute, everything else stays."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:|git\+", spec):
        return spec
    end = len(spec)
    while end > 0:
        path = Path(spec[:end]).expanduser()
        if path.exists():
            return f"{path.absolute()}{spec[end:]}"
        end = spec.rfind("@", 0, end)
    return spec


def default_name(spec: str) -> str:
    """The last part of what a spec names, without version, revision and archive suffix."""
    plain = spec.partition("#")[0].rstrip("/\\")
    if Path(spec).is_absolute():
        return _ARCHIVE.sub("", Path(plain).name) or "root"
    plain = re.split(r"[=<>~!\[]", plain)[0]
    head, mark, revision = plain.rpartition("@")
    if mark and "/" not in revision and head:
        plain = head
    return _ARCHIVE.sub("", posixpath.basename(plain).rpartition(":")[2]) or "root"
