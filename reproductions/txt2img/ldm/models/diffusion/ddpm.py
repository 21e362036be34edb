"""Diffusion in the latents of an autoencoder; mirrors ``ldm.models.diffusion.ddpm``.

Ho et al., arXiv 2006.11239; Rombach et al., arXiv 2112.10752.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from ...modules.diffusionmodules.util import make_beta_schedule
from ...modules.distributions.distributions import DiagonalGaussianDistribution
from ...modules.ema import LitEma


class DiffusionWrapper(nn.Module):
    """The UNet, fed by the kind of condition; here by cross-attention."""

    def __init__(self, diffusion_model: nn.Module, conditioning_key: str = "crossattn") -> None:
        super().__init__()
        self.diffusion_model = diffusion_model
        self.conditioning_key = conditioning_key

    def forward(self, x: torch.Tensor, t: torch.Tensor, c_crossattn: Sequence[torch.Tensor]) -> torch.Tensor:
        return self.diffusion_model(x, t, context=torch.cat(list(c_crossattn), 1))


class DDPM(nn.Module):
    """The forward process: x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) eps.

    ``parameterization``: what the network predicts, "eps", or "v" = sqrt(abar) eps - sqrt(1 - abar) x_0.
    """

    alphas_cumprod: torch.Tensor

    def __init__(
        self,
        diffusion_model: nn.Module,
        timesteps: int = 1000,
        linear_start: float = 0.00085,
        linear_end: float = 0.012,
        parameterization: str = "eps",
        conditioning_key: str = "crossattn",
    ) -> None:
        super().__init__()
        if parameterization not in ("eps", "v"):
            raise ValueError(f"parameterization is eps or v, not {parameterization!r}")
        self.parameterization = parameterization
        self.num_timesteps = timesteps
        self.model = DiffusionWrapper(diffusion_model, conditioning_key)
        self.model_ema: LitEma | None = None
        self.register_schedule("linear", timesteps, linear_start, linear_end)

    def register_schedule(self, beta_schedule: str, timesteps: int, linear_start: float, linear_end: float) -> None:
        betas = make_beta_schedule(beta_schedule, timesteps, linear_start, linear_end)
        self.register_buffer("alphas_cumprod", torch.cumprod(1.0 - betas, dim=0).float(), persistent=False)

    @property
    def device(self) -> torch.device:
        return self.alphas_cumprod.device

    @contextmanager
    def ema_scope(self, context: str | None = None) -> Iterator[None]:
        """Within it the weights are the mean of those of training, where a mean is kept."""
        if self.model_ema is None:
            yield
            return
        self.model_ema.store(self.parameters())
        self.model_ema.copy_to(self)
        try:
            yield
        finally:
            self.model_ema.restore(self.parameters())

    def _abar(self, t: torch.Tensor) -> torch.Tensor:
        return self.alphas_cumprod[t][:, None, None, None]

    def q_sample(self, x_start: torch.Tensor, t: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        return self._abar(t).sqrt() * x_start + (1 - self._abar(t)).sqrt() * noise

    def get_v(self, x: torch.Tensor, noise: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return self._abar(t).sqrt() * noise - (1 - self._abar(t)).sqrt() * x


class LatentDiffusion(DDPM):
    """``first_stage_model`` between pictures and latents, ``cond_stage_model`` from texts to vectors.

    ``scale_factor`` brings latents to a standard deviation of 1.
    """

    scale_factor: torch.Tensor

    def __init__(
        self, first_stage_model: nn.Module, cond_stage_model: nn.Module, diffusion_model: nn.Module, **settings: Any
    ) -> None:
        super().__init__(diffusion_model, **settings)
        self.first_stage_model = first_stage_model
        self.cond_stage_model: Any = cond_stage_model
        self.register_buffer("scale_factor", torch.tensor(1.0))
        self.picture_channels = 1

    def get_first_stage_encoding(self, encoder_posterior: Any) -> torch.Tensor:
        if isinstance(encoder_posterior, DiagonalGaussianDistribution):
            encoder_posterior = encoder_posterior.mode()
        return self.scale_factor * encoder_posterior

    def get_learned_conditioning(self, c: Sequence[str]) -> torch.Tensor:
        """Vectors of texts: batch x tokens x channels."""
        return self.cond_stage_model(c)

    @torch.no_grad()
    def decode_first_stage(self, z: torch.Tensor) -> torch.Tensor:
        return self.first_stage_model.decode(1.0 / self.scale_factor.to(z.dtype) * z)

    @torch.no_grad()
    def encode_first_stage(self, x: torch.Tensor) -> DiagonalGaussianDistribution:
        return self.first_stage_model.encode(x)

    def apply_model(self, x_noisy: torch.Tensor, t: torch.Tensor, cond: Any) -> torch.Tensor:
        """What the network says of latents at times ``t`` (batch), under ``cond``: a tensor, a list of them, or such a
        list under the key ``c_crossattn``."""
        if not isinstance(cond, dict):
            cond = {"c_crossattn": cond if isinstance(cond, list) else [cond]}
        return self.model(x_noisy, t, **cond)

    def p_losses(self, x_start: torch.Tensor, cond: Any, t: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """The mean squared error of the network's prediction."""
        output = self.apply_model(self.q_sample(x_start, t, noise), t, cond)
        target = noise if self.parameterization == "eps" else self.get_v(x_start, noise, t)
        return nn.functional.mse_loss(output, target)
