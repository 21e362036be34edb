"""Finds what ships with the product, from a clone and from an installed wheel: the miniatures in ``fixtures/``, and the
runnable ``reproductions/``."""

from __future__ import annotations

import difflib
from pathlib import Path

from navigator.errors import NavigatorError

_PACKAGE = Path(__file__).parent


class NotBundled(NavigatorError):
    """Nothing of that name ships with the product."""


def fixture(name: str) -> Path:
    """The folder of the miniature ``name``; raises ``NotBundled`` with the nearest names."""
    return _find("fixtures", name)


def fixtures() -> tuple[str, ...]:
    """The names of all miniatures, sorted."""
    return _names("fixtures")


def reproduction(name: str) -> Path:
    """The folder of the reproduction ``name``; raises ``NotBundled`` with the nearest names."""
    return _find("reproductions", name)


def reproductions() -> tuple[str, ...]:
    """The names of all folders that hold a reproduction, sorted."""
    folder = _folder("reproductions")
    return tuple(name for name in _names("reproductions") if (folder / name / "reproduction.toml").is_file())


def _folder(kind: str) -> Path:
    """A wheel carries the folder inside the package; in a clone it stands beside the package."""
    installed = _PACKAGE / "_data" / kind
    return installed if installed.is_dir() else _PACKAGE.parent / kind


def _names(kind: str) -> tuple[str, ...]:
    folder = _folder(kind)
    if not folder.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("_")))


def _find(kind: str, name: str) -> Path:
    names = _names(kind)
    if name in names:
        return _folder(kind) / name
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or names
    raise NotBundled(f"no {kind.removesuffix('s')} named {name!r} ships with navigator; there is: {', '.join(near)}")
