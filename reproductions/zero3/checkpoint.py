"""Checkpoints: every rank writes its slices, and any number of ranks can read them.

Serves deepspeed's save_checkpoint/load_checkpoint, universal checkpoints and zero_to_fp32, with files named as
deepspeed names them. A checkpoint is a folder that appears under its name only when it is complete; the file ``latest``
names the last one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from . import comm

if TYPE_CHECKING:
    from .engine import DeepSpeedEngine

LATEST = "latest"
MASTER = "master"


class BadCheckpoint(RuntimeError):
    """A folder holds no complete checkpoint, or not one of this model; the text says which and why."""


def save(engine: DeepSpeedEngine, save_dir: Path, tag: str, client_state: Any) -> None:
    """Writes beside the final place, then renames; each rank's file is on the disk before the folder has its name."""
    if not tag or tag.startswith(".") or Path(tag).name != tag:
        raise BadCheckpoint(f"checkpoint tag {tag!r} is not the name of a folder")
    partial, final, replaced = save_dir / f".{tag}.partial", save_dir / tag, save_dir / f".{tag}.replaced"
    if comm.get_rank() == 0:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
    comm.barrier("checkpoint folder")
    _write(partial / _shard_name(comm.get_rank()), _shard(engine))
    if comm.get_rank() == 0:
        buffers = {name: buffer.cpu() for name, buffer in engine.module.named_buffers()}
        _write(partial / "mp_rank_00_model_states.pt", {"buffers": buffers, "client_state": client_state})
    comm.barrier("checkpoint shards")
    if comm.get_rank() == 0:
        # A reader finds the old folder under one of its two names until the new one has taken its place.
        shutil.rmtree(replaced, ignore_errors=True)
        if final.exists():
            final.rename(replaced)
        partial.rename(final)
        pointer = save_dir / f".{LATEST}.partial"
        pointer.write_text(tag, "utf-8")
        pointer.replace(save_dir / LATEST)
        shutil.rmtree(replaced, ignore_errors=True)
    comm.barrier("checkpoint complete")


def _shard_name(rank: int) -> str:
    return f"zero_pp_rank_{rank}_mp_rank_00_optim_states.pt"


def _write(path: Path, content: Any) -> None:
    with path.open("wb") as file:
        torch.save(content, file)
        file.flush()
        os.fsync(file.fileno())


def _shard(engine: DeepSpeedEngine) -> dict[str, Any]:
    """This rank's slices. ``places``: name -> (sub-group, offset in its flat tensors, slice, numel, shape)."""
    optimizer = engine._zero_optimizer()
    names = {id(param): name for name, param in engine.module.named_parameters()}
    places: dict[str, tuple[int, int, int, int, tuple[int, ...]]] = {}
    flat: list[dict[str, Any]] = []
    for number, (group, master) in enumerate(
        zip(optimizer.fp16_groups, optimizer.fp32_partitioned_groups_flat, strict=True)
    ):
        offset = 0
        for param in group:
            size = param.partition_numel()
            places[names[id(param)]] = (number, offset, size, param.ds_numel, tuple(param.ds_shape))
            offset += size
        flat.append({MASTER: master.detach().cpu(), **_on_cpu(optimizer.optimizer.state.get(master, {}))})
    params: list[tuple[str, Any]] = list(engine.module.named_parameters())
    frozen = [(name, param) for name, param in params if name not in places]
    for name, param in frozen:
        places[name] = (len(flat), 0, param.partition_numel(), param.ds_numel, tuple(param.ds_shape))
        flat.append({MASTER: param.ds_tensor.detach().cpu()})
    scaler = optimizer.loss_scaler
    return {
        "world_size": comm.get_world_size(),
        "places": places,
        "flat": flat,
        "options": [{k: v for k, v in group.items() if k != "params"} for group in optimizer.param_groups],
        "scaler": scaler.state_dict() if scaler.dynamic else {},
        "steps": (engine.micro_steps, engine.global_steps, engine.skipped_steps),
    }


def _on_cpu(state: dict[str, Any]) -> dict[str, Any]:
    return {key: value.cpu() if isinstance(value, Tensor) else value for key, value in state.items()}


