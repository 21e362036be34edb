"""Requests with the small model, for several test files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from PIL import Image

from reproductions.txt2img.modules import devices, processing, sd_models, shared
from tests.reproductions.txt2img import small_model


def fresh_model() -> Iterator[Any]:
    """A fixture: the small model is loaded, settings are the defaults but for the safety check."""
    torch.set_num_threads(1)
    before = shared.sd_model
    shared.opts.data.clear()
    shared.opts.safety_check = False
    yield sd_models.use_model(small_model.Model())
    shared.opts.data.clear()
    shared.state.end()
    shared.sd_model = before
    devices.use("cpu")


def txt2img(prompt: Any = "three", **values: Any) -> processing.Processed:
    settings = {"seed": 3, "sampler_name": "Euler", "steps": 6, "cfg_scale": 1.0, **values}
    return processing.process_images(processing.StableDiffusionProcessingTxt2Img(prompt=prompt, **settings))


def img2img(prompt: str, image: Image.Image, **values: Any) -> processing.Processed:
    settings = {"seed": 3, "sampler_name": "Euler", "steps": 10, "cfg_scale": 1.0, "init_images": [image], **values}
    return processing.process_images(processing.StableDiffusionProcessingImg2Img(prompt=prompt, **settings))


def level(image: Image.Image) -> float:
    """The mean of a picture, on the scale of latents."""
    return float(np.asarray(image).mean() / 255 * 2 - 1)


def same(first: Image.Image, second: Image.Image) -> bool:
    return first.size == second.size and first.tobytes() == second.tobytes()
