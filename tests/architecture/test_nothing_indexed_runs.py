"""Indexing reads code; it never imports or runs it, whatever the code is called and wherever it lies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MARK = "from pathlib import Path\nPath({marker!r}).open('a').write(__file__ + '\\n')\n"

BOOBY_TRAPS = (
    "setup.py",
    "conftest.py",
    "noxfile.py",
    "sitecustomize.py",
    "usercustomize.py",
    "click.py",
    "msgspec/__init__.py",
    "trapped/__init__.py",
    "trapped/__main__.py",
    "trapped/plain.py",
)

LISTING_MODULES_AT_EXIT = """
import atexit, json, runpy, sys
report = sys.argv.pop(1)
def tell():
    files = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
    json.dump(files, open(report, "w"))
atexit.register(tell)
runpy.run_module("navigator", run_name="__main__", alter_sys=True)
"""


def lay_traps(folder: Path, marker: Path) -> None:
    """A project each of whose files leaves a line in ``marker`` when it is run."""
    for name in BOOBY_TRAPS:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(MARK.format(marker=str(marker)) + "def answer():\n    return 42\n\n\nanswer()\n")
    (folder / "trapped.pth").write_text(f"import pathlib; pathlib.Path({str(marker)!r}).write_text('pth')\n")
    (folder / "setup.cfg").write_text("[metadata]\nname = trapped\nversion = attr: trapped.plain.answer\n")
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "trapped"\n'
    )
    (folder / "backend.py").write_text(MARK.format(marker=str(marker)))


@pytest.mark.parametrize("inside", [False, True], ids=["from elsewhere", "from inside it"])
def test_indexing_runs_nothing_of_what_it_indexes(inside: bool, tmp_path: Path) -> None:
    project, marker, report = tmp_path / "project", tmp_path / "marker", tmp_path / "modules"
    lay_traps(project, marker)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # Without -P the interpreter itself would put the caller's folder first on its path.
    command = [sys.executable, "-P", "-c", LISTING_MODULES_AT_EXIT, str(report), "index", str(project)]
    where = project if inside else tmp_path
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not marker.exists(), f"indexing ran {marker.read_text()}"
    loaded = {name: file for name, file in json.loads(report.read_text()).items() if Path(file).is_relative_to(project)}
    assert not loaded
    asked = [sys.executable, "-P", "-m", "navigator", "callers", "trapped.plain.answer"]
    answer = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "trapped/plain.py" in answer.stdout, "the traps were not even indexed"


def test_the_traps_work(tmp_path: Path) -> None:
    """The proof above would pass for nothing if running a trapped file left no mark."""
    lay_traps(tmp_path / "project", tmp_path / "marker")
    subprocess.run([sys.executable, "-m", "trapped.plain"], cwd=tmp_path / "project", capture_output=True, check=True)
    assert "plain.py" in (tmp_path / "marker").read_text()
