"""What can go wrong while code is fetched and read."""

from __future__ import annotations

from navigator.errors import NavigatorError


class SourceError(NavigatorError):
    """A source cannot be read as it was asked for."""


class SpecError(SourceError):
    """The text that names a source, or a glob beside it, is not valid."""


class NotFoundError(SourceError):
    """The folder, revision, package, version or file does not exist."""


class RefusedError(SourceError):
    """The content looks hostile (a path that escapes, a bomb, a device ...) and was not read any further."""


class DamagedError(SourceError):
    """The bytes are not those that were promised: a wrong hash, a broken archive, a missing or corrupt object."""

    exit_code = 3


class UnreachableError(SourceError):
    """A network, a server, a disk or a child process failed."""

    exit_code = 3
