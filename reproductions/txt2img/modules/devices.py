"""Where and in which number format the model runs; mirrors ``modules.devices`` of webui 1.10.1."""

from __future__ import annotations

import contextlib
from typing import Any

import torch

cpu = torch.device("cpu")
device = cpu
dtype = torch.float32
dtype_vae = torch.float32
dtype_unet = torch.float32


class NansException(Exception):
    """A network produced numbers that are none."""


def get_optimal_device() -> torch.device:
    """The GPU, where torch finds one."""
    return torch.device("cuda") if torch.cuda.is_available() else cpu


def use(where: str | torch.device, half: bool = False) -> None:
    """Makes the model run on ``where``; ``half`` stores VAE and UNet in float16, as upstream does on GPUs."""
    global device, dtype, dtype_vae, dtype_unet
    device = torch.device(where)
    dtype = dtype_vae = dtype_unet = torch.float16 if half else torch.float32


def autocast(disable: bool = False) -> contextlib.AbstractContextManager[Any]:
    """Half precision for those operations that bear it, where the UNet is half; nothing otherwise."""
    if disable or dtype_unet == torch.float32:
        return contextlib.nullcontext()
    return torch.autocast(device.type, dtype=dtype_unet)


def without_autocast(disable: bool = False) -> contextlib.AbstractContextManager[Any]:
    """The VAE decides its format by itself: it is the part that overflows in half precision."""
    if disable or not torch.is_autocast_enabled(device.type):
        return contextlib.nullcontext()
    return torch.autocast(device.type, enabled=False)


def test_for_nans(x: torch.Tensor, where: str) -> None:
    """NansException if the first element is no number: a NaN anywhere spreads through normalisation to all.

    ``where`` is "unet" or "vae" and goes into the message.
    """
    if not torch.isnan(x[(0,) * x.dim()]):
        return
    what = {"unet": "Unet", "vae": "VAE"}[where]
    raise NansException(f"A tensor with NaNs was produced in {what}; it may need a wider number format than {x.dtype}.")


def torch_gc() -> None:
    """Gives unused GPU memory back."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
