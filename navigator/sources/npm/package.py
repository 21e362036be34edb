"""``npm:NAME[@VERSION]``: find, fetch, check, read."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import msgspec

from navigator.sources.archives import Layout, snapshot_of_archive
from navigator.sources.errors import DamagedError, NotFoundError, RefusedError, SpecError, UnreachableError
from navigator.sources.names import one_line
from navigator.sources.npm.commands import Failure, Npm
from navigator.sources.request import Request
from navigator.sources.shelf import Pins, Shelf, is_plain_name
from navigator.sources.snapshot import Snapshot
from navigator.sources.storing import partial_folder

_WORD = r"[A-Za-z0-9_~][A-Za-z0-9._~-]*"
_SPEC = re.compile(rf"(?P<name>(?:(?P<scope>@{_WORD})/)?{_WORD})(?:@(?P<version>[~^]?[A-Za-z0-9*][A-Za-z0-9.+*_-]*))?")
_FILE = re.compile(r"\.(?:tgz|tar|tar\.gz)", re.IGNORECASE)
_EXACT = re.compile(r"\d+\.\d+\.\d+(?:[-+][A-Za-z0-9.+-]+)?")
_KINDS = ("sha512", "sha384", "sha256", "sha1")
"""Hashes of subresource integrity, strongest first; SHA-1 comes with versions from before 2017."""
_SHOWN = 4


class Asked(msgspec.Struct, frozen=True):
    """``version`` is a version, a range as npm writes it (``^9.3.0``) or a tag, or empty for the tag ``latest``."""

    name: str
    version: str
    scope: str

    @property
    def spec(self) -> str:
        return f"{self.name}@{self.version}" if self.version else self.name


def open_package(spec: str, request: Request) -> Snapshot:
    """The files of a package. A version that was read before and is asked for by number needs no network."""
    asked = parse_spec(spec)
    shelf = Shelf(request)
    label = f"asking npm for {asked.name}"
    with partial_folder(shelf.folder) as folder:
        npm = Npm(folder, lambda: request.report(label, 0))
        registries = npm.settings("registry", *([f"{asked.scope}:registry"] if asked.scope else []))
        pins = Pins(request, ("npm", registries), asked.name)
        pinned = asked.version if _EXACT.fullmatch(asked.version) else ""
        pin = pins.get(pinned) if pinned else None
        if pin is not None and (kept := shelf.kept(pin.sha256, pin.filename)) is not None:
            return _read(kept, pin.version, asked, request)
        request.report(label, 0)
        fresh, version = _fetched(npm, folder, asked, request)
        file = shelf.put(fresh, _sha256(fresh))
    snapshot = _read(file, version, asked, request)
    pins.put(version, version, file)
    return snapshot


def parse_spec(spec: str) -> Asked:
    """What ``npm:NAME[@VERSION]`` asks for. Folders, URLs and aliases, which npm takes as well, are refused."""
    text = spec.removeprefix("npm:").strip()
    match = _SPEC.fullmatch(text)
    if match is None or _FILE.search(text[-7:]):
        raise SpecError(f"npm:{one_line(text, 80)} is not a package; write npm:NAME or npm:NAME@VERSION")
    return Asked(match["name"], match["version"] or "", match["scope"] or "")


def _fetched(npm: Npm, folder: Path, asked: Asked, request: Request) -> tuple[Path, str]:
    """The tarball in ``folder`` and the version that it is of."""
    try:
        packed = npm.run("pack", "--pack-destination=.", "--", asked.spec)
        version = str(packed[0]["version"])
        promised = npm.run("view", "--", f"{asked.name}@{version}", "dist.integrity", "dist.shasum")
    except Failure as failure:
        raise _failed(failure, npm, asked) from None
    except (LookupError, TypeError):
        raise UnreachableError(f"npm pack {asked.spec} did not say what it fetched; a newer npm does") from None
    files = [each for each in folder.iterdir() if each.suffix == ".tgz"]
    if len(files) != 1 or not is_plain_name(files[0].name):
        raise UnreachableError(f"npm pack {asked.spec} did not leave one tarball of a plain name")
    size, most = files[0].stat().st_size, request.selection.limits.download
    if size > most:
        raise RefusedError(f"{files[0].name} is refused: it is larger than {most:,} bytes")
    _check(files[0], promised)
    return files[0], version


def _check(file: Path, promised: Any) -> None:
    """Raises ``DamagedError`` unless the file has the strongest of the hashes that the registry promises."""
    if isinstance(promised, str):
        # A single value stands without its key.
        promised = {"dist.integrity": promised} if "-" in promised else {"dist.shasum": promised}
    promised = promised if isinstance(promised, dict) else {}
    hashes: dict[str, set[str]] = {}
    for entry in str(promised.get("dist.integrity") or "").split():
        kind, _, value = entry.partition("?")[0].partition("-")
        hashes.setdefault(kind, set()).add(value)
    if promised.get("dist.shasum"):
        try:
            digest = bytes.fromhex(str(promised["dist.shasum"]))
        except ValueError:
            digest = b""
        hashes.setdefault("sha1", set()).add(base64.b64encode(digest).decode())
    kind = next((kind for kind in _KINDS if kind in hashes), "")
    if not kind:
        raise DamagedError(f"{file.name}: the registry promises no hash of it, so that it cannot be checked")
    with file.open("rb") as content:
        got = base64.b64encode(hashlib.file_digest(content, lambda: _hasher(kind)).digest()).decode()
    if got not in hashes[kind]:
        wanted = one_line(" or ".join(sorted(hashes[kind])), 120)
        raise DamagedError(f"{file.name} is not what the registry promises: its {kind} is {got}, not {wanted}")


def _hasher(kind: str) -> Any:
    return hashlib.new(kind, usedforsecurity=False)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _failed(failure: Failure, npm: Npm, asked: Asked) -> Exception:
    if failure.code == "EINTEGRITY":
        return DamagedError(f"{asked.spec} is not what the registry promises: {failure}")
    if failure.code not in ("E404", "ETARGET", "ENOVERSIONS"):
        return UnreachableError(f"cannot fetch npm:{asked.spec}: {failure}")
    try:
        versions = npm.run("view", "--", asked.name, "versions") if failure.code == "ETARGET" else None
    except Failure:
        versions = None
    if not versions:
        return NotFoundError(f"npm finds no package {asked.name}: {failure}")
    newest = [versions] if isinstance(versions, str) else [str(each) for each in versions]
    return NotFoundError(f"{asked.name} has no version {asked.version}; the newest are {', '.join(newest[-_SHOWN:])}")


def _read(file: Path, version: str, asked: Asked, request: Request) -> Snapshot:
    name = asked.name.rpartition("/")[2]
    return snapshot_of_archive(file, Layout.NPM, request, name, f"npm:{asked.spec}", version)
