"""From an archive file to its snapshot."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

from navigator.sources.archives.layouts import Layout, unwrapper
from navigator.sources.archives.members import Members
from navigator.sources.archives.tarballs import is_tar, read_tar
from navigator.sources.archives.zips import is_zip, read_zip
from navigator.sources.drafting import Draft
from navigator.sources.errors import SpecError
from navigator.sources.links import resolved
from navigator.sources.names import printable
from navigator.sources.request import Request
from navigator.sources.roles import is_bundle_mark
from navigator.sources.snapshot import Snapshot

_NAME_AND_VERSION = re.compile(r"(?P<name>.+?)-v?(?P<version>\d[^-]*)(?:-.*)?")
_SUFFIXES = re.compile(r"\.(?:whl|zip|tar|t[gbx]z|tbz2|tar\.(?:gz|bz2|xz|zst|lzma))$", re.IGNORECASE)


def open_archive_file(place: Path, request: Request) -> Snapshot:
    """The snapshot of an archive on this disk."""
    stem = _SUFFIXES.sub("", place.name)
    match = _NAME_AND_VERSION.fullmatch(stem)
    name, version = (match["name"], match["version"]) if match else (stem, "")
    layout = Layout.WHEEL if place.suffix.lower() == ".whl" else Layout.SOURCES
    return snapshot_of_archive(place, layout, request, printable(name), printable(str(place.resolve())), version)


def snapshot_of_archive(
    place: Path, layout: Layout, request: Request, name: str, source: str, revision: str
) -> Snapshot:
    """Raises ``RefusedError`` for a hostile archive, ``DamagedError`` for a broken one, ``SpecError`` for none."""
    draft = Draft(request.selection)
    try:
        with place.open("rb") as packed:
            _read(packed, place, layout, request, draft)
        return draft.finish(name, source, printable(revision))
    except BaseException:
        draft.discard()
        raise


def _read(packed: BinaryIO, place: Path, layout: Layout, request: Request, draft: Draft) -> None:
    head = packed.read(512)
    packed.seek(0)
    archive = printable(place.name)
    selection = request.selection
    limits = selection.limits
    members = Members(archive, place.stat().st_size, limits)

    def wanted(path: str, size: int) -> bool:
        return selection.fits(path) and size <= limits.file_size

    def keep(path: str, content: bytes) -> None:
        draft.keep(path, content)
        if len(draft) % 128 == 0:
            request.report(f"reading {archive}", len(draft))

    if is_zip(head):
        read_zip(packed, archive, members, wanted, keep)
    elif is_tar(head):
        read_tar(packed, archive, members, wanted, keep)
    else:
        raise SpecError(f"{archive} is neither a zip nor a tar archive in a compression that is known here")
    members.finish()
    _lay_out(members, layout, request, draft)


def _lay_out(members: Members, layout: Layout, request: Request, draft: Draft) -> None:
    paths = {*members.files, *members.links, *members.hard_links}
    unwrap = unwrapper(layout, paths)
    files: dict[str, str] = {}
    for path in (*members.files, *members.hard_links):
        unwrapped = unwrap(path)
        if unwrapped in files:
            raise members.refusal(path, f"it takes the place of {printable(files[unwrapped])}")
        if unwrapped and request.selection.wants(unwrapped):
            files[unwrapped] = members.real(path)
    links = {unwrap(path): target for path, target in members.links.items() if unwrap(path)}
    known = {unwrap(path) for path in paths | members.folders}
    aliases, faults = resolved(files, links, request.selection, known.__contains__)
    for fault in faults:
        draft.problem(fault.path, fault.message)
    for folder in members.folders:
        outer, _, name = unwrap(folder).rpartition("/")
        if is_bundle_mark(name):
            draft.bundles.add(outer)
    for path, member in {**files, **aliases}.items():
        if draft.holds(member):
            draft.add(path, member)
        else:
            draft.too_large(path, members.files[member])
