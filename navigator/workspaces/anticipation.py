"""Gets worker processes ready while the rest of what indexing needs is still being imported."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable

from navigator.facts.languages import language_of
from navigator.workspaces.fan_out import POOL_FROM_BYTES, expect
from navigator.workspaces.specs import is_path

LOOK_AT = 5_000
"""Entries of folders that are looked at before giving up."""


def anticipate(places: Iterable[str], jobs: int | None = None) -> None:
    """Starts getting workers ready if one of the places is a folder that clearly holds code enough for them.

    A guess: names alone decide what is code. Where it is wrong, a process that nothing was asked of ends.
    """
    for place in places:
        if is_path(place):
            size, languages = _code_in(place)
            if size >= POOL_FROM_BYTES:
                expect(size, jobs, languages)
                return


def _code_in(folder: str) -> tuple[int, set[str]]:
    """Bytes of code below a folder, breadth first until there is enough of it, and its languages."""
    size, looked = 0, 0
    languages: set[str] = set()
    folders = deque([folder])
    while folders:
        try:
            with os.scandir(folders.popleft()) as entries:
                for entry in entries:
                    looked += 1
                    if looked > LOOK_AT:
                        return size, languages
                    if entry.is_dir(follow_symlinks=False):
                        if not entry.name.startswith("."):
                            folders.append(entry.path)
                    elif language := language_of(entry.name):
                        languages.add(language)
                        size += entry.stat().st_size
        except OSError:
            continue
        if size >= 2 * POOL_FROM_BYTES:
            break
    return size, languages
