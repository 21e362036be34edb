"""Functions that others may hang into a sampling step; mirrors a part of ``modules.script_callbacks`` of webui."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch


@dataclass
class CFGDenoiserParams:
    """Before the model: its batch, one row a condition and the unconditional rows last. Changes count."""

    x: torch.Tensor
    sigma: torch.Tensor
    sampling_step: int
    total_sampling_steps: int
    text_cond: torch.Tensor
    text_uncond: torch.Tensor
    denoiser: Any


@dataclass
class AfterCFGCallbackParams:
    """After guidance: the denoised latents, one an image. Changes count."""

    x: torch.Tensor
    sampling_step: int
    total_sampling_steps: int


callbacks_cfg_denoiser: list[Callable[[CFGDenoiserParams], None]] = []
callbacks_cfg_after_cfg: list[Callable[[AfterCFGCallbackParams], None]] = []


def cfg_denoiser_callback(params: CFGDenoiserParams) -> None:
    for callback in callbacks_cfg_denoiser:
        callback(params)


def cfg_after_cfg_callback(params: AfterCFGCallbackParams) -> None:
    for callback in callbacks_cfg_after_cfg:
        callback(params)


@contextmanager
def watching(
    before: Callable[[CFGDenoiserParams], None] | None = None,
    after: Callable[[AfterCFGCallbackParams], None] | None = None,
) -> Iterator[None]:
    """Has the functions called at every step within the block."""
    if before:
        callbacks_cfg_denoiser.append(before)
    if after:
        callbacks_cfg_after_cfg.append(after)
    try:
        yield
    finally:
        if before:
            callbacks_cfg_denoiser.remove(before)
        if after:
            callbacks_cfg_after_cfg.remove(after)
