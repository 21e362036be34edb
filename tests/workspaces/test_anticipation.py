"""What gets ready before the rest is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from navigator.workspaces import anticipation
from navigator.workspaces.anticipation import anticipate
from navigator.workspaces.fan_out import POOL_FROM_BYTES

Expected = list[tuple[int, int | None, set[str]]]


@pytest.fixture
def expected(monkeypatch: pytest.MonkeyPatch) -> Expected:
    calls: Expected = []
    monkeypatch.setattr(
        anticipation, "expect", lambda size, jobs, languages: calls.append((size, jobs, set(languages)))
    )
    return calls


def test_a_folder_of_much_code(tmp_path: Path, expected: Expected) -> None:
    inner = tmp_path / "package" / "inner"
    inner.mkdir(parents=True)
    (inner / "code.py").write_bytes(b"#" * POOL_FROM_BYTES)
    (tmp_path / "page.ts").write_bytes(b"//")
    anticipate(["pypi:requests", str(tmp_path / "missing"), str(tmp_path)], 2)
    assert expected == [(POOL_FROM_BYTES + 2, 2, {"python", "typescript"})]


def test_little_code_other_files_and_hidden_folders(tmp_path: Path, expected: Expected) -> None:
    (tmp_path / "code.py").write_bytes(b"#")
    (tmp_path / "picture.png").write_bytes(b"#" * POOL_FROM_BYTES)
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "code.py").write_bytes(b"#" * POOL_FROM_BYTES)
    anticipate([str(tmp_path), "git+https://example.org/x"])
    assert expected == []


def test_looking_ends(tmp_path: Path, expected: Expected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anticipation, "LOOK_AT", 3)
    for number in range(5):
        (tmp_path / f"{number}.txt").touch()
    below = tmp_path / "below"
    below.mkdir()
    (below / "code.py").write_bytes(b"#" * POOL_FROM_BYTES)
    anticipate([str(tmp_path)])
    assert expected == []
