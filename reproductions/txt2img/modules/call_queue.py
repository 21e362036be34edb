"""Between a button and its function: the queue, the job's state, errors as HTML; mirrors ``modules.call_queue``.

``wrap_gradio_gpu_call(txt2img)`` is three closures deep. A click calls the outermost:
``wrap_gradio_call_no_job.f`` (errors, timing) -> ``wrap_gradio_call.f`` (state of the job)
-> ``wrap_gradio_gpu_call.f`` (queue, progress) -> ``txt2img``.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from . import devices, errors, fifo_lock, progress, shared

queue_lock = fifo_lock.FIFOLock()


def wrap_queued_call(func: Callable[..., Any]) -> Callable[..., Any]:
    """``func``, one call at a time and in turn with the jobs."""

    def f(*args: Any, **kwargs: Any) -> Any:
        with queue_lock:
            return func(*args, **kwargs)

    return f


def wrap_gradio_gpu_call(func: Callable[..., Any], extra_outputs: list[Any] | None = None) -> Callable[..., Any]:
    """``func`` as a job: queued, its progress known by the task id that is its first argument, if it is one.

    On an exception the result is ``extra_outputs`` and the error as HTML, so that as many values come back as the
    page has places for. The last value of a result is HTML, to which the time taken is added.
    """

    @wraps(func)
    def f(*args: Any, **kwargs: Any) -> Any:
        first = args[0] if args else None
        id_task = first if isinstance(first, str) and first.startswith("task(") and first.endswith(")") else None
        if id_task is not None:
            progress.add_task_to_queue(id_task)
        with queue_lock:
            shared.state.begin(job=id_task)
            progress.start_task(id_task)
            try:
                res = func(*args, **kwargs)
                progress.record_results(id_task, res)
            finally:
                progress.finish_task(id_task)
            shared.state.end()
        return res

    return wrap_gradio_call(f, extra_outputs=extra_outputs, add_stats=True)


def wrap_gradio_call(
    func: Callable[..., Any], extra_outputs: list[Any] | None = None, add_stats: bool = False
) -> Callable[..., Any]:
    """``func``, after which no flag of a job is left set, whatever happened."""

    @wraps(func)
    def f(*args: Any, **kwargs: Any) -> Any:
        try:
            return func(*args, **kwargs)
        finally:
            # A job that waited may be running by now: its flags are its own.
            if queue_lock.acquire(blocking=False):
                state = shared.state
                state.skipped = state.interrupted = state.stopping_generation = False
                state.job, state.job_count = "", 0
                queue_lock.release()

    return wrap_gradio_call_no_job(f, extra_outputs, add_stats)


def wrap_gradio_call_no_job(
    func: Callable[..., Any], extra_outputs: list[Any] | None = None, add_stats: bool = False
) -> Callable[..., Any]:
    """``func``, whose exception becomes a result with one line of HTML."""

    @wraps(func)
    def f(*args: Any, extra_outputs_array: list[Any] | None = extra_outputs, **kwargs: Any) -> tuple[Any, ...]:
        start = time.perf_counter()
        try:
            res = list(func(*args, **kwargs))
        except errors.BadRequest as error:
            res = _failed(extra_outputs_array, str(error))
        except Exception as error:
            errors.report("Error completing request", exc_info=True)
            res = _failed(extra_outputs_array, f"{type(error).__name__}: {error}")
        devices.torch_gc()
        if add_stats:
            minutes, seconds = divmod(time.perf_counter() - start, 60)
            taken = (f"{int(minutes)} min. " if minutes else "") + f"{seconds:.1f} sec."
            res[-1] += f"<div class='performance'><p class='time'>Time taken: <b>{taken}</b></p></div>"
        return tuple(res)

    return f


def _failed(extra_outputs: list[Any] | None, message: str) -> list[Any]:
    filling = [None, ""] if extra_outputs is None else extra_outputs
    return [*filling, f"<div class='error'>{html.escape(message)}</div>"]
