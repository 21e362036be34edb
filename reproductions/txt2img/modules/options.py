"""Settings of the program, not of one picture; mirrors ``modules.options`` of webui 1.10.1.

A request may override some for its own duration (``override_settings``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import BadRequest

DEFAULTS: Mapping[str, Any] = {
    # images and their text
    "samples_save": False,
    "outdir_txt2img_samples": "outputs",
    "outdir_img2img_samples": "outputs",
    "outdir_txt2img_grids": "outputs",
    "outdir_img2img_grids": "outputs",
    "save_incomplete_images": False,
    "save_images_before_highres_fix": False,
    "enable_pnginfo": True,
    "return_grid": True,
    "grid_save": False,
    "grid_only_if_multiple": True,
    "add_model_hash_to_info": True,
    "add_model_name_to_info": True,
    "add_version_to_infotext": True,
    # limits of a request: a small model on a small machine
    "max_side": 128,
    "max_images": 256,
    "max_steps": 1000,
    "max_prompt_characters": 2000,
    # prompts
    "emphasis": "Original",
    "use_old_scheduling": False,
    # sampling
    "eta_ancestral": 1.0,
    "eta_ddim": 0.0,
    "s_churn": 0.0,
    "s_tmin": 0.0,
    "s_tmax": 0.0,
    "s_noise": 1.0,
    "s_min_uncond": 0.0,
    "sigma_min": 0.0,
    "sigma_max": 0.0,
    "rho": 0.0,
    "always_discard_next_to_last_sigma": False,
    "sgm_noise_multiplier": False,
    "enable_quantization": False,
    "batch_cond_uncond": True,
    "pad_cond_uncond": True,
    "eta_noise_seed_delta": 0,
    "randn_source": "GPU",
    "uni_pc_order": 3,
    "uni_pc_lower_order_final": True,
    "beta_dist_alpha": 0.6,
    "beta_dist_beta": 0.6,
    # img2img
    "img2img_fix_steps": False,
    "initial_noise_multiplier": 1.0,
    "overlay_inpaint": True,
    "img2img_background_color": "#ffffff",
    # VAE
    "auto_vae_precision_bfloat16": False,
    "auto_vae_precision": True,
    "sd_vae_decode_method": "Full",
    "sd_vae_encode_method": "Full",
    # live preview
    "live_previews_enable": True,
    "show_progress_every_n_steps": 5,
    "show_progress_grid": True,
    "show_progress_type": "Approx cheap",
    "live_preview_content": "Prompt",
    "live_previews_image_format": "png",
    # safety
    "safety_check": True,
    "safety_flagged_digits": (4,),
}
"""Names as upstream's where upstream has the setting."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "emphasis": ("None", "Ignore", "Original", "No norm"),
    "randn_source": ("GPU", "CPU"),
    "sd_vae_decode_method": ("Full", "Approx cheap"),
    "sd_vae_encode_method": ("Full",),
    "show_progress_type": ("Full", "Approx cheap"),
    "live_preview_content": ("Combined", "Prompt", "Negative prompt"),
}

LOCKED = ("safety_check", "safety_flagged_digits", "max_side", "max_images", "max_steps", "max_prompt_characters")
"""Belong to whoever runs the program: no request and no pasted text changes them."""


class Options:
    """Attribute access to ``data``, which holds what was changed; the rest is ``DEFAULTS``."""

    data: dict[str, Any]

    def __init__(self) -> None:
        object.__setattr__(self, "data", {})

    def __getattr__(self, name: str) -> Any:
        if name in self.data:
            return self.data[name]
        try:
            return DEFAULTS[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in DEFAULTS:
            raise AttributeError(f"there is no setting {name}")
        self.data[name] = value

    def get_default(self, name: str) -> Any:
        return DEFAULTS[name]

    def set(self, name: str, value: Any, is_api: bool = False) -> None:
        """Changes a setting; BadRequest if there is none of that name, its value does not fit or it is locked."""
        if name not in DEFAULTS:
            raise BadRequest(f"there is no setting {name!r}")
        if is_api and name in LOCKED:
            raise BadRequest(f"the setting {name!r} cannot be changed by a request")
        default = DEFAULTS[name]
        if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not type(default):
            raise BadRequest(f"the setting {name!r} takes a {type(default).__name__}, not {value!r}")
        if name in CHOICES and value not in CHOICES[name]:
            raise BadRequest(f"the setting {name!r} is one of {', '.join(CHOICES[name])}, not {value!r}")
        setattr(self, name, value)
