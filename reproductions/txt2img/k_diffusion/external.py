"""Discrete diffusion models as denoisers D(x, sigma); mirrors ``k_diffusion.external``.

Karras et al., Elucidating the Design Space of Diffusion-Based Generative Models, arXiv 2206.00364, table 1: there
x = x_0 + sigma eps, and sigma = sqrt((1 - abar) / abar).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from . import sampling, utils


class DiscreteSchedule(nn.Module):
    """Training times and noise levels, each as a function of the other; with ``quantize`` whole times only."""

    sigmas: torch.Tensor
    log_sigmas: torch.Tensor

    def __init__(self, sigmas: torch.Tensor, quantize: bool) -> None:
        super().__init__()
        self.register_buffer("sigmas", sigmas)
        self.register_buffer("log_sigmas", sigmas.log())
        self.quantize = quantize

    @property
    def sigma_min(self) -> torch.Tensor:
        return self.sigmas[0]

    @property
    def sigma_max(self) -> torch.Tensor:
        return self.sigmas[-1]

    def get_sigmas(self, n: int | None = None) -> torch.Tensor:
        """n falling levels at even times, and 0; all of the model's without n."""
        if n is None:
            return sampling.append_zero(self.sigmas.flip(0))
        t = torch.linspace(len(self.sigmas) - 1, 0, n, device=self.sigmas.device)
        return sampling.append_zero(self.t_to_sigma(t))

    def sigma_to_t(self, sigma: torch.Tensor, quantize: bool | None = None) -> torch.Tensor:
        """Times of levels, interpolated in log sigma."""
        log_sigma = sigma.log()
        distances = log_sigma - self.log_sigmas[:, None]
        if self.quantize if quantize is None else quantize:
            return distances.abs().argmin(dim=0).view(sigma.shape)
        low_index = distances.ge(0).cumsum(dim=0).argmax(dim=0).clamp(max=self.log_sigmas.shape[0] - 2)
        high_index = low_index + 1
        low, high = self.log_sigmas[low_index], self.log_sigmas[high_index]
        share = ((low - log_sigma) / (low - high)).clamp(0, 1)
        return ((1 - share) * low_index + share * high_index).view(sigma.shape)

    def t_to_sigma(self, t: torch.Tensor) -> torch.Tensor:
        t = t.float()
        low_index, high_index, share = t.floor().long(), t.ceil().long(), t.frac()
        return ((1 - share) * self.log_sigmas[low_index] + share * self.log_sigmas[high_index]).exp()


class DiscreteEpsDDPMDenoiser(DiscreteSchedule):
    """A model of noise: D = x - sigma eps(x / sqrt(sigma^2 + 1), t)."""

    def __init__(self, model: Any, alphas_cumprod: torch.Tensor, quantize: bool) -> None:
        super().__init__(((1 - alphas_cumprod) / alphas_cumprod) ** 0.5, quantize)
        self.inner_model = model
        self.sigma_data = 1.0

    def get_scalings(self, sigma: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """c_out and c_in."""
        return -sigma, 1 / (sigma**2 + self.sigma_data**2) ** 0.5

    def get_eps(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        return self.inner_model(*args, **kwargs)

    def forward(self, input: torch.Tensor, sigma: torch.Tensor, **kwargs: Any) -> torch.Tensor:
        c_out, c_in = (utils.append_dims(scale, input.ndim) for scale in self.get_scalings(sigma))
        eps = self.get_eps(input * c_in, self.sigma_to_t(sigma), **kwargs)
        return input + eps * c_out


class CompVisDenoiser(DiscreteEpsDDPMDenoiser):
    """A LatentDiffusion that predicts noise."""

    def __init__(self, model: Any, quantize: bool = False) -> None:
        super().__init__(model, model.alphas_cumprod, quantize=quantize)

    def get_eps(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        return self.inner_model.apply_model(*args, **kwargs)


class DiscreteVDDPMDenoiser(DiscreteSchedule):
    """A model of v: D = x / (sigma^2 + 1) - sigma / sqrt(sigma^2 + 1) v(x / sqrt(sigma^2 + 1), t)."""

    def __init__(self, model: Any, alphas_cumprod: torch.Tensor, quantize: bool) -> None:
        super().__init__(((1 - alphas_cumprod) / alphas_cumprod) ** 0.5, quantize)
        self.inner_model = model
        self.sigma_data = 1.0

    def get_scalings(self, sigma: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """c_skip, c_out and c_in."""
        total = sigma**2 + self.sigma_data**2
        return self.sigma_data**2 / total, -sigma * self.sigma_data / total**0.5, 1 / total**0.5

    def get_v(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        return self.inner_model(*args, **kwargs)

    def forward(self, input: torch.Tensor, sigma: torch.Tensor, **kwargs: Any) -> torch.Tensor:
        c_skip, c_out, c_in = (utils.append_dims(scale, input.ndim) for scale in self.get_scalings(sigma))
        return self.get_v(input * c_in, self.sigma_to_t(sigma), **kwargs) * c_out + input * c_skip


class CompVisVDenoiser(DiscreteVDDPMDenoiser):
    """A LatentDiffusion that predicts v."""

    def __init__(self, model: Any, quantize: bool = False) -> None:
        super().__init__(model, model.alphas_cumprod, quantize=quantize)

    def get_v(self, x: torch.Tensor, t: torch.Tensor, cond: Any, **kwargs: Any) -> torch.Tensor:
        return self.inner_model.apply_model(x, t, cond)
