"""What waits for parameters that are being gathered.

Mirrors the handles of deepspeed.runtime.zero.partition_parameters, 0.19.8.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from .comm import Pending
from .zero_parameter import ZeroParamStatus, gathered


class AllGatherCoalescedHandle:
    """One all-gather of several parameters: ``partitions[r]`` [sum of slices] holds rank r's slices in turn."""

    def __init__(self, pending: Pending, params: list[Any], partitions: list[Tensor]) -> None:
        self.pending, self.params, self.partitions = pending, params, partitions
        self.complete = False

    def wait(self) -> None:
        """Puts every parameter together again: concat over ranks, cut to ds_numel, viewed as ds_shape."""
        if self.complete:
            return
        self.pending.wait()
        offset = 0
        for param in self.params:
            part = param.ds_tensor.ds_numel
            # Rank r's part begins at element r * part; what lies beyond ds_numel is padding and is left behind.
            pieces = [
                partition.narrow(0, offset, min(part, param.ds_numel - rank * part))
                for rank, partition in enumerate(self.partitions)
                if rank * part < param.ds_numel
            ]
            flat = torch.cat(pieces) if pieces else param.ds_tensor.new_empty(0)
            param.data = flat.view(param.ds_shape)
            param.ds_status = ZeroParamStatus.AVAILABLE
            gathered.add(param)
            offset += part
        self.partitions = []
        self.complete = True


class MultipleAllGatherHandles:
    """One all-gather for each data type among the parameters."""

    def __init__(self, handles: list[AllGatherCoalescedHandle]) -> None:
        self.handles = handles

    def wait(self) -> None:
        for handle in self.handles:
            handle.wait()
