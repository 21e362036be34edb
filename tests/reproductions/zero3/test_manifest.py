"""The manifest beside the code: every linked name exists here, and the run by hand tells what it found."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "reproductions" / "zero3"
MANIFEST = tomllib.loads((FOLDER / "reproduction.toml").read_text("utf-8"))


def _definitions(node: ast.AST, prefix: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        name = prefix
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            name = f"{prefix}.{child.name}"
            yield name
        yield from _definitions(child, name)


def test_every_linked_symbol_of_ours_exists() -> None:
    names: set[str] = set()
    for file in FOLDER.glob("*.py"):
        module = "reproductions.zero3" + ("" if file.stem == "__init__" else f".{file.stem}")
        names.update(_definitions(ast.parse(file.read_text("utf-8")), module))
    assert [link["ours"] for link in MANIFEST["links"] if link["ours"] not in names] == []


def test_nine_tenths_of_the_hops_have_both_ends_linked() -> None:
    linked = {link["upstream"] for link in MANIFEST["links"]}
    assert set(MANIFEST["chains"]) == {"D01", "D06", "D09", "D17", "D20"}
    for id, hops in MANIFEST["chains"].items():
        covered = sum(caller in linked and callee in linked for caller, callee in hops)
        assert covered / len(hops) >= 0.8, id


def test_every_file_can_be_read_at_one_sitting() -> None:
    assert {
        file.name: lines for file in FOLDER.glob("*.py") if (lines := len(file.read_text().splitlines())) > 260
    } == {}


@pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("torch", "matplotlib", "navigator.reproduction")),
    reason="a run needs torch and matplotlib, and navigator's runs",
)
def test_a_run_by_hand_checks_its_claims(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reproductions.zero3", "model=mlp", "processes=2", "steps=6"]
    settings = {**os.environ, "NAVIGATOR_OUTPUT": str(tmp_path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=FOLDER.parents[1], env=settings, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert all(f"claim {claim['id']}: held" in done.stdout for claim in MANIFEST["claims"])
    assert all((tmp_path / output["path"]).stat().st_size > 100 for output in MANIFEST["outputs"])
