"""Real git repositories, made on the fly."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest


def quiet_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git as nobody has configured it, with an author and a date that never change."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "a@example.org")
        monkeypatch.setenv(f"GIT_{who}_DATE", "2024-01-01T00:00:00Z")


class Git:
    """A repository and the real git program beside it."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self("init", "--quiet", "--initial-branch=main", *options)

    def __call__(self, *arguments: str, **options: Any) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
            errors="replace",
            **options,
        )
        return done.stdout.strip()

    def write(self, path: str, content: str | bytes = "") -> Path:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    def commit(self, **files: str | bytes) -> str:
        """Commits everything, after writing ``files`` (``__`` in a name is a slash, the suffix is ``.py``)."""
        for name, content in files.items():
            self.write(name.replace("__", "/") + ".py", content)
        self("add", "--all", "--force")
        self("commit", "--quiet", "--allow-empty", "--message", "x")
        return self("rev-parse", "HEAD")
