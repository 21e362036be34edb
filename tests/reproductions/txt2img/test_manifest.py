"""The manifest beside the code, and small runs by hand."""

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
from PIL import Image

FOLDER = Path(__file__).parents[3] / "reproductions" / "txt2img"
MANIFEST = tomllib.loads((FOLDER / "reproduction.toml").read_text("utf-8"))
PACKAGES = ("torch", "sklearn", "safetensors", "matplotlib")
needs_all = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in PACKAGES), reason=f"a run needs {', '.join(PACKAGES)}"
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
    command = [sys.executable, "-m", "reproductions.txt2img", *words]
    return subprocess.run(
        command, cwd=FOLDER.parents[1], env=settings, capture_output=True, text=True, timeout=120, check=False
    )


def test_every_linked_symbol_of_ours_exists() -> None:
    names: set[str] = set()
    for file in FOLDER.rglob("*.py"):
        module = ".".join(file.relative_to(FOLDER.parents[1]).with_suffix("").parts)
        names.update(_definitions(ast.parse(file.read_text("utf-8")), module))
    assert [link["ours"] for link in MANIFEST["links"] if link["ours"] not in names] == []


def test_hops_have_both_ends_linked() -> None:
    linked = {link["upstream"] for link in MANIFEST["links"]}
    assert set(MANIFEST["chains"]) == {"W02", "W09", "W11", "W15", "W17"}
    for id, hops in MANIFEST["chains"].items():
        covered = sum(linked.issuperset(hop) for hop in hops)
        assert covered >= 0.8 * len(hops), id


def test_the_weights_are_small() -> None:
    assert (FOLDER / "weights" / "digits.safetensors").stat().st_size < 3_000_000


@needs_all
def test_a_run_by_hand_holds_its_claims(tmp_path: Path) -> None:
    done = _run(tmp_path, "samples=100", "prompt=a (drawing:1.1) of a seven", "batch_size=2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(f"claim {claim['id']}: held" in done.stdout for claim in MANIFEST["claims"])
    assert all((tmp_path / output["path"]).stat().st_size > 100 for output in MANIFEST["outputs"])
    with Image.open(tmp_path / "picture.png") as image:
        text = image.info["parameters"]
    assert text.startswith("a (drawing:1.1) of a seven\nSteps: 20, Sampler: Euler a")

    # The text makes the picture again; a picture to start from is taken.
    again = _run(tmp_path / "again", f"infotext={text}", f"init_image={tmp_path / 'picture.png'}")
    assert again.returncode == 0, again.stderr
    assert "Denoising strength: 0.75" in again.stdout


@needs_all
@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("sampler=Euller", "there is no sampler 'Euller': is 'Euler' meant?\n"),
        ("width=0", "width is a multiple of 4 from 4 to 128, not 0\n"),
        ("flagged=12", "flagged: digits from 0 to 9\n"),
        (
            "init_image=/nowhere.png",
            "/nowhere.png is no picture that can be read: [Errno 2] No such file or directory: ",
        ),
        ("infotext=hello", "this text has no line of parameters, like: Steps: 20, Sampler: Euler a, Seed: 1, ...\n"),
    ],
)
def test_what_cannot_be_made_is_one_clear_line(tmp_path: Path, word: str, message: str) -> None:
    done = _run(tmp_path, word)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1
