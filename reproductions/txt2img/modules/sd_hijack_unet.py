"""Patches of ldm that keep the UNet's number format; mirrors ``modules.sd_hijack_unet`` of webui 1.10.1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from . import devices
from .sd_hijack_utils import CondFunc


def apply_model(orig_func: Callable[..., Any], self: Any, x_noisy: torch.Tensor, t: torch.Tensor, cond: Any) -> Any:
    """``LatentDiffusion.apply_model`` with all inputs in the UNet's format; the result in that of ``x_noisy``."""
    if isinstance(cond, dict):
        cond = {key: [each.to(devices.dtype_unet) for each in value] for key, value in cond.items()}
    with devices.autocast():
        return orig_func(self, x_noisy.to(devices.dtype_unet), t.to(devices.dtype_unet), cond).to(x_noisy.dtype)


CondFunc("reproductions.txt2img.ldm.models.diffusion.ddpm.LatentDiffusion.apply_model", apply_model)
