"""Claim: prompts are obeyed under guidance, and not heeded without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image

from .digit_reader import reader
from .modules import processing, shared

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
BATCH = 50
LEAST_WITH, MOST_WITHOUT = 0.98, 0.20
GUIDED, UNGUIDED = 3.0, 0.0


def prompt_for(digit: int) -> str:
    return f"a photo of the digit {WORDS[digit]}"


def tensors(images: list[Image.Image]) -> torch.Tensor:
    """Pictures as batch x 3 x height x width in [0, 1]."""
    stacked = np.stack([np.asarray(image.convert("RGB"), dtype=np.float32) / 255.0 for image in images])
    return torch.from_numpy(np.moveaxis(stacked, 3, 1))


def made(digits: list[int], cfg_scale: float, seed: int, **values: Any) -> list[Image.Image]:
    """One picture for each digit, without the safety check: here it would only hide the answer."""
    settings = {"sampler_name": "Euler a", "steps": 20, **values}
    before = shared.opts.safety_check
    shared.opts.safety_check = False
    try:
        size = min(BATCH, len(digits))
        p = processing.StableDiffusionProcessingTxt2Img(
            prompt=[prompt_for(digit) for digit in digits],
            seed=seed,
            cfg_scale=cfg_scale,
            batch_size=size,
            n_iter=-(-len(digits) // size),
            do_not_save_grid=True,
            do_not_save_samples=True,
            **settings,
        )
        images: list[Image.Image] = processing.process_images(p).images
        return images
    finally:
        shared.opts.safety_check = before


def share(samples: int, cfg_scale: float, seed: int) -> float:
    """How many of the pictures show the digit of their prompt, as a classifier reads it that never saw one."""
    digits = [index % 10 for index in range(samples)]
    read = reader().read(tensors(made(digits, cfg_scale, seed)))
    return sum(digit == wanted for digit, wanted in zip(read, digits, strict=True)) / samples


def check(samples: int, seed: int, tell: Callable[[str], None]) -> tuple[bool, str]:
    """Whether the claim holds, and the figures."""
    tell(f"{samples} pictures with guidance")
    guided = share(samples, GUIDED, seed)
    tell(f"{samples} pictures without")
    unguided = share(samples, UNGUIDED, seed)
    detail = f"of {samples} pictures the classifier agrees with {guided:.1%} at CFG {GUIDED:g}, {unguided:.1%} at CFG 0"
    return guided >= LEAST_WITH and unguided <= MOST_WITHOUT, detail
