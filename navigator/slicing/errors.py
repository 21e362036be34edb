"""What can go wrong when code is cut out."""

from __future__ import annotations

from navigator.errors import NavigatorError


class NotCuttable(NavigatorError):
    """A symbol or file that cannot be cut: not Python, outside the workspace, or not readable by this Python."""


class FolderTaken(NavigatorError):
    """The folder for the slice exists and is not empty, or its name cannot be a package's."""


class NoPath(NavigatorError):
    """No calls lead from the one symbol to the other."""

    exit_code = 1


class CheckFailed(NavigatorError):
    """The slice does not parse, cannot be imported, or has lost the path; nothing has been written."""

    exit_code = 1
