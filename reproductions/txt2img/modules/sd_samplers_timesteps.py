"""Samplers that think in training times, not in noise levels; mirrors ``modules.sd_samplers_timesteps`` of webui."""

from __future__ import annotations

import inspect
from typing import Any

import torch

from . import devices, sd_samplers_common, sd_samplers_timesteps_impl, shared
from .sd_samplers_cfg_denoiser import CFGDenoiser

samplers_timesteps = [
    ("DDIM", sd_samplers_timesteps_impl.ddim, ("ddim",)),
    ("PLMS", sd_samplers_timesteps_impl.plms, ("plms",)),
    ("UniPC", sd_samplers_timesteps_impl.unipc, ("unipc",)),
]
samplers_data_timesteps = [
    sd_samplers_common.SamplerData(label, lambda model, func=func: CompVisSampler(func, model), aliases, {})
    for label, func, aliases in samplers_timesteps
]


class CompVisTimestepsDenoiser(torch.nn.Module):
    """Noise from a model that predicts noise."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.inner_model = model

    def forward(self, input: torch.Tensor, timesteps: torch.Tensor, **kwargs: Any) -> torch.Tensor:
        return self.inner_model.apply_model(input, timesteps, **kwargs)


class CompVisTimestepsVDenoiser(torch.nn.Module):
    """Noise from a model that predicts v = sqrt(abar) eps - sqrt(1 - abar) x0 (Salimans and Ho, arXiv 2202.00512)."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.inner_model = model

    def predict_eps_from_z_and_v(self, x_t: torch.Tensor, t: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        abar = self.inner_model.alphas_cumprod[t.long()][:, None, None, None]
        return torch.sqrt(abar) * v + torch.sqrt(1 - abar) * x_t

    def forward(self, input: torch.Tensor, timesteps: torch.Tensor, **kwargs: Any) -> torch.Tensor:
        v = self.inner_model.apply_model(input, timesteps, **kwargs)
        return self.predict_eps_from_z_and_v(input, timesteps, v)


class CFGDenoiserTimesteps(CFGDenoiser):
    """Guidance on the predicted noise."""

    mask_before_denoising = True

    def __init__(self, sampler: Any) -> None:
        super().__init__(sampler)
        self.alphas = shared.sd_model.alphas_cumprod

    def get_pred_x0(self, x_in: torch.Tensor, x_out: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        abar = self.alphas[sigma.long()][:, None, None, None]
        return (x_in - (1 - abar).sqrt() * x_out) / abar.sqrt()

    @property
    def inner_model(self) -> Any:
        if self.model_wrap is None:
            v_prediction = shared.sd_model.parameterization == "v"
            denoiser = CompVisTimestepsVDenoiser if v_prediction else CompVisTimestepsDenoiser
            self.model_wrap = denoiser(shared.sd_model)
        return self.model_wrap


class CompVisSampler(sd_samplers_common.Sampler):
    """``func``: one of ``sd_samplers_timesteps_impl``."""

    eta_option_field = "eta_ddim"
    eta_infotext_field = "Eta DDIM"
    eta_default = 0.0

    def __init__(self, func: Any, sd_model: Any) -> None:
        super().__init__(func)
        self.model_wrap_cfg: Any = CFGDenoiserTimesteps(self)
        self.model_wrap = self.model_wrap_cfg.inner_model

    def get_timesteps(self, p: Any, steps: int) -> torch.Tensor:
        """Rising times 1, 1 + k, 1 + 2 k, ... below the model's number of times."""
        count = len(shared.sd_model.alphas_cumprod)
        times = torch.arange(0, count, max(count // max(steps, 1), 1), device=devices.device)
        return torch.clip(times + 1, 0, count - 1)

    def _arguments(self, p: Any, timesteps: torch.Tensor, is_img2img: bool) -> dict[str, Any]:
        arguments = self.initialize(p)
        parameters = inspect.signature(self.func).parameters
        arguments["timesteps"] = timesteps
        if "is_img2img" in parameters:
            arguments["is_img2img"] = is_img2img
        return arguments

    def sample_img2img(
        self,
        p: Any,
        x: torch.Tensor,
        noise: torch.Tensor,
        conditioning: Any,
        unconditional_conditioning: Any,
        steps: int | None = None,
    ) -> torch.Tensor:
        steps, t_enc = sd_samplers_common.setup_img2img_steps(p, steps)
        timesteps = self.get_timesteps(p, steps)
        abar = shared.sd_model.alphas_cumprod[timesteps[t_enc]]
        xi = x * torch.sqrt(abar) + noise * torch.sqrt(1 - abar)
        arguments = self._arguments(p, timesteps[:t_enc], is_img2img=True)
        self.model_wrap_cfg.init_latent = x
        self.last_latent = x
        self.sampler_extra_args = {
            "cond": conditioning,
            "uncond": unconditional_conditioning,
            "cond_scale": p.cfg_scale,
            "s_min_uncond": self.s_min_uncond,
        }

        def run() -> torch.Tensor:
            extra_args, callback = self.sampler_extra_args, self.callback_state
            return self.func(self.model_wrap_cfg, xi, extra_args=extra_args, callback=callback, **arguments)

        samples = self.launch_sampling(t_enc + 1, run)
        self.add_infotext(p)
        return samples

    def sample(
        self,
        p: Any,
        x: torch.Tensor,
        conditioning: Any,
        unconditional_conditioning: Any,
        steps: int | None = None,
    ) -> torch.Tensor:
        steps = steps or p.steps
        arguments = self._arguments(p, self.get_timesteps(p, steps), is_img2img=False)
        self.last_latent = x
        self.sampler_extra_args = {
            "cond": conditioning,
            "uncond": unconditional_conditioning,
            "cond_scale": p.cfg_scale,
            "s_min_uncond": self.s_min_uncond,
        }

        def run() -> torch.Tensor:
            extra_args, callback = self.sampler_extra_args, self.callback_state
            return self.func(self.model_wrap_cfg, x, extra_args=extra_args, callback=callback, **arguments)

        samples = self.launch_sampling(steps, run)
        self.add_infotext(p)
        return samples
