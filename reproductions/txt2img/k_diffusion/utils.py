"""Mirrors a part of ``k_diffusion.utils``."""

from __future__ import annotations

import torch


def append_dims(x: torch.Tensor, target_dims: int) -> torch.Tensor:
    """``x`` with dimensions of size 1 added at its end."""
    return x[(...,) + (None,) * (target_dims - x.ndim)]
