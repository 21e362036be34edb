"""What a distribution's metadata says of it."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator
from email.parser import HeaderParser
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

_MODULE_ENDINGS = (".py", ".pyi", ".so", ".pyd")
_NO_MODULES = ("setup", "conftest")


def name_and_version(metadata: Path) -> tuple[str, str]:
    """From ``METADATA`` or ``PKG-INFO``, else from the folder's name."""
    stem = re.sub(r"\.(?:dist|egg)-info$", "", metadata.name)
    name, _, version = stem.partition("-")
    for file in (metadata / "METADATA", metadata / "PKG-INFO", metadata):
        try:
            with file.open(encoding="utf-8", errors="replace") as lines:
                headers = HeaderParser().parse(lines, headersonly=True)
        except OSError:
            continue
        return str(headers.get("Name") or name).strip(), str(headers.get("Version") or version).strip()
    return name, re.sub(r"-py\d.*", "", version)


def recorded_files(metadata: Path) -> list[str] | None:
    """Installed files, relative to the folder of packages and below it; ``None`` where nothing was recorded."""
    try:
        with (metadata / "RECORD").open(encoding="utf-8", errors="surrogateescape", newline="") as rows:
            paths = [row[0] for row in csv.reader(rows) if row]
    except (OSError, csv.Error):
        try:
            text = (metadata / "installed-files.txt").read_text("utf-8", "surrogateescape")
        except OSError:
            return None
        paths = [os.path.normpath(os.path.join(metadata.name, line)) for line in text.splitlines() if line]
    slashed = (path.replace(os.sep, "/") for path in paths)
    return [path for path in slashed if path and not path.startswith("/") and ".." not in path.split("/")]


def top_level_names(metadata: Path) -> list[str]:
    """What ``top_level.txt`` says, an old habit of setuptools."""
    try:
        return (metadata / "top_level.txt").read_text("utf-8", "replace").split()
    except OSError:
        return []


def editable_project(metadata: Path) -> Path | None:
    """The project's folder, where it was installed editable (PEP 660)."""
    try:
        origin = json.loads((metadata / "direct_url.json").read_bytes())
        parts = urlsplit(origin["url"])
        if parts.scheme == "file" and origin.get("dir_info", {}).get("editable") is True:
            return Path(url2pathname(parts.path))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return None


def import_names(paths: Iterable[str]) -> set[str]:
    """The top-level names that can be imported from these files."""
    names = set()
    for path in paths:
        if path.endswith(_MODULE_ENDINGS):
            top, slash, _ = path.partition("/")
            name = top if slash else top.partition(".")[0]
            name = name.removesuffix("-stubs")
            if name.isidentifier() and name != "__pycache__":
                names.add(name)
    return names


def import_names_of_project(project: Path) -> set[str]:
    """The packages and modules at the top of a project's folder or of its ``src``."""
    names = set()
    for root in (project / "src", project):
        try:
            children = list(root.iterdir())
        except OSError:
            continue
        for child in children:
            if child.suffix == ".py" and child.stem.isidentifier() and child.stem not in _NO_MODULES:
                names.add(child.stem)
            elif child.name.isidentifier() and (child / "__init__.py").is_file():
                names.add(child.name)
    return names


def files_below(folder: Path, names: Collection[str]) -> Iterator[str]:
    """Files of packages and modules of these names, where no record lists them. Links to folders are not followed."""
    for name in names:
        if (folder / f"{name}.py").is_file():
            yield f"{name}.py"
        for place, inner, files in os.walk(folder / name):
            inner.sort()
            for file in sorted(files):
                yield os.path.relpath(os.path.join(place, file), folder).replace(os.sep, "/")
