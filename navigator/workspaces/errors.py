"""What can go wrong between a question and its answer."""

from __future__ import annotations

from navigator.errors import NavigatorError


class UnknownWorkspace(NavigatorError):
    """No workspace of that name, or none at all, has been indexed."""


class NameTaken(NavigatorError):
    """Another source is already indexed under the name that a workspace would get by itself."""


class NothingToIndex(NavigatorError):
    """The sources hold no file in a language that can be read."""


class BadImportRoot(NavigatorError):
    """A folder named as an import root holds no code, or lies outside the source."""


class UnknownSymbol(NavigatorError):
    """No symbol answers to what was typed."""


class AmbiguousSymbol(NavigatorError):
    """Several symbols answer to what was typed."""


class NoSuchCall(NavigatorError):
    """There is no call between the two symbols."""

    exit_code = 1


class MissingSource(NavigatorError):
    """The index no longer holds the bytes of a file: the workspace was indexed anew meanwhile."""

    exit_code = 3


class Unwritable(NavigatorError):
    """A file that was asked for cannot be written."""


class BadFile(NavigatorError):
    """A file that people write (``navigator.toml``, the user's configuration) is not as documented."""


class NotInCatalog(NavigatorError):
    """No catalog entry, workspace or workspace file answers to what was asked to be opened."""


class NoLocalSource(NavigatorError):
    """A local copy was to stand for a source, and there is none."""


class NoSuchRevision(NavigatorError):
    """What was to be read at another revision has none, or no root of that name."""
