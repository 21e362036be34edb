"""The function behind Generate; mirrors ``modules.txt2img`` of webui 1.10.1."""

from __future__ import annotations

import html
from contextlib import closing
from typing import Any

from . import processing, scripts, shared
from .errors import BadRequest
from .shared import opts


def plaintext_to_html(text: str, classname: str | None = None) -> str:
    """A paragraph a line, its characters as they are."""
    body = "<br>\n".join(html.escape(line) for line in text.split("\n"))
    return f"<p class='{classname}'>{body}</p>" if classname else f"<p>{body}</p>"


def txt2img_create_processing(
    id_task: str | None,
    prompt: str,
    negative_prompt: str,
    n_iter: int,
    batch_size: int,
    cfg_scale: float,
    height: int,
    width: int,
    enable_hr: bool,
    denoising_strength: float,
    hr_scale: float,
    hr_upscaler: str,
    hr_second_pass_steps: int,
    override_settings: dict[str, Any] | None,
    *args: Any,
) -> processing.StableDiffusionProcessingTxt2Img:
    """The request, from what the page's fields hold; ``args`` are those of the scripts, sampler and seed among them."""
    p = processing.StableDiffusionProcessingTxt2Img(
        outpath_samples=opts.outdir_txt2img_samples,
        outpath_grids=opts.outdir_txt2img_grids,
        prompt=prompt,
        negative_prompt=negative_prompt,
        batch_size=whole(batch_size, "batch size"),
        n_iter=whole(n_iter, "batch count"),
        cfg_scale=cfg_scale,
        width=whole(width, "width"),
        height=whole(height, "height"),
        enable_hr=enable_hr,
        denoising_strength=denoising_strength,
        hr_scale=hr_scale,
        hr_upscaler=hr_upscaler,
        hr_second_pass_steps=whole(hr_second_pass_steps, "hires steps"),
        override_settings=override_settings or {},
    )
    p.scripts = scripts.scripts_txt2img
    p.script_args = args
    return p


def whole(value: Any, name: str) -> int:
    """An integer from a field, which may give it as a float."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or value % 1:
        raise BadRequest(f"{name} is a whole number, not {value}")
    return int(value)


def txt2img(id_task: str | None, *args: Any) -> tuple[list[Any], str, str, str]:
    """Pictures, what is known about them as JSON, the infotext and comments as HTML."""
    p = txt2img_create_processing(id_task, *args)
    with closing(p):
        processed = scripts.scripts_txt2img.run(p, *p.script_args)
        if processed is None:
            processed = processing.process_images(p)
    shared.state.textinfo = None
    return (
        processed.images,
        processed.js(),
        plaintext_to_html(processed.info),
        plaintext_to_html(processed.comments, classname="comments"),
    )
