"""The sampler for latent consistency models; mirrors ``modules.sd_samplers_lcm`` of webui 1.10.1.

Luo et al., arXiv 2310.04378: denoise to the end, add noise of the next level, again. It is meant for models that were
distilled for it; any other gives coarse pictures with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ..k_diffusion import external, sampling
from . import sd_samplers_cfg_denoiser, sd_samplers_common, sd_samplers_kdiffusion, shared


class LCMCompVisDenoiser(external.CompVisDenoiser):
    """A noise-predicting model with the boundary scaling of consistency models."""

    def get_scaled_out(self, sigma: torch.Tensor, denoised: torch.Tensor, input: torch.Tensor) -> torch.Tensor:
        """c_skip x + c_out f, so that at time 0 the input itself comes out (section 4.1 there, sigma_data 0.5)."""
        sigma_data = 0.5
        time = self.sigma_to_t(sigma).float()[:, None, None, None] * 10.0
        c_skip = sigma_data**2 / (time**2 + sigma_data**2)
        c_out = time / (time**2 + sigma_data**2) ** 0.5
        return c_out * denoised + c_skip * input

    def forward(self, input: torch.Tensor, sigma: torch.Tensor, **kwargs: Any) -> torch.Tensor:
        return self.get_scaled_out(sigma, super().forward(input, sigma, **kwargs), input)


@torch.no_grad()
def sample_lcm(
    model: Any,
    x: torch.Tensor,
    sigmas: torch.Tensor,
    extra_args: dict[str, Any] | None = None,
    callback: Callable[[dict[str, Any]], None] | None = None,
    disable: bool | None = None,
) -> torch.Tensor:
    s_in = x.new_ones([x.shape[0]])
    for step in range(len(sigmas) - 1):
        denoised = model(x, sigmas[step] * s_in, **(extra_args or {}))
        if callback is not None:
            callback({"x": x, "i": step, "sigma": sigmas[step], "sigma_hat": sigmas[step], "denoised": denoised})
        x = denoised
        if sigmas[step + 1] > 0:
            x = x + sigmas[step + 1] * sampling.torch.randn_like(x)
    return x


class CFGDenoiserLCM(sd_samplers_cfg_denoiser.CFGDenoiser):
    @property
    def inner_model(self) -> Any:
        if self.model_wrap is None:
            self.model_wrap = LCMCompVisDenoiser(shared.sd_model)
        return self.model_wrap


class LCMSampler(sd_samplers_kdiffusion.KDiffusionSampler):
    def __init__(self, funcname: Any, sd_model: Any) -> None:
        super().__init__(funcname, sd_model)
        self.model_wrap_cfg = CFGDenoiserLCM(self)
        self.model_wrap = self.model_wrap_cfg.inner_model


samplers_lcm = [("LCM", sample_lcm, ("k_lcm",))]
samplers_data_lcm = [
    sd_samplers_common.SamplerData(label, lambda model, func=func: LCMSampler(func, model), aliases, {})
    for label, func, aliases in samplers_lcm
]
