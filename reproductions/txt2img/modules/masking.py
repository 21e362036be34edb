"""Regions of a mask for inpainting; mirrors ``modules.masking`` of webui 1.10.1.

A box is (left, top, right, bottom).
"""

from __future__ import annotations

from PIL import Image, ImageFilter, ImageOps

Box = tuple[int, int, int, int]


def get_crop_region_v2(mask: Image.Image, pad: int = 0) -> Box | None:
    """The smallest box around what is not black, ``pad`` pixels wider within the image; None if all is black."""
    box = mask.getbbox()
    if box is None:
        return None
    left, top, right, bottom = box
    return max(left - pad, 0), max(top - pad, 0), min(right + pad, mask.width), min(bottom + pad, mask.height)


def expand_crop_region(region: Box, processing_width: int, processing_height: int, width: int, height: int) -> Box:
    """The region, made wider or higher to the ratio at which it will be processed, as far as the image allows."""
    left, top, right, bottom = region
    if (right - left) / (bottom - top) > processing_width / processing_height:
        wanted = int((right - left) * processing_height / processing_width)
        top, bottom = _expanded(top, bottom, wanted, height)
    else:
        wanted = int((bottom - top) * processing_width / processing_height)
        left, right = _expanded(left, right, wanted, width)
    return left, top, right, bottom


def _expanded(start: int, end: int, wanted: int, limit: int) -> tuple[int, int]:
    more = wanted - (end - start)
    start -= more // 2
    end += more - more // 2
    if end > limit:
        start, end = start - (end - limit), limit
    if start < 0:
        start, end = 0, end - start
    return start, min(end, limit)


def fill(image: Image.Image, mask: Image.Image) -> Image.Image:
    """The image, its masked part filled with the colours around: coarse blurs of the rest beneath fine ones."""
    filled = Image.new("RGBA", image.size)
    rest = Image.new("RGBa", image.size)
    rest.paste(image.convert("RGBA").convert("RGBa"), mask=ImageOps.invert(mask.convert("L")))
    for radius, repeats in [(256, 1), (64, 1), (16, 2), (4, 4), (2, 2), (0, 1)]:
        blurred = rest.filter(ImageFilter.GaussianBlur(radius)).convert("RGBA")
        for _ in range(repeats):
            filled.alpha_composite(blurred)
    return filled.convert("RGB")
