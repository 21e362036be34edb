"""The command ``navigator``: it reads arguments, asks ``navigator.workspaces``, and prints."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line (the process's own by default) and gives its exit status."""
    from navigator.cli.commands import navigator
    from navigator.cli.exits import run

    return run(navigator, arguments)
