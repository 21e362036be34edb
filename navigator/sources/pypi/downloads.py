"""Downloaded files, kept by their SHA-256 so that they are fetched once and always are what they were."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import httpx2
import msgspec
from packaging.utils import canonicalize_version
from unearth.link import Link

from navigator.sources.errors import DamagedError, RefusedError, UnreachableError
from navigator.sources.names import one_line
from navigator.sources.pypi.client import IndexClient
from navigator.sources.request import Request
from navigator.sources.storing import partial_folder, settle

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!~-]*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 16


class Downloads:
    """The shelf of downloads under the cache. Every method may raise ``UnreachableError``."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._shelf = request.cache_dir / "packages"

    def fetch(self, client: IndexClient, link: Link) -> Path:
        """The file behind ``link``, from the shelf or the network. Raises ``DamagedError`` if its hash is wrong."""
        if not _FILE_NAME.fullmatch(link.filename):
            raise RefusedError(f"{one_line(link.redacted, 160)} is refused: an odd file name")
        promised = {name: values[0].lower() for name, values in (link.hash_option or {}).items()}
        kept = self.kept(promised.get("sha256", ""), link.filename)
        if kept is not None:
            return kept
        with partial_folder(self._shelf) as folder:
            fresh = folder / link.filename
            digest = self._download(client, link, promised, fresh)
            place = self._shelf / digest
            if place.exists():
                os.replace(fresh, place / link.filename)
            else:
                whole = folder / digest
                whole.mkdir()
                os.rename(fresh, whole / link.filename)
                settle(whole, place)
        return place / link.filename

    def kept(self, digest: str, name: str) -> Path | None:
        """The file of this SHA-256 if it is on the shelf and whole."""
        if not _DIGEST.fullmatch(digest) or not _FILE_NAME.fullmatch(name):
            return None
        place = self._shelf / digest / name
        try:
            with place.open("rb") as content:
                return place if hashlib.file_digest(content, "sha256").hexdigest() == digest else None
        except OSError:
            return None

    def _download(self, client: IndexClient, link: Link, promised: dict[str, str], fresh: Path) -> str:
        hashers = {"sha256": hashlib.sha256()}
        for name in promised:
            if name not in hashers and name in hashlib.algorithms_available:
                hashers[name] = hashlib.new(name, usedforsecurity=False)
        label, done, most = f"fetching {link.filename}", 0, self._request.selection.limits.download
        where = one_line(link.redacted, 160)
        try:
            # Compressed transfers would be unpacked on the way, and their hashes would not fit.
            with client.stream("GET", link.normalized, headers={"Accept-Encoding": "identity"}) as response:
                if response.is_error:
                    raise UnreachableError(f"cannot fetch {where}: {response.status_code} {response.reason_phrase}")
                length = response.headers.get("Content-Length", "")
                total = int(length) if length.isdigit() else None
                with fresh.open("wb") as file:
                    for chunk in response.iter_bytes(_CHUNK):
                        done += len(chunk)
                        if done > most:
                            raise RefusedError(f"{where} is refused: it is larger than {most:,} bytes")
                        file.write(chunk)
                        for hasher in hashers.values():
                            hasher.update(chunk)
                        self._request.report(label, done, total)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise UnreachableError(f"cannot fetch {where}: {one_line(str(error)) or type(error).__name__}") from None
        for name, value in promised.items():
            if name not in hashers:
                raise DamagedError(f"{where}: its hash is of the kind {one_line(name, 40)}, which cannot be checked")
            got = hashers[name].hexdigest()
            if got != value:
                raise DamagedError(f"{where} is not what the index promises: its {name} is {got}, not {value}")
        return hashers["sha256"].hexdigest()


class Pin(msgspec.Struct, frozen=True):
    """Which file a version stood for when it was first read."""

    filename: str
    sha256: str
    version: str


class Pins:
    """Remembers versions, whose files never change, so that reading one again by number needs no network."""

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
        stem = re.sub(r"[^A-Za-z0-9._+!-]", "_", f"{self._name}-{canonicalize_version(version)}")
        return self._shelf / f"{stem[:120]}.json"
