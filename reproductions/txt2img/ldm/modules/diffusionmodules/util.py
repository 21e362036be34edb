"""Noise schedule and the embedding of time; mirrors ``ldm.modules.diffusionmodules.util``."""

from __future__ import annotations

import math

import torch
from torch import nn


def make_beta_schedule(
    schedule: str, n_timestep: int, linear_start: float = 1e-4, linear_end: float = 2e-2
) -> torch.Tensor:
    """Variances of the forward process, in double precision.

    "linear" is linear in their square roots, as Stable Diffusion has it; "sqrt_linear" is linear in themselves.
    """
    if schedule == "linear":
        return torch.linspace(linear_start**0.5, linear_end**0.5, n_timestep, dtype=torch.float64) ** 2
    if schedule == "sqrt_linear":
        return torch.linspace(linear_start, linear_end, n_timestep, dtype=torch.float64)
    raise ValueError(f"there is no schedule {schedule!r}: use linear or sqrt_linear")


def timestep_embedding(timesteps: torch.Tensor, dim: int, max_period: float = 10000) -> torch.Tensor:
    """cos and sin of times (batch, fractions allowed) at falling frequencies: batch x ``dim``.

    Vaswani et al., arXiv 1706.03762, section 3.5.
    """
    half = dim // 2
    exponents = torch.arange(half, dtype=torch.float32, device=timesteps.device) / half
    angles = timesteps[:, None].float() * torch.exp(-math.log(max_period) * exponents)[None]
    embedding = torch.cat([torch.cos(angles), torch.sin(angles)], dim=-1)
    return torch.cat([embedding, torch.zeros_like(embedding[:, :1])], dim=-1) if dim % 2 else embedding


class GroupNorm32(nn.GroupNorm):
    """Computes in single precision, whatever its input is in."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight, bias = self.weight.float(), self.bias.float()
        return nn.functional.group_norm(x.float(), self.num_groups, weight, bias, self.eps).to(x.dtype)


def normalization(channels: int) -> GroupNorm32:
    return GroupNorm32(32, channels)


def zero_module(module: nn.Module) -> nn.Module:
    """The module, its parameters zero: a residual branch that does nothing at first."""
    for parameter in module.parameters():
        parameter.detach().zero_()
    return module
