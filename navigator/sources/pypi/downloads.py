"""Files from an index: downloaded, checked, kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

import httpx2
from unearth.link import Link

from navigator.sources.errors import DamagedError, RefusedError, UnreachableError
from navigator.sources.names import one_line
from navigator.sources.pypi.client import IndexClient
from navigator.sources.request import Request
from navigator.sources.shelf import Shelf, is_plain_name
from navigator.sources.storing import partial_folder

_CHUNK = 1 << 16


class Downloads:
    """Downloads to the shelf in the cache."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._shelf = Shelf(request)

    def fetch(self, client: IndexClient, link: Link) -> Path:
        """The file behind ``link``, from the shelf or the network.

        Raises ``DamagedError`` if its hash is wrong, ``UnreachableError`` if it cannot be had.
        """
        if not is_plain_name(link.filename):
            raise RefusedError(f"{one_line(link.redacted, 160)} is refused: an odd file name")
        promised = {name: values[0].lower() for name, values in (link.hash_option or {}).items()}
        kept = self._shelf.kept(promised.get("sha256", ""), link.filename)
        if kept is not None:
            return kept
        with partial_folder(self._shelf.folder) as folder:
            fresh = folder / link.filename
            return self._shelf.put(fresh, self._download(client, link, promised, fresh))

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
