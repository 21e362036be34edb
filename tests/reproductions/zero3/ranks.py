"""What the tests run on every rank. Spawned processes import this module, so it needs no pytest."""

from __future__ import annotations

import itertools
import math
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from reproductions.zero3 import GatheredParameters, Init, comm, initialize, training, workload
from reproductions.zero3 import checkpoint as saving
from reproductions.zero3.coalesced_collectives import reduce_scatter_coalesced
from reproductions.zero3.partitioned_param_coordinator import ZeRoTraceMode

SMALL: dict[str, Any] = {
    "reduce_bucket_size": 5000,
    "sub_group_size": 3000,
    "stage3_param_persistence_threshold": 0,
    "stage3_max_reuse_distance": 0,
}


def adamw(params: Any) -> torch.optim.AdamW:
    return torch.optim.AdamW(params, lr=1e-2)


def step(engine: Any, number: int, model: str = "mlp") -> float:
    rank, world = comm.get_rank(), comm.get_world_size()
    x, y = (workload.share(each, rank, world) for each in workload.batch(model, number, 32))
    loss = workload.loss_of(engine(x), y)
    engine.backward(loss)
    engine.step()
    return training.mean_over_ranks(loss)


def partition_property(rank: int, seed: int) -> int:
    """Random shapes: gather after partition is the identity whatever the padding holds; chunks are means of slices."""
    world, chance = comm.get_world_size(), random.Random(seed)
    edges = [(0,), (1,), (world,), (world - 1,), (world + 1,), (3, 5), ()]
    shapes = edges + [tuple(chance.randint(1, 9) for _ in range(chance.randint(1, 3))) for _ in range(60)]
    torch.manual_seed(seed)
    module = nn.ParameterList([nn.Parameter(torch.randn(shape)) for shape in shapes])
    before = [param.detach().clone() for param in module]
    Init(module=module)
    for param in module:
        numel, part = param.ds_numel, param.ds_tensor.numel()
        assert part == math.ceil(numel / world) == param.partition_numel()
        assert param.padding_size() == part * world - numel and param.data.numel() == 0
        param.ds_tensor.data[max(0, min(part, numel - part * rank)) :] = math.nan
    next(iter(module)).all_gather(list(module))
    for param, whole in zip(module, before, strict=True):
        assert param.shape == whole.shape and torch.equal(param, whole)
    next(iter(module)).partition(list(module))
    every = [[_noise(shape, number, r) for number, shape in enumerate(shapes)] for r in range(world)]
    chunks = reduce_scatter_coalesced(every[rank], ()).wait()
    for chunk, *gradients in zip(chunks, *every, strict=True):
        mean = torch.stack(gradients).mean(0).reshape(-1)
        mine = torch.zeros(chunk.numel())
        part = mean[rank * chunk.numel() :][: chunk.numel()]
        mine[: part.numel()] = part
        assert torch.allclose(chunk, mine, atol=1e-6), (mean.numel(), chunk, mine)
    return len(shapes)


def _noise(shape: tuple[int, ...], number: int, rank: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1000 * rank + number))


def poisoned_padding(rank: int) -> tuple[list[float], list[float]]:
    """Training with NaN in all padding has the losses and norms of training without."""
    results = []
    for poison in (False, True):
        engine = initialize(workload.build("mlp"), adamw, {"zero_optimization": SMALL, "gradient_clipping": 0.1})
        if poison:
            for param in engine.module.parameters():
                real = max(0, min(param.partition_numel(), param.ds_numel - rank * param.partition_numel()))
                param.ds_tensor.data[real:] = math.nan
        results.append([value for n in range(5) for value in (step(engine, n), engine.get_global_grad_norm())])
    return results[0], results[1]


def scenarios(rank: int) -> dict[str, Any]:
    """Several small checks that need ranks, one after another."""
    return {
        "accumulation": accumulation(),
        "checkpointing": activation_checkpointing(),
        "trace": trace_modes(),
        "gathered": gathered_parameters(rank),
        "released": released_after_use(),
        "overflow": overflow(rank),
        "unused": unused_parameter(),
        "inference": inference(),
    }


def accumulation() -> list[tuple[float, float]]:
    """Norms and parameters after two micro steps of half a batch, beside one step of the whole."""
    rank, world = comm.get_rank(), comm.get_world_size()
    found = []
    for micro in (1, 2):
        config = {"zero_optimization": SMALL, "gradient_clipping": 0.05, "gradient_accumulation_steps": micro}
        engine = initialize(workload.build("mlp"), adamw, config)
        for n in range(3):
            x, y = workload.batch("mlp", n, 32)
            for part in range(micro):
                xs, ys = (each.chunk(micro)[part].chunk(world)[rank] for each in (x, y))
                engine.backward(workload.loss_of(engine(xs), ys))
                engine.step()
        found.append((engine.get_global_grad_norm(), _checksum(engine)))
    return found


def _checksum(engine: Any) -> float:
    total = torch.stack([param.ds_tensor.double().square().sum() for param in engine.module.parameters()]).sum()
    comm.all_reduce(total)
    return float(total)


class Recomputed(nn.Module):
    def __init__(self, reentrant: bool | None) -> None:
        super().__init__()
        self.first, self.middle, self.last = nn.Linear(32, 33), nn.Linear(33, 35), nn.Linear(35, 10)
        self.reentrant = reentrant

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x).tanh()
        part = lambda value: self.middle(value).tanh()  # noqa: E731
        x = part(x) if self.reentrant is None else checkpoint(part, x, use_reentrant=self.reentrant)
        return self.last(x)


def activation_checkpointing() -> list[list[float]]:
    losses = []
    for reentrant in (None, False, True):
        torch.manual_seed(3)
        engine = initialize(Recomputed(reentrant), adamw, {"zero_optimization": SMALL})
        losses.append([step(engine, n) for n in range(4)])
    return losses


