"""What all of the program shares: settings, state of the job, the loaded model; mirrors ``modules.shared``."""

from __future__ import annotations

import re
from typing import Any

from . import devices, options, shared_state

opts = options.Options()
state = shared_state.State()

sd_model: Any = None
"""The loaded LatentDiffusion, see ``sd_models.load_model``."""

latent_upscale_default_mode = "Latent"
latent_upscale_modes: dict[str, dict[str, Any]] = {
    "Latent": {"mode": "bilinear", "antialias": False},
    "Latent (antialiased)": {"mode": "bilinear", "antialias": True},
    "Latent (bicubic)": {"mode": "bicubic", "antialias": False},
    "Latent (bicubic antialiased)": {"mode": "bicubic", "antialias": True},
    "Latent (nearest)": {"mode": "nearest", "antialias": False},
    "Latent (nearest-exact)": {"mode": "nearest-exact", "antialias": False},
}
"""How hires fix enlarges latents: arguments of ``torch.nn.functional.interpolate``."""

sd_upscalers = ("None", "Lanczos", "Nearest")
"""How hires fix enlarges decoded pictures, when it is not done on latents."""


def device() -> Any:
    return devices.device


def natural_sort_key(text: str) -> list[Any]:
    """Sorts digit 10 after digit 9."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text)]
