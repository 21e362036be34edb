"""What one rank does, in order and with times: the evidence for the claims, and the picture of a run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple


class Event(NamedTuple):
    """``kind``: gather, compute, reduce-scatter, step, all-reduce, broadcast (spans), use, release (instants).

    ``name`` is the module or the collective's purpose, ``phase`` what the training loop was doing, ``parameters`` the
    ds_ids concerned, ``numel`` the elements sent. Times are seconds of time.perf_counter().
    """

    kind: str
    name: str
    phase: str
    parameters: tuple[int, ...]
    numel: int
    start: float
    end: float


class EventLog:
    """Collects events while ``enabled``; costs one comparison otherwise."""

    def __init__(self) -> None:
        self.enabled = False
        self.events: list[Event] = []
        self.phase = "build"

    def add(
        self, kind: str, name: str, parameters: tuple[int, ...] = (), numel: int = 0, start: float | None = None
    ) -> None:
        """An instant, or a span from ``start`` until now."""
        if self.enabled:
            now = time.perf_counter()
            begin = now if start is None else start
            self.events.append(Event(kind, name, self.phase, parameters, numel, begin, now))

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        """Everything inside happens in ``phase``, and is a span of the kind compute or step."""
        outer, self.phase, start = self.phase, phase, time.perf_counter()
        try:
            yield
        finally:
            self.add("step" if phase == "step" else "compute", phase, start=start)
            self.phase = outer


log = EventLog()
"""The log of this process."""
