"""A real git, a package index on the loopback, and archives made on the fly."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from navigator.sources import Snapshot, open_source
from tests.repositories import Git, quiet_git

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests decides what they see."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "PIP_", "UV_")) or name.lower() in _PROXIES or name.endswith("_CA_BUNDLE"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    quiet_git(monkeypatch)


Take = Callable[..., Snapshot]


@pytest.fixture
def take(tmp_path: Path) -> Iterator[Take]:
    """``open_source`` for ``.py`` files with a cache of the test's own; what it opened is closed in the end."""
    opened: list[Snapshot] = []

    def open_one(spec: object, **options: Any) -> Snapshot:
        options = {"suffixes": (".py",), "cache_dir": tmp_path / "cache", **options}
        opened.append(open_source(str(spec), **options))
        return opened[-1]

    yield open_one
    for snapshot in opened:
        snapshot.close()


@pytest.fixture
def repository(tmp_path: Path) -> Git:
    return Git(tmp_path / "project")


@pytest.fixture
def new_repository(tmp_path: Path) -> Callable[..., Git]:
    return lambda name, *options: Git(tmp_path / name, *options)


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A file that exists once something ran that must not."""
    return tmp_path / "it-ran"


def paths_of(snapshot: Snapshot) -> list[str]:
    return [entry.path for entry in snapshot.entries]


def problems_of(snapshot: Snapshot) -> dict[str, str]:
    return {problem.file: problem.message for problem in snapshot.problems}


@pytest.fixture(name="paths_of")
def _paths_of() -> Callable[[Snapshot], list[str]]:
    return paths_of


@pytest.fixture(name="problems_of")
def _problems_of() -> Callable[[Snapshot], dict[str, str]]:
    return problems_of


@pytest.fixture
def empty_folder(tmp_path: Path) -> Callable[[str], Path]:
    def make(name: str) -> Path:
        shutil.rmtree(tmp_path / name, ignore_errors=True)
        (tmp_path / name).mkdir()
        return tmp_path / name

    return make
