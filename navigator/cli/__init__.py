"""The command ``navigator``: it reads arguments, asks ``navigator.workspaces``, and prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main", "process"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line (the process's own by default) and gives its exit status."""
    from navigator.cli.commands import navigator
    from navigator.cli.exits import run

    return run(navigator, arguments)


def process() -> NoReturn:
    """Runs the process's own command line and ends the process, without freeing what the command made."""
    import os

    from navigator.cli import exits

    exits.leftovers = []
    status = main()
    exits.flush_all()
    os._exit(status)
