"""Writes files that people asked for: complete or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from navigator.errors import NavigatorError
from navigator.workspaces.errors import Unwritable

DEVICE_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


class DiskFailed(NavigatorError):
    """The disk gave out while a file was written."""

    exit_code = 3


def write_file(target: str, pieces: Iterable[bytes]) -> None:
    """Writes ``target`` under another name in its folder and renames it; a device or pipe is written directly.

    Raises Unwritable where the place is wrong, and DiskFailed where the disk is full.
    """
    path = Path(target).expanduser()
    try:
        if path.exists() and not path.is_file():
            if path.is_dir():
                raise Unwritable(f"cannot write {target}: it is a folder; give a file name")
            with open(path, "wb") as stream:
                stream.writelines(pieces)
            return
        _replace(path.resolve(), pieces)
    except OSError as error:
        if error.errno in DEVICE_FULL:
            raise DiskFailed(f"cannot write {target}: {error.strerror}") from error
        raise Unwritable(f"cannot write {target}: {error.strerror}; choose another place") from error
    except ValueError as error:
        raise Unwritable(f"cannot write {target!r}: {error}; choose another place") from error


def _replace(path: Path, pieces: Iterable[bytes]) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
    try:
        with open(descriptor, "wb") as stream:
            stream.writelines(pieces)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