class _Shards:
    """All ranks' files of one checkpoint, mapped rather than read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        first = self._read(0)
        self.shards = [first, *(self._read(rank) for rank in range(1, first["world_size"]))]
        self.places: dict[str, Any] = first["places"]

    def _read(self, rank: int) -> dict[str, Any]:
        path = self.folder / _shard_name(rank)
        try:
            content: dict[str, Any] = torch.load(path, map_location="cpu", mmap=True, weights_only=True)
        except (OSError, RuntimeError, EOFError) as error:
            raise BadCheckpoint(f"{path}: cannot be read: {error}") from error
        return content

    def keys(self, name: str) -> dict[str, Any]:
        """What is kept of the parameter; a value that is not a slice is the same for the whole sub-group."""
        found: dict[str, Any] = self.shards[0]["flat"][self.places[name][0]]
        return found

    def is_sliced(self, name: str, key: str) -> bool:
        kept = self.keys(name)
        return isinstance(kept[key], Tensor) and kept[key].dim() == 1 and kept[key].shape == kept[MASTER].shape

    def whole(self, name: str, key: str) -> Tensor:
        """One tensor of the parameter, flat and without padding."""
        number, offset, size, numel, _ = self.places[name]
        return torch.cat([shard["flat"][number][key][offset : offset + size] for shard in self.shards])[:numel]


def checkpoint_folder(load_dir: Path, tag: str | None = None) -> Path:
    """Where the checkpoint ``tag`` lies, or the last complete one."""
    if tag is None:
        try:
            tag = (load_dir / LATEST).read_text("utf-8").strip()
        except OSError:
            raise BadCheckpoint(f"{load_dir}: there is no complete checkpoint (no file {LATEST})") from None
    for folder in (load_dir / tag, load_dir / f".{tag}.replaced"):
        if folder.is_dir():
            return folder
    raise BadCheckpoint(f"{load_dir}: there is no checkpoint {tag}")


@torch.no_grad()
def load(engine: DeepSpeedEngine, load_dir: Path, tag: str | None) -> Any:
    """Raises BadCheckpoint, before anything is changed, where parameters differ in name or shape."""
    folder = checkpoint_folder(load_dir, tag)
    shards = _Shards(folder)
    optimizer = engine._zero_optimizer()
    params: dict[str, Any] = dict(engine.module.named_parameters())
    for name in sorted(params.keys() | shards.places.keys()):
        ours = tuple(params[name].ds_shape) if name in params else None
        theirs = tuple(shards.places[name][4]) if name in shards.places else None
        if ours != theirs:
            raise BadCheckpoint(f"{folder}: parameter {name} has shape {theirs} there and {ours} here")
    engine.parameter_offload.partition_all_parameters()
    names = {id(param): name for name, param in params.items()}
    for number, (group, master) in enumerate(
        zip(optimizer.fp16_groups, optimizer.fp32_partitioned_groups_flat, strict=True)
    ):
        first = names[id(group[0])]
        state: dict[str, Any] = {}
        for key, value in shards.keys(first).items():
            if not shards.is_sliced(first, key):
                state[key] = value.clone() if isinstance(value, Tensor) else value
                continue
            target = master if key == MASTER else state.setdefault(key, torch.zeros_like(master))
            offset = 0
            for param in group:
                size = param.partition_numel()
                _fill(target.narrow(0, offset, size), shards.whole(names[id(param)], key), size)
                offset += size
        optimizer.optimizer.state[master] = state
        optimizer.offload.swap_out(state, number)
        optimizer._reassign_or_swap_out_partitioned_parameters(number)
    trained = {id(param) for group in optimizer.fp16_groups for param in group}
    for name, param in params.items():
        if id(param) not in trained:
            _fill(param.ds_tensor.data, shards.whole(name, MASTER), param.partition_numel())
    for group, options in zip(optimizer.param_groups, shards.shards[0]["options"], strict=True):
        group.update(options)
    if shards.shards[0]["scaler"] and optimizer.loss_scaler.dynamic:
        optimizer.loss_scaler.load_state_dict(shards.shards[0]["scaler"])  # type: ignore[union-attr]
    optimizer._forget_gradients()
    engine.micro_steps, engine.global_steps, engine.skipped_steps = shards.shards[0]["steps"]
    model = torch.load(folder / "mp_rank_00_model_states.pt", map_location="cpu", weights_only=True)
    for name, buffer in engine.module.named_buffers():
        buffer.copy_(model["buffers"][name])
    comm.barrier("checkpoint loaded")
    return model["client_state"]


def _fill(target: Tensor, whole: Tensor, size: int) -> None:
    """``target`` becomes this rank's slice of ``whole``, and 0 beyond its end."""
    start = size * comm.get_rank()
    part = whole[start : start + size]
    target.zero_()[: part.numel()].copy_(part)


def get_fp32_state_dict_from_zero_checkpoint(load_dir: Path, tag: str | None = None) -> dict[str, Tensor]:
    """The whole model from a checkpoint, in one process and without a process group."""
    folder = checkpoint_folder(load_dir, tag)
    shards = _Shards(folder)
    state = {name: shards.whole(name, MASTER).float().view(place[4]) for name, place in shards.places.items()}
    model = torch.load(folder / "mp_rank_00_model_states.pt", map_location="cpu", weights_only=True)
    return state | {name: buffer.clone() for name, buffer in model["buffers"].items()}
