"""What ``tsconfig.json`` and ``jsconfig.json`` say about imports: ``baseUrl`` and ``paths``, with ``extends`` followed.

The rules are those of the TSConfig reference of TypeScript 5 (``extends``, ``paths``, ``baseUrl``, ``references``,
``${configDir}``).
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from navigator.linking import ScriptProject

PROJECT_FILES = ("tsconfig*.json", "jsconfig*.json")
"""The names of project files, and of what these usually extend."""
_PROJECTS = ("tsconfig.json", "jsconfig.json")
"""What makes the folder around it a project; the first one counts."""
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])')
_HERE = "${configDir}"


class _Options(msgspec.Struct, frozen=True):
    """What a project file says about imports, in paths from the top of the root; ``None`` where it says nothing."""

    base: str | None = None
    paths: tuple[tuple[str, tuple[str, ...]], ...] | None = None


def is_project_file(path: str) -> bool:
    name = posixpath.basename(path)
    return name.endswith(".json") and name.startswith(("tsconfig", "jsconfig"))


def read_projects(root: str, files: Mapping[str, bytes]) -> list[ScriptProject]:
    """The projects of a root, from its project files by path. A file that cannot be parsed says nothing.

    Where a folder's own file says nothing about imports, those that it refers to do (``references``).
    """
    reading = _Reading(files)
    projects = []
    for folder in sorted({posixpath.dirname(path) for path in files}):
        path = next((p for name in _PROJECTS if (p := posixpath.join(folder, name)) in files), "")
        found = reading.options(path, folder) if path else _Options()
        if found.base is None and not found.paths:
            found = next(reading.referred(path, folder), _Options()) if path else found
        if found.base is not None or found.paths:
            projects.append(ScriptProject(root, folder, found.base, found.paths or ()))
    return projects


class _Reading:
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._parsed: dict[str, dict[str, Any]] = {}

    def options(self, path: str, home: str, inside: tuple[str, ...] = ()) -> _Options:
        """What a file and those that it extends say; ``home`` is the folder of the project itself.

        Later ones of several that are extended go before earlier ones, and the file before them all.
        """
        if path in inside:
            return _Options()
        config = self._config(path)
        base: str | None = None
        paths: tuple[tuple[str, tuple[str, ...]], ...] | None = None
        extends = config.get("extends")
        for specifier in reversed(extends if isinstance(extends, list) else [extends]):
            target = self._extended(path, specifier) if isinstance(specifier, str) else None
            if target is not None:
                found = self.options(target, home, (*inside, path))
                base = found.base if base is None else base
                paths = found.paths if paths is None else paths
        said = config.get("compilerOptions")
        said = said if isinstance(said, dict) else {}
        folder = posixpath.dirname(path)
        if isinstance(said.get("baseUrl"), str):
            base = _joined(folder, said["baseUrl"], home)
        if isinstance(said.get("paths"), dict):
            around = folder if base is None else base
            paths = tuple(_mapped(said["paths"], around, home))
        return _Options(base, paths)

    def referred(self, path: str, home: str) -> Iterator[_Options]:
        """What the projects say that a file refers to, of those that say anything."""
        references = self._config(path).get("references")
        for each in references if isinstance(references, list) else ():
            specifier = each.get("path") if isinstance(each, dict) else None
            if not isinstance(specifier, str):
                continue
            place = _joined(posixpath.dirname(path), specifier, home)
            target = self._there(place)
            found = self.options(target, home) if target is not None else _Options()
            if found.base is not None or found.paths:
                yield found

    def _extended(self, path: str, specifier: str) -> str | None:
        """The file that is extended; one of a package, which is seldom there, is looked for in ``node_modules``."""
        folder = posixpath.dirname(path)
        if specifier.startswith((".", "/")):
            return self._there(_joined(folder, specifier, folder))
        while True:
            found = self._there(posixpath.join(folder, "node_modules", specifier))
            if found is not None or not folder:
                return found
            folder = posixpath.dirname(folder)

    def _there(self, place: str | None) -> str | None:
        endings = ("", ".json", "/tsconfig.json")
        return next((place + e for e in endings if place + e in self._files), None) if place is not None else None

    def _config(self, path: str) -> dict[str, Any]:
        if path not in self._parsed:
            self._parsed[path] = parse_commented(self._files[path])
        return self._parsed[path]


def parse_commented(content: bytes) -> dict[str, Any]:
    """The object in a JSON text with comments and commas too many; empty where there is none."""
    text = _COMMENT.sub(lambda found: found[1] or " ", content.decode("utf-8-sig", "replace"))
    text = _COMMA.sub(lambda found: found[1] or "", text)
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _mapped(paths: Mapping[str, Any], folder: str, home: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pattern, targets in paths.items():
        if isinstance(targets, list) and pattern.count("*") <= 1:
            joined = (_joined(folder, each, home) for each in targets if isinstance(each, str))
            yield pattern, tuple(each for each in joined if each is not None)


def _joined(folder: str, path: str, home: str) -> str | None:
    """A path written in a file of ``folder``, from the top of the root; ``None`` for one that leads out of it."""
    if path.startswith(_HERE):
        folder, path = home, path.removeprefix(_HERE).lstrip("/")
    if path.startswith("/"):
        return None
    joined = posixpath.normpath(posixpath.join(folder, path.replace("\\", "/")))
    return None if joined == ".." or joined.startswith("../") else "" if joined == "." else joined
