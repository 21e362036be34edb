"""Symbolic links, resolved by name inside one source: the operating system never follows any.

The same rules hold for a folder on disk, a git tree and an archive. A link to a file stands for that file; a link to
a folder stands for the files of that folder, once: links to folders below it are not followed again.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from navigator.sources.errors import RefusedError
from navigator.sources.names import printable
from navigator.sources.selection import Selection

MOST_HOPS = 40
LEAVES = "the link leaves the source"
CIRCLE = "the link goes round in a circle"

Item = TypeVar("Item")


class Fault(msgspec.Struct, frozen=True):
    """A link that stands for nothing that is wanted, and why."""

    path: str
    message: str


class _Place(msgspec.Struct, frozen=True):
    path: str
    fault: str = ""


def locate(path: str, links: Mapping[str, str]) -> _Place:
    """The path that is left when every link on the way is replaced by its target, as a kernel would do it."""
    todo = path.split("/")[::-1]
    done: list[str] = []
    hops = 0
    while todo:
        component = todo.pop()
        if component in ("", "."):
            continue
        if component == "..":
            if not done:
                return _Place(path, LEAVES)
            done.pop()
            continue
        done.append(component)
        target = links.get("/".join(done))
        if target is None:
            continue
        hops += 1
        if hops > MOST_HOPS:
            return _Place(path, CIRCLE)
        if target.startswith("/"):
            return _Place(path, LEAVES)
        done.pop()
        todo.extend(target.split("/")[::-1])
    return _Place("/".join(done))


def resolved(
    files: Mapping[str, Item],
    links: Mapping[str, str],
    selection: Selection,
    exists: Callable[[str], bool] = lambda path: False,
) -> tuple[dict[str, Item], list[Fault]]:
    """What links add to ``files``, and the links that stand for nothing.

    Absolute targets leave the source (a caller that knows better rewrites them). ``exists`` tells whether a path that
    is not among the wanted files is known all the same, in which case a link to it is no fault.
    """
    aliases: dict[str, Item] = {}
    faults: list[Fault] = []
    folder_links: dict[str, str] = {}
    folders = {""}
    for path in files:
        while (path := path.rpartition("/")[0]) not in folders:
            folders.add(path)

    def fault(link: str, message: str) -> None:
        if selection.may_matter(link):
            faults.append(Fault(link, f"{message}; left out"))

    for link in sorted(links):
        place = locate(link, links)
        target = place.path
        if place.fault:
            fault(link, place.fault)
        elif target in files:
            if selection.wants(link):
                aliases[link] = files[target]
        elif target in folders:
            if not target or link.startswith(target + "/"):
                fault(link, CIRCLE)
            else:
                folder_links[link] = target
        elif not exists(target):
            fault(link, f"the link points at {printable(links[link])}, which is not part of the source")

    pool = sorted([*files, *aliases])
    for link, target in folder_links.items():
        prefix = target + "/"
        for path in pool[bisect.bisect_left(pool, prefix) :]:
            if not path.startswith(prefix):
                break
            alias = f"{link}/{path.removeprefix(prefix)}"
            if selection.wants(alias):
                aliases[alias] = files[path] if path in files else aliases[path]
        if len(files) + len(aliases) > selection.limits.files:
            raise RefusedError(f"links multiply the files beyond {selection.limits.files:,} (at {printable(link)})")
        for other in folder_links:
            if other.startswith(prefix):
                fault(f"{link}/{other.removeprefix(prefix)}", "a linked folder inside a linked folder")
    return aliases, faults
