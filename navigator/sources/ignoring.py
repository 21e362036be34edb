"""``.gitignore`` as git reads it, one folder at a time from the top down."""

from __future__ import annotations

import os
from pathlib import Path

from navigator.sources.names import encoded
from navigator.sources.wildmatch import Rules, parse_rules

LARGEST = 1 << 18


class Ignoring:
    """The rules that hold in one folder: its own, and those of the folders around it.

    Paths are bytes, relative to the outermost folder that has a say.
    """

    def __init__(self, layers: tuple[tuple[int, Rules], ...] = ()) -> None:
        self._layers = layers

    def ignores(self, path: bytes, is_folder: bool) -> bool:
        """Whether git would ignore ``path``, whose folder these rules are for (and which is itself not ignored)."""
        for skip, rules in self._layers:
            verdict = rules.verdict(path[skip:], is_folder)
            if verdict is not None:
                return verdict
        return False

    def within(self, folder: bytes, rules: Rules) -> Ignoring:
        """The rules inside ``folder`` (empty for the outermost), whose own are ``rules``."""
        if not rules:
            return self
        return Ignoring(((len(folder) + 1 if folder else 0, rules), *self._layers))


class Surroundings:
    """What the folders around ``top`` say about it.

    ``work_tree`` is the folder with the nearest ``.git``, or ``None``; ``prefix`` the way from it to ``top``, empty
    or ending in a slash; ``rules`` hold inside ``top``, its own included. A top that is itself ignored was asked for
    by name, so that only its own rules count.
    """

    def __init__(self, top: Path) -> None:
        self.work_tree = next((place for place in (top, *top.parents) if os.path.lexists(place / ".git")), None)
        outermost = self.work_tree or top
        folder = b""
        place = str(outermost)
        rules = Ignoring()
        if self.work_tree is not None:
            exclude = common_dir(self.work_tree / ".git") / "info" / "exclude"
            rules = rules.within(b"", read_rules(str(exclude)))
        rules = rules.within(b"", read_rules(os.path.join(place, ".gitignore")))
        for part in top.relative_to(outermost).parts:
            folder = folder + b"/" + encoded(part) if folder else encoded(part)
            place = os.path.join(place, part)
            if rules.ignores(folder, True):
                rules = Ignoring()
            rules = rules.within(folder, read_rules(os.path.join(place, ".gitignore")))
        self.prefix = folder + b"/" if folder else b""
        self.rules = rules


def read_rules(file: str) -> Rules:
    """The rules in a file, which need not exist. As with git, it counts only when it is not a link."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return Rules(())
    try:
        return parse_rules(os.read(descriptor, LARGEST))
    except OSError:
        return Rules(())
    finally:
        os.close(descriptor)


def common_dir(dot_git: Path) -> Path:
    """Where a work tree's shared git files lie; ``.git`` is a file in linked work trees and submodules."""
    try:
        target = dot_git.read_text("utf-8", "surrogateescape") if dot_git.is_file() else ""
        if target.startswith("gitdir:"):
            dot_git = dot_git.parent / target.removeprefix("gitdir:").strip()
        common = dot_git / "commondir"
        return dot_git / common.read_text("utf-8", "surrogateescape").strip() if common.is_file() else dot_git
    except (OSError, ValueError):
        return dot_git
