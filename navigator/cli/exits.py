"""Owns standard error and exit statuses: every way in which a command can end."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

import click

from navigator.cli.plain import plain
from navigator.errors import NavigatorError

FOUND = 0
NOTHING = 1
BAD_INPUT = 2
OUTSIDE = 3
INTERRUPTED = 130

leftovers: list[object] | None = None
"""Where commands may leave what takes long to free, if the process ends after them."""

MEANINGS = (
    "Exit status: 0 found or done, 1 nothing found or a check failed, 2 bad input, 3 a failure outside, "
    "130 interrupted."
)


class OutputFailed(NavigatorError):
    """Standard output cannot be written."""

    exit_code = OUTSIDE


class ReaderGone(Exception):
    """Whoever read standard output has closed it: they have seen enough, and nobody need be told."""


def say(message: str) -> None:
    """One line for the person at the terminal."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(plain(message) + "\n")
        sys.stderr.flush()


def run(command: click.Command, arguments: Sequence[str] | None) -> int:
    """Runs a click command whose functions return their exit status; what goes wrong becomes one line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = command.main(args=arguments, prog_name="navigator", standalone_mode=False)
        _flush()
    except ReaderGone:
        _drop_output()
        return FOUND
    except click.ClickException as error:
        say(_usage(error))
        return BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        return INTERRUPTED
    except NavigatorError as error:
        say(f"navigator: {error}")
        if isinstance(error, OutputFailed):
            _drop_output()
        return error.exit_code
    return status if isinstance(status, int) else FOUND


def _usage(error: click.ClickException) -> str:
    path = "navigator"
    if isinstance(error, click.UsageError) and error.ctx is not None:
        path = error.ctx.command_path
    message = " ".join(error.format_message().split()).rstrip(".")
    return f"{path}: {message}; see `{path} --help`"


def flush_all() -> None:
    """Hands on what is buffered; at this point nobody is left to tell of a failure."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()


def _flush() -> None:
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise ReaderGone from error
    except (OSError, ValueError) as error:
        raise output_failed(error) from error


def output_failed(error: Exception) -> OutputFailed:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return OutputFailed(f"cannot write to standard output: {reason}")


def _drop_output() -> None:
    """What is still buffered goes nowhere, so that closing the stream at exit does not fail again."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stdout.fileno())
        os.close(descriptor)
