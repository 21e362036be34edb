"""The stage in a terminal: its mouse events become the DOM's, and what ran is shown beside the upstream's names."""

from __future__ import annotations

import os
import sys


def play(colours: str) -> int:
    """Runs until q is pressed; without a terminal the scripted scene is played instead."""
    try:
        terminal = _terminal()
    except OSError as error:
        print(
            f"the terminal {os.environ.get('NAVIGATOR_TERMINAL')} cannot be opened: {error.strerror}", file=sys.stderr
        )
        return 3
    if not terminal:
        from ..__main__ import script

        print("There is no terminal to play in, so the script plays.\n")
        script()
        return 0
    from .app import Play

    app = Play(colours)
    app.run()
    print("\n".join(app.log_lines))
    return 0


def _terminal() -> bool:
    """Whether input and output are a terminal; one that ``NAVIGATOR_TERMINAL`` names becomes both."""
    named = os.environ.get("NAVIGATOR_TERMINAL")
    if named:
        opened = os.open(named, os.O_RDWR | os.O_NOCTTY)
        for descriptor in (0, 2):
            os.dup2(opened, descriptor)
        os.close(opened)
    return os.isatty(0) and os.isatty(2)
