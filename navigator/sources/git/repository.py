"""One git repository on this disk: its revisions, trees and blobs."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from git import InvalidGitRepositoryError, NoSuchPathError, Repo

from navigator.sources.errors import DamagedError, NotFoundError, SpecError, UnreachableError
from navigator.sources.git.commands import Commands, Failure
from navigator.sources.names import decoded, one_line, printable


class TreeItem(msgspec.Struct, frozen=True):
    """One leaf of a tree: ``mode`` as git writes it, ``path`` in the package's inner form."""

    mode: str
    oid: str
    path: str

    @property
    def is_link(self) -> bool:
        return self.mode == "120000"

    @property
    def is_submodule(self) -> bool:
        return self.mode == "160000"


class Repository:
    """The repository that a folder lies in: a work tree or a part of it, a linked work tree, or a bare repository.

    ``prefix`` is the way from the work tree's top to the folder, empty or ending in a slash.
    Raises ``NotFoundError`` where there is none.
    """

    def __init__(self, folder: Path) -> None:
        shown = printable(str(folder))
        try:
            with Repo(folder, search_parent_directories=True, expand_vars=False) as found:
                git_dir = Path(found.git_dir).absolute()
                work_tree = found.working_tree_dir
        except NoSuchPathError:
            raise NotFoundError(f"no folder {shown}") from None
        except InvalidGitRepositoryError:
            raise NotFoundError(f"{shown} is not in a git repository, so it has no revisions") from None
        except (OSError, ValueError) as error:
            raise NotFoundError(f"{shown} is not a git repository that can be read: {one_line(str(error))}") from None
        self.folder = folder
        self.prefix = ""
        place = Path(os.path.realpath(folder))
        if work_tree is not None and not place.is_relative_to(os.path.realpath(git_dir)):
            inside = os.path.relpath(place, os.path.realpath(work_tree))
            if inside != os.curdir and inside.split(os.sep)[0] != os.pardir:
                self.prefix = decoded(os.fsencode(inside)).replace(os.sep, "/") + "/"
        top = None if work_tree is None else Path(work_tree).absolute()
        self.commands = Commands(git_dir if top is None else folder, git_dir, top)

    def commit(self, revision: str) -> str:
        """The full id of the commit that ``revision`` (a branch, tag, id, ``HEAD~2`` ...) names."""
        check_revision(revision)
        try:
            output = self.commands.run("rev-parse", "--verify", revision + "^{commit}")
        except Failure as failure:
            if "ownership" in str(failure):
                raise UnreachableError(f"git refuses to read it: {failure} (safe.directory allows it)") from None
            raise NotFoundError(self._no_revision(revision, str(failure))) from None
        return output.decode("ascii").split()[-1]

    def tree(self, commit: str) -> Iterator[TreeItem]:
        """Every file, link and submodule below the prefix, paths relative to it."""
        treeish = f"{commit}:{self.prefix.rstrip('/')}"
        try:
            listing = self.commands.run("ls-tree", "-r", "-z", "--full-tree", treeish)
        except Failure as failure:
            raise self._no_tree(commit, str(failure)) from None
        for record in listing.split(b"\0"):
            if record:
                head, _, name = record.partition(b"\t")
                mode, _, oid = head.decode("ascii").split(" ")
                yield TreeItem(mode, oid, decoded(name))

    def _no_tree(self, commit: str, reason: str) -> NotFoundError | DamagedError:
        if self.prefix and "Not a valid object name" in reason:
            return NotFoundError(f"revision {commit[:12]} has no folder {printable(self.prefix.rstrip('/'))}")
        return DamagedError(f"the tree of {commit[:12]} in {printable(str(self.folder))} cannot be read: {reason}")

    def _no_revision(self, revision: str, reason: str) -> str:
        shown = one_line(revision, 80)
        text = f"no revision {shown} in {printable(str(self.folder))}"
        if "ambiguous" in reason:
            return f"{text}: {reason}"
        try:
            names = self.commands.run("for-each-ref", "--format=%(refname:short)").decode("utf-8", "replace").split()
            shallow = self.commands.run("rev-parse", "--is-shallow-repository").strip() == b"true"
        except Failure:
            return f"{text}: {reason}"
        nearest = difflib.get_close_matches(revision, names, n=3, cutoff=0.5)
        if nearest:
            text += "; the nearest are " + ", ".join(one_line(name, 80) for name in nearest)
        return text + ("; the repository is shallow, git fetch --unshallow brings the rest" if shallow else "")


def check_revision(revision: str) -> None:
    """Raises ``SpecError`` for what git could take for an option, or more than one revision."""
    if not revision or revision.startswith("-") or any(c.isspace() or not c.isprintable() for c in revision):
        raise SpecError(f"{one_line(repr(revision), 80)} is not a revision: name a branch, a tag or a commit")
    if revision.startswith("^") or ".." in revision:
        raise SpecError(f"{one_line(revision, 80)} is a range of revisions: name one branch, tag or commit")


def tracked_but_ignored(folder: Path) -> list[str]:
    """Files below ``folder``, relative to it, that git tracks although a rule ignores them.

    None where git cannot say.
    """
    try:
        repository = Repository(folder)
        listing = repository.commands.run("ls-files", "-z", "--cached", "--ignored", "--exclude-standard")
    except (Failure, NotFoundError, UnreachableError):
        return []
    return [decoded(name) for name in listing.split(b"\0") if name]
