"""What was made, and the text saying how; ``Processed`` and ``create_infotext`` of webui's ``modules.processing``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from . import errors, infotext_utils
from .shared import opts, state


def program_version() -> str:
    """The release that is mirrored."""
    return "v1.10.1-navigator"


def create_infotext(
    p: Any,
    all_prompts: Sequence[str],
    all_seeds: Sequence[int],
    all_subseeds: Sequence[int],
    *,
    index: int = 0,
    use_main_prompt: bool = False,
    all_negative_prompts: Sequence[str] | None = None,
) -> str:
    """The text of picture ``index``: prompt, negative prompt, and a line ``Steps: 20, Sampler: Euler a, ...``.

    Of ``p.extra_generation_params`` a list has a value a picture, a function is called with this function's values,
    and None is left out.
    """
    index = 0 if use_main_prompt else index
    negatives = p.all_negative_prompts if all_negative_prompts is None else all_negative_prompts
    prompt_text, negative_prompt = all_prompts[index], negatives[index]
    varied = p.subseed_strength != 0
    resized = p.seed_resize_from_w > 0 and p.seed_resize_from_h > 0
    generation_params: dict[str, Any] = {
        "Steps": p.steps,
        "Sampler": p.sampler_name,
        "Schedule type": p.scheduler,
        "CFG scale": p.cfg_scale,
        "Seed": all_seeds[index],
        "Size": f"{p.width}x{p.height}",
        "Model hash": p.sd_model_hash if opts.add_model_hash_to_info else None,
        "Model": p.sd_model_name if opts.add_model_name_to_info else None,
        "Variation seed": all_subseeds[index] if varied else None,
        "Variation seed strength": p.subseed_strength if varied else None,
        "Seed resize from": f"{p.seed_resize_from_w}x{p.seed_resize_from_h}" if resized else None,
        "ENSD": opts.eta_noise_seed_delta or None,
        "RNG": opts.randn_source if opts.randn_source != "GPU" else None,
        "Emphasis": opts.emphasis if opts.emphasis != "Original" else None,
        **p.extra_generation_params,
        "Version": program_version() if opts.add_version_to_infotext else None,
    }
    for key, value in generation_params.items():
        try:
            if isinstance(value, list):
                generation_params[key] = value[index]
            elif callable(value):
                generation_params[key] = value(
                    p=p, index=index, prompt_text=prompt_text, negative_prompt=negative_prompt
                )
        except Exception:
            errors.report(f'Error creating infotext for key "{key}"', exc_info=True)
            generation_params[key] = None
    line = ", ".join(f"{key}: {infotext_utils.quote(v)}" for key, v in generation_params.items() if v is not None)
    negative_line = f"\nNegative prompt: {negative_prompt}" if negative_prompt else ""
    return f"{prompt_text}{negative_line}\n{line}".strip()


class Processed:
    """The pictures of a request, the grid first where there is one, each with its infotext."""

    def __init__(
        self,
        p: Any,
        images_list: list[Any],
        seed: int = -1,
        info: str = "",
        subseed: int = -1,
        index_of_first_image: int = 0,
        infotexts: list[str] | None = None,
    ) -> None:
        self.images = images_list
        self.seed = seed
        self.subseed = subseed
        self.info = info
        self.infotexts = infotexts or [info] * len(images_list)
        self.comments = "".join(f"{comment}\n" for comment in p.comments)
        self.index_of_first_image = index_of_first_image
        self.all_prompts = p.all_prompts
        self.all_negative_prompts = p.all_negative_prompts
        self.all_seeds = p.all_seeds
        self.all_subseeds = p.all_subseeds
        self.width, self.height = p.width, p.height
        self.sampler_name, self.scheduler = p.sampler_name, p.scheduler
        self.cfg_scale, self.steps, self.batch_size = p.cfg_scale, p.steps, p.batch_size
        self.denoising_strength = p.denoising_strength
        self.sd_model_name, self.sd_model_hash = p.sd_model_name, p.sd_model_hash
        self.job_timestamp = state.job_timestamp
        self.version = program_version()

    def js(self) -> str:
        """All but the pictures, as JSON; the page keeps it to find the infotext of a chosen picture."""
        values = {key: value for key, value in vars(self).items() if key not in ("images", "info", "comments")}
        return json.dumps(values, default=str)
