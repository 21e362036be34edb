"""Where master partitions and optimizer state live: beside the parameters, in host memory, or in mapped files.

Serves deepspeed's option ``offload_optimizer`` (runtime.swap_tensor there, which reads and writes explicitly; here
the operating system pages).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from . import comm
from .config import OffloadOptimizer


class OptimizerOffload:
    """``device`` is where an optimizer step computes."""

    def __init__(self, config: OffloadOptimizer) -> None:
        self.kind = config.device
        self.device = comm.local_device() if self.kind == "none" else torch.device("cpu")
        self.folder = Path(config.nvme_path) / f"rank-{comm.get_rank()}" if self.kind == "nvme" else None
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)

    def master(self, partition: Tensor, sub_group: int) -> Tensor:
        """The fp32 copy of a flat partition; the partition itself where that is fp32 and in the right place."""
        if self.kind == "nvme":
            flat = self._mapped(partition.detach(), f"sub-group-{sub_group}-master")
        else:
            flat = partition.detach().to(self.device, torch.float32)
        return flat.requires_grad_()

    def swap_out(self, state: dict[str, Any], sub_group: int) -> None:
        """Moves the tensors of a sub-group's state, which an optimizer makes at its first step, to files."""
        if self.kind != "nvme":
            return
        for name, value in state.items():
            if isinstance(value, Tensor) and value.dim() == 1 and not hasattr(value, "ds_mapped"):
                state[name] = self._mapped(value, f"sub-group-{sub_group}-{name}")

    def _mapped(self, source: Tensor, name: str) -> Tensor:
        """A copy in a file that has no name once it is mapped, so that nothing is left behind however the run ends."""
        if not source.numel():
            return source.float()
        assert self.folder is not None
        path = self.folder / name
        path.unlink(missing_ok=True)
        mapped = torch.from_file(str(path), shared=True, size=source.numel(), dtype=torch.float32)
        path.unlink()
        mapped.copy_(source)
        mapped.ds_mapped = True  # type: ignore[attr-defined]
        return mapped
