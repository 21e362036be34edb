"""Shows a run while it goes: what it prints, a bar for its progress, and how Ctrl-C stops it."""

from __future__ import annotations

import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from navigator.cli import output
from navigator.cli.exits import say
from navigator.cli.plain import plain
from navigator.runs import Noted, Printed, Progressed, Running

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")

Show = Callable[[str], None]


class Lines:
    """Whole lines of what a process prints, without what would act on the terminal."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, text: str) -> list[str]:
        *lines, self._rest = (self._rest + text).split("\n")
        return [_settled(line) for line in lines]

    def end(self) -> list[str]:
        rest, self._rest = self._rest, ""
        return [_settled(rest)] if rest else []


def _settled(line: str) -> str:
    """What a line shows in the end: after its last carriage return, without colours."""
    return _ESCAPES.sub("", line.rstrip("\r").rpartition("\r")[2])


def watch(running: Running, show: Show) -> None:
    """Follows the run to its end. ``show`` gets each line that it prints."""
    lines = Lines()
    with stopping(running), _bar() as advance:
        for event in running:
            if isinstance(event, Printed):
                for line in lines.feed(event.text):
                    show(line)
            elif isinstance(event, Progressed):
                advance(event)
            elif isinstance(event, Noted):
                say(f"navigator: {event.text}")
        for line in lines.end():
            show(line)


def to_output(line: str) -> None:
    output.line(line)


@contextmanager
def stopping(running: Running) -> Iterator[None]:
    """Makes the signals that end this program end the run first; a second one kills it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = 0

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked += 1
        running.cancel(at_once=asked > 1)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _bar() -> Iterator[Callable[[Progressed], None]]:
    """A bar at the foot of the terminal, once there is progress; nothing where standard error is none.

    A run that has the terminal to itself tells none, and is not drawn over.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    # What goes to standard output passes above the bar only where both are the same terminal.
    same = output.on_terminal()
    bars = Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=same, redirect_stderr=True)
    task = bars.add_task("running", total=None)

    def advance(event: Progressed) -> None:
        bars.start()
        label = escape(plain(event.label)) or "running"
        bars.update(task, description=label, completed=event.done, total=event.total)

    try:
        yield advance
    finally:
        bars.stop()
