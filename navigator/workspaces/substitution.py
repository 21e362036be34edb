"""What is read instead of a source that lies elsewhere: a clone, archive or folder on this disk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from navigator.workspaces.errors import NoLocalSource
from navigator.workspaces.settings import RootSettings, Settings
from navigator.workspaces.specs import GIT, default_name, is_path, split_revision, unpinned_spec

DEPTH = 3
"""How many folders below the one that is searched a clone or archive may lie."""
MOST_FOLDERS = 2000
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ARCHIVES = (".whl", ".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz")


def substituted(settings: Settings, overrides: Mapping[str, str], folder: Path | None = None) -> Settings:
    """The settings with a local stand-in for every source that ``overrides`` names or, given ``folder``, for all that
    do not lie on this disk already. Raises NoLocalSource."""
    wanted = {_plain(source): path for source, path in overrides.items()}
    clones: list[Path] | None = None
    roots = []
    for root in settings.roots:
        override = wanted.get(_plain(root.source))
        if override is not None:
            roots.append(msgspec.structs.replace(root, local=_local_spec(Path(override), root)))
        elif folder is not None and not is_path(root.source):
            if clones is None:
                clones = list(_places(folder))
            roots.append(msgspec.structs.replace(root, local=_found(clones, folder, root)))
        else:
            roots.append(root)
    return msgspec.structs.replace(settings, roots=tuple(roots))


def local_path(local: str) -> Path:
    """The file or folder that a stand-in is read from."""
    return Path(split_revision(local)[0]).expanduser()


def _plain(source: str) -> str:
    """One spelling for the ways to write a source: no ``git+``, no ``.git``, no revision, any case."""
    plain = unpinned_spec(source).removeprefix(GIT).rstrip("/")
    return plain.removesuffix(".git").lower() if not is_path(source) else plain


def _local_spec(place: Path, root: RootSettings) -> str:
    if not place.exists():
        raise NoLocalSource(f"{place}, which is to stand for {root.source}, does not exist")
    return f"{place}@{root.revision}" if root.revision and _is_repository(place) else str(place)


def _found(places: Iterable[Path], folder: Path, root: RootSettings) -> str:
    if root.source.startswith(GIT):
        clones = [place for place in places if _is_repository(place)]
        name = default_name(root.source).lower()
        named = [place for place in clones if name in str(place.relative_to(folder.parent)).lower()]
        # The likely ones first: asking a repository costs a process. A commit's id is the same in every repository
        # that has it; other revisions say nothing about where they belong.
        others = [place for place in clones if place not in named] if _COMMIT.fullmatch(root.revision) else []
        for place in (*named, *others):
            if _holds(place, root.revision or "HEAD"):
                return f"{place}@{root.revision or 'HEAD'}"
        looked = f"none of the {len(clones)} repositories there has it" if clones else "there is no repository"
        raise NoLocalSource(f"no clone of {root.source} with revision {root.revision or 'HEAD'} in {folder}: {looked}")
    name = _package_name(unpinned_spec(root.source).partition(":")[2].rpartition("/")[2])
    version = root.revision or root.source[len(unpinned_spec(root.source)) :].strip("=@ ")
    for place in places:
        if _says(place) == (name, version.lower()) and not _is_repository(place):
            return str(place)
    raise NoLocalSource(f"no archive or folder {name}-{version} in {folder}, which could stand for {root.spec}")


def _says(place: Path) -> tuple[str, str]:
    """The package and version that the name of an archive or folder tells; empty where it tells none."""
    suffix = next((suffix for suffix in _ARCHIVES if place.name.endswith(suffix)), "")
    if not suffix and not place.is_dir():
        return "", ""
    stem = place.name.removesuffix(suffix)
    if suffix == ".whl":
        name, _, rest = stem.partition("-")
        version = rest.partition("-")[0]
    else:
        name, _, version = stem.rpartition("-")
    return _package_name(name), version.lower()


def _package_name(text: str) -> str:
    """One spelling for the ways to write a package's name."""
    return re.sub(r"[-_.]+", "-", text).lower()


def _places(folder: Path, depth: int = DEPTH) -> Iterator[Path]:
    """The folder and what lies below it, nearest first; not what lies inside repositories."""
    if not folder.is_dir():
        raise NoLocalSource(f"{folder} is not a folder; name one that holds local clones")
    level = [folder]
    seen = 0
    for _ in range(depth + 1):
        below: list[Path] = []
        for place in level:
            yield place
            seen += 1
            if place.is_dir() and not _is_repository(place) and seen <= MOST_FOLDERS:
                below.extend(_inside(place))
        level = below


def _inside(folder: Path) -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [each for each in entries if each.is_dir() or each.name.endswith(_ARCHIVES)]


def _is_repository(place: Path) -> bool:
    return (place / ".git").exists() or ((place / "objects").is_dir() and (place / "HEAD").is_file())


def _holds(place: Path, revision: str) -> bool:
    from navigator.sources import SourceError
    from navigator.sources.git import Repository

    try:
        Repository(place).commit(revision)
    except SourceError:
        return False
    return True
