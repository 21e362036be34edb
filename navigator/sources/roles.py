"""What a file is for, told from where it lies."""

from __future__ import annotations

import functools
import re
from collections.abc import Container

from navigator.callgraph import Role

_TEST_FOLDER = re.compile(r"(?:.+[_-])?tests?|__tests__|__mocks__")
_VENDORED_FOLDER = re.compile(
    r"_?vendor(?:s|ed)?|_?third[_-]?party|3rd[_-]?party|_?extern(?:als?)?|node_modules|bower_components"
)
_TEST_FILE = re.compile(
    r"test_.*\.pyi?|.*_test\.pyi?|tests?\.pyi?|conftest\.py|.*[._-](?:test|spec)\.[cm]?[jt]sx?", re.IGNORECASE
)


def role_of(path: str, bundles: Container[str] = ()) -> Role:
    """The role of the file at ``path``, relative to the snapshot's top; the outermost telling folder decides.

    ``bundles`` are folders, other than the top, that hold another distribution's metadata (``*.dist-info``): whatever
    lies in them was copied there.
    """
    folder, _, name = path.rpartition("/")
    role = _role_of_folder(folder)
    if role is not Role.SOURCE:
        return role
    while folder:
        if folder in bundles:
            return Role.VENDORED
        folder = folder.rpartition("/")[0]
    return Role.TEST if _TEST_FILE.fullmatch(name) else Role.SOURCE


@functools.lru_cache(maxsize=4096)
def _role_of_folder(folder: str) -> Role:
    for component in folder.lower().split("/"):
        if _VENDORED_FOLDER.fullmatch(component):
            return Role.VENDORED
        if _TEST_FOLDER.fullmatch(component):
            return Role.TEST
    return Role.SOURCE


def is_bundle_mark(component: str) -> bool:
    """Whether a folder of this name makes its parent a bundle."""
    return component.endswith(".dist-info")
