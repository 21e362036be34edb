"""A check of decoded pictures before anyone sees or stores them.

Original Stable Diffusion ran one in its script (``check_safety`` of CompVis/stable-diffusion), webui had it as the
option ``filter_nsfw``, off by default, and dropped it in 2022; what remained is the hook ``postprocess_batch``. Here
it sits in that hook, is on by default, and where it is off the infotext of every picture says so. What it looks for
is pluggable; by default it is a digit that whoever runs the program has chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from PIL import Image, ImageDraw

from . import scripts
from .shared import opts

Checker = Callable[[torch.Tensor], list[bool]]
"""Which of the pictures (batch x 3 x height x width, [0, 1]) are not to be shown."""


def flags_digits(pictures: torch.Tensor) -> list[bool]:
    """Pictures on which a classifier reads one of the digits of the setting ``safety_flagged_digits``."""
    from ..digit_reader import reader

    return [digit in opts.safety_flagged_digits for digit in reader().read(pictures)]


checker: Checker = flags_digits


def load_replacement(height: int, width: int) -> torch.Tensor:
    """What is shown instead: a crossed-out square (3 x height x width, [0, 1])."""
    image = Image.new("RGB", (width, height), (64, 64, 64))
    draw = ImageDraw.Draw(image)
    draw.line((0, 0, width - 1, height - 1), (200, 60, 60), 2)
    draw.line((0, height - 1, width - 1, 0), (200, 60, 60), 2)
    values = torch.tensor(list(image.tobytes()), dtype=torch.float32) / 255.0
    return values.reshape(height, width, 3).permute(2, 0, 1)


def check_safety(x_image: torch.Tensor) -> list[bool]:
    """Replaces what the checker flags, in place; whether each picture was flagged.

    A checker that fails lets nothing pass: its exception ends the request.
    """
    flagged = checker(x_image)
    if len(flagged) != len(x_image):
        raise RuntimeError(f"the safety checker answered for {len(flagged)} of {len(x_image)} pictures")
    for index, bad in enumerate(flagged):
        if bad:
            x_image[index] = load_replacement(*x_image.shape[2:])[: x_image.shape[1]]
    return flagged


class ScriptSafety(scripts.Script):
    """Has no values of its own, so that no request can switch it off."""

    def title(self) -> str:
        return "Safety checker"

    def process(self, p: Any, *args: Any) -> None:
        if not opts.safety_check:
            p.extra_generation_params["Safety checker"] = "off"

    def postprocess_batch(self, p: Any, images: Any, *args: Any, **kwargs: Any) -> None:
        p.extra_generation_params.pop("Safety checker", None)
        if not opts.safety_check:
            p.extra_generation_params["Safety checker"] = "off"
            return
        flagged = check_safety(images)
        if any(flagged):
            p.extra_generation_params["Safety checker"] = ["replaced" if bad else None for bad in flagged]
            p.comment(f"The safety checker replaced {sum(flagged)} of {len(flagged)} pictures.")
