from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from benchmarks.speed import measure, subjects, tools

MEGABYTE = 1 << 20
HOLDS_MEMORY = """
import subprocess, sys, time
held = bytearray(40 << 20)
if len(sys.argv) > 1:
    subprocess.run([sys.executable, __file__])
else:
    time.sleep(0.6)
"""


def run(tmp_path: Path, *command: str, limit: float = 60) -> measure.Run:
    return measure.run(
        [sys.executable, *command], tmp_path / "log", environment={**os.environ}, cwd=tmp_path, limit=limit
    )


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc: memory is not measured")
def test_memory_is_summed_over_the_process_tree(tmp_path: Path) -> None:
    script = tmp_path / "holds.py"
    script.write_text(HOLDS_MEMORY)
    alone = run(tmp_path, str(script)).memory
    both = run(tmp_path, str(script), "child").memory
    assert alone is not None
    assert both is not None
    assert 40 * MEGABYTE < alone < 80 * MEGABYTE
    assert 80 * MEGABYTE < both < 160 * MEGABYTE


def test_wall_time_and_failure(tmp_path: Path) -> None:
    timed = run(tmp_path, "-c", "import time; time.sleep(0.3)")
    assert 0.3 <= timed.wall < 5
    assert not timed.failure
    assert "exit 3: gone" in run(tmp_path, "-c", "import sys; print('gone'); sys.exit(3)").failure


def test_a_run_past_its_limit_is_ended_with_its_children(tmp_path: Path) -> None:
    marker = tmp_path / "alive"
    child = f"import time, pathlib; time.sleep(2); pathlib.Path({str(marker)!r}).touch()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    ended = run(tmp_path, "-c", parent, limit=0.5)
    assert "still running after 0.5 s" in ended.failure
    time.sleep(2)
    assert not marker.exists()


def test_a_subject_is_a_copy_that_can_be_edited(tmp_path: Path) -> None:
    original = tmp_path / "package"
    (original / "__pycache__").mkdir(parents=True)
    (original / "__pycache__" / "a.py").touch()
    for name, size in (("small.py", 1), ("middle.py", 10), ("large.py", 100)):
        (original / name).write_text("x = 1\n" * size)
    subject = subjects.copied("label", original, tmp_path / "scratch")
    assert [file.name for file in subject.files] == ["large.py", "middle.py", "small.py"]
    assert subject.size == 111 * 6
    assert subject.edit(0).name == "middle.py"
    compile((subject.folder / "middle.py").read_text(), "middle.py", "exec")
    assert (original / "middle.py").read_text() == "x = 1\n" * 10


def test_only_installed_tools_are_run(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pyan3").touch()
    assert list(tools.installed(tmp_path)) == ["pyan3"]
    assert tools.installed(None) == {}
