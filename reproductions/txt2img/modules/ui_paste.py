"""From an infotext to the page's fields; ``connect_paste`` of webui's ``modules.infotext_utils``."""

from __future__ import annotations

from typing import Any

import gradio as gr

from .errors import BadRequest
from .infotext_utils import request_from_infotext


def connect_paste(button: Any, toprow: Any, fields: Any, hires: list[Any], source: Any) -> None:
    """Has ``button`` read the text in ``source`` into all fields, its settings into the hidden ones."""
    enable_hr, denoising_strength, hr_scale, hr_upscaler, hr_second_pass_steps = hires
    places = {
        "prompt": toprow.prompt,
        "negative_prompt": toprow.negative_prompt,
        "steps": fields.steps,
        "sampler_name": fields.sampler_name,
        "scheduler": fields.scheduler,
        "cfg_scale": fields.cfg_scale,
        "seed": fields.seed,
        "width": fields.width,
        "height": fields.height,
        "subseed": fields.subseed,
        "subseed_strength": fields.subseed_strength,
        "seed_resize_from_w": fields.seed_resize_from_w,
        "seed_resize_from_h": fields.seed_resize_from_h,
        "enable_hr": enable_hr,
        "denoising_strength": denoising_strength,
        "hr_scale": hr_scale,
        "hr_upscaler": hr_upscaler,
        "hr_second_pass_steps": hr_second_pass_steps,
        "override_settings": fields.override_settings,
    }

    def paste(text: str) -> list[Any]:
        try:
            found = request_from_infotext(text)
        except BadRequest as error:
            gr.Warning(str(error))
            return [gr.update() for _ in range(len(places) + 3)]
        extras = "subseed" in found or "seed_resize_from_w" in found
        # One picture of a batch has its own seed: it is made again alone.
        return [found.get(name, gr.update()) for name in places] + [extras, 1, 1]

    outputs = [*places.values(), fields.seed_extras, fields.n_iter, fields.batch_size]
    button.click(fn=paste, inputs=[source], outputs=outputs, show_progress="hidden")
