"""What a command loads, read from ``sys.modules`` of a fresh interpreter, where late imports show as well."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from navigator import bundled

HEAVY = {
    "git",
    "graphviz",
    "libcst",
    "networkx",
    "pygraphviz",
    "rich.progress",
    "textual",
    "torch",
    "tree_sitter",
    "tree_sitter_python",
    "unearth",
}

LISTING_MODULES_AT_EXIT = """
import atexit, json, runpy, sys
report = sys.argv.pop(1)
atexit.register(lambda: json.dump(sorted(sys.modules), open(report, "w")))
if len(sys.argv) == 1:
    import navigator
else:
    runpy.run_module("navigator", run_name="__main__", alter_sys=True)
"""


def modules_after(report: Path, *arguments: str) -> set[str]:
    """The modules loaded at the end of ``navigator ARGUMENTS``, or of ``import navigator`` alone."""
    command = [sys.executable, "-c", LISTING_MODULES_AT_EXIT, str(report), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(report.read_text()))


def test_import_navigator_is_light(tmp_path: Path) -> None:
    assert not HEAVY & modules_after(tmp_path / "modules")


@pytest.mark.parametrize("command", ["--help", "--version", "index --help", "callers --help"])
def test_help_is_light(command: str, tmp_path: Path) -> None:
    assert not HEAVY & modules_after(tmp_path / "modules", *command.split())


def test_questions_are_light(tmp_path: Path) -> None:
    fixture = str(bundled.fixture("torchvision"))
    indexing = modules_after(tmp_path / "modules", "index", fixture)
    assert "tree_sitter" in indexing, "the check would pass whatever is loaded"
    leaf = "torchvision.models.resnet.conv1x1"
    path = ["path", "torchvision.models.resnet.resnet50", leaf]
    for question in (["callers", leaf], ["callees", path[1]], path, ["show", leaf], ["find", "conv"], ["list"]):
        assert not HEAVY & modules_after(tmp_path / "modules", *question), question
