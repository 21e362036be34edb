"""Packages from the registry that the user's npm is configured with, fetched and read, never installed."""

from navigator.sources.npm.package import open_package

__all__ = ["open_package"]
