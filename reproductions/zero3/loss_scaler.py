"""Keeping small fp16 gradients from vanishing: the loss is multiplied by a scale that follows the overflows.

Mirrors deepspeed.runtime.fp16.loss_scaler, 0.19.8.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .config import Fp16


class LossScalerBase:
    dynamic = False

    def __init__(self, cur_scale: float) -> None:
        self.cur_scale = cur_scale

    @property
    def loss_scale(self) -> float:
        return self.cur_scale

    def scale_loss(self, loss: Tensor) -> Tensor:
        return loss * self.loss_scale

    def update_scale(self, overflow: bool) -> None:
        """``overflow``: whether any rank's gradients held inf or nan in this step."""


class LossScaler(LossScalerBase):
    """A scale that stays as it is; 1 for everything but fp16."""


class DynamicLossScaler(LossScalerBase):
    """Halves the scale on overflow, doubles it after ``scale_window`` good steps.

    ``delayed_shift`` - 1 overflows are forgiven before the scale is halved (hysteresis); they are given back when the
    scale is doubled, or by every good step if ``consecutive_hysteresis``.
    """

    dynamic = True

    def __init__(
        self, init_scale: float, scale_window: int, min_scale: float, delayed_shift: int, consecutive_hysteresis: bool
    ) -> None:
        super().__init__(init_scale)
        self.scale_factor = 2.0
        self.scale_window, self.min_scale = scale_window, min_scale
        self.delayed_shift = self.cur_hysteresis = delayed_shift
        self.consecutive_hysteresis = consecutive_hysteresis
        self.cur_iter = 0
        self.last_overflow_iter = -1

    def update_scale(self, overflow: bool) -> None:
        """Raises OverflowError when the scale would have to fall below ``min_scale``."""
        if overflow:
            if self.delayed_shift == 1 or self.cur_hysteresis == 1:
                if self.cur_scale == self.min_scale:
                    raise OverflowError(
                        f"gradients overflow at the smallest loss scale, {self.min_scale:g}: training has diverged"
                    )
                self.cur_scale = max(self.cur_scale / self.scale_factor, self.min_scale)
            else:
                self.cur_hysteresis -= 1
            self.last_overflow_iter = self.cur_iter
        else:
            if self.consecutive_hysteresis:
                self.cur_hysteresis = self.delayed_shift
            stable = self.cur_iter - self.last_overflow_iter - 1
            if stable > 0 and stable % self.scale_window == 0:
                self.cur_hysteresis = self.delayed_shift
                self.cur_scale *= self.scale_factor
        self.cur_iter += 1

    def state_dict(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in _STATE}

    def load_state_dict(self, state: dict[str, float]) -> None:
        for name in _STATE:
            setattr(self, name, state[name])


_STATE = ("cur_scale", "cur_iter", "last_overflow_iter", "cur_hysteresis")


def CreateLossScaler(dtype: torch.dtype, config: Fp16) -> LossScaler | DynamicLossScaler:
    if dtype is not torch.float16:
        return LossScaler(1.0)
    if config.loss_scale:
        return LossScaler(config.loss_scale)
    return DynamicLossScaler(
        init_scale=2.0**config.initial_scale_power,
        scale_window=config.loss_scale_window,
        min_scale=config.min_loss_scale,
        delayed_shift=config.hysteresis,
        consecutive_hysteresis=config.consecutive_hysteresis,
    )
