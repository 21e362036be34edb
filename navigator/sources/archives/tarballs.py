"""Tar archives, plain or compressed, read in one pass without unpacking them to disk."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zlib
from collections.abc import Callable
from typing import IO, BinaryIO, cast

from navigator.sources.archives.members import Members
from navigator.sources.errors import DamagedError, RefusedError
from navigator.sources.names import one_line

_CHUNK = 1 << 18
_LARGEST_HEADER = 1 << 22
_BROKEN = (
    tarfile.TarError,
    EOFError,
    gzip.BadGzipFile,
    lzma.LZMAError,
    zlib.error,
    OSError,
    ValueError,
    OverflowError,
    IndexError,
    struct.error,
    RecursionError,
    MemoryError,
)


def is_tar(head: bytes) -> bool:
    """Whether a file that begins with these 512 bytes is a tar archive or one of the compressions it comes in."""
    return _opener(head) is not None


def read_tar(
    packed: BinaryIO,
    archive: str,
    members: Members,
    wanted: Callable[[str, int], bool],
    keep: Callable[[str, bytes], None],
) -> None:
    """Hands every member to ``members`` and the bytes of the files that are ``wanted`` (path, size) to ``keep``.

    Raises ``RefusedError`` for hostile, ``DamagedError`` for broken archives.
    """
    opener = _opener(packed.read(512))
    packed.seek(0)
    if opener is None:
        raise DamagedError(f"{archive} is not a tar archive in a compression that is known here")
    stream = _Stream(members)
    try:
        with opener(packed) as stream.unpacked:
            fileobj = cast(IO[bytes], stream)
            with tarfile.open(fileobj=fileobj, mode="r:", encoding="utf-8", errors="surrogateescape") as tar:
                while (member := tar.next()) is not None:
                    stream.member = member.name
                    _take(member, stream, members, wanted, keep)
                    tar.members.clear()  # type: ignore[attr-defined]
                if any(stream.last_read):
                    raise DamagedError(f"{archive} is broken after member {one_line(stream.member, 120)}")
                stream.drain()
    except _BROKEN as error:
        place = f" after member {one_line(stream.member, 120)}" if stream.member else ""
        raise DamagedError(f"{archive} cannot be read{place}: {one_line(str(error)) or type(error).__name__}") from None


def _take(
    member: tarfile.TarInfo,
    stream: _Stream,
    members: Members,
    wanted: Callable[[str, int], bool],
    keep: Callable[[str, bytes], None],
) -> None:
    name = member.name
    if member.isdir():
        members.folder(name)
    elif member.issym():
        members.link(name, member.linkname)
    elif member.islnk():
        members.hard_link(name, member.linkname)
    elif not member.isreg():
        raise members.refusal(name, "it is a device, a pipe or of an unknown type")
    elif member.issparse():
        raise members.refusal(name, "it is a sparse file")
    else:
        path = members.file(name, member.size)
        if wanted(path, member.size):
            stream.seek(member.offset_data)
            content = stream.read_fully(member.size)
            keep(path, content)


def _opener(head: bytes) -> Callable[[BinaryIO], BinaryIO] | None:
    if head.startswith(b"\x1f\x8b"):
        return lambda packed: cast(BinaryIO, gzip.GzipFile(fileobj=packed))
    if head.startswith(b"BZh"):
        return lambda packed: cast(BinaryIO, bz2.BZ2File(packed))
    if head.startswith((b"\xfd7zXZ\0", b"]\0\0")):
        return lambda packed: cast(BinaryIO, lzma.LZMAFile(packed))
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return _zstandard()
    if head[257:262] == b"ustar" or _is_old_header(head):
        return lambda packed: packed
    return None


def _zstandard() -> Callable[[BinaryIO], BinaryIO] | None:
    try:
        from compression import zstd  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    return lambda packed: cast(BinaryIO, zstd.ZstdFile(packed))


def _is_old_header(head: bytes) -> bool:
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        return False
    return True


class _Stream:
    """The unpacked bytes, read forwards only and no further than the limits allow."""

    def __init__(self, members: Members) -> None:
        self.unpacked: BinaryIO = io.BytesIO()
        self.member = ""
        self.last_read = b""
        self._members = members
        self._at = 0

    def tell(self) -> int:
        return self._at

    def seek(self, position: int) -> int:
        if position < self._at:
            raise DamagedError("a member begins before the one in front of it ends")
        while self._at < position and self._more(min(_CHUNK, position - self._at)):
            pass
        return self._at

    def read(self, size: int = -1) -> bytes:
        """For headers, which are small."""
        if not 0 <= size <= _LARGEST_HEADER:
            raise RefusedError(f"after member {one_line(self.member, 120)} comes a header of {size:,} bytes")
        self.last_read = self.read_up_to(size)
        return self.last_read

    def read_fully(self, size: int) -> bytes:
        content = self.read_up_to(size)
        if len(content) != size:
            raise EOFError("the archive ends inside the member")
        return content

    def read_up_to(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size > 0 and (part := self._more(min(_CHUNK, size))):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def drain(self) -> None:
        """Reads to the end, where compressions keep their checksum."""
        while self._more(_CHUNK):
            pass

    def _more(self, size: int) -> bytes:
        part = self.unpacked.read(size)
        self._at += len(part)
        self._members.weigh(self._at, self.member or "(the first)")
        return part
