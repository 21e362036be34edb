"""The mean of a model's weights over training; mirrors ``ldm.modules.ema``."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn


class LitEma:
    """mean <- decay mean + (1 - decay) weights, with a smaller decay in the first steps."""

    def __init__(self, model: nn.Module, decay: float = 0.999) -> None:
        self.decay = decay
        self.num_updates = 0
        self.shadow = {name: value.detach().clone() for name, value in model.named_parameters() if value.requires_grad}
        self.collected: list[torch.Tensor] = []

    @torch.no_grad()
    def __call__(self, model: nn.Module) -> None:
        self.num_updates += 1
        decay = min(self.decay, (1 + self.num_updates) / (10 + self.num_updates))
        for name, value in model.named_parameters():
            if name in self.shadow:
                self.shadow[name].lerp_(value, 1 - decay)

    @torch.no_grad()
    def copy_to(self, model: nn.Module) -> None:
        for name, value in model.named_parameters():
            if name in self.shadow:
                value.copy_(self.shadow[name])

    def store(self, parameters: Iterable[torch.Tensor]) -> None:
        self.collected = [value.detach().clone() for value in parameters]

    @torch.no_grad()
    def restore(self, parameters: Iterable[torch.Tensor]) -> None:
        for value, kept in zip(parameters, self.collected, strict=True):
            value.copy_(kept)
