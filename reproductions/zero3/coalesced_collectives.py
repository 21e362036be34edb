"""One reduce-scatter for many tensors. Mirrors deepspeed.runtime.comm.coalesced_collectives, 0.19.8."""

from __future__ import annotations

import math

from torch import Tensor

from . import comm


def _torch_reduce_scatter_fn(tensor: Tensor, output: Tensor, ids: tuple[int, ...]) -> comm.Pending:
    return comm.reduce_scatter_fn(output, tensor, "gradients", ids)


class ReduceScattered:
    """``wait`` gives this rank's chunk of the mean over ranks of every tensor, as views of one flat tensor."""

    def __init__(self, pending: comm.Pending, output: Tensor, chunks: list[int], source: Tensor) -> None:
        self.pending, self.output, self.chunks = pending, output, chunks
        self.source = source  # the collective reads it until it is over

    def wait(self) -> list[Tensor]:
        self.pending.wait()
        return list(self.output.split(self.chunks))


def reduce_scatter_coalesced(tensors: list[Tensor], ids: tuple[int, ...]) -> ReduceScattered:
    """Begins to reduce tensors of one data type, the same on every rank.

    chunk_t = ceil(numel_t / world). The buffer is rank-major, and padded with zeros:
    [t0 chunk of rank 0, t1 chunk of rank 0, ..., t0 chunk of rank 1, ...]. A tensor's chunk for rank r is its flat
    elements [r * chunk, (r + 1) * chunk), cut where the tensor ends.
    """
    world = comm.get_world_size()
    chunks = [math.ceil(tensor.numel() / world) for tensor in tensors]
    total = sum(chunks)
    buffer = tensors[0].new_empty(world, total)
    offset = 0
    for tensor, chunk in zip(tensors, chunks, strict=True):
        flat, target = tensor.reshape(-1), buffer[:, offset : offset + chunk]
        full, rest = divmod(flat.numel(), chunk) if chunk else (0, 0)
        target[:full].copy_(flat[: full * chunk].view(full, chunk))
        if full < world:
            target[full:].zero_()
            if rest:
                target[full, :rest].copy_(flat[full * chunk :])
        offset += chunk
    buffer.div_(world)
    output = tensors[0].new_empty(total)
    pending = _torch_reduce_scatter_fn(buffer.view(-1), output, ids)
    return ReduceScattered(pending, output, chunks, buffer)
