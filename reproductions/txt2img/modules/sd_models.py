"""The loaded model; mirrors ``modules.sd_models`` of webui 1.10.1."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import torch

from .. import weights
from . import devices, sd_hijack, shared
from .errors import BadRequest


def load_model(file: Path = weights.FILE) -> Any:
    """The model of a file of weights, on the device of ``devices``, as ``shared.sd_model``."""
    if not file.exists():
        raise BadRequest(f"{file} is missing: python -m reproductions.txt2img.training makes it, in minutes")
    from . import sd_hijack_unet  # noqa: F401  puts its patches in place

    return use_model(weights.load_model(devices.device, torch.float32, file))


def use_model(model: Any) -> Any:
    """Makes ``model`` (a LatentDiffusion) the one that pictures are made with."""
    sd_hijack.model_hijack.hijack(model)
    model.to(devices.device)
    model.model.diffusion_model.to(devices.dtype_unet)
    model.first_stage_model.to(devices.dtype_vae)
    model.eval()
    with torch.no_grad():
        model.cond_stage_model_empty_prompt = model.cond_stage_model([""])
    shared.sd_model = model
    return model


def reload_model_weights() -> Any:
    """The loaded model; loads it where none is."""
    return load_model() if shared.sd_model is None else shared.sd_model


def name_and_hash(model: Any) -> tuple[str, str]:
    """The model's name, and ten digits of a hash of its weights as they were loaded."""
    known = getattr(model, "sd_model_hash", None)
    if known is None:
        digest = hashlib.sha256()
        for name, value in sorted(model.state_dict().items()):
            digest.update(name.encode())
            digest.update(value.detach().float().cpu().contiguous().numpy().tobytes())
        known = model.sd_model_hash = digest.hexdigest()[:10]
    return getattr(model, "sd_model_name", "digits"), known


def apply_alpha_schedule_override(sd_model: Any, p: Any = None) -> None:
    """Puts the noise schedule of training back, where something has changed it."""
    original = getattr(sd_model, "alphas_cumprod_original", None)
    if original is None:
        sd_model.alphas_cumprod_original = sd_model.alphas_cumprod.clone()
    else:
        sd_model.alphas_cumprod = original.to(sd_model.alphas_cumprod.device)
