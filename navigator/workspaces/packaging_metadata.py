"""Where packaging metadata says that importable code begins, read without running anything."""

from __future__ import annotations

import ast
import configparser
import posixpath
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

METADATA_FILES = ("pyproject.toml", "setup.cfg", "setup.py")


def is_metadata(path: str) -> bool:
    return path.rpartition("/")[2] in METADATA_FILES


def declared_roots(files: Mapping[str, bytes]) -> set[str]:
    """Folders that metadata ``files`` (path → bytes) name as import roots, relative to the top; ``""`` is the top.

    Understands the tables of setuptools, hatch, poetry, flit, pdm, uv and maturin, ``setup.cfg``, and literal
    ``package_dir`` and ``find_packages`` arguments in ``setup.py``. A file that cannot be parsed declares nothing.
    """
    readers = {"pyproject.toml": _pyproject, "setup.cfg": _setup_cfg, "setup.py": _setup_py}
    roots: set[str] = set()
    for path, content in files.items():
        folder, _, name = path.rpartition("/")
        try:
            declared = set(readers[name](content.decode("utf-8", "replace")))
        except (tomllib.TOMLDecodeError, configparser.Error, SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for place in declared:
            joined = posixpath.normpath(posixpath.join(folder, place))
            if not joined.startswith(("..", "/")):
                roots.add("" if joined == "." else joined)
    return roots


def _table(value: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _parents(paths: Iterable[str]) -> Iterator[str]:
    """A package listed by its folder begins in the folder around it."""
    for path in paths:
        yield posixpath.dirname(path.strip("/"))


def _pyproject(text: str) -> Iterator[str]:
    tool = _table(tomllib.loads(text), "tool")
    setuptools = _table(tool, "setuptools")
    yield from _package_dir(_table(setuptools, "package-dir"))
    yield from _texts(_table(setuptools, "packages", "find").get("where"))
    for target in ("wheel", "sdist"):
        build = _table(tool, "hatch", "build", "targets", target)
        yield from _parents(_texts(build.get("packages")))
        yield from _texts(build.get("sources"))
    yield from _texts(_table(tool, "hatch", "build").get("sources"))
    packages = _table(tool, "poetry").get("packages")
    for package in packages if isinstance(packages, list) else ():
        yield from _texts(_table(package).get("from"))
    yield from _texts(_table(tool, "pdm", "build").get("package-dir"))
    yield from _texts(_table(tool, "uv", "build-backend").get("module-root"))
    yield from _texts(_table(tool, "maturin").get("python-source"))


def _package_dir(mapping: Mapping[str, Any]) -> Iterator[str]:
    for package, folder in mapping.items():
        if not isinstance(folder, str):
            continue
        if not package:
            yield folder
        elif folder.strip("/").split("/")[-package.count(".") - 1 :] == package.split("."):
            yield "/".join(folder.strip("/").split("/")[: -package.count(".") - 1])


def _setup_cfg(text: str) -> Iterator[str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    lines = [line.partition("=") for line in parser.get("options", "package_dir", fallback="").splitlines()]
    yield from _package_dir({package.strip(): folder.strip() for package, mark, folder in lines if mark})
    yield from parser.get("options.packages.find", "where", fallback="").split()


def _setup_py(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        arguments = {keyword.arg: keyword.value for keyword in node.keywords}
        if called in ("find_packages", "find_namespace_packages"):
            where = arguments.get("where", node.args[0] if node.args else None)
            yield from _texts(_literal(where))
        elif called == "setup":
            yield from _package_dir(_table(_literal(arguments.get("package_dir"))))


def _literal(node: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(node) if node is not None else None
    except (ValueError, TypeError):
        return None
