"""Puts a slice on disk: complete and checked, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from navigator.slicing.errors import FolderTaken
from navigator.slicing.slices import Slice
from navigator.workspaces.errors import Unwritable


def package_name(folder: Path) -> str:
    """The name that the package in ``folder`` gets; raises FolderTaken where it cannot be there."""
    name = folder.name
    if not name.isidentifier():
        raise FolderTaken(f"{name!r} cannot be the name of a package: use letters, digits and _ for the folder's name")
    if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise FolderTaken(f"{folder} is there already; give a new folder, or an empty one")
    return name


@contextmanager
def staged(made: Slice, folder: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """The slice in a temporary folder beside its place, and what moves it there; whatever is not moved is removed.

    Raises Unwritable.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", suffix=".part", dir=folder.parent))
    except OSError as error:
        raise Unwritable(f"cannot write {folder}: {error.strerror}; choose another place") from error
    try:
        package = stage / folder.name
        try:
            for path, content in made.files.items():
                file = package / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
        except OSError as error:
            raise Unwritable(f"cannot write {folder}: {error.strerror}; choose another place") from error

        def move() -> None:
            try:
                if folder.is_dir():
                    folder.rmdir()
                os.rename(package, folder)
            except OSError as error:
                raise Unwritable(f"cannot write {folder}: {error.strerror}; choose another place") from error

        yield package, move
    finally:
        shutil.rmtree(stage, ignore_errors=True)
