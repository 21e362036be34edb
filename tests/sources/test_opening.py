from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.sources import SpecError, UnreachableError, open_source
from navigator.sources.opening import KINDS


@pytest.mark.parametrize("spec", ["", "\0", "svn+https://host/x", "gem://x", "hg::x"])
def test_what_is_no_source(spec: str, take: Callable) -> None:
    with pytest.raises(SpecError) as caught:
        take(spec)
    assert all(kind.example in str(caught.value) for kind in KINDS)
    assert "\n" not in str(caught.value)


def test_a_failing_disk_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from navigator.sources import snapshot

    def full(self: object, key: str, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.py").write_text("x")
    monkeypatch.setattr(snapshot.KeptBytes, "put", full)
    with pytest.raises(UnreachableError, match=r"No space left on device$") as caught:
        open_source(str(tmp_path), suffixes=[".py"], cache_dir=tmp_path)
    assert caught.value.exit_code == 3


def test_relative_and_home_folders(tmp_path: Path, take: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home/code").mkdir()
    (tmp_path / "home/code/a.py").write_text("x")
    monkeypatch.chdir(tmp_path / "home")
    for spec in ("code", "./code/", "~/code"):
        snapshot = take(spec)
        assert (snapshot.name, snapshot.source) == ("code", str(tmp_path / "home/code"))


def test_importing_the_package_loads_nothing_heavy() -> None:
    program = (
        "import sys, navigator.sources\n"
        "heavy = {'git', 'unearth', 'httpx2', 'packaging', 'platformdirs', 'tarfile', 'zipfile', 'subprocess'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
