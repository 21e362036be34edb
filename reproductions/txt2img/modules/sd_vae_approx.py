"""Previews without the decoder; ``cheap_approximation`` mirrors ``modules.sd_vae_approx`` of webui 1.10.1.

Upstream has a fixed matrix from latent channels to colours. Here it is fitted, once a model, to what that model's
decoder makes of random latents.
"""

from __future__ import annotations

from typing import Any

import torch

from . import devices, shared
from .geometry import opt_C

_fitted: dict[int, tuple[Any, torch.Tensor]] = {}


def cheap_approximation(sample: torch.Tensor) -> torch.Tensor:
    """Pictures of the latents' own size: each pixel a linear function of its latent, least squares; in [-1, 1]."""
    weights = _weights(shared.sd_model).to(sample.device)
    values = torch.einsum("bchw,co->bohw", sample.float(), weights[:-1]) + weights[-1][None, :, None, None]
    return values.clamp(-1.0, 1.0)


def _weights(model: Any) -> torch.Tensor:
    known = _fitted.get(id(model))
    if known is not None and known[0] is model:
        return known[1]
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn((64, opt_C, 4, 4), generator=generator).to(devices.device, devices.dtype_vae)
    with torch.no_grad(), devices.without_autocast():
        pictures = model.decode_first_stage(latents).float()
    colours = torch.nn.functional.adaptive_avg_pool2d(pictures, latents.shape[2:])
    flat = latents.float().permute(0, 2, 3, 1).reshape(-1, opt_C)
    design = torch.cat([flat, torch.ones_like(flat[:, :1])], dim=1)
    targets = colours.permute(0, 2, 3, 1).reshape(len(design), -1)
    weights = torch.linalg.lstsq(design.cpu(), targets.cpu()).solution
    _fitted.clear()
    _fitted[id(model)] = (model, weights)
    return weights
