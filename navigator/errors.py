"""The one base class of everything that can go wrong for a user."""

from __future__ import annotations


class NavigatorError(Exception):
    """A failure told in one line: what, where, what to do. ``exit_code`` is the command's exit status."""

    exit_code = 2
