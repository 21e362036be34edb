"""The reproductions that a command knows: those of the product, the user, and the current workspace's file."""

from __future__ import annotations

from pathlib import Path

from navigator.cli.exits import say
from navigator.errors import NavigatorError
from navigator.runs import Reproduction, Reproductions, find_reproduction, reproductions, workspace_folders


def all_known() -> Reproductions:
    return reproductions(_further())


def known(text: str) -> Reproduction:
    """The reproduction with this id or in this folder; raises UnknownReproduction with the nearest ids."""
    return find_reproduction(text, _further())


def _further() -> tuple[Path, ...]:
    """A workspace that cannot be opened takes nothing from the reproductions that need none."""
    try:
        return workspace_folders()
    except NavigatorError as error:
        say(f"navigator: reproductions of the current workspace are left out: {error}")
        return ()
