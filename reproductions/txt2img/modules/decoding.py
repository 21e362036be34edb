"""From latents to pictures, with a second try; ``decode_latent_batch`` of ``modules.processing`` of webui 1.10.1."""

from __future__ import annotations

from typing import Any

import torch

from . import devices, errors
from .sd_samplers_common import decode_first_stage
from .shared import opts


class DecodedSamples(list[torch.Tensor]):
    """Pictures, not latents."""

    already_decoded = True


def decode_latent_batch(
    model: Any, batch: torch.Tensor, target_device: torch.device | None = None, check_for_nans: bool = False
) -> DecodedSamples:
    """The pictures (channels x height x width, about [-1, 1]) of a batch of latents, decoded one by one.

    Where the VAE overflows, it is changed to a wider number format, for good, and the picture is decoded again. Raises
    NansException when the UNet failed, or the VAE did in that format, too.
    """
    samples = DecodedSamples()
    if check_for_nans:
        devices.test_for_nans(batch, "unet")
    for latent in batch:
        sample = decode_first_stage(model, latent.unsqueeze(0))[0]
        if check_for_nans:
            try:
                devices.test_for_nans(sample, "vae")
            except devices.NansException:
                wider = _wider_format()
                if wider is None or devices.dtype_vae == wider:
                    raise
                errors.print_error_explanation(
                    f"A tensor with all NaNs was produced in VAE.\nIt is changed from {devices.dtype_vae} to {wider}."
                )
                devices.dtype_vae = wider
                model.first_stage_model.to(wider)
                sample = decode_first_stage(model, latent.unsqueeze(0))[0]
                devices.test_for_nans(sample, "vae")
        samples.append(sample if target_device is None else sample.to(target_device))
    return samples


def _wider_format() -> torch.dtype | None:
    if opts.auto_vae_precision_bfloat16:
        return torch.bfloat16
    return torch.float32 if opts.auto_vae_precision else None
