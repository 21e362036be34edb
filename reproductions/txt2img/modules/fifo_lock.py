"""A lock that is handed on in the order of asking; mirrors ``modules.fifo_lock`` of webui 1.10.1.

``threading.Lock`` promises no order: of two waiting requests the later may win, and an early one may starve.
"""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class FIFOLock:
    """Mutual exclusion, first come, first served. A context manager; not reentrant."""

    def __init__(self) -> None:
        self._inner_lock = threading.Lock()
        self._held = False
        self._pending_threads: deque[threading.Event] = deque()

    def acquire(self, blocking: bool = True) -> bool:
        """Takes the lock, after those who asked before; False only without ``blocking``, when it is taken."""
        with self._inner_lock:
            if not self._held:
                self._held = True
                return True
            if not blocking:
                return False
            turn = threading.Event()
            self._pending_threads.append(turn)
        # Whoever releases hands the lock on: it stays held, so that nobody slips in between.
        turn.wait()
        return True

    def release(self) -> None:
        """Hands the lock to the one who waits longest; RuntimeError if it is not held."""
        with self._inner_lock:
            if not self._held:
                raise RuntimeError("release of a lock that nobody holds")
            if self._pending_threads:
                self._pending_threads.popleft().set()
            else:
                self._held = False

    __enter__ = acquire

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.release()
