"""Progress on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from navigator.cli.plain import plain
from navigator.workspaces.progress import Progress, silent


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar that lives as long as the block; nothing at all where standard error is no terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)
        current = ""

        def show(label: str, done: int, total: int | None) -> None:
            nonlocal current
            if label != current:
                current = label
                bars.reset(task, description=escape(plain(label)), total=total)
            bars.update(task, completed=done, total=total)

        yield show
