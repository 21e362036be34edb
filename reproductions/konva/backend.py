"""Which back end paints: skia (pixel for pixel what Chromium and @napi-rs/canvas paint), else our own rasteriser."""

from __future__ import annotations

import functools
from typing import Any

_chosen: str | None = None


def use(name: str) -> None:
    """Makes canvases from now on with ``skia``, ``numpy``, or (``auto``) the best that is installed."""
    global _chosen
    if name == "auto":
        name = "skia" if has_skia() else "numpy"
    if name not in ("skia", "numpy"):
        raise ValueError(f"no back end named {name!r}: there are auto, skia, numpy")
    _chosen = name


def chosen() -> str:
    if _chosen is None:
        use("auto")
    return str(_chosen)


@functools.cache
def has_skia() -> bool:
    """Whether skia-python is there, and the system's libraries that it needs (libGL, libEGL)."""
    try:
        import skia  # noqa: F401
    except ImportError:
        return False
    return True


def createCanvasElement() -> Any:
    """An empty bitmap; its size is set later."""
    if chosen() == "skia":
        from .skia_backend import CanvasElement
    else:
        from .raster.element import CanvasElement
    return CanvasElement()


@functools.lru_cache(maxsize=1024)
def measureText(text: str, size: float) -> float:
    """Width in pixels, in the font that comes with Pillow; other systems have other fonts, and other widths."""
    return font(size).getlength(text)


@functools.cache
def font(size: float) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)


@functools.cache
def font_file() -> bytes:
    """The bytes of that font, for a back end that reads fonts itself."""
    data: bytes = font(12).font_bytes
    return data
