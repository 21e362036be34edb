"""The samplers of k-diffusion behind webui's names; mirrors ``modules.sd_samplers_kdiffusion`` of webui 1.10.1."""

from __future__ import annotations

import inspect
from typing import Any

import torch

from ..k_diffusion import external, sampling
from . import devices, sd_samplers_cfg_denoiser, sd_samplers_common, sd_schedulers, shared
from .shared import opts

samplers_k_diffusion: list[tuple[str, str, tuple[str, ...], dict[str, Any]]] = [
    ("DPM++ 2M", "sample_dpmpp_2m", ("k_dpmpp_2m",), {"scheduler": "karras"}),
    (
        "DPM++ SDE",
        "sample_dpmpp_sde",
        ("k_dpmpp_sde",),
        {"scheduler": "karras", "second_order": True, "brownian_noise": True},
    ),
    (
        "DPM++ 2M SDE",
        "sample_dpmpp_2m_sde",
        ("k_dpmpp_2m_sde",),
        {"scheduler": "exponential", "brownian_noise": True},
    ),
    (
        "DPM++ 2M SDE Heun",
        "sample_dpmpp_2m_sde",
        ("k_dpmpp_2m_sde_heun",),
        {"scheduler": "exponential", "brownian_noise": True, "solver_type": "heun"},
    ),
    (
        "DPM++ 2S a",
        "sample_dpmpp_2s_ancestral",
        ("k_dpmpp_2s_a",),
        {"scheduler": "karras", "uses_ensd": True, "second_order": True},
    ),
    (
        "DPM++ 3M SDE",
        "sample_dpmpp_3m_sde",
        ("k_dpmpp_3m_sde",),
        {"scheduler": "exponential", "discard_next_to_last_sigma": True, "brownian_noise": True},
    ),
    ("Euler a", "sample_euler_ancestral", ("k_euler_a", "k_euler_ancestral"), {"uses_ensd": True}),
    ("Euler", "sample_euler", ("k_euler",), {}),
    ("LMS", "sample_lms", ("k_lms",), {}),
    ("Heun", "sample_heun", ("k_heun",), {"second_order": True}),
    (
        "DPM2",
        "sample_dpm_2",
        ("k_dpm_2",),
        {"scheduler": "karras", "discard_next_to_last_sigma": True, "second_order": True},
    ),
    (
        "DPM2 a",
        "sample_dpm_2_ancestral",
        ("k_dpm_2_a",),
        {"scheduler": "karras", "discard_next_to_last_sigma": True, "uses_ensd": True, "second_order": True},
    ),
]
"""Name, function of k-diffusion, aliases, options. Those that ``sampling`` does not have are left out."""

samplers_data_k_diffusion = [
    sd_samplers_common.SamplerData(
        label, lambda model, funcname=funcname: KDiffusionSampler(funcname, model), aliases, options
    )
    for label, funcname, aliases, options in samplers_k_diffusion
    if callable(funcname) or hasattr(sampling, funcname)
]

sampler_extra_params = {
    "sample_euler": ["s_churn", "s_tmin", "s_tmax", "s_noise"],
    "sample_heun": ["s_churn", "s_tmin", "s_tmax", "s_noise"],
    "sample_dpm_2": ["s_churn", "s_tmin", "s_tmax", "s_noise"],
    "sample_dpm_2_ancestral": ["s_noise"],
    "sample_dpmpp_2s_ancestral": ["s_noise"],
    "sample_dpmpp_sde": ["s_noise"],
    "sample_dpmpp_2m_sde": ["s_noise"],
    "sample_dpmpp_3m_sde": ["s_noise"],
}


class CFGDenoiserKDiffusion(sd_samplers_cfg_denoiser.CFGDenoiser):
    """Guidance for samplers that think in noise levels."""

    @property
    def inner_model(self) -> Any:
        if self.model_wrap is None:
            v_prediction = shared.sd_model.parameterization == "v"
            denoiser = external.CompVisVDenoiser if v_prediction else external.CompVisDenoiser
            self.model_wrap = denoiser(shared.sd_model, quantize=opts.enable_quantization)
        return self.model_wrap


