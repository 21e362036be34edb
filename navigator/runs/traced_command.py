"""Runs any command under the tracer, in the terminal that it is called from."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from navigator.runs.errors import CannotKeepRun, CannotStart
from navigator.runs.trace import Trace
from navigator.runs.tracing import collect, traced


def trace_command(
    words: Sequence[str],
    *,
    folders: Sequence[Path] = (),
    packages: Sequence[str] = (),
    to_errors: bool = False,
) -> Trace:
    """Runs ``words`` to their end and gives the trace of all its Python processes; ``exit`` is its status.

    The command has this process's standard streams; with ``to_errors`` what it prints goes to standard error.
    Ctrl-C is the command's alone; SIGTERM and SIGHUP are handed on.
    Raises CannotStart and CannotKeepRun.
    """
    try:
        scratch = tempfile.TemporaryDirectory(prefix="navigator-trace-")
    except OSError as error:
        raise CannotKeepRun(f"cannot make a folder for the trace: {error.strerror}; free space") from error
    with scratch as name:
        parts = Path(name)
        variables = {**os.environ, **traced(parts, folders=folders, packages=packages)}
        with _handing_on() as process:
            try:
                process.append(subprocess.Popen(list(words), env=variables, stdout=2 if to_errors else None))
            except OSError as error:
                raise CannotStart(f"cannot run {words[0]}: {error.strerror}") from error
            status = process[0].wait()
        return collect(parts, words, folders=folders, packages=packages, exit=status)


@contextmanager
def _handing_on() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Signals that end this program go to the command instead; handlers, unlike ignoring, are not inherited by it."""
    started: list[subprocess.Popen[bytes]] = []
    if threading.current_thread() is not threading.main_thread():
        yield started
        return

    def hand_on(number: int, frame: FrameType | None) -> None:
        # The terminal sends Ctrl-C to the command as well.
        if number != signal.SIGINT:
            for process in started:
                process.send_signal(number)

    before = {number: signal.signal(number, hand_on) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield started
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
