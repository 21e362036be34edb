"""Small programs as workspaces of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from navigator import bundled
from navigator.workspaces import Workspace, index, open_workspace

Opened = Callable[[Mapping[str, str]], Workspace]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Opened]:
    """Writes files, indexes them, and opens the workspace; the code lies in the folder ``code``."""
    with ExitStack() as stack:

        def opened(files: Mapping[str, str]) -> Workspace:
            folder = tmp_path / "code"
            for path, text in files.items():
                file = folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text.encode())
            index([str(folder)], name="program", jobs=1)
            return stack.enter_context(open_workspace("program"))

        yield opened


@pytest.fixture
def miniature() -> Iterator[Callable[[str], Workspace]]:
    with ExitStack() as stack:

        def opened(name: str) -> Workspace:
            folder = bundled.fixture(name)
            if (folder / "navigator.toml").is_file():
                index(file=folder / "navigator.toml", name=name, jobs=1)
            else:
                index([str(folder)], name=name, jobs=1)
            return stack.enter_context(open_workspace(name))

        yield opened
