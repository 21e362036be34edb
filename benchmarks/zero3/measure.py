"""One rank of the measurement: both implementations in the same process, taking turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch

from reproductions.zero3 import comm, initialize, workload

ROUNDS, STEPS, BATCH = 6, 6, 16


def measure(rank: int, width: int, depth: int) -> tuple[int, list[float], list[float]]:
    """Parameters, and the seconds a step of each round by both."""
    ours, theirs = _ours(width, depth), _fsdp2(width, depth)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):  # the first warms up: the trace, allocators
        for kept, step in zip(times, (ours, theirs), strict=True):
            comm.barrier()
            start = time.perf_counter()
            for number in range(STEPS):
                step(number)
            comm.barrier()
            kept.append((time.perf_counter() - start) / STEPS)
    return sum(p.numel() for p in _model(width, depth).parameters()), times[0][1:], times[1][1:]


def _model(width: int, depth: int) -> workload.Transformer:
    torch.manual_seed(0)
    return workload.Transformer(width=width, depth=depth)


def _loss(model: Any, number: int) -> torch.Tensor:
    inputs, targets = (
        workload.share(each, comm.get_rank(), comm.get_world_size()).to(comm.local_device())
        for each in workload.batch("transformer", number, BATCH)
    )
    return workload.loss_of(model(inputs), targets)


def _ours(width: int, depth: int) -> Callable[[int], None]:
    """As much in memory as FSDP2 has: nothing stays gathered between forward and backward, and what is gathered ahead
    is about one block."""
    model = _model(width, depth)
    block = sum(param.numel() for param in model.blocks[0].parameters())
    zero = {
        "stage3_param_persistence_threshold": 0,
        "stage3_max_reuse_distance": 0,
        "stage3_prefetch_bucket_size": block,
        "reduce_bucket_size": block,
    }
    engine = initialize(
        model,
        lambda params: torch.optim.AdamW(params, lr=1e-3),
        {"gradient_clipping": 0.0, "zero_optimization": zero},
    )

    def step(number: int) -> None:
        engine.backward(_loss(engine, number))
        engine.step()

    return step


def _fsdp2(width: int, depth: int) -> Callable[[int], None]:
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    model = _model(width, depth).to(comm.local_device())
    mesh = init_device_mesh(comm.local_device().type, (comm.get_world_size(),))
    for block in model.blocks:
        fully_shard(block, mesh=mesh)
    fully_shard(model, mesh=mesh)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)

    def step(number: int) -> None:
        loss = _loss(model, number)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step
