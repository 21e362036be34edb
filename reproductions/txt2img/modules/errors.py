"""What goes wrong and how it is told; mirrors ``modules.errors`` of webui 1.10.1."""

from __future__ import annotations

import sys
import traceback


class BadRequest(ValueError):
    """A request that cannot be served as it is; the text says what is wrong with it and what would do."""


def report(message: str, *, exc_info: bool = False) -> None:
    """Tells on stderr, with the current exception's trace where ``exc_info`` is set."""
    for line in message.splitlines():
        print("***", line, file=sys.stderr)
    if exc_info:
        print(traceback.format_exc().rstrip(), file=sys.stderr)


def print_error_explanation(message: str) -> None:
    """Tells a person what happened and what is done about it."""
    report(message)
