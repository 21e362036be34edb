"""Code out of git's object store, at any revision, without a checkout and without running anything of a repository's.

Importing this package needs the git program; where it is missing the import raises ``UnreachableError``.
"""

from navigator.sources.errors import UnreachableError

try:
    import git as _gitpython  # noqa: F401
except ImportError as _missing:
    raise UnreachableError("git is needed for this and was not found on the PATH; install git") from _missing

from navigator.sources.git.cloning import open_url
from navigator.sources.git.history import Commit, History, history_of
from navigator.sources.git.repository import Repository, tracked_but_ignored
from navigator.sources.git.revisions import open_revision

__all__ = ["Commit", "History", "Repository", "history_of", "open_revision", "open_url", "tracked_but_ignored"]
