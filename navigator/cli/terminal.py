"""Lends the terminal to a run: a reproduction may draw on it and read its keys and mouse."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from navigator.reproduction import TERMINAL


def named() -> dict[str, str]:
    """The variable that tells a run which terminal it may use; none where input or output goes elsewhere."""
    if sys.stdin is None or sys.stderr is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return {}
    with contextlib.suppress(OSError, AttributeError):
        return {TERMINAL: os.ttyname(sys.stdin.fileno())}
    return {}


@contextlib.contextmanager
def lent() -> Iterator[dict[str, str]]:
    """``named``; whatever a run that was killed left behind, the terminal is as before afterwards."""
    variables = named()
    if not variables:
        yield variables
        return
    import termios

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        yield variables
    finally:
        if termios.tcgetattr(descriptor) != before:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
            # No mouse reports, main screen, cursor shown.
            sys.stderr.write("\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2004l\x1b[?1049l\x1b[?25h")
            sys.stderr.flush()
