"""The commits of a repository, and what a few files were in each of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from navigator.sources.errors import DamagedError, NotFoundError
from navigator.sources.git.cloning import local_clone
from navigator.sources.git.commands import Failure
from navigator.sources.git.repository import Repository
from navigator.sources.names import one_line, printable

PREFIX = "git+"
_FORMAT = "--format=%P%x1f%ct%x1f%an%x1f%s"


class Commit(msgspec.Struct, frozen=True):
    """One commit. ``parents`` are ids too, and may lie outside of what was asked for; ``time`` is that of the commit,
    in seconds since the epoch."""

    id: str
    parents: tuple[str, ...]
    time: int
    author: str
    subject: str


class History:
    """The history of one repository, seen from a folder of it."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def commits(self, until: str, since: str = "") -> list[Commit]:
        """The commits that ``until`` has and ``since`` has not, every commit after all of its parents.

        Raises NotFoundError where a revision is not there.
        """
        last = self._repository.commit(until)
        bounds = [last, *([f"^{self._repository.commit(since)}"] if since else [])]
        try:
            listing = self._repository.commands.run("rev-list", "--topo-order", "--reverse", _FORMAT, *bounds, "--")
        except Failure as failure:
            raise DamagedError(f"the history of {last[:12]} cannot be read: {failure}") from None
        lines = iter(listing.decode("utf-8", "replace").split("\n"))
        return [_commit(line, next(lines)) for line in lines if line.startswith("commit ")]

    def is_shallow(self) -> bool:
        """Whether commits are missing at the beginning."""
        try:
            return self._repository.commands.run("rev-parse", "--is-shallow-repository").strip() == b"true"
        except Failure:
            return False

    def blobs(self, commits: Sequence[str], paths: Sequence[str]) -> list[tuple[str, ...]]:
        """For every commit the object ids of the files at ``paths``, which are relative to the folder; empty for one
        that is not there."""
        if not paths:
            return [()] * len(commits)
        inside = [self._repository.prefix + path for path in paths]
        with tempfile.TemporaryFile() as requests:
            requests.write("".join(f"{commit}:{path}\n" for commit in commits for path in inside).encode())
            requests.seek(0)
            try:
                answers = self._repository.commands.run(
                    "cat-file", "--batch-check=%(objecttype) %(objectname)", "--buffer", stdin=cast(BinaryIO, requests)
                )
            except Failure as failure:
                raise DamagedError(f"the objects of {len(commits)} commits cannot be read: {failure}") from None
        found = [_blob(line) for line in answers.decode("utf-8", "replace").splitlines()]
        width = len(paths)
        return [tuple(found[place : place + width]) for place in range(0, len(found), width)]

    def contents(self, oids: Iterable[str]) -> dict[str, bytes]:
        """The bytes of blobs; of those that are there."""
        from navigator.sources.git.objects import Objects

        wanted = list(oids)
        objects = Objects(self._repository.commands)
        try:
            read = zip(wanted, objects.contents(wanted), strict=True)
            return {oid: content for oid, content in read if content is not None}
        finally:
            objects.close()


def history_of(spec: str, cache: Path, folder: str = "") -> History:
    """The history behind a source: a folder in a repository, ``FOLDER@REVISION``, or a ``git+`` URL that was fetched.

    ``folder`` is the part of the source that paths are relative to. Raises NotFoundError.
    """
    place = local_clone(spec, cache) if spec.startswith(PREFIX) else _folder(spec)
    if place is None:
        raise NotFoundError(f"{one_line(spec, 120)} is no repository, so that it has no history")
    repository = Repository(place)
    if folder:
        repository.prefix += folder + "/"
    return History(repository)


def _folder(spec: str) -> Path | None:
    at = len(spec)
    while at > 0:
        if Path(spec[:at]).expanduser().is_dir():
            return Path(spec[:at]).expanduser()
        at = spec.rfind("@", 0, at)
    return None


def _commit(head: str, rest: str) -> Commit:
    parents, time, author, subject = (*rest.split("\x1f"), "", "", "")[:4]
    return Commit(head.split()[1], tuple(parents.split()), int(time or 0), printable(author), printable(subject))


def _blob(line: str) -> str:
    kind, _, oid = line.partition(" ")
    return oid if kind == "blob" else ""
