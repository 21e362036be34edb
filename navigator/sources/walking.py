"""Looks through a folder for what is wanted, the way git does, and never opens anything but rule files."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path

from navigator.sources.errors import RefusedError, UnreachableError
from navigator.sources.ignoring import Ignoring, Surroundings, read_rules
from navigator.sources.names import decoded, encoded, printable, raw
from navigator.sources.roles import is_bundle_mark
from navigator.sources.selection import Selection

_NEVER = frozenset(
    {".git", ".hg", ".svn", ".bzr", "__pycache__", "__pypackages__", "node_modules", "bower_components", ".eggs"}
    | {".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".pyre", ".pytype"}
)


class Walk:
    """What lies below ``top`` (a real path) and is not ignored. Paths are relative, in the package's inner form.

    ``files`` are the wanted regular files; ``links`` maps each symbolic link to its target, relative where it was
    absolute and inside; ``bundles`` are the folders that hold a distribution's metadata; ``problems`` what could not
    be looked at. Raises ``RefusedError`` beyond the limit of files.
    """

    def __init__(self, top: Path, selection: Selection) -> None:
        self.top = str(top)
        self.files: set[str] = set()
        self.links: dict[str, str] = {}
        self.bundles: set[str] = set()
        self.problems: list[tuple[str, str]] = []
        self._selection = selection
        surroundings = Surroundings(top)
        self._prefix = surroundings.prefix
        self._ignored_any = False
        pending = [("", self.top, surroundings.rules)]
        while pending:
            pending.extend(self._visit(*pending.pop()))
            if len(self.files) > selection.limits.files:
                raise RefusedError(
                    f"{printable(self.top)} holds more than {selection.limits.files:,} files; "
                    "narrow it with include or exclude globs"
                )
        if surroundings.work_tree is not None and self._ignored_any:
            self.files.update(self._tracked())

    def on_disk(self, path: str) -> str:
        """Where the file of this path lies."""
        return os.path.join(self.top, os.fsdecode(raw(path)))

    def _visit(self, folder: str, place: str, rules: Ignoring) -> list[tuple[str, str, Ignoring]]:
        try:
            with os.scandir(place) as entries:
                children = list(entries)
        except OSError as error:
            self.problems.append((folder or ".", f"cannot be listed: {error.strerror}"))
            return []
        if folder and any(child.name == ".gitignore" for child in children):
            rules = rules.within(self._prefix + raw(folder), read_rules(os.path.join(place, ".gitignore")))
        inner: list[tuple[str, str, Ignoring]] = []
        for child in children:
            name = child.name if child.name.isascii() else decoded(os.fsencode(child.name))
            path = f"{folder}/{name}" if folder else name
            if child.is_symlink():
                if not self._ignored(rules, path, False):
                    self._link(path, child.path, folder)
            elif child.is_dir(follow_symlinks=False):
                if is_bundle_mark(name):
                    self.bundles.add(folder)
                passed_over = name in _NEVER or self._selection.prunes(path)
                if not passed_over and not self._ignored(rules, path, True) and not _is_derived(name, child.path):
                    inner.append((path, child.path, rules))
            elif self._selection.wants(path) and not self._ignored(rules, path, False):
                if child.is_file(follow_symlinks=False):
                    self.files.add(path)
                else:
                    self.problems.append((path, "not a regular file; left out"))
        return inner

    def _ignored(self, rules: Ignoring, path: str, is_folder: bool) -> bool:
        ignored = rules.ignores(self._prefix + raw(path), is_folder)
        self._ignored_any |= ignored
        return ignored

    def _link(self, path: str, place: str, folder: str) -> None:
        try:
            target = os.readlink(place)
        except OSError as error:
            self.problems.append((path, f"the link cannot be read: {error.strerror}"))
            return
        if os.path.isabs(target):
            inside = os.path.relpath(target, self.top)
            if inside.split(os.sep)[0] != os.pardir:
                target = posixpath.join(*[os.pardir] * (folder.count("/") + 1 if folder else 0), inside)
        self.links[path] = decoded(encoded(target)).replace(os.sep, "/")

    def _tracked(self) -> Iterator[str]:
        """Files that git tracks although a rule ignores them: they are part of the project."""
        try:
            from navigator.sources.git import tracked_but_ignored
        except UnreachableError:
            # Without git nothing is known to be tracked.
            return
        for path in tracked_but_ignored(Path(self.top)):
            place = self.on_disk(path)
            folder = os.path.dirname(place)
            wanted = self._selection.wants(path) and _NEVER.isdisjoint(path.split("/"))
            if wanted and os.path.realpath(folder) == folder and not os.path.islink(place) and os.path.isfile(place):
                yield path


def _is_derived(name: str, place: str) -> bool:
    """Whether this folder is an environment or a build's output: nobody's source."""
    if os.path.lexists(os.path.join(place, "pyvenv.cfg")) or os.path.isdir(os.path.join(place, "conda-meta")):
        return True
    if name != "build":
        return False
    try:
        made = [child for child in os.listdir(place) if child == "lib" or child.startswith(("lib.", "bdist.", "temp."))]
    except OSError:
        return False
    return bool(made)
