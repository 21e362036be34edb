"""Pictures in files, with the text that made them; mirrors ``modules.images`` of webui 1.10.1."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from PIL import Image, ImageColor, PngImagePlugin

LANCZOS = Image.Resampling.LANCZOS
RESAMPLING = {None: LANCZOS, "Lanczos": LANCZOS, "Nearest": Image.Resampling.NEAREST, "None": LANCZOS}


def image_grid(imgs: Sequence[Image.Image], batch_size: int = 1, rows: int | None = None) -> Image.Image:
    """All images side by side, near to a square of cells."""
    if rows is None:
        rows = max(math.floor(math.sqrt(len(imgs))), 1)
        while len(imgs) % rows:
            rows -= 1
    rows = min(rows, len(imgs))
    columns = math.ceil(len(imgs) / rows)
    width, height = max(img.width for img in imgs), max(img.height for img in imgs)
    grid = Image.new("RGB", (columns * width, rows * height), "black")
    for index, img in enumerate(imgs):
        grid.paste(img, (index % columns * width, index // columns * height))
    return grid


def flatten(img: Image.Image, bgcolor: str) -> Image.Image:
    """Without transparency, over a background colour."""
    if img.mode == "RGBA":
        background = Image.new("RGBA", img.size, ImageColor.getrgb(bgcolor))
        background.alpha_composite(img)
        return background.convert("RGB")
    return img.convert("RGB")


def resize_image(
    resize_mode: int, im: Image.Image, width: int, height: int, upscaler_name: str | None = None
) -> Image.Image:
    """To ``width`` x ``height``: 0 stretches, 1 crops what sticks out, 2 fills what is missing with the edge."""
    filter = RESAMPLING.get(upscaler_name, LANCZOS)
    if resize_mode == 0:
        return im.resize((width, height), filter)
    ratio, wanted = im.width / im.height, width / height
    cover = (resize_mode == 1) == (wanted < ratio)
    size = (max(height * im.width // im.height, 1), height) if cover else (width, max(width * im.height // im.width, 1))
    resized = im.resize(size, filter)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    result = Image.new(im.mode, (width, height))
    if resize_mode == 2:
        if top > 0:
            result.paste(resized.resize((width, top), box=(0, 0, size[0], 1)), (0, 0))
            below = (0, size[1] - 1, size[0], size[1])
            result.paste(resized.resize((width, height - top - size[1]), box=below), (0, top + size[1]))
        elif left > 0:
            result.paste(resized.resize((left, height), box=(0, 0, 1, size[1])), (0, 0))
            right = (size[0] - 1, 0, size[0], size[1])
            result.paste(resized.resize((width - left - size[0], height), box=right), (left + size[0], 0))
    result.paste(resized, (left, top))
    return result


def save_image_with_geninfo(image: Image.Image, geninfo: str | None, filename: str | Path | IO[bytes]) -> None:
    """Writes a PNG with the text under the key ``parameters``."""
    from . import shared

    data = PngImagePlugin.PngInfo()
    if geninfo is not None and shared.opts.enable_pnginfo:
        # iTXt is UTF-8: prompts are not Latin-1.
        data.add_itxt("parameters", geninfo)
    image.save(filename, format="PNG", pnginfo=data)


def save_image(
    image: Image.Image,
    path: str | Path,
    basename: str,
    seed: int | None = None,
    prompt: str | None = None,
    extension: str = "png",
    info: str | None = None,
    p: Any = None,
    suffix: str = "",
) -> Path:
    """Saves into the folder ``path`` under the next number, as ``00007-SEED.png``; the file is whole or not there."""
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    decoration = "" if seed is None else f"-{seed}"
    number = get_next_sequence_number(folder, basename)
    prefix = f"{basename}-" if basename else ""
    while True:
        full = folder / f"{prefix}{number:05}{decoration}{suffix}.{extension}"
        try:
            with open(full, "xb"):
                break
        except FileExistsError:
            number += 1
    partial = full.with_suffix(".tmp")
    save_image_with_geninfo(image, info, partial)
    os.replace(partial, full)
    return full


def get_next_sequence_number(path: Path, basename: str) -> int:
    """One more than the highest number in the folder's names that begin with ``basename``."""
    pattern = re.compile(rf"{re.escape(basename)}-?(\d+)" if basename else r"(\d+)")
    return max((int(found[1]) for name in os.listdir(path) if (found := pattern.match(name))), default=-1) + 1


def read_info_from_image(image: Image.Image) -> str | None:
    """The text that ``save_image`` put into it."""
    text = image.info.get("parameters")
    return None if text is None else str(text)
