"""Where an environment keeps its packages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from navigator.sources.errors import NotFoundError
from navigator.sources.names import printable

_PATTERNS = ("lib/python*/site-packages", "lib/pypy*/site-packages", "lib64/python*/site-packages", "Lib/site-packages")
_SYSTEM_PATTERNS = ("lib/python*/dist-packages", "local/lib/python*/dist-packages")


def package_folders(environment: Path) -> tuple[Path, ...]:
    """The folders of installed packages, the environment's own first.

    ``environment`` is a virtual environment, an interpreter's prefix, or such a folder itself. Where ``pyvenv.cfg``
    lets the base interpreter's packages through, theirs follow. Raises ``NotFoundError`` when there are none.
    """
    shown = printable(str(environment))
    if not environment.is_dir():
        raise NotFoundError(f"no environment {shown}")
    if next(environment.glob("*.dist-info"), None) or next(environment.glob("*.egg-info"), None):
        return (environment.resolve(),)
    folders = [*_below(environment), *_inherited(environment)]
    if not folders:
        raise NotFoundError(f"{shown} is not an environment: it has no site-packages folder")
    return tuple(dict.fromkeys(folders))


def _below(prefix: Path) -> Iterator[Path]:
    for pattern in (*_PATTERNS, *_SYSTEM_PATTERNS):
        for folder in sorted(prefix.glob(pattern)):
            if folder.is_dir():
                yield folder.resolve()


def _inherited(environment: Path) -> Iterator[Path]:
    try:
        lines = (environment / "pyvenv.cfg").read_text("utf-8", "replace").splitlines()
    except OSError:
        return
    settings = {key.strip().lower(): value.strip() for key, _, value in (line.partition("=") for line in lines)}
    if settings.get("include-system-site-packages", "").lower() == "true" and settings.get("home"):
        yield from _below(Path(os.path.normpath(settings["home"])).parent)
