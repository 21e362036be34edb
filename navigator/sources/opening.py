"""From the text that names a source to its snapshot. A kind of source is one line here and one module."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import cast

import msgspec

from navigator.sources.errors import NotFoundError, SpecError, UnreachableError
from navigator.sources.limits import Limits
from navigator.sources.names import one_line
from navigator.sources.request import Progress, Request
from navigator.sources.selection import Selection
from navigator.sources.snapshot import Snapshot

Open = Callable[[str, Request], Snapshot]


class Kind(msgspec.Struct, frozen=True):
    """Sources whose spec begins with ``prefix``, opened by ``function`` of ``module``, which is imported on demand."""

    prefix: str
    module: str
    function: str
    example: str

    def open(self, spec: str, request: Request) -> Snapshot:
        return cast(Open, getattr(importlib.import_module(self.module), self.function))(spec, request)


KINDS = (
    Kind("pypi:", "navigator.sources.pypi", "open_package", "pypi:NAME[==VERSION]"),
    Kind("git+", "navigator.sources.git", "open_url", "git+https://HOST/PATH[@REVISION]"),
    Kind("installed:", "navigator.sources.installed", "open_installed", "installed:ENVIRONMENT#NAME"),
)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|:)")


def open_source(
    spec: str,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    suffixes: Collection[str],
    cache_dir: Path,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Snapshot:
    """The snapshot of a source.

    ``spec`` is a folder, an archive file, ``FOLDER@REVISION`` of a git repository, or begins with the prefix of one of
    ``KINDS``. ``include`` and ``exclude`` are globs as in ``Selection``; ``suffixes`` are endings of wanted names.
    Raises ``SourceError``: ``SpecError``, ``NotFoundError``, ``RefusedError``, ``DamagedError``, ``UnreachableError``.
    """
    request = Request(Selection(suffixes, include, exclude, limits), cache_dir, progress)
    try:
        for kind in KINDS:
            if spec.startswith(kind.prefix):
                return kind.open(spec, request)
        return _open_place(spec, request)
    except OSError as error:
        place = f" ({one_line(str(error.filename), 120)})" if error.filename else ""
        raise UnreachableError(f"{one_line(spec, 120)}: {error.strerror or one_line(str(error))}{place}") from error


def _open_place(spec: str, request: Request) -> Snapshot:
    if not spec or "\0" in spec:
        raise SpecError("a source is needed: " + _forms())
    if _URL.match(spec):
        raise SpecError(f"{one_line(spec, 120)} is no kind of source; " + _forms())
    place = Path(spec).expanduser()
    if place.is_dir():
        from navigator.sources.folder import open_folder

        return open_folder(place, request)
    if place.is_file():
        from navigator.sources.archives import open_archive_file

        return open_archive_file(place, request)
    folder, revision = _at_revision(spec)
    if folder is not None:
        from navigator.sources.git import open_revision

        return open_revision(folder, revision, request)
    raise NotFoundError(f"no folder or file {one_line(spec, 200)}; " + _forms())


def _at_revision(spec: str) -> tuple[Path | None, str]:
    """The longest existing folder before an ``@``, and the revision after it: either may hold further ``@``."""
    at = len(spec)
    while (at := spec.rfind("@", 0, at)) > 0:
        folder = Path(spec[:at]).expanduser()
        if folder.is_dir():
            return folder, spec[at + 1 :]
    return None, ""


def _forms() -> str:
    return "give a folder, an archive, FOLDER@REVISION, " + ", ".join(kind.example for kind in KINDS)
