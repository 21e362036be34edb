"""What the package imports is what pyproject.toml declares."""

from __future__ import annotations

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def imported() -> dict[str, Path]:
    """Top-level names that any file of the package imports, late imports included, each with one such file."""
    found: dict[str, Path] = {}
    for file in (ROOT / "navigator").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0]: file for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found[node.module.partition(".")[0]] = file
    return found


def test_every_import_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["images"], *extras["serve"]]
    declared = {canonicalize_name(Requirement(text).name) for text in wanted}
    distributions = packages_distributions()
    # `compression` joined the standard library in 3.14; it is pytest that loads the plug-in for it.
    known = {*sys.stdlib_module_names, "navigator", "compression", "pytest"}
    for name, file in imported().items():
        if name not in known:
            owners = {canonicalize_name(owner) for owner in distributions.get(name, [name])}
            assert owners & declared, f"{file.relative_to(ROOT)} imports {name}, which pyproject.toml does not declare"
