from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.slices.__main__ import main
from benchmarks.slices.identity import changed_functions
from navigator import bundled

UPSTREAM = b"@wrap\ndef f(a):\n    # why\n    return  a\n\n\ndef g():\n    return 1\n"


def test_changed_functions_are_found() -> None:
    stub = b"def g():\n    raise left_out('m.g', 'm.py:7')\n"
    assert list(changed_functions(UPSTREAM.partition(b"def g")[0] + stub, UPSTREAM)) == []
    assert list(changed_functions(UPSTREAM.replace(b"  a", b" a"), UPSTREAM)) == ["f"]
    assert list(changed_functions(UPSTREAM.replace(b"# why", b""), UPSTREAM)) == ["f"]


def test_the_command_measures_a_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source = str(bundled.fixture("torchvision"))
    assert main([source, "--symbols", "2", "--json", str(tmp_path / "found.json")]) == 0
    out = capsys.readouterr().out
    assert "| torchvision | symbol | 2 | 2 | 0 | 0 |" in out
    assert (tmp_path / "found.json").is_file()
