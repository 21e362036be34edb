"""The import contracts of pyproject.toml bite."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def broken(clone: Path) -> str:
    """What import-linter says of the package in ``clone``; empty when all contracts hold."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache", "--no-logo"], cwd=clone, capture_output=True, text=True, check=False, timeout=60
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "navigator", tmp_path / "navigator", ignore=shutil.ignore_patterns("__pycache__", "_data"))
    return tmp_path


def test_the_contracts_hold(clone: Path) -> None:
    assert not broken(clone)


def test_a_package_without_a_layer_is_refused(clone: Path) -> None:
    (clone / "navigator" / "stray").mkdir()
    (clone / "navigator" / "stray" / "__init__.py").touch()
    assert "stray" in broken(clone)


def test_an_import_of_a_higher_layer_is_refused(clone: Path) -> None:
    (clone / "navigator" / "callgraph" / "climber.py").write_text("from navigator.facts import vocabulary\n")
    assert "climber" in broken(clone)


def test_a_late_import_of_a_sibling_is_refused(clone: Path) -> None:
    (clone / "navigator" / "facts" / "sideways.py").write_text(
        "def fetch() -> None:\n    from navigator import sources  # noqa: F401\n"
    )
    assert "sideways" in broken(clone)


def test_a_circle_of_modules_is_refused(clone: Path) -> None:
    (clone / "navigator" / "callgraph" / "ring").mkdir()
    for name, other in (("__init__", "left"), ("left", "right"), ("right", "left")):
        (clone / "navigator" / "callgraph" / "ring" / f"{name}.py").write_text(
            f"import navigator.callgraph.ring.{other}\n"
        )
    assert "ring" in broken(clone)
