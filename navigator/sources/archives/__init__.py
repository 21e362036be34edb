"""Snapshots of archives: wheels, source distributions, and any zip or tar of sources."""

from navigator.sources.archives.layouts import Layout
from navigator.sources.archives.reading import open_archive_file, snapshot_of_archive

__all__ = ["Layout", "open_archive_file", "snapshot_of_archive"]
