"""The stage in a terminal: its mouse events become the DOM's, and what ran is shown beside the upstream's names."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

TERMINAL = "NAVIGATOR_TERMINAL"


def play(colours: str) -> int:
    """Runs until q is pressed; without a terminal the scripted scene is played instead."""
    try:
        with _terminal() as there:
            log = _played(colours) if there else None
    except OSError as error:
        print(f"the terminal {os.environ.get(TERMINAL)} cannot be used: {error.strerror}", file=sys.stderr)
        return 3
    if log is None:
        from ..__main__ import script

        print("There is no terminal to play in, so the script plays.\n")
        script()
    else:
        print("\n".join(log))
    return 0


def _played(colours: str) -> list[str]:
    from .app import Play

    app = Play(colours)
    app.run()
    return app.log_lines


@contextlib.contextmanager
def _terminal() -> Iterator[bool]:
    """Whether input and output are a terminal; the one that the variable names becomes both for a while."""
    named = os.environ.get(TERMINAL)
    if not named:
        yield os.isatty(0) and os.isatty(1) and os.isatty(2)
        return
    sys.stdout.flush()
    before = [os.dup(descriptor) for descriptor in range(3)]
    opened = os.open(named, os.O_RDWR | os.O_NOCTTY)
    try:
        for descriptor in range(3):
            os.dup2(opened, descriptor)
        yield True
    finally:
        for descriptor, kept in enumerate(before):
            os.dup2(kept, descriptor)
            os.close(kept)
        os.close(opened)
