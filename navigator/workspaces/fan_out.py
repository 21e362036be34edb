"""Spreads extraction over an executor, and survives a worker that dies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager

from navigator.facts.languages import front_of
from navigator.workspaces.executors import Inline, Pool, processors, warm_up
from navigator.workspaces.extraction import Extracted, Source, extract_batch

POOL_FROM_BYTES = 1_000_000
BYTES_PER_JOB = 400_000
LARGEST_BATCH = 500_000
BATCHES_PER_JOB = 20
AHEAD = 3

Task = Callable[[Sequence[Source]], list[Extracted]]


def jobs_for(size: int, jobs: int | None = None) -> int:
    """Worker processes for ``size`` bytes of new source; 1 means that none is started.

    ``jobs`` is the user's wish, which is kept except for sources too small to repay a second process.
    """
    if size < POOL_FROM_BYTES:
        return 1
    return max(1, jobs if jobs is not None else min(processors(), size // BYTES_PER_JOB))


def expect(size: int, jobs: int | None = None, languages: Iterable[str] = ()) -> None:
    """Tells that about ``size`` bytes of new source are coming, in these languages, so that processes get ready
    meanwhile."""
    if jobs_for(size, jobs) > 1:
        warm_up(extract_batch.__module__, *sorted({front_of(language) for language in languages}))


@contextmanager
def executor_for(size: int, jobs: int | None, given: Executor | None = None) -> Iterator[Executor]:
    """The executor that the caller gave, which is left running; or the default one, whose processes are gone when
    the block is left, at once if by an exception."""
    if given is not None:
        yield given
        return
    workers = jobs_for(size, jobs)
    if workers == 1:
        yield Inline()
        return
    pool = Pool(workers, preload=extract_batch.__module__)
    try:
        yield pool
    except BaseException:
        pool.abandon()
        raise
    pool.shutdown()


def batches(sources: Iterable[Source], size: int, jobs: int) -> Iterator[list[Source]]:
    """Consecutive sources put together until they weigh enough to be worth a message."""
    bound = min(LARGEST_BATCH, max(1, size // (jobs * BATCHES_PER_JOB)))
    batch: list[Source] = []
    weight = 0
    for source in sources:
        batch.append(source)
        weight += len(source.content)
        if weight >= bound:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def extract_all(
    executor: Executor, work: Iterable[list[Source]], *, ahead: int, jobs: int, task: Task = extract_batch
) -> Iterator[list[tuple[Source, Extracted]]]:
    """The results of every batch, as they come. At most ``ahead`` batches wait at a time.

    When a worker dies, the batches that were under way are halved, in a process of their own, until the source that
    kills it stands alone and gives a failure instead of facts; the rest goes on in a new pool of ``jobs`` processes.
    """
    remaining = iter(work)
    suspects: list[list[Source]] = []
    yield from _run(executor, remaining, suspects, ahead, task)
    while suspects:
        for batch in suspects:
            yield from _halved(batch, task)
        suspects.clear()
        pool = Pool(jobs, preload=extract_batch.__module__)
        try:
            yield from _run(pool, remaining, suspects, ahead, task)
        finally:
            pool.abandon()


def _run(
    executor: Executor, work: Iterator[list[Source]], suspects: list[list[Source]], ahead: int, task: Task
) -> Iterator[list[tuple[Source, Extracted]]]:
    """Runs batches until there are no more or a worker dies; batches without a result end among the suspects."""
    pending: dict[Future[list[Extracted]], list[Source]] = {}
    for batch in work:
        try:
            pending[executor.submit(task, batch)] = batch
        except BrokenExecutor:
            suspects.append(batch)
        while len(pending) >= ahead:
            yield from _collected(pending, suspects)
        if suspects:
            break
    while pending:
        yield from _collected(pending, suspects)


def _collected(
    pending: dict[Future[list[Extracted]], list[Source]], suspects: list[list[Source]]
) -> Iterator[list[tuple[Source, Extracted]]]:
    done, _ = wait(pending, return_when=FIRST_COMPLETED)
    for future in done:
        batch = pending.pop(future)
        try:
            yield list(zip(batch, future.result(), strict=True))
        except BrokenExecutor:
            suspects.append(batch)


def _halved(batch: list[Source], task: Task) -> Iterator[list[tuple[Source, Extracted]]]:
    pool = Pool(1, preload=extract_batch.__module__)
    try:
        yield list(zip(batch, pool.submit(task, batch).result(), strict=True))
        return
    except BrokenExecutor:
        pass
    finally:
        pool.abandon()
    if len(batch) == 1:
        (source,) = batch
        yield [(source, Extracted(source.digest, source.language, failure="the parser's process died on this file"))]
    else:
        middle = len(batch) // 2
        yield from _halved(batch[:middle], task)
        yield from _halved(batch[middle:], task)
