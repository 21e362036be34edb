"""A home with the miniatures indexed, made once and copied for every test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from navigator.index import Home
from navigator.workspaces import open_entry

DEMOS = ("demo-webui", "demo-deepspeed", "demo-konva", "demo-torchvision")


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("miniatures")
    for name in DEMOS:
        open_entry(name, home=Home(folder), jobs=1)
    return folder


@pytest.fixture(autouse=True)
def home(indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the home that the test may change."""
    place = tmp_path / "home"
    shutil.copytree(indexed, place)
    monkeypatch.setenv("NAVIGATOR_HOME", str(place))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.chdir(tmp_path)
    return place
