"""A folder as it is on disk: what git would show of it, read once."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from navigator.sources.drafting import Draft
from navigator.sources.errors import NotFoundError
from navigator.sources.links import resolved
from navigator.sources.names import printable
from navigator.sources.request import Request
from navigator.sources.snapshot import Snapshot
from navigator.sources.walking import Walk


def open_folder(folder: Path, request: Request, *, name: str = "", source: str = "", revision: str = "") -> Snapshot:
    """The snapshot of a folder, named after it unless told otherwise. Raises ``NotFoundError`` when there is none."""
    try:
        top = Path(os.path.realpath(folder, strict=True))
        os.scandir(top).close()
    except OSError as error:
        raise NotFoundError(f"cannot read the folder {printable(str(folder))}: {error.strerror}") from None
    selection = request.selection
    walk = Walk(top, selection)
    draft = Draft(selection)
    for problem in walk.problems:
        draft.problem(*problem)
    files = {path: path for path in walk.files}
    aliases, faults = resolved(files, walk.links, selection, lambda path: os.path.lexists(walk.on_disk(path)))
    for fault in faults:
        draft.problem(fault.path, fault.message)
    draft.bundles.update(walk.bundles)
    files |= aliases
    try:
        for number, path in enumerate(sorted(files)):
            if number % 128 == 0:
                request.report("reading files", number, len(files))
            _take(draft, path, files[path], walk.on_disk(files[path]), selection.limits.file_size)
    except BaseException:
        draft.discard()
        raise
    return draft.finish(name or printable(top.name) or "root", source or printable(str(top)), revision)


def _take(draft: Draft, path: str, key: str, place: str, most: int) -> None:
    if not draft.holds(key):
        try:
            content, size = read_regular(place, most)
        except OSError as error:
            draft.problem(path, f"cannot be read: {error.strerror or error}; left out")
            return
        if content is None:
            draft.too_large(path, size)
            return
        draft.keep(key, content)
    draft.add(path, key)


def read_regular(place: str, most: int) -> tuple[bytes | None, int]:
    """A plain file's bytes and size; no bytes where it has more than ``most``.

    It neither follows a link nor waits for a pipe or a device. Raises ``OSError``.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(place, flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("it is not a regular file")
        if status.st_size > most:
            return None, status.st_size
        content = b""
        while part := os.read(descriptor, 1 << 16 if content else status.st_size + 1):
            content += part
            if len(content) > most:
                return None, len(content)
        return content, len(content)
    finally:
        os.close(descriptor)
