"""Zip archives, wheels among them: members are read in place, only those that are wanted."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

from navigator.sources.archives.members import Members
from navigator.sources.errors import DamagedError
from navigator.sources.names import decoded, one_line

_LONGEST_TARGET = 4096
_UNIX = 3
_ENCRYPTED = 0x1
_UTF8 = 0x800
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    IndexError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    MemoryError,
)


def is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def read_zip(
    packed: BinaryIO,
    archive: str,
    members: Members,
    wanted: Callable[[str, int], bool],
    keep: Callable[[str, bytes], None],
) -> None:
    """Hands every member to ``members`` and the bytes of the files that are ``wanted`` (path, size) to ``keep``.

    Raises ``RefusedError`` for hostile, ``DamagedError`` for broken archives.
    """
    name = ""
    try:
        with zipfile.ZipFile(packed) as opened:
            chosen: list[tuple[str, zipfile.ZipInfo]] = []
            for info in opened.infolist():
                name = _name(info)
                _list(name, info, opened, members, wanted, chosen)
            for path, info in chosen:
                name = _name(info)
                keep(path, opened.read(info))
    except _BROKEN as error:
        place = f" at member {one_line(name, 120)}" if name else ""
        raise DamagedError(f"{archive} cannot be read{place}: {one_line(str(error)) or type(error).__name__}") from None


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name as it was stored; without the flag for UTF-8 its bytes mean what the writer's system meant."""
    return info.orig_filename if info.flag_bits & _UTF8 else decoded(info.orig_filename.encode("cp437"))


def _list(
    name: str,
    info: zipfile.ZipInfo,
    opened: zipfile.ZipFile,
    members: Members,
    wanted: Callable[[str, int], bool],
    chosen: list[tuple[str, zipfile.ZipInfo]],
) -> None:
    mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
    kind = stat.S_IFMT(mode)
    if info.flag_bits & _ENCRYPTED:
        raise members.refusal(name, "it is encrypted")
    if kind == stat.S_IFLNK:
        if info.file_size > _LONGEST_TARGET:
            raise members.refusal(name, "it is a link with an endless target")
        members.link(name, opened.read(info).decode("utf-8", "surrogateescape"))
    elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise members.refusal(name, "it is a device, a pipe or of an unknown type")
    elif name.endswith("/") or kind == stat.S_IFDIR:
        members.folder(name)
    else:
        path = members.file(name, info.file_size)
        if wanted(path, info.file_size):
            chosen.append((path, info))
