"""A revision of a repository as a snapshot. Bytes stay in the object store until somebody reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from navigator.callgraph import Problem
from navigator.sources.drafting import POINTER_SIZES, is_lfs_pointer, too_large
from navigator.sources.errors import DamagedError, RefusedError
from navigator.sources.git.objects import Objects
from navigator.sources.git.repository import Repository
from navigator.sources.links import resolved
from navigator.sources.names import decoded, escape_of, printable
from navigator.sources.request import Request
from navigator.sources.roles import is_bundle_mark, role_of
from navigator.sources.snapshot import Entry, Snapshot, blob_id

_SHA1_DIGITS = 40


def open_revision(folder: Path, revision: str, request: Request) -> Snapshot:
    """The repository in ``folder`` at ``revision``; of a subfolder, what the revision has below it."""
    repository = Repository(folder)
    place = Path(folder).resolve()
    name = place.name.removesuffix(".git") or place.parent.name
    if request.folder:
        repository.prefix += request.folder + "/"
        name = request.folder.rpartition("/")[2]
    return snapshot_of(repository, revision, request, printable(name), f"{printable(str(place))}@{revision}")


def snapshot_of(repository: Repository, revision: str, request: Request, name: str, source: str) -> Snapshot:
    commit = repository.commit(revision)
    objects = Objects(repository.commands)
    try:
        listing = _Listing(repository, commit, objects, request)
        return Snapshot(name, source, commit, listing.entries(), _BlobReader(objects, listing.oids), listing.problems)
    except BaseException:
        objects.close()
        raise


class _BlobReader:
    def __init__(self, objects: Objects, oids: dict[str, str]) -> None:
        self._objects, self._oids = objects, oids

    def read(self, paths: Sequence[str]) -> Iterator[bytes]:
        contents = self._objects.contents([self._oids[path] for path in paths])
        for path, content in zip(paths, contents, strict=True):
            if content is None:
                raise DamagedError(f"the object {self._oids[path][:12]} of {path} is missing or corrupt; run git fsck")
            yield content

    def close(self) -> None:
        self._objects.close()


class _Listing:
    """Works out which blobs are wanted. ``oids`` maps printable paths to object ids."""

    def __init__(self, repository: Repository, commit: str, objects: Objects, request: Request) -> None:
        self.problems: list[Problem] = []
        self.oids: dict[str, str] = {}
        self._objects = objects
        self._selection = request.selection
        self._commit = commit
        self._bundles: set[str] = set()
        self._everything: set[str] = set()
        files: dict[str, str] = {}
        links: dict[str, str] = {}
        for item in repository.tree(commit):
            if escape_of(item.path):
                self._problem(item.path, f"{escape_of(item.path)}; left out")
            elif item.is_submodule:
                if self._selection.allows(item.path):
                    self._problem(item.path, f"a submodule (at {item.oid[:12]}): its files are in another repository")
            else:
                self._note(item.path)
                if item.is_link:
                    links[item.path] = item.oid
                elif self._selection.wants(item.path):
                    files[item.path] = item.oid
        if len(files) > self._selection.limits.files:
            raise RefusedError(
                f"revision {commit[:12]} holds more than {self._selection.limits.files:,} files; "
                "narrow it with include or exclude globs"
            )
        request.report("reading revision", 0, len(files))
        targets = self._targets(links)
        aliases, faults = resolved(files, targets, self._selection, self._everything.__contains__)
        for fault in faults:
            self._problem(fault.path, fault.message)
        self._wanted = {**files, **aliases}

    def entries(self) -> list[Entry]:
        sizes = self._objects.sizes(sorted(set(self._wanted.values())))
        digests = self._examined(sizes)
        entries = []
        for path, oid in sorted(self._wanted.items()):
            size = sizes.get(oid)
            if size is None:
                self._problem(path, f"its object {oid[:12]} is missing here (a partial or damaged clone); left out")
            elif size > self._selection.limits.file_size:
                self._problem(path, too_large(size, self._selection.limits.file_size))
            elif oid in digests and digests[oid] is None:
                self._problem(path, "a Git LFS pointer stands for the file; left out")
            else:
                entries.append(Entry(printable(path), digests.get(oid) or oid, size, role_of(path, self._bundles)))
                self.oids[printable(path)] = oid
        return entries

    def _examined(self, sizes: dict[str, int]) -> dict[str, str | None]:
        """Digests where they differ from object ids (repositories that use SHA-256), ``None`` for LFS pointers."""
        foreign = len(self._commit) != _SHA1_DIGITS
        suspects = [
            oid
            for oid, size in sizes.items()
            if (foreign or size in POINTER_SIZES) and size <= self._selection.limits.file_size
        ]
        digests: dict[str, str | None] = {}
        for oid, content in zip(suspects, self._objects.contents(suspects), strict=True):
            if content is None:
                del sizes[oid]
            elif is_lfs_pointer(content):
                digests[oid] = None
            elif foreign:
                digests[oid] = blob_id(content)
        return digests

    def _targets(self, links: dict[str, str]) -> dict[str, str]:
        targets: dict[str, str] = {}
        for path, content in zip(links, self._objects.contents(list(links.values())), strict=True):
            if content is None:
                self._problem(path, "the link's object is missing here; left out")
            else:
                targets[path] = decoded(content)
        return targets

    def _note(self, path: str) -> None:
        self._everything.add(path)
        folder, _, name = path.rpartition("/")
        while folder and folder not in self._everything:
            self._everything.add(folder)
            outer, _, name = folder.rpartition("/")
            if outer and is_bundle_mark(name):
                self._bundles.add(outer)
            folder = outer

    def _problem(self, path: str, message: str) -> None:
        self.problems.append(Problem(printable(path), 0, message))
