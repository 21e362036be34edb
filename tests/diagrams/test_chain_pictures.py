"""The pictures of the call chains, drawn from the miniature of torchvision."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import which

CLONE = Path(__file__).parents[2]


def draw(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CLONE / "tools" / "chain_pictures.py"), *arguments]
    settings = os.environ | {"PYTHONPATH": str(CLONE)}
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=60)


def test_a_chain_is_drawn(tmp_path: Path) -> None:
    source = f"resnet={CLONE / 'fixtures' / 'torchvision'}"
    ended = draw("--source", source, "-o", str(tmp_path))
    assert "_make_layer" in (tmp_path / "resnet.txt").read_text()
    assert b"<svg" in (tmp_path / "resnet.svg").read_bytes()
    assert not (tmp_path / "resnet.html").exists()
    if find_spec("pygraphviz") is not None or which("dot") is not None:
        assert ended.returncode == 0, ended.stderr
        assert (tmp_path / "resnet.png").exists()


def test_what_is_no_source_is_told(tmp_path: Path) -> None:
    ended = draw("--source", "resnet=nowhere", "-o", str(tmp_path))
    assert ended.returncode == 2 and "NAME=DIR" in ended.stderr
