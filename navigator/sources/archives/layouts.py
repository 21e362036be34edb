"""Where the files of an archive belong once its packaging is taken off."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection

_INSTALLED_IN_PLACE = ("purelib", "platlib")


class Layout(enum.Enum):
    """``WHEEL``: modules lie at the top, with metadata and data beside them. ``SOURCES``: one folder around all.
    ``NPM``: the first folder of every path is packaging, whatever it is called."""

    WHEEL = "wheel"
    SOURCES = "sources"
    NPM = "npm"


def unwrapper(layout: Layout, paths: Collection[str]) -> Callable[[str], str]:
    """A function from a member's path to its place in the snapshot, empty where it has none."""
    if layout is Layout.WHEEL:
        return _in_wheel
    if layout is Layout.NPM:
        return lambda path: path.partition("/")[2]
    tops = {path.partition("/")[0] for path in paths}
    top = next(iter(tops)) if len(tops) == 1 else ""
    if not top or top in paths or f"{top}/__init__.py" in paths:
        return lambda path: path
    return lambda path: path.removeprefix(top + "/")


def _in_wheel(path: str) -> str:
    """Metadata, scripts, headers and data files of a wheel (PEP 427) are no package's modules."""
    top, _, rest = path.partition("/")
    if top.endswith(".dist-info"):
        return ""
    if top.endswith(".data"):
        scheme, _, rest = rest.partition("/")
        return rest if scheme in _INSTALLED_IN_PLACE else ""
    return path
