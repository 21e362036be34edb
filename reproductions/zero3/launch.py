"""N processes on this machine that work on one job, and end together however one of them ends.

What deepspeed.launcher and torchrun do for DeepSpeed. Three things end a job: every rank returns; a rank raises or is
killed; a rank keeps the others waiting for longer than ``seconds``. In the last two cases the ranks that still run find
out by themselves (comm.TorchBackend.fail), get a moment to say so, and are then killed. When the parent dies, however
it dies, the ranks die too.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from .roll_call import RankFailed

GRACE = 3.0
"""Seconds that the surviving ranks have, after the first failure, to end by themselves."""

EPITAPHS = 2.0
"""Seconds that a rank's failure waits for a more telling one: a rank that died beats one that missed it."""


class Job:
    """``function(rank, *arguments)`` on ``world_size`` spawned processes; ``run`` gives the results in rank order.

    ``function`` and ``arguments`` travel by pickle. ``seconds`` limits each wait for another rank.
    """

    def __init__(self, function: Callable[..., Any], world_size: int, *arguments: Any, seconds: float = 60) -> None:
        self.function, self.world_size, self.arguments, self.seconds = function, world_size, arguments, seconds
        self.processes: list[Any] = []

    def run(self) -> list[Any]:
        """Raises RankFailed naming the first rank that failed, and how; no process is left either way."""
        context = multiprocessing.get_context("spawn")
        with tempfile.TemporaryDirectory(prefix="zero3-", ignore_cleanup_errors=True) as folder:
            lifeline, keep_alive = context.Pipe(duplex=False)
            pipes: list[Connection] = []
            try:
                port = free_port()
                for rank in range(self.world_size):
                    ours, theirs = context.Pipe(duplex=False)
                    setting = (rank, self.world_size, port, folder, self.seconds)
                    process = context.Process(
                        target=_rank, args=(lifeline, theirs, setting, self.function, self.arguments), daemon=True
                    )
                    process.start()
                    theirs.close()
                    self.processes.append(process)
                    pipes.append(ours)
                return self._collect(pipes)
            finally:
                keep_alive.close()
                self._end_all()
                for pipe in pipes:
                    pipe.close()

    def _collect(self, pipes: list[Connection]) -> list[Any]:
        results: dict[int, Any] = {}
        failures: dict[int, tuple[int, str]] = {}
        deadline: float | None = None
        open_pipes = dict(enumerate(pipes))
        while open_pipes and (deadline is None or time.monotonic() < deadline):
            rest = None if deadline is None else max(0.0, deadline - time.monotonic())
            for ready in wait(list(open_pipes.values()), rest):
                rank = pipes.index(ready)  # type: ignore[arg-type]
                del open_pipes[rank]
                try:
                    fine, value = pickle.loads(ready.recv_bytes())  # type: ignore[union-attr]
                except EOFError:
                    self.processes[rank].join(GRACE)
                    fine, value = False, (0, f"rank {rank} died: {_ending(self.processes[rank].exitcode)}")
                if fine:
                    results[rank] = value
                else:
                    failures[rank] = value
                    deadline = min(deadline or float("inf"), time.monotonic() + GRACE)
        if failures:
            raise RankFailed(min(failures.values())[1])
        return [results[rank] for rank in range(self.world_size)]

    def _end_all(self) -> None:
        for process in self.processes:
            process.join(0.5 if process.exitcode is None else 0)
        for process in self.processes:
            if process.exitcode is None:
                process.kill()
        for process in self.processes:
            process.join()


def run_ranks(function: Callable[..., Any], world_size: int, *arguments: Any, seconds: float = 60) -> list[Any]:
    return Job(function, world_size, *arguments, seconds=seconds).run()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        try:
            return f"killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"
    return f"exit code {code}"


def _rank(
    lifeline: Connection,
    results: Connection,
    setting: tuple[int, int, int, str, float],
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> None:
    """What a spawned process runs. Sends (True, result), or (False, (severity, text)), and exits without ceremony:
    after a failure, destroying the process group could wait for the very rank that is gone."""
    rank, world_size, port, folder, seconds = setting
    threading.Thread(target=_die_with_parent, args=(lifeline,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    os.environ.update(
        RANK=str(rank), WORLD_SIZE=str(world_size), LOCAL_RANK=str(rank), MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port)
    )
    code = 1
    try:
        import torch

        from . import comm

        torch.set_num_threads(1)
        comm.init_distributed(seconds=seconds, folder=Path(folder))
        value = function(rank, *arguments)
        comm.barrier("end of the job")
        _send(results, (True, value))
        comm.destroy()
        code = 0
    except RankFailed as error:
        _send(results, (False, (2, str(error))))
    except BaseException as error:
        # Severity: a death (0) explains an exception (1), and that the absence the others notice (2).
        text = "".join(traceback.format_exception(error)).rstrip()
        _send(results, (False, (1, f"rank {rank} failed: {type(error).__name__}: {error}\n{text}")))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        results.close()
        os._exit(code)


def _send(results: Connection, value: Any) -> None:
    """By value: torch would send a tensor as memory that the sender, which is about to exit, has to keep."""
    results.send_bytes(pickle.dumps(value))


def _die_with_parent(lifeline: Connection) -> None:
    try:
        lifeline.poll(None)
    finally:
        os._exit(1)
