"""Which of a source's files are wanted."""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Collection, Sequence

from navigator.sources.errors import SpecError
from navigator.sources.limits import Limits
from navigator.sources.names import one_line, raw
from navigator.sources.wildmatch import Pattern, Rules, parse


class Selection:
    """Suffixes, include and exclude globs, limits.

    Globs are written as lines of a ``.gitignore`` are: ``docs/``, ``*.gen.py``, ``/setup.py``, ``pkg/**/old_*``.
    A file is wanted when its name ends in one of ``suffixes`` (or is matched as a whole by one that holds a ``*``, as
    ``tsconfig.app.json`` is by ``tsconfig*.json``), some include glob (if there is any) matches it or a folder around
    it, and no exclude glob does.
    """

    def __init__(
        self,
        suffixes: Collection[str],
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        limits: Limits | None = None,
    ) -> None:
        if isinstance(suffixes, str) or not suffixes or not all(suffixes):
            raise SpecError("no file suffixes given: name at least one, such as .py")
        self.suffixes = tuple(sorted(suffixes))
        self._endings = tuple(suffix for suffix in self.suffixes if "*" not in suffix)
        self._names = tuple(re.compile(fnmatch.translate(suffix)) for suffix in self.suffixes if "*" in suffix)
        self.limits = limits or Limits()
        self._include = _Globs(include, "include")
        self._exclude = _Globs(exclude, "exclude")

    @property
    def has_globs(self) -> bool:
        return bool(self._include) or bool(self._exclude)

    def wants(self, path: str) -> bool:
        return self.fits(path) and self.allows(path)

    def fits(self, path: str) -> bool:
        """Whether the name is one of those wanted, whatever the globs say."""
        if path.endswith(self._endings):
            return True
        name = path.rpartition("/")[2]
        return any(pattern.match(name) for pattern in self._names)

    def allows(self, path: str) -> bool:
        """Whether the globs let this file through, whatever its suffix."""
        return (not self._include or self._include.match(path)) and not self._exclude.match(path)

    def prunes(self, folder: str) -> bool:
        """Whether nothing below this folder can be wanted."""
        return self._exclude.match_folder(folder)

    def may_matter(self, path: str) -> bool:
        """Whether a link of this name could stand for wanted files: by its suffix, or as a folder (no suffix)."""
        name = path.rpartition("/")[2]
        return (self.fits(name) or "." not in name[1:]) and self.allows(path)


class _Globs:
    """Globs of which any may match a path or a folder around it."""

    def __init__(self, globs: Sequence[str], option: str) -> None:
        if isinstance(globs, str):
            raise SpecError(f"{option} takes a list of globs, not one text")
        self._rules = Rules(_checked(glob, option) for glob in globs)
        self.match_folder = functools.lru_cache(maxsize=1 << 16)(self._match_folder)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def match(self, path: str) -> bool:
        if not self._rules:
            return False
        folder = path.rpartition("/")[0]
        return bool(self._rules.verdict(raw(path), False)) or bool(folder and self.match_folder(folder))

    def _match_folder(self, folder: str) -> bool:
        if not self._rules:
            return False
        outer = folder.rpartition("/")[0]
        return bool(self._rules.verdict(raw(folder), True)) or bool(outer and self.match_folder(outer))


def _checked(glob: str, option: str) -> Pattern:
    fault, pattern = "", None
    if not glob.strip():
        fault = "it is empty"
    elif glob.startswith("!"):
        fault = "it is negated; use the other of include and exclude"
    elif glob.startswith("#"):
        fault = "it reads as a comment; write '\\#'"
    elif "\0" in glob or "\n" in glob:
        fault = "it holds a NUL or a line break"
    elif ".." in glob.split("/"):
        fault = "'..' leads out of the source"
    else:
        pattern = parse(raw(glob))
    if pattern is None:
        reason = fault or "it can match nothing (an unclosed '[', a lone '/' or '\\' at the end)"
        raise SpecError(f"{option} glob {one_line(repr(glob), 80)} is not valid: {reason}")
    return pattern
