"""The function behind Generate of the second tab; mirrors ``modules.img2img`` of webui 1.10.1."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from PIL import Image

from . import processing, scripts
from .shared import opts
from .txt2img import plaintext_to_html, whole


def img2img(
    id_task: str | None,
    prompt: str,
    negative_prompt: str,
    init_img: Image.Image | None,
    mask: Image.Image | None,
    mask_blur: int,
    inpainting_fill: int,
    n_iter: int,
    batch_size: int,
    cfg_scale: float,
    denoising_strength: float,
    height: int,
    width: int,
    resize_mode: int,
    inpaint_full_res: bool,
    inpaint_full_res_padding: int,
    inpainting_mask_invert: bool,
    override_settings: dict[str, Any] | None,
    *args: Any,
) -> tuple[list[Any], str, str, str]:
    """As ``txt2img``, from the picture ``init_img``, and only where ``mask`` is white, if there is one."""
    p = processing.StableDiffusionProcessingImg2Img(
        outpath_samples=opts.outdir_img2img_samples,
        outpath_grids=opts.outdir_img2img_grids,
        prompt=prompt,
        negative_prompt=negative_prompt,
        batch_size=whole(batch_size, "batch size"),
        n_iter=whole(n_iter, "batch count"),
        cfg_scale=cfg_scale,
        width=whole(width, "width"),
        height=whole(height, "height"),
        init_images=[] if init_img is None else [init_img],
        mask=mask,
        mask_blur=whole(mask_blur, "mask blur"),
        inpainting_fill=inpainting_fill,
        resize_mode=resize_mode,
        denoising_strength=denoising_strength,
        inpaint_full_res=inpaint_full_res,
        inpaint_full_res_padding=inpaint_full_res_padding,
        inpainting_mask_invert=inpainting_mask_invert,
        override_settings=override_settings or {},
    )
    p.scripts = scripts.scripts_img2img
    p.script_args = args
    with closing(p):
        processed = scripts.scripts_img2img.run(p, *p.script_args)
        if processed is None:
            processed = processing.process_images(p)
    return (
        processed.images,
        processed.js(),
        plaintext_to_html(processed.info),
        plaintext_to_html(processed.comments, classname="comments"),
    )
