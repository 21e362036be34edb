"""What can go wrong between a reproduction and its run."""

from __future__ import annotations

from navigator.errors import NavigatorError


class BadManifest(NavigatorError):
    """A ``reproduction.toml`` cannot be read; the text names file, key and what is wrong."""


class UnknownReproduction(NavigatorError):
    """No reproduction of that name, or no folder with a manifest, is known."""


class BadParameter(NavigatorError):
    """A parameter does not exist, or its value does not fit its declaration."""


class MissingRequirement(NavigatorError):
    """A package or program that the reproduction needs is not installed; the text has the command that gets it."""


class InstallFailed(NavigatorError):
    """What a reproduction needs could not be installed."""

    exit_code = 3


class BadLink(NavigatorError):
    """A link names a symbol that is missing on one side; the text names both."""

    exit_code = 1


class UnknownRun(NavigatorError):
    """No run of that name is kept."""


class CannotKeepRun(NavigatorError):
    """A run's folder cannot be written: no space, no permission."""

    exit_code = 3


class CannotStart(NavigatorError):
    """The program of a reproduction cannot be started."""

    exit_code = 3


class BadTrace(NavigatorError):
    """A trace file is missing, or cannot be read as one."""
