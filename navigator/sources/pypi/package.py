"""``pypi:NAME[==VERSION]``: find, fetch, check, read."""

from __future__ import annotations

from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, canonicalize_version

from navigator.sources.archives import Layout, snapshot_of_archive
from navigator.sources.pypi.client import IndexClient
from navigator.sources.pypi.downloads import Downloads
from navigator.sources.pypi.releases import exact_version, find_release, index_urls, parse_requirement
from navigator.sources.pypi.settings import read_settings
from navigator.sources.request import Request
from navigator.sources.shelf import Pins, Shelf
from navigator.sources.snapshot import Snapshot


def open_package(spec: str, request: Request) -> Snapshot:
    """The sources of a package. A version that was read before and is asked for by number needs no network."""
    requirement = parse_requirement(spec)
    settings = read_settings()
    asked = (*index_urls(settings), *settings.find_links)
    downloads = Downloads(request)
    pins = Pins(request, asked, canonicalize_name(requirement.name))
    pinned = exact_version(requirement)
    pin = pins.get(canonicalize_version(pinned)) if pinned else None
    if pin is not None and (kept := Shelf(request).kept(pin.sha256, pin.filename)) is not None:
        return _read(kept, pin.version, requirement, request)
    with IndexClient(settings, index_urls(settings)) as client:
        request.report(f"looking for {requirement.name}", 0)
        version, links = find_release(requirement, settings, client)
        chosen = downloads.fetch(client, links[0])
        snapshot = _read(chosen, version, requirement, request)
        sdists = [link for link in links if not link.is_wheel]
        if not snapshot.entries and links[0].is_wheel and sdists and not request.selection.has_globs:
            # Some wheels hold only compiled modules.
            snapshot.close()
            chosen = downloads.fetch(client, sdists[0])
            snapshot = _read(chosen, version, requirement, request)
    pins.put(canonicalize_version(pinned or version), version, chosen)
    return snapshot


def _read(file: Path, version: str, requirement: Requirement, request: Request) -> Snapshot:
    name = canonicalize_name(requirement.name)
    layout = Layout.WHEEL if file.suffix == ".whl" else Layout.SOURCES
    return snapshot_of_archive(file, layout, request, name, f"pypi:{name}{requirement.specifier}", version)