class KDiffusionSampler(sd_samplers_common.Sampler):
    """``funcname``: a function of ``k_diffusion.sampling``, or its name."""

    def __init__(self, funcname: Any, sd_model: Any) -> None:
        super().__init__(funcname)
        self.extra_params = sampler_extra_params.get(funcname, [])
        self.func = funcname if callable(funcname) else getattr(sampling, funcname)
        self.model_wrap_cfg: Any = CFGDenoiserKDiffusion(self)
        self.model_wrap = self.model_wrap_cfg.inner_model

    def get_sigmas(self, p: Any, steps: int) -> torch.Tensor:
        """The noise levels of ``steps`` steps and a final 0, by the scheduler of ``p`` or else the sampler's own."""
        assert self.config is not None
        discard = self.config.options.get("discard_next_to_last_sigma", False)
        if opts.always_discard_next_to_last_sigma and not discard:
            discard = True
            p.extra_generation_params["Discard penultimate sigma"] = True
        steps += 1 if discard else 0

        name = (p.hr_scheduler if p.is_hr_pass else p.scheduler) or "Automatic"
        if name == "Automatic":
            name = self.config.options.get("scheduler")
        scheduler = sd_schedulers.schedulers_map.get(name)
        if scheduler is None or scheduler.function is None:
            sigmas = self.model_wrap.get_sigmas(steps)
        else:
            sigmas = scheduler.function(n=steps, **self._scheduler_arguments(p, scheduler), device=devices.cpu)
        if discard:
            sigmas = torch.cat([sigmas[:-2], sigmas[-1:]])
        return sigmas.cpu()

    def _scheduler_arguments(self, p: Any, scheduler: sd_schedulers.Scheduler) -> dict[str, Any]:
        """The ends of the schedule, as model and settings have them; what deviates is noted in the infotext."""
        told = p.extra_generation_params
        if not p.is_hr_pass:
            told["Schedule type"] = scheduler.label
        elif scheduler.label != told.get("Schedule type"):
            told["Hires schedule type"] = scheduler.label
        least, most = self.model_wrap.sigmas[0].item(), self.model_wrap.sigmas[-1].item()
        arguments: dict[str, Any] = {"sigma_min": least, "sigma_max": most}
        if opts.sigma_min not in (0, least):
            arguments["sigma_min"] = told["Schedule min sigma"] = opts.sigma_min
        if opts.sigma_max not in (0, most):
            arguments["sigma_max"] = told["Schedule max sigma"] = opts.sigma_max
        if scheduler.default_rho != -1 and opts.rho not in (0, scheduler.default_rho):
            arguments["rho"] = told["Schedule rho"] = opts.rho
        if scheduler.need_inner_model:
            arguments["inner_model"] = self.model_wrap
        if scheduler.label == "Beta":
            told["Beta schedule alpha"], told["Beta schedule beta"] = opts.beta_dist_alpha, opts.beta_dist_beta
        return arguments

    def _arguments(self, p: Any, x: torch.Tensor, sigmas: torch.Tensor, whole: torch.Tensor) -> dict[str, Any]:
        """What ``func`` takes for the levels ``sigmas``, a part or all of the schedule ``whole``."""
        assert self.config is not None
        arguments = self.initialize(p)
        if "sigmas" in inspect.signature(self.func).parameters:
            arguments["sigmas"] = sigmas.to(x.device)
        if self.config.options.get("brownian_noise", False):
            arguments["noise_sampler"] = self.create_noise_sampler(x, whole.to(x.device), p)
        if self.config.options.get("solver_type") == "heun":
            arguments["solver_type"] = "heun"
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
        sigmas = self.get_sigmas(p, steps)
        sigma_sched = sigmas[steps - t_enc - 1 :]
        xi = x + noise * sigma_sched[0]
        arguments = self._arguments(p, x, sigma_sched, sigmas)
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
            return self.func(
                self.model_wrap_cfg, xi, extra_args=extra_args, disable=True, callback=callback, **arguments
            )

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
        sigmas = self.get_sigmas(p, steps)
        if opts.sgm_noise_multiplier:
            p.extra_generation_params["SGM noise multiplier"] = True
            x = x * torch.sqrt(1.0 + sigmas[0] ** 2.0)
        else:
            x = x * sigmas[0]
        arguments = self._arguments(p, x, sigmas, sigmas)
        self.last_latent = x
        self.sampler_extra_args = {
            "cond": conditioning,
            "uncond": unconditional_conditioning,
            "cond_scale": p.cfg_scale,
            "s_min_uncond": self.s_min_uncond,
        }

        def run() -> torch.Tensor:
            extra_args, callback = self.sampler_extra_args, self.callback_state
            return self.func(
                self.model_wrap_cfg, x, extra_args=extra_args, disable=True, callback=callback, **arguments
            )

        samples = self.launch_sampling(steps, run)
        self.add_infotext(p)
        return samples