class Fork(nn.Module):
    """Runs its layers in either order."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.out = nn.Linear(32, 32), nn.Linear(32, 32), nn.Linear(32, 10)
        self.flip = False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in (self.b, self.a) if self.flip else (self.a, self.b):
            x = layer(x).tanh()
        return self.out(x)


def trace_modes() -> list[str]:
    engine = initialize(Fork(), adamw, {"zero_optimization": SMALL})
    modes = []
    for number in range(7):
        engine.module.flip = number >= 3
        step(engine, number)
        modes.append(engine.parameter_offload.param_coordinator.trace_mode.name)
    assert ZeRoTraceMode.COMPLETE.name in modes
    return modes


def gathered_parameters(rank: int) -> bool:
    with Init():
        layer = nn.Linear(7, 5)
        layer.apply(lambda module: nn.init.constant_(module.bias, float(rank + 3)))
    with GatheredParameters(list(layer.parameters()), modifier_rank=1):
        assert layer.weight.shape == (5, 7) and bool((layer.bias == 3).all())
        if rank == 1:
            with torch.no_grad():
                layer.weight.fill_(9)
    assert layer.weight.numel() == 0
    with GatheredParameters(layer.weight):
        return bool((layer.weight == 9).all())


def released_after_use() -> int:
    """Elements of parameters that are whole between forward and backward, autograd's saved views included."""
    from torch.multiprocessing.reductions import StorageWeakRef

    engine = initialize(workload.build("transformer"), adamw, {"zero_optimization": SMALL})
    seen: dict[int, tuple[int, StorageWeakRef]] = {}

    def remember(module: Any, arguments: Any) -> None:
        for param in module.parameters(recurse=False):
            seen[param.ds_id] = (param.ds_numel, StorageWeakRef(param.data.untyped_storage()))

    for module in engine.module.modules():
        module.register_forward_pre_hook(remember)
    x, _ = workload.batch("transformer", 0, 4)
    out = engine(x)
    alive = sum(numel for numel, storage in seen.values() if not storage.expired())
    assert seen and out.requires_grad
    return alive


def overflow(rank: int) -> tuple[int, float, bool]:
    """inf on one rank only: the step is skipped on all, the scale falls when hysteresis is used up."""
    config = {"zero_optimization": SMALL, "fp16": {"enabled": True, "initial_scale_power": 8, "hysteresis": 2}}
    with Init(dtype=torch.float16):
        model = workload.build("mlp")
    engine = initialize(model, adamw, config)
    before = _checksum(engine)
    for _ in range(2):
        x = torch.full((4, 32), 1e4 if rank == 1 else 0.1, dtype=torch.float16)
        loss = engine(x).float().sum() * (1e8 if rank == 1 else 1.0)
        engine.backward(loss)
        engine.step()
    return engine.skipped_steps, engine.optimizer.loss_scale, _checksum(engine) == before


def unused_parameter() -> float:
    model = Fork()
    model.idle = nn.Linear(3, 3)
    engine = initialize(model, adamw, {"zero_optimization": SMALL})
    return [step(engine, n) for n in range(3)][-1]


def inference() -> bool:
    model = workload.build("mlp")
    x, _ = workload.batch("mlp", 0, 8)
    expected = model(x)
    engine = initialize(model, None, {})
    with torch.no_grad():
        return torch.allclose(engine(x), expected) and torch.allclose(engine(x), expected)


def fail(rank: int, how: str) -> None:
    engine = initialize(workload.build("mlp"), adamw, {"zero_optimization": SMALL})
    for number in itertools.count():
        if number == 2 and rank == 1:
            if how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if how == "hang":
                time.sleep(600)
            raise ValueError("bad batch")
        step(engine, number)


def save_midway(rank: int, folder: str, model: str, offload: str) -> tuple[list[float], dict[str, Any] | None]:
    """Losses of the steps after the checkpoint, and the whole model as it was saved."""
    engine = _engine(model, offload, folder)
    for number in range(3):
        step(engine, number, model)
    engine.save_checkpoint(folder, "middle", {"note": 7})
    whole = engine.consolidated_state_dict()
    return [step(engine, number, model) for number in range(3, 6)], whole


def load_and_go_on(rank: int, folder: str, model: str, offload: str) -> tuple[list[float], Any]:
    engine = _engine(model, offload, folder)
    note = engine.load_checkpoint(folder)
    return [step(engine, number, model) for number in range(3, 6)], note


def _engine(model: str, offload: str, folder: str) -> Any:
    device = {"device": offload} | ({"nvme_path": f"{folder}/offload"} if offload == "nvme" else {})
    zero = SMALL | {"sub_group_size": 3000 // comm.get_world_size(), "offload_optimizer": device}
    return initialize(workload.build(model, 1), adamw, {"zero_optimization": zero})


def killed_while_saving(rank: int, folder: str, moment: str) -> None:
    """Saves "good", then is killed while it saves the same tag or another: in a shard, or between the renames."""
    engine = _engine("mlp", "none", folder)
    step(engine, 0)
    engine.save_checkpoint(folder, "good", "first")
    step(engine, 1)
    original_write, original_rename = saving._write, Path.rename

    def write(path: Path, content: Any) -> None:
        original_write(path, content)
        if rank == 1:
            os.truncate(path, path.stat().st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    def rename(path: Path, target: Path) -> Path:
        if path.name.endswith(".partial"):
            os.kill(os.getpid(), signal.SIGKILL)
        return original_rename(path, target)

    if moment == "shard":
        saving._write = write
    else:
        Path.rename = rename  # type: ignore[method-assign]
    engine.save_checkpoint(folder, "good", "second")
