"""Packages from the index that the user's pip is configured with, fetched and read, never built or installed."""

from navigator.sources.pypi.package import open_package
from navigator.sources.pypi.settings import IndexSettings, read_settings

__all__ = ["IndexSettings", "open_package", "read_settings"]
