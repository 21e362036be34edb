"""Every test runs with a home of its own, so that none reads or writes the user's index."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Points ``NAVIGATOR_HOME`` at a fresh folder for the time of one test; subprocesses inherit it."""
    home = tmp_path_factory.mktemp("navigator-home")
    monkeypatch.setenv("NAVIGATOR_HOME", str(home))
    for name in ("COLUMNS", "FORCE_COLOR", "GIT_DIR", "GIT_WORK_TREE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return home
