"""The workspace that a question names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.cli.exits import say
from navigator.cli.progress import progress_bar
from navigator.wording import counted
from navigator.workspaces import UnknownWorkspace, Workspace, open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from navigator.workspaces import Refreshed


def asked(name: str | None) -> Workspace:
    """Opens ``W``, the current workspace, or ``W@REV``, which is indexed if it is not there yet."""
    try:
        return open_workspace(name)
    except UnknownWorkspace:
        if name is None or "@" not in name:
            raise
    at_revision(name)
    return open_workspace(name)


def at_revision(text: str, clones: Path | None = None, jobs: int | None = None) -> tuple[str, Refreshed | None]:
    """Brings ``W@REV`` up to date, telling how much had to be parsed; gives the name to open, and what was done."""
    from navigator.workspaces import ready

    with progress_bar() as progress:
        name, done = ready(
            text,
            local=clones,
            jobs=jobs,
            progress=progress,
            waiting=lambda: say("another process is indexing this workspace; waiting for it"),
        )
    if done is not None:
        say(f"{name}: {counted(done.files, 'file')}; parsed {done.parsed:,}")
    return name, done
