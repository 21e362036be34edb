"""One training run of the workload: by plain AdamW in this process, or by one rank of ZeRO."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from . import comm, initialize, workload
from .event_log import Event, log
from .memory import Held, held
from .partition_parameters import Init

LEARNING_RATE = {"mlp": 1e-2, "transformer": 3e-3}


class Setting(NamedTuple):
    """``batch`` is that of all ranks together. ``precision``: fp32, bf16 or fp16; ``offload``: none, cpu or nvme.
    Steps from ``log_from`` on are logged. ``clip`` bounds the gradient's norm; 0 leaves it."""

    model: str
    steps: int
    batch: int = 32
    seed: int = 0
    precision: str = "fp32"
    offload: str = "none"
    folder: str = ""
    log_from: int = 1_000_000
    reduce_bucket_size: int = 20_000
    prefetch_bucket_size: int = 20_000
    sub_group_size: int = 50_000
    persistence_threshold: int = 0
    clip: float = 0.0

    def config(self) -> dict[str, Any]:
        """In deepspeed's keys, which the real deepspeed reads as well."""
        offload = {"device": self.offload} | ({"nvme_path": self.folder} if self.offload == "nvme" else {})
        return {
            "train_micro_batch_size_per_gpu": self.batch,
            "gradient_clipping": self.clip,
            "zero_optimization": {
                "stage": 3,
                "reduce_bucket_size": self.reduce_bucket_size,
                "sub_group_size": self.sub_group_size,
                "stage3_prefetch_bucket_size": self.prefetch_bucket_size,
                "stage3_param_persistence_threshold": self.persistence_threshold,
                "stage3_max_reuse_distance": 0,
                "offload_optimizer": offload,
            },
            "bf16": {"enabled": self.precision == "bf16"},
            "fp16": {"enabled": self.precision == "fp16", "initial_scale_power": 12},
        }


class Trained(NamedTuple):
    """What one rank saw: the mean loss over ranks of every step, what it held after the last, and its log."""

    losses: list[float]
    held: Held
    events: list[Event]
    modules: list[str]


def plain(setting: Setting, processes: int = 1) -> list[float]:
    """The losses of plain AdamW in fp32 on the whole batch, in this process, on the kind of device that so many ranks
    compute on: another device rounds otherwise, and over 50 steps that shows."""
    device = torch.device("cuda" if comm.fitting_backend(processes) == "nccl" else "cpu")
    model = workload.build(setting.model, setting.seed).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE[setting.model])
    losses = []
    for step in range(setting.steps):
        inputs, targets = (each.to(device) for each in workload.batch(setting.model, step, setting.batch, setting.seed))
        loss = workload.loss_of(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        if setting.clip:
            torch.nn.utils.clip_grad_norm_(model.parameters(), setting.clip)
        optimizer.step()
        losses.append(loss.item())
    return losses


def zero3(rank: int, setting: Setting) -> Trained:
    """The same by ZeRO stage 3, on this rank's share of each batch."""
    device, world = comm.local_device(), comm.get_world_size()
    dtype = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[setting.precision]
    with Init(dtype=dtype):
        model = workload.build(setting.model, setting.seed)
    engine = initialize(
        model, lambda params: torch.optim.AdamW(params, lr=LEARNING_RATE[setting.model]), setting.config()
    )
    losses = []
    for step in range(setting.steps):
        log.enabled = step >= setting.log_from
        inputs, targets = (
            workload.share(each, rank, world).to(device)
            for each in workload.batch(setting.model, step, setting.batch, setting.seed)
        )
        inputs = inputs.to(dtype) if inputs.is_floating_point() else inputs
        loss = workload.loss_of(engine(inputs), targets)
        engine.backward(loss)
        engine.step()
        log.enabled = False
        losses.append(mean_over_ranks(loss))
        del loss
    return Trained(losses, held(engine), log.events, [name or "(root)" for name, _ in model.named_modules()])


def mean_over_ranks(value: Tensor) -> float:
    total = value.detach().clone()
    comm.all_reduce(total, name="loss")
    return total.item() / comm.get_world_size()
