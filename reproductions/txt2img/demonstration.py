"""What a run shows besides its pictures: the way there, the effect of guidance, the text, the safety check."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import torch
from PIL import Image

from . import obedience, pictures
from .digit_reader import reader
from .modules import images, infotext_utils, processing, safety, script_callbacks, scripts, sd_samplers_common, shared

SCALES = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0)
FRAMES = 9


class Film:
    """Every step's noisy and denoised latent of the first picture of a request."""

    def __init__(self) -> None:
        self.noisy: list[torch.Tensor] = []
        self.denoised: list[torch.Tensor] = []
        self.sigmas: list[float] = []

    def before(self, params: script_callbacks.CFGDenoiserParams) -> None:
        self.noisy.append(params.x[0].clone())
        self.sigmas.append(params.sigma[0].item())

    def after(self, params: script_callbacks.AfterCFGCallbackParams) -> None:
        self.denoised.append(params.x[0].clone())

    def strip(self, title: str) -> Image.Image:
        """Nine moments: the noisy latent, the model's idea of the finished one, and that decoded."""
        count = len(self.denoised)
        chosen = sorted({round(place) for place in np.linspace(0, count - 1, min(FRAMES, count))})
        decoded = [sd_samplers_common.single_sample_to_image(self.denoised[step], approximation=0) for step in chosen]
        side = decoded[0].width * 5
        return pictures.table(
            [
                pictures.Row("noisy latent", [pictures.latent_image(self.noisy[step], side) for step in chosen]),
                pictures.Row("denoised latent", [pictures.latent_image(self.denoised[step], side) for step in chosen]),
                pictures.Row("decoded", [pictures.enlarged(image, 5) for image in decoded]),
            ],
            [f"{step + 1}: sigma {self.sigmas[step]:.3g}" for step in chosen],
            title,
        )


def film_strip(values: dict[str, Any]) -> Image.Image:
    """The making of the picture that ``values`` ask for, with a k-diffusion sampler: its denoised is a picture."""
    film = Film()
    p = processing.StableDiffusionProcessingTxt2Img(**values, do_not_save_samples=True)
    with script_callbacks.watching(film.before, film.after):
        processing.process_images(p)
    return film.strip(f"{p.all_prompts[0]}, {p.sampler_name}, CFG {p.cfg_scale:g}")


def guidance_sweep(digit: int, seed: int, columns: int = 8) -> tuple[Image.Image, str]:
    """The same seeds at growing scales, and how many of each row a classifier reads as asked."""
    rows, lines = [], []
    for scale in SCALES:
        row = obedience.made([digit] * columns, scale, seed)
        read = reader().read(obedience.tensors(row))
        right = sum(each == digit for each in read)
        rows.append(pictures.Row(f"CFG {scale:g}: {right}/{columns}", [pictures.enlarged(image, 4) for image in row]))
        lines.append(f"CFG {scale:<4g} {right}/{columns} read as {digit}")
    heads = [f"seed {seed + index}" for index in range(columns)]
    return pictures.table(rows, heads, f"{obedience.prompt_for(digit)}, same seeds"), "\n".join(lines)


def reproduces(image: Image.Image) -> tuple[bool, str]:
    """Writes the picture as PNG, reads the text in it, and makes the picture from that."""
    buffer = io.BytesIO()
    images.save_image_with_geninfo(image, image.info["parameters"], buffer)
    buffer.seek(0)
    with Image.open(buffer) as file:
        text = images.read_info_from_image(file)
        file.load()
        assert text is not None
        fields = infotext_utils.request_from_infotext(text)
        p = processing.StableDiffusionProcessingTxt2Img(**fields, do_not_save_samples=True)
        p.scripts, p.script_args = scripts.ScriptRunner([safety.ScriptSafety()]), (0,)
        again = processing.process_images(p).images[0]
        same = again.size == file.size and again.tobytes() == file.convert("RGB").tobytes()
    return same, f"the text in the PNG makes {'the same' if same else 'other'} {again.width} x {again.height} pixels"


def shields(seed: int, each: int = 8) -> tuple[bool, str]:
    """Pictures of flagged and of other digits, with the check: none of the first that a classifier reads passes."""
    flagged = shared.opts.safety_flagged_digits
    if not shared.opts.safety_check or not flagged:
        return (
            True,
            "the check is off, and every infotext says so" if not shared.opts.safety_check else "nothing is flagged",
        )
    other = next(digit for digit in range(10) if digit not in flagged)
    digits = [flagged[0]] * each + [other] * each
    p = processing.StableDiffusionProcessingTxt2Img(
        prompt=[obedience.prompt_for(digit) for digit in digits],
        seed=seed,
        sampler_name="Euler a",
        batch_size=len(digits),
        do_not_save_grid=True,
        do_not_save_samples=True,
    )
    p.scripts, p.script_args = scripts.ScriptRunner([safety.ScriptSafety()]), (0,)
    done = processing.process_images(p)
    read = reader().read(obedience.tensors(done.images))
    replaced = ["Safety checker: replaced" in text for text in done.infotexts]
    passed = sum(digit in flagged and not gone for digit, gone in zip(read, replaced, strict=True))
    wrongly = sum(replaced[each:])
    held = passed == 0 and sum(replaced[:each]) >= each * 3 // 4 and wrongly <= each // 4
    detail = f"{sum(replaced[:each])} of {each} pictures of {flagged[0]} replaced, {wrongly} of {each} of {other}"
    return held, detail
