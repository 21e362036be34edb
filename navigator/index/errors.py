"""What can go wrong with the files of the index."""

from __future__ import annotations

from navigator.errors import NavigatorError


class UnusableIndex(NavigatorError):
    """The index cannot be read or written: permissions, a full disk, a database that stays locked."""

    exit_code = 3


class DamagedIndex(NavigatorError):
    """A file of the index is not what was written there."""

    exit_code = 3


class NewerIndex(NavigatorError):
    """The index was written by a newer version of the program."""

    exit_code = 3


class Busy(NavigatorError):
    """Another process is indexing the same workspace and did not finish in the time allowed."""

    exit_code = 3
