"""Where code comes from: a folder, an archive, a git revision, a package; each gives an immutable ``Snapshot``."""

from typing import TYPE_CHECKING, Any

from navigator.sources.errors import (
    DamagedError,
    NotFoundError,
    RefusedError,
    SourceError,
    SpecError,
    UnreachableError,
)
from navigator.sources.limits import Limits
from navigator.sources.names import unprintable
from navigator.sources.opening import open_source
from navigator.sources.request import Progress
from navigator.sources.snapshot import Entry, Snapshot, blob_id

if TYPE_CHECKING:
    from navigator.sources.installed import Distribution, InstalledPackages, packages_of

__all__ = [
    "DamagedError",
    "Distribution",
    "Entry",
    "InstalledPackages",
    "Limits",
    "NotFoundError",
    "Progress",
    "RefusedError",
    "Snapshot",
    "SourceError",
    "SpecError",
    "UnreachableError",
    "blob_id",
    "open_source",
    "packages_of",
    "unprintable",
]


def __getattr__(name: str) -> Any:
    """What reads environments needs more of the standard library than a query should load."""
    if name in ("Distribution", "InstalledPackages", "packages_of"):
        from navigator.sources import installed

        return getattr(installed, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
