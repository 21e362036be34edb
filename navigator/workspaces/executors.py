"""The executors that extraction runs on: in this process, or in a pool of fresh ones.

Both have the interface of ``concurrent.futures.Executor``; any other with that interface serves as well.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Inline(Executor):
    """Runs each task at once, in the caller's thread."""

    def submit(
        self, task: Callable[Parameters, Result], /, *arguments: Parameters.args, **keywords: Parameters.kwargs
    ) -> Future[Result]:
        future: Future[Result] = Future()
        try:
            future.set_result(task(*arguments, **keywords))
        except Exception as error:
            future.set_exception(error)
        return future


class Pool(ProcessPoolExecutor):
    """A process pool that never forks the calling process, never imports the caller's main module, and leaves no
    worker behind when the caller is killed."""

    def __init__(self, jobs: int, *, preload: str) -> None:
        super().__init__(jobs, mp_context=_context(preload), initializer=prepare_worker)
        self._jobs = jobs

    def submit(
        self, task: Callable[Parameters, Result], /, *arguments: Parameters.args, **keywords: Parameters.kwargs
    ) -> Future[Result]:
        with quiet_start():
            return super().submit(task, *arguments, **keywords)

    def abandon(self) -> None:
        """Ends the workers at once, whatever they are doing."""
        workers: dict[int, Any] = dict(getattr(self, "_processes", None) or {})
        self.shutdown(wait=False, cancel_futures=True)
        for worker in workers.values():
            worker.terminate()
        for worker in workers.values():
            worker.join(5)


def warm_up(*preload: str) -> None:
    """Starts what workers are forked from, for a pool that is going to be made; it imports these modules meanwhile."""
    if _context(*preload).get_start_method() == "forkserver":
        from multiprocessing.forkserver import ensure_running

        with quiet_start():
            ensure_running()


def _context(*preload: str) -> Any:
    """How pools start their workers: never by forking the caller."""
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload([*preload])
    return context


def prepare_worker() -> None:
    """Leaves interrupts to the parent, and ends the worker when the parent has ended in whatever way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


@contextmanager
def quiet_start() -> Iterator[None]:
    """Child processes started inside do not import the caller's main module, and never see an interrupt.

    They need nothing from that module, and a script without a ``__main__`` guard would run again in each of them. The
    blocked signal reaches the caller when the block is left.
    """
    if hasattr(signal, "pthread_sigmask"):
        from multiprocessing import resource_tracker

        # Started with the rest it would unblock the signal before the process that workers are forked from is there.
        resource_tracker.ensure_running()
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if blocked is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
