"""Extraction over executors: complete whatever dies, quick to start, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

import pytest

from navigator.workspaces.executors import Inline, Pool, processors
from navigator.workspaces.extraction import Extracted, Source, extract_batch, unpack
from navigator.workspaces.fan_out import POOL_FROM_BYTES, batches, executor_for, extract_all, jobs_for

DEADLY = b"deadly"


def deadly_task(batch: Sequence[Source]) -> list[Extracted]:
    """Dies without a word on one content."""
    if any(source.content == DEADLY for source in batch):
        os._exit(9)
    return [Extracted(source.digest, source.language, data=source.content.upper()) for source in batch]


def sources(number: int, deadly: Sequence[int] = ()) -> list[Source]:
    return [Source(str(n), "python", DEADLY if n in deadly else b"content %d" % n) for n in range(number)]


def run(executor: Executor, given: list[Source], batch: int = 5) -> dict[str, Extracted]:
    work = [given[start : start + batch] for start in range(0, len(given), batch)]
    found = [each for results in extract_all(executor, work, ahead=4, jobs=2, task=deadly_task) for each in results]
    assert sorted(source.digest for source, _ in found) == sorted(source.digest for source in given)
    assert all(source.digest == result.digest for source, result in found)
    return {result.digest: result for _, result in found}


def test_everything_is_extracted_once() -> None:
    expected = {str(n): b"CONTENT %d" % n for n in range(23)}
    assert {key: found.data for key, found in run(Inline(), sources(23)).items()} == expected
    with executor_for(POOL_FROM_BYTES, 2) as pool:
        assert {key: found.data for key, found in run(pool, sources(23)).items()} == expected


@pytest.mark.parametrize("deadly", [[0], [3, 17]])
def test_a_worker_that_dies_costs_only_the_content_that_killed_it(deadly: list[int]) -> None:
    pool = Pool(2, preload=__name__)
    try:
        found = run(pool, sources(20, deadly))
    finally:
        pool.abandon()
    assert {int(key) for key, result in found.items() if result.failure} == set(deadly)
    assert all("process died" in found[str(n)].failure for n in deadly)
    assert all(found[str(n)].data == b"CONTENT %d" % n for n in range(20) if n not in deadly)


def test_the_real_task() -> None:
    good, bad = extract_batch([Source("a", "python", b"import os.path\nx = 1\n"), Source("b", "no such language", b"")])
    assert unpack(good.data) and good.summary and not good.failure
    assert bad.failure and not bad.data


@pytest.mark.parametrize(
    ("size", "wish", "jobs"),
    [(POOL_FROM_BYTES - 1, 8, 1), (POOL_FROM_BYTES, 8, 8), (10**9, None, processors()), (10**9, 1, 1), (0, None, 1)],
)
def test_how_many_jobs(size: int, wish: int | None, jobs: int) -> None:
    assert jobs_for(size, wish) == jobs


def test_batches_are_balanced_by_bytes() -> None:
    given = [Source(str(n), "python", b"x" * weight) for n, weight in enumerate([900, 500, 300, 100, 100, 50, 50])]
    cut = list(batches(given, 2000, 1))
    assert [source for batch in cut for source in batch] == given
    assert [sum(len(source.content) for source in batch) for batch in cut] == [900, 500, 300, 100, 100, 100]


def test_no_pool_for_little() -> None:
    with executor_for(POOL_FROM_BYTES - 1, 8) as executor:
        assert isinstance(executor, Inline)


def test_the_inline_executor_keeps_exceptions_for_the_result() -> None:
    future = Inline().submit(int, "no number")
    with pytest.raises(ValueError):
        future.result()


SCRIPT = """
import sys, time
from navigator.workspaces.executors import Pool
print("main runs", flush=True)
pool = Pool(2, preload="navigator.workspaces.extraction")
futures = [pool.submit(time.sleep, float(sys.argv[1])) for _ in range(2)]
started = time.monotonic()
while not pool._processes: time.sleep(0.01)
print(*pool._processes, flush=True)
for future in futures: future.result()
pool.shutdown()
"""


def test_workers_do_not_run_the_callers_main_module(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, str(tmp_path / "script.py"), "0"], capture_output=True, text=True, env=environment, timeout=60
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("main runs") == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs signals as POSIX has them")
def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "script.py"), "60"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as parent:
        assert parent.stdout is not None and parent.stderr is not None
        assert parent.stdout.readline() == "main runs\n"
        workers = [int(number) for number in parent.stdout.readline().split()]
        assert len(workers) == 2
        time.sleep(0.5)
        parent.send_signal(signal.SIGKILL)
        # The pipes close when the last process that inherited them has ended.
        parent.stdout.read()
        parent.stderr.read()
    assert not [worker for worker in workers if alive(worker)]


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
