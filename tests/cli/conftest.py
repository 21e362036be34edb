"""Running the command in this process, against an index of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from navigator.cli import main
from navigator.index import Home
from tests.index.sample import installed


class Ran(NamedTuple):
    """How one command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NAVIGATOR_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


@pytest.fixture
def run(home: Home, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> Ran:
        capsys.readouterr()
        status = main(arguments)
        return Ran(status, *capsys.readouterr())

    return command


@pytest.fixture
def shop(home: Home, tmp_path: Path) -> Path:
    """The small graph made by hand as workspace ``shop``; gives the folder of its files."""
    installed(home, tmp_path / "shop")
    return tmp_path / "shop"
