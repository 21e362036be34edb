"""One rank of ours and one of an independent implementation, in the same process and on the same data."""

from __future__ import annotations

import os
import random
import tempfile
from typing import Any

import torch
import torch.distributed as dist

from reproductions.zero3 import comm, training, workload
from reproductions.zero3.config import Fp16
from reproductions.zero3.loss_scaler import CreateLossScaler


def _deepspeed() -> Any:
    """deepspeed, kept from compiling C++ that nothing here uses."""
    os.environ.update(DS_ACCELERATOR="cpu", TORCH_EXTENSIONS_DIR=tempfile.mkdtemp(), DS_BUILD_OPS="0")
    import deepspeed

    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False
    return deepspeed


def beside_deepspeed(rank: int, setting: training.Setting) -> tuple[list[float], list[float], Any, Any]:
    """Our losses, deepspeed's, our partition sizes by parameter, deepspeed's."""
    ours = training.zero3(rank, setting).losses
    deepspeed = _deepspeed()
    deepspeed.init_distributed("gloo", verbose=False)
    config = {
        **setting.config(),
        "train_micro_batch_size_per_gpu": setting.batch // comm.get_world_size(),
        "zero_allow_untested_optimizer": True,
    }
    del config["zero_optimization"]["offload_optimizer"]
    model = workload.build(setting.model, setting.seed)
    our_sizes = _partition_sizes(setting)
    engine, *_ = deepspeed.initialize(
        model=model,
        optimizer=torch.optim.AdamW(model.parameters(), lr=training.LEARNING_RATE[setting.model]),
        config=config,
    )
    theirs = []
    for step in range(setting.steps):
        inputs, targets = _share(setting, step)
        if setting.precision == "bf16" and inputs.is_floating_point():
            inputs = inputs.bfloat16()
        loss = workload.loss_of(engine(inputs), targets)
        engine.backward(loss)
        engine.step()
        theirs.append(training.mean_over_ranks(loss))
    sizes = {name: param.ds_tensor.numel() for name, param in model.named_parameters()}
    return ours, theirs, our_sizes, sizes


def _partition_sizes(setting: training.Setting) -> dict[str, int]:
    from reproductions.zero3 import Init

    model = workload.build(setting.model, setting.seed)
    Init(module=model)
    return {name: param.ds_tensor.numel() for name, param in model.named_parameters()}


def _share(setting: training.Setting, step: int) -> tuple[torch.Tensor, torch.Tensor]:
    rank, world = comm.get_rank(), comm.get_world_size()
    inputs, targets = workload.batch(setting.model, step, setting.batch, setting.seed)
    return workload.share(inputs, rank, world), workload.share(targets, rank, world)


def beside_fsdp2(rank: int, setting: training.Setting) -> tuple[list[float], list[float]]:
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    ours = training.zero3(rank, setting).losses
    model = workload.build(setting.model, setting.seed)
    mesh = init_device_mesh("cpu", (dist.get_world_size(),))
    for block in getattr(model, "blocks", ()):
        fully_shard(block, mesh=mesh)
    fully_shard(model, mesh=mesh)
    optimizer = torch.optim.AdamW(model.parameters(), lr=training.LEARNING_RATE[setting.model])
    theirs = []
    for step in range(setting.steps):
        inputs, targets = _share(setting, step)
        loss = workload.loss_of(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        theirs.append(training.mean_over_ranks(loss))
    return ours, theirs


def loss_scales(rank: int, runs: int) -> list[tuple[Any, Any]]:
    """For each random run: the scales after every step by deepspeed, and by us; "error" where one gives up."""
    deepspeed = _deepspeed()
    deepspeed.init_distributed("gloo", verbose=False)
    from deepspeed.runtime.fp16.loss_scaler import DynamicLossScaler

    results = []
    for run in range(runs):
        chance = random.Random(run)
        power, window, hysteresis = chance.randint(0, 6), chance.randint(1, 5), chance.randint(1, 3)
        consecutive, rate = chance.random() < 0.5, chance.random()
        overflows = [chance.random() < rate for _ in range(60)]
        theirs: Any = DynamicLossScaler(2.0**power, window, 1.0, hysteresis, consecutive, dtype=torch.half)
        ours: Any = CreateLossScaler(
            torch.float16,
            Fp16(
                enabled=True,
                initial_scale_power=power,
                loss_scale_window=window,
                hysteresis=hysteresis,
                consecutive_hysteresis=consecutive,
            ),
        )
        results.append((_scales(theirs, overflows), _scales(ours, overflows)))
    return results


def _scales(scaler: Any, overflows: list[bool]) -> list[Any]:
    scales: list[Any] = []
    for overflow in overflows:
        try:
            scaler.update_scale(overflow)
        except Exception:
            return [*scales, "error"]
        scales.append(scaler.loss_scale)
    return scales
