"""The trained model, made by ``python -m reproductions.txt2img.training``: half precision in safetensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from ..ldm.models.autoencoder import AutoencoderKL
from ..ldm.models.diffusion.ddpm import LatentDiffusion
from ..ldm.modules.diffusionmodules.openaimodel import UNetModel
from ..ldm.modules.encoders.modules import FrozenCLIPEmbedder

FILE = Path(__file__).with_name("digits.safetensors")
CONTEXT = 32
DDCONFIG: dict[str, Any] = {
    "ch": 32,
    "ch_mult": (1, 1, 1),
    "num_res_blocks": 1,
    "in_channels": 1,
    "out_ch": 1,
    "z_channels": 4,
}
UNET: dict[str, Any] = {
    "in_channels": 4,
    "model_channels": 32,
    "out_channels": 4,
    "num_res_blocks": 1,
    "attention_resolutions": (1,),
    "channel_mult": (1, 2),
    "num_heads": 4,
    "context_dim": CONTEXT,
}


def build(parameterization: str = "eps") -> LatentDiffusion:
    """The model with random weights."""
    return LatentDiffusion(
        AutoencoderKL(DDCONFIG, 4),
        FrozenCLIPEmbedder(dim=CONTEXT),
        UNetModel(**UNET),
        parameterization=parameterization,
    )


def save_model(model: LatentDiffusion, file: Path = FILE) -> None:
    from safetensors.torch import save_file

    values = {name: value.detach().cpu().half().contiguous() for name, value in model.state_dict().items()}
    # What a scale is off by, every latent is off by.
    values["scale_factor"] = model.scale_factor.detach().cpu().float()
    partial = file.with_suffix(".partial")
    save_file(values, partial, metadata={"parameterization": model.parameterization})
    partial.replace(file)


def load_model(
    device: str | torch.device = "cpu", dtype: torch.dtype = torch.float32, file: Path = FILE
) -> LatentDiffusion:
    """The model of the file; FileNotFoundError where there is none."""
    from safetensors import safe_open

    with safe_open(file, "pt") as stored:
        model = build((stored.metadata() or {}).get("parameterization", "eps"))
        model.load_state_dict({name: stored.get_tensor(name).float() for name in stored.keys()})  # noqa: SIM118
    return model.to(device, dtype).eval().requires_grad_(False)
