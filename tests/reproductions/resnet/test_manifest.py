"""The manifest beside the code, and a small run by hand."""

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

FOLDER = Path(__file__).parents[3] / "reproductions" / "resnet"
MANIFEST = tomllib.loads((FOLDER / "reproduction.toml").read_text("utf-8"))

needs_all = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("torch", "matplotlib", "sklearn")),
    reason="a run needs torch, matplotlib and scikit-learn",
)


def _definitions(node: ast.AST, prefix: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        name = prefix
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            name = f"{prefix}.{child.name}"
            yield name
        yield from _definitions(child, name)


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "NAVIGATOR_OUTPUT": str(folder), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "reproductions.resnet", *words]
    return subprocess.run(
        command, cwd=FOLDER.parents[1], env=settings, capture_output=True, text=True, timeout=120, check=False
    )


def test_every_linked_symbol_of_ours_exists() -> None:
    names: set[str] = set()
    for file in FOLDER.glob("*.py"):
        names.update(_definitions(ast.parse(file.read_text("utf-8")), f"reproductions.resnet.{file.stem}"))
    assert [link["ours"] for link in MANIFEST["links"] if link["ours"] not in names] == []


def test_every_hop_has_both_ends_linked() -> None:
    linked = {link["upstream"] for link in MANIFEST["links"]}
    assert set(MANIFEST["chains"]) == {"R01", "R03", "R04"}
    for id, hops in MANIFEST["chains"].items():
        assert [hop for hop in hops if not linked.issuperset(hop)] == [], id


@needs_all
def test_a_run_by_hand_finds_the_degradation(tmp_path: Path) -> None:
    done = _run(tmp_path, "seeds=1", "depths=20,8")
    assert done.returncode == 0, done.stderr
    assert all(f"claim {claim['id']}: held" in done.stdout for claim in MANIFEST["claims"])
    assert all((tmp_path / output["path"]).stat().st_size > 100 for output in MANIFEST["outputs"])


@needs_all
def test_a_claim_that_does_not_hold_is_said_so(tmp_path: Path) -> None:
    """After one epoch nothing has degraded yet."""
    done = _run(tmp_path, "seeds=1", "epochs=1")
    assert done.returncode == 1, done.stderr
    assert "claim degradation: did not hold: training loss at depth 8 -> 20" in done.stdout
    assert "The claim did not hold here." in done.stdout


@needs_all
@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("depths=8,21", "depths: two or more of 8, 14, 20, 26, 32, ... (6 n + 2), no 21\n"),
        ("depths=8", "depths: two or more of 8, 14, 20, 26, 32, ... (6 n + 2), not only 8\n"),
        ("depths=", "depths: two or more of 8, 14, 20, 26, 32, ... (6 n + 2), not only none\n"),
    ],
)
def test_a_bad_depth_is_one_clear_line(tmp_path: Path, word: str, message: str) -> None:
    done = _run(tmp_path, word)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)
