"""What one rank holds between two steps, in bytes, counted and by formula."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from torch import Tensor

if TYPE_CHECKING:
    from .engine import DeepSpeedEngine


class Held(NamedTuple):
    """Bytes. ``counters`` are the optimizer's
    step counts, one a sub-group."""

    parameters: int
    gradients: int
    optimizer: int
    counters: int
    formula: tuple[int, int, int]


def held(engine: DeepSpeedEngine) -> Held:
    """Counts the memory behind the tensors, each piece once, under the first heading that has it."""
    optimizer = engine._zero_optimizer()
    counted: set[int] = set()
    params = list(engine.module.parameters())
    parameters = _bytes([param.ds_tensor for param in params] + [param.data for param in params], counted)  # type: ignore[attr-defined]
    gradients = [optimizer.grad_partitions_flat_buffer, *(param.grad for param in params if param.grad is not None)]
    buffers = [bucket.buffer for bucket in optimizer.ipg_buckets.values() if bucket.buffer is not None]
    of_gradients = _bytes([*gradients, *buffers], counted)
    masters = optimizer.fp32_partitioned_groups_flat
    states = [value for state in optimizer.optimizer.state.values() for value in state.values()]
    tensors = [value for value in states if isinstance(value, Tensor)]
    of_optimizer = _bytes([*masters, *(each for each in tensors if each.dim())], counted)
    counters = _bytes([each for each in tensors if not each.dim()], counted)
    slices = sum(param.partition_numel() for param in params)  # type: ignore[attr-defined]
    own_master = engine.config.dtype.itemsize < 4 or optimizer.offload.kind == "nvme"
    expected = formula(slices, engine.config.dtype.itemsize, own_master)
    return Held(parameters, of_gradients, of_optimizer, counters, expected)


def formula(elements: int, itemsize: int, own_master: bool) -> tuple[int, int, int]:
    """Bytes of parameters, gradients and AdamW's state for ``elements`` of each: itemsize, itemsize, and 8 for the two
    moments, with 4 for the fp32 master where the parameters cannot be it themselves."""
    return elements * itemsize, elements * itemsize, elements * (12 if own_master else 8)


def _bytes(tensors: Iterable[Tensor], counted: set[int]) -> int:
    total = 0
    for tensor in tensors:
        storage = tensor.untyped_storage()
        if storage.nbytes() and storage.data_ptr() not in counted:
            counted.add(storage.data_ptr())
            total += storage.nbytes()
    return total
