"""Fetched packages, kept by their SHA-256 so that they are fetched once and always are what they were."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import msgspec

from navigator.sources.request import Request
from navigator.sources.storing import partial_folder, settle

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!~-]*")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_plain_name(name: str) -> bool:
    """Whether a package's file may be kept under its own name."""
    return _FILE_NAME.fullmatch(name) is not None


class Shelf:
    """Package files in the cache. Every method may raise ``UnreachableError``."""

    def __init__(self, request: Request) -> None:
        self.folder = request.cache_dir / "packages"

    def kept(self, digest: str, name: str) -> Path | None:
        """The file of this SHA-256 if it is on the shelf and whole."""
        if not _DIGEST.fullmatch(digest) or not is_plain_name(name):
            return None
        place = self.folder / digest / name
        try:
            with place.open("rb") as content:
                return place if hashlib.file_digest(content, "sha256").hexdigest() == digest else None
        except OSError:
            return None

    def put(self, fresh: Path, digest: str) -> Path:
        """Moves a checked file out of its partial folder to its place, which is given back."""
        place = self.folder / digest
        if place.exists():
            os.replace(fresh, place / fresh.name)
        else:
            whole = fresh.parent / digest
            whole.mkdir()
            os.rename(fresh, whole / fresh.name)
            settle(whole, place)
        return place / fresh.name


class Pin(msgspec.Struct, frozen=True):
    """Which file a version stood for when it was first read."""

    filename: str
    sha256: str
    version: str


class Pins:
    """Remembers versions, whose files never change, so that reading one again by number needs no network.

    ``asked`` are the registries that say what a version is; ``name`` is the package's. Versions are given in the one
    spelling that their registry takes for the same.
    """

    def __init__(self, request: Request, asked: tuple[str, ...], name: str) -> None:
        key = hashlib.sha256("\n".join(asked).encode("utf-8", "surrogateescape")).hexdigest()[:12]
        self._shelf = request.cache_dir / "pins" / key
        self._name = name

    def get(self, version: str) -> Pin | None:
        try:
            return msgspec.json.decode(self._file(version).read_bytes(), type=Pin)
        except (OSError, msgspec.MsgspecError):
            return None

    def put(self, asked: str, version: str, file: Path) -> None:
        """``version`` is what was found for the version ``asked`` for; they differ in local parts and spelling."""
        with partial_folder(self._shelf) as folder:
            fresh = folder / "pin"
            fresh.write_bytes(msgspec.json.encode(Pin(file.name, file.parent.name, version)))
            os.replace(fresh, self._file(asked))

    def _file(self, version: str) -> Path:
        stem = re.sub(r"[^A-Za-z0-9._+!-]", "_", f"{self._name}-{version}")
        return self._shelf / f"{stem[:120]}.json"
