"""How long work tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called from the thread that does the work. What it raises ends the work and leaves the index as it was."""

    def __call__(self, label: str, done: int, total: int | None) -> None:
        """``total`` is ``None`` where it is not known."""
        ...


def silent(label: str, done: int, total: int | None) -> None:
    """Tells nobody."""
