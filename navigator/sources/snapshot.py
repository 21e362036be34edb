"""The immutable answer to "where does code come from": path → content hash → bytes."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import IO, Protocol, Self

import msgspec

from navigator.callgraph import Problem, Role
from navigator.sources.errors import DamagedError, NotFoundError


def blob_id(content: bytes) -> str:
    """The id that git gives a file of this content: 40 hexadecimal digits."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class Entry(msgspec.Struct, frozen=True):
    """One file: ``path`` is relative, with ``/``, and printable; ``digest`` is its git blob id; ``size`` in bytes."""

    path: str
    digest: str
    size: int
    role: Role


class Reader(Protocol):
    """Where a snapshot's bytes lie."""

    def read(self, paths: Sequence[str]) -> Iterator[bytes]:
        """The bytes of each path, in order."""
        ...

    def close(self) -> None: ...


class Snapshot:
    """Files of one source at one moment. Bytes that no longer fit their digest are never handed out.

    ``name`` is short (``torchvision``), ``source`` says where it came from without secrets, ``revision`` pins it (a
    commit id, a version, or empty for a folder). ``entries`` are sorted by path; ``problems`` tell which files were
    left out, and why.
    """

    def __init__(
        self,
        name: str,
        source: str,
        revision: str,
        entries: Iterable[Entry],
        reader: Reader,
        problems: Iterable[Problem] = (),
    ) -> None:
        self._name, self._source, self._revision = name, source, revision
        self._entries = tuple(sorted(entries, key=lambda entry: entry.path))
        self._by_path = {entry.path: entry for entry in self._entries}
        self._reader = reader
        self._problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.message)))
        self._closed = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def source(self) -> str:
        return self._source

    @property
    def revision(self) -> str:
        return self._revision

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self._entries

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems

    def __repr__(self) -> str:
        return f"<Snapshot {self.name} of {self.source} {self.revision}: {len(self.entries)} files>"

    def __contains__(self, path: object) -> bool:
        return path in self._by_path

    def __getitem__(self, path: str) -> Entry:
        """The entry of this path; ``NotFoundError`` when the snapshot holds none."""
        try:
            return self._by_path[path]
        except KeyError:
            raise NotFoundError(f"{self.source} holds no file {path}") from None

    def read(self, path: str) -> bytes:
        return next(self.read_many((path,)))[1]

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Each path with its bytes, in the order asked for. Raises ``DamagedError`` rather than give other bytes."""
        wanted = [self[path] for path in paths]
        if self._closed:
            raise DamagedError(f"the snapshot of {self.source} is closed")
        for entry, content in zip(wanted, self._reader.read([entry.path for entry in wanted]), strict=True):
            if len(content) != entry.size or blob_id(content) != entry.digest:
                raise DamagedError(f"{entry.path} of {self.source} is no longer what it was; take it anew")
            yield entry.path, content

    def below(self, folder: str, allows: Callable[[str], bool]) -> Snapshot:
        """What lies in ``folder``, which becomes the top, as far as ``allows`` says yes to the new paths.

        The new snapshot takes this one's place: closing it closes both. Raises ``NotFoundError``.
        """
        prefix = folder + "/"
        paths = {each.path.removeprefix(prefix): each for each in self.entries if each.path.startswith(prefix)}
        if not paths:
            raise NotFoundError(f"{self.source} has no code in a folder {folder}")
        entries = [Entry(path, entry.digest, entry.size, entry.role) for path, entry in paths.items() if allows(path)]
        problems = [
            Problem(each.file.removeprefix(prefix), each.line, each.message)
            for each in self.problems
            if each.file.startswith(prefix)
        ]
        name = folder.rpartition("/")[2]
        return Snapshot(name, self.source, self.revision, entries, _Below(self._reader, prefix), problems)

    def close(self) -> None:
        """Let go of files, processes and temporary space. The entries stay; reading ends."""
        if not self._closed:
            self._closed = True
            self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class _Below:
    """Reads paths relative to a folder."""

    def __init__(self, reader: Reader, prefix: str) -> None:
        self._reader, self._prefix = reader, prefix

    def read(self, paths: Sequence[str]) -> Iterator[bytes]:
        return self._reader.read([self._prefix + path for path in paths])

    def close(self) -> None:
        self._reader.close()


class KeptBytes:
    """A reader that holds the bytes themselves: in memory up to a bound, then in an unnamed temporary file."""

    def __init__(self, memory: int) -> None:
        self._left = memory
        self._held: dict[str, bytes] = {}
        self._spilt: dict[str, tuple[int, int]] = {}
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()

    def put(self, key: str, content: bytes) -> None:
        if len(content) <= self._left:
            self._left -= len(content)
            self._held[key] = content
            return
        if self._file is None:
            import tempfile

            self._file = tempfile.TemporaryFile(prefix="navigator-")  # noqa: SIM115 (close() closes it)
        start = self._file.seek(0, 2)
        self._file.write(content)
        self._spilt[key] = (start, len(content))

    def get(self, key: str) -> bytes:
        held = self._held.get(key)
        if held is not None:
            return held
        start, size = self._spilt[key]
        assert self._file is not None
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)

    def close(self) -> None:
        self._held.clear()
        if self._file is not None:
            self._file.close()


class KeptReader:
    """Reads paths whose bytes are kept under other keys, so that links share what they point at."""

    def __init__(self, kept: KeptBytes, keys: Mapping[str, str]) -> None:
        self._kept, self._keys = kept, keys

    def read(self, paths: Sequence[str]) -> Iterator[bytes]:
        for path in paths:
            yield self._kept.get(self._keys[path])

    def close(self) -> None:
        self._kept.close()
