"""Pictures of pictures: the grid, the film strip of denoising, the sweep over guidance; and small ones in text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

ENLARGED = 6
"""Pixels a side for one of a picture."""

GAP = 6
PAPER, INK = (255, 255, 255), (40, 40, 40)
SHADES = " ░▒▓█"


@dataclass(frozen=True)
class Row:
    """Cells of one size, and what stands before them."""

    label: str
    cells: Sequence[Image.Image]


def enlarged(image: Image.Image, factor: int = ENLARGED) -> Image.Image:
    return image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)


def latent_image(latent: torch.Tensor, side: int) -> Image.Image:
    """The four channels (4 x height x width) as grey tiles, two by two, within ``side`` pixels."""
    values = latent.detach().float().cpu()
    spread = values.abs().amax().clamp(min=1e-6)
    grey = ((values / spread + 1) * 127.5).clamp(0, 255).byte().numpy()
    tile = side // 2
    image = Image.new("L", (tile * 2, tile * 2))
    for index, channel in enumerate(grey[:4]):
        part = Image.fromarray(channel).resize((tile, tile), Image.Resampling.NEAREST)
        image.paste(part, (index % 2 * tile, index // 2 * tile))
    return image.convert("RGB")


def table(rows: Sequence[Row], heads: Sequence[str] = (), title: str = "") -> Image.Image:
    """Rows of cells with labels at the left and heads above."""
    font, small = ImageFont.load_default(size=14), ImageFont.load_default(size=11)
    margin = max((int(font.getlength(row.label)) for row in rows), default=0) + 2 * GAP
    cell = max(image.width for row in rows for image in row.cells)
    columns = max(len(row.cells) for row in rows)
    top = (24 if title else GAP) + (18 if heads else 0)
    heights = [max(image.height for image in row.cells) for row in rows]
    width = max(margin + columns * (cell + GAP), int(font.getlength(title)) + 2 * GAP)
    page = Image.new("RGB", (width, top + sum(heights) + GAP * len(rows)), PAPER)
    draw = ImageDraw.Draw(page)
    draw.text((GAP, 4), title, INK, font)
    for column, head in enumerate(heads):
        middle = margin + column * (cell + GAP) + (cell - small.getlength(head)) / 2
        draw.text((middle, top - 18), head, INK, small)
    place = top
    for row, height in zip(rows, heights, strict=True):
        draw.text((GAP, place + height / 2 - 9), row.label, INK, font)
        for column, image in enumerate(row.cells):
            page.paste(image, (margin + column * (cell + GAP), place))
        place += height + GAP
    return page


def in_text(images: Sequence[Image.Image], columns: int = 80) -> str:
    """The pictures side by side in shades, one character for two rows, as many as fit into ``columns``."""
    lines: list[str] = []
    for image in images:
        grey = np.asarray(image.convert("L").resize((image.width, max(image.height // 2, 1)), Image.Resampling.BOX))
        indexes = np.clip((grey.astype(float) / 256 * len(SHADES)).astype(int), 0, len(SHADES) - 1)
        block = ["".join(SHADES[index] for index in line) for line in indexes]
        if not lines:
            lines = block
        elif len(block) != len(lines) or len(lines[0]) + len(block[0]) + 1 > columns:
            break
        else:
            lines = [f"{left} {right}" for left, right in zip(lines, block, strict=True)]
    return "\n".join(lines)
