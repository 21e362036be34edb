"""Long work in a thread: it tells how far it is, and can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable

from navigator.errors import NavigatorError


class Cancelled(NavigatorError):
    """The user stopped a task."""


class Task:
    """``cancel`` asks the work to end: the next time it tells its progress, or by what ``on_cancel`` does."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.label = ""
        self.done = 0.0
        self.total: float | None = None
        self.on_cancel: Callable[[], None] | None = None
        self._asked = threading.Event()

    def cancel(self) -> None:
        self._asked.set()
        if self.on_cancel is not None:
            self.on_cancel()

    def progress(self, label: str, done: float, total: float | None) -> None:
        """Called by the work. Raises Cancelled when it is to end."""
        if self._asked.is_set():
            raise Cancelled(f"{self.title}: stopped; what was there before is as it was")
        self.label, self.done, self.total = label, done, total

    def words(self) -> str:
        far = f" {self.done:,.0f}/{self.total:,.0f}" if self.total else f" {self.done:,.0f}" if self.done else ""
        return f"{self.title}: {self.label}{far}" if self.label else self.title
