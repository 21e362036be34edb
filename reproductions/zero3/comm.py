"""Collectives, each with a time limit and a name for the log.

Mirrors deepspeed.comm.comm (functions over the global back end ``cdb``) and deepspeed.comm.torch.TorchBackend, 0.19.8.
gloo on CPUs, NCCL on GPUs. Every process of the job has to run the same calls in the same order.
"""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from .event_log import log
from .roll_call import RankFailed, RollCall

# torch 2.13 renames the two that take one tensor.
_all_gather = getattr(dist, "all_gather_single", None) or dist.all_gather_into_tensor
_reduce_scatter = getattr(dist, "reduce_scatter_single", None) or dist.reduce_scatter_tensor


class Pending:
    """A collective under way. ``wait`` may be called once, and raises RankFailed when another rank does not come."""

    def __init__(
        self, work: Any, backend: TorchBackend, kind: str, name: str, ids: tuple[int, ...], numel: int
    ) -> None:
        self.work, self.backend = work, backend
        self.event = (kind, name, ids, numel, time.perf_counter())

    def wait(self) -> None:
        kind, name, ids, numel, start = self.event
        try:
            # On a GPU this only orders streams; there torch's own watchdog holds the limit.
            self.work.wait() if self.backend.on_gpu else self.work.wait(self.backend.limit)
        except RuntimeError as error:
            self.backend.fail(kind, error)
        log.add(kind, name, ids, numel, start)


class TorchBackend:
    """``limit`` is how long any collective may wait for the other ranks; ``roll_call`` tells which one is missing."""

    def __init__(self, limit: timedelta, roll_call: RollCall | None) -> None:
        self.limit, self.roll_call = limit, roll_call
        self.on_gpu = dist.get_backend() == "nccl"

    def all_gather_into_tensor(self, output: Tensor, shard: Tensor, name: str, ids: tuple[int, ...]) -> Pending:
        """``output`` [world * n] becomes the ``shard`` [n] of rank 0, 1, ..."""
        return self._start("gather", name, ids, output.numel(), _all_gather, output, shard)

    def reduce_scatter_tensor(self, output: Tensor, tensor: Tensor, name: str, ids: tuple[int, ...]) -> Pending:
        """``output`` [n] becomes this rank's part of the sum over ranks of ``tensor`` [world * n]."""
        return self._start("reduce-scatter", name, ids, tensor.numel(), _reduce_scatter, output, tensor)

    def all_reduce(self, tensor: Tensor, op: Any, name: str) -> Pending:
        return self._start("all-reduce", name, (), tensor.numel(), dist.all_reduce, tensor, op)

    def broadcast(self, tensor: Tensor, source: int, name: str) -> Pending:
        return self._start("broadcast", name, (), tensor.numel(), dist.broadcast, tensor, source)

    def _start(self, kind: str, name: str, ids: tuple[int, ...], numel: int, call: Any, *arguments: Any) -> Pending:
        if self.roll_call is not None:
            self.roll_call.entered(f"{kind} {name}")
        try:
            work = call(*arguments, async_op=True)
        except RuntimeError as error:
            self.fail(kind, error)
        return Pending(work, self, kind, name, ids, numel)

    def fail(self, kind: str, error: RuntimeError) -> None:
        """Raises RankFailed with the rank that is missing; gives one that was cut off a moment to be seen dead."""
        missing = None
        deadline = time.monotonic() + 2
        while self.roll_call is not None and missing is None and time.monotonic() < deadline:
            missing = self.roll_call.missing()
            if missing is None:
                time.sleep(0.02)
        text = missing or "another rank is gone"
        if self.roll_call is not None:
            self.roll_call.give_up(text)
        raise RankFailed(f"rank {get_rank()} waited in {kind}: {text}") from error


cdb: TorchBackend | None = None
"""The back end of this process; None before init_distributed."""


def init_distributed(dist_backend: str | None = None, seconds: float = 60, folder: Path | None = None) -> None:
    """Joins the job that the environment describes (RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT, as torchrun sets it).

    ``seconds`` limits every wait for another rank. ``folder``, shared by the ranks of a machine, lets a failure name
    the rank that is missing.
    """
    global cdb
    if cdb is not None:
        return
    limit = timedelta(seconds=seconds)
    if not dist.is_initialized():
        ranks_here = int(os.environ.get("LOCAL_WORLD_SIZE", os.environ.get("WORLD_SIZE", "1")))
        dist.init_process_group(dist_backend or fitting_backend(ranks_here), timeout=limit)
    if dist.get_backend() == "nccl":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", dist.get_rank())) % torch.cuda.device_count())
    roll_call = RollCall(folder, dist.get_rank(), dist.get_world_size()) if folder is not None else None
    cdb = TorchBackend(limit, roll_call)


def fitting_backend(ranks_here: int) -> str:
    """nccl, where every rank of this machine can have a GPU to itself, otherwise gloo."""
    return "nccl" if torch.cuda.is_available() and torch.cuda.device_count() >= ranks_here else "gloo"


def destroy() -> None:
    """Leaves the job; init_distributed may follow."""
    global cdb
    cdb = None
    if dist.is_initialized():
        dist.destroy_process_group()


def backend() -> TorchBackend:
    if cdb is None:
        raise RuntimeError("torch.distributed is not initialised: call init_distributed() first")
    return cdb


def get_rank() -> int:
    return dist.get_rank()


def get_world_size() -> int:
    return dist.get_world_size()


def local_device() -> torch.device:
    return torch.device("cuda", torch.cuda.current_device()) if backend().on_gpu else torch.device("cpu")


def allgather_fn(output: Tensor, shard: Tensor, name: str, ids: tuple[int, ...] = ()) -> Pending:
    return all_gather_into_tensor(output, shard, name, ids)


def all_gather_into_tensor(output: Tensor, shard: Tensor, name: str, ids: tuple[int, ...] = ()) -> Pending:
    return backend().all_gather_into_tensor(output, shard, name, ids)


def reduce_scatter_fn(output: Tensor, tensor: Tensor, name: str, ids: tuple[int, ...] = ()) -> Pending:
    return reduce_scatter_tensor(output, tensor, name, ids)


def reduce_scatter_tensor(output: Tensor, tensor: Tensor, name: str, ids: tuple[int, ...] = ()) -> Pending:
    return backend().reduce_scatter_tensor(output, tensor, name, ids)


def all_reduce(tensor: Tensor, op: Any = dist.ReduceOp.SUM, name: str = "") -> None:
    """In place, and complete on return."""
    backend().all_reduce(tensor, op, name).wait()


def broadcast(tensor: Tensor, source: int = 0, name: str = "") -> None:
    """In place, and complete on return."""
    backend().broadcast(tensor, source, name).wait()


def barrier(name: str = "barrier") -> None:
    """Returns when every rank has called it."""
    all_reduce(torch.zeros(1, device=local_device()), name=name)
