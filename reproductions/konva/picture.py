"""The scene of a stage as an image file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image


def save(stage: Any, path: Path, pixelRatio: float = 4) -> None:
    """Writes what is seen as PNG, ``pixelRatio`` pixels for each of the stage's."""
    Image.fromarray(stage.toCanvas(pixelRatio)._canvas.pixels()).save(path)
