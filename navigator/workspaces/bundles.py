"""Bundles: files that repeat the modules they were built from, and would double every symbol of a package.

A file counts as a bundle by what stands in it, not by its name: most of its lines are those of several smaller files of
the same package, each of which stands in it nearly whole. Bundlers that keep lines (rollup, esbuild, webpack without
``eval``) leave such files; minified ones are told by their line lengths elsewhere.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from navigator.workspaces.program import CodeFile
from navigator.workspaces.script_packages import parse_manifest

LEAST_BYTES = 50_000
"""A bundle smaller than this costs nobody anything."""
LEAST_MODULES = 3
COPIED = 0.7
"""How much of a bundle's lines its modules explain, and how much of each module's lines the bundle repeats; the rest is
what bundlers rename, add and transpile, and dependencies that they put in."""
_LEAST_LINE = 16
"""Bytes of a line that tells something; ``return this;`` stands everywhere."""
_COMMENTS = (b"//", b"/*", b"*")
_SCRIPTS = frozenset({"javascript", "typescript", "tsx"})

Read = Callable[[Collection[str]], Mapping[str, bytes]]


def bundled_modules(files: Iterable[CodeFile], manifests: Mapping[str, bytes], read: Read) -> dict[str, int]:
    """The bundles among ``files``: path → number of modules that it repeats.

    ``manifests`` are the ``package.json`` of the root by path; without one there is no package, and no bundle. What a
    manifest names as an entry (``main``, ``module``, ``exports`` without ``*``) stays, since imports lead there.
    ``read`` gives the bytes of paths.
    """
    packages: dict[str, Any] = {}
    for path, content in manifests.items():
        manifest = parse_manifest(content)
        if manifest.get("name"):
            packages[posixpath.dirname(path)] = manifest
    members: dict[str, list[CodeFile]] = {}
    for file in files if packages else ():
        if file.language in _SCRIPTS and (folder := _package_of(file.path, packages)) is not None:
            members.setdefault(folder, []).append(file)
    found: dict[str, int] = {}
    for folder, inside in members.items():
        entries = set(_entries(folder, packages[folder]))
        found.update(_bundles([file for file in inside if file.path not in entries], inside, read))
    return found


def _bundles(suspects: Collection[CodeFile], inside: Collection[CodeFile], read: Read) -> Iterator[tuple[str, int]]:
    suspects = [file for file in suspects if file.language == "javascript" and _is_sum_of_others(file, inside)]
    if not suspects:
        return
    lines = {path: _telling_lines(content) for path, content in read([file.path for file in inside]).items()}
    for file in suspects:
        own = lines[file.path]
        parts = [
            lines[other.path]
            for other in inside
            if other.size * 2 <= file.size and (its := lines[other.path]) and len(its & own) >= COPIED * len(its)
        ]
        if len(parts) >= LEAST_MODULES and len(own.intersection(set().union(*parts))) >= COPIED * len(own):
            yield file.path, len(parts)


def _is_sum_of_others(file: CodeFile, inside: Iterable[CodeFile]) -> bool:
    """Whether the sizes allow that the file is a bundle, which is cheap to tell."""
    if file.size < LEAST_BYTES:
        return False
    return sum(other.size for other in inside if other.size * 2 <= file.size) >= COPIED * file.size


def _telling_lines(content: bytes) -> set[bytes]:
    stripped = map(bytes.strip, content.split(b"\n"))
    return {line for line in stripped if len(line) >= _LEAST_LINE and not line.startswith(_COMMENTS)}


def _package_of(path: str, packages: Collection[str]) -> str | None:
    """The folder of the nearest package around a file."""
    folder = posixpath.dirname(path)
    while folder not in packages:
        if not folder:
            return None
        folder = posixpath.dirname(folder)
    return folder


def _entries(folder: str, manifest: Mapping[str, Any]) -> Iterator[str]:
    """The paths that a manifest's entries may mean."""
    for key in ("main", "module", "exports"):
        for target in _texts(manifest.get(key, "index.js" if key == "main" else None)):
            path = posixpath.normpath(posixpath.join(folder, target))
            for ending in ("", ".js", "/index.js"):
                yield path + ending


def _texts(value: Any) -> Iterator[str]:
    """The texts of nested conditions, however deep."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)
