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
    narrows: bool = False
    """Whether it reads only the request's folder; of the others the whole is read, and then narrowed."""

    def open(self, spec: str, request: Request) -> Snapshot:
        function = cast(Open, getattr(importlib.import_module(self.module), self.function))
        return function(spec, request) if self.narrows else _narrowed(lambda whole: function(spec, whole), request)


KINDS = (
    Kind("pypi:", "navigator.sources.pypi", "open_package", "pypi:NAME[==VERSION]"),
    Kind("npm:", "navigator.sources.npm", "open_package", "npm:NAME[@VERSION]"),
    Kind("git+", "navigator.sources.git", "open_url", "git+https://HOST/PATH[@REVISION]", narrows=True),
    Kind("installed:", "navigator.sources.installed", "open_installed", "installed:ENVIRONMENT#NAME"),
)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|:)")


def open_source(
    spec: str,
    *,
    folder: str = "",
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    suffixes: Collection[str],
    cache_dir: Path,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Snapshot:
    """The snapshot of a source.

    ``spec`` is a folder, an archive file, ``FOLDER@REVISION`` of a git repository, or begins with the prefix of one of
    ``KINDS``. ``folder`` is the part of it that is wanted and becomes the top; ``include`` and ``exclude`` are globs as
    in ``Selection``, seen from there; ``suffixes`` are endings of wanted names.
    Raises ``SourceError``: ``SpecError``, ``NotFoundError``, ``RefusedError``, ``DamagedError``, ``UnreachableError``.
    """
    request = Request(Selection(suffixes, include, exclude, limits), cache_dir, progress, _checked(folder))
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

        return open_folder(place / request.folder if request.folder else place, request)
    if place.is_file():
        from navigator.sources.archives import open_archive_file

        return _narrowed(lambda whole: open_archive_file(place, whole), request)
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


def _checked(folder: str) -> str:
    parts = [part for part in folder.replace("\\", "/").split("/") if part not in ("", ".")]
    if ".." in parts or "\0" in folder or folder.startswith("/"):
        raise SpecError(f"the folder {one_line(folder, 80)} leads out of the source; name one inside it")
    return "/".join(parts)


def _narrowed(open_whole: Callable[[Request], Snapshot], request: Request) -> Snapshot:
    """The request's folder of a source that can only be opened whole."""
    if not request.folder:
        return open_whole(request)
    selection = Selection(request.selection.suffixes, limits=request.selection.limits)
    whole = open_whole(msgspec.structs.replace(request, selection=selection, folder=""))
    try:
        return whole.below(request.folder, request.selection.allows)
    except BaseException:
        whole.close()
        raise


def _forms() -> str:
    return "give a folder, an archive, FOLDER@REVISION, " + ", ".join(kind.example for kind in KINDS)
