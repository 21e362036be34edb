"""The packages of an environment, found by their metadata; nothing of the environment is imported or run."""

from navigator.sources.installed.distributions import Distribution, InstalledPackages, open_installed, packages_of

__all__ = ["Distribution", "InstalledPackages", "open_installed", "packages_of"]
