"""What ``package.json`` files say: names, and which files imports of a package lead to."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from navigator.linking import ScriptPackage

MANIFEST = "package.json"
_MAIN = ("module", "main")
_TYPES = ("types", "typings")


def read_packages(root: str, manifests: Mapping[str, bytes]) -> list[ScriptPackage]:
    """The packages of a root, from its manifests by path. A manifest that cannot be parsed describes nothing."""
    packages = []
    for path, content in sorted(manifests.items()):
        manifest = parse_manifest(content)
        name = manifest.get("name")
        exports = tuple((subpath, tuple(targets)) for subpath, targets in _exports(manifest))
        own = manifest.get("imports")
        imports = tuple((key, tuple(_targets(value))) for key, value in own.items()) if isinstance(own, dict) else ()
        main = tuple(text for key in (*_MAIN, *_TYPES) if isinstance(text := manifest.get(key), str))
        folder = posixpath.dirname(path)
        packages.append(ScriptPackage(root, folder, name if isinstance(name, str) else "", main, exports, imports))
    return packages


def parse_manifest(content: bytes) -> dict[str, Any]:
    """The object that a manifest holds; empty where it holds none."""
    try:
        manifest = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _exports(manifest: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Subpaths with their targets, best first; one value without subpaths is that of the package itself."""
    exports = manifest.get("exports")
    if isinstance(exports, dict) and any(key.startswith(".") for key in exports):
        for subpath, value in exports.items():
            yield subpath, _targets(value)
    elif exports:
        yield ".", _targets(exports)


def _targets(value: Any) -> list[str]:
    """The targets of nested conditions in their order; declarations, which hold no code, come last."""
    code: list[str] = []
    types: list[str] = []
    pending = [(value, code)]
    while pending:
        each, where = pending.pop()
        if isinstance(each, str):
            where.append(each)
        elif isinstance(each, list):
            pending.extend((item, where) for item in reversed(each))
        elif isinstance(each, dict):
            items = list(each.items())
            pending.extend((item, types if key.startswith(_TYPES) else where) for key, item in reversed(items))
    return [*code, *types]
