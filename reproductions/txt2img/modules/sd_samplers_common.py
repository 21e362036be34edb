"""What samplers share, and ways between latents and pictures; mirrors ``modules.sd_samplers_common`` of webui."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image

from ..k_diffusion import sampling
from . import devices, images, sd_vae_approx, shared
from .shared import opts, state

approximation_indexes = {"Full": 0, "Approx cheap": 2}


class SamplerData(NamedTuple):
    """A sampler by its name in the list; ``constructor(model)`` makes one."""

    name: str
    constructor: Callable[[Any], Any]
    aliases: tuple[str, ...]
    options: dict[str, Any]

    def total_steps(self, steps: int) -> int:
        """Calls of the model: a second-order sampler makes two a step."""
        return steps * 2 if self.options.get("second_order", False) else steps


class InterruptedException(BaseException):
    """Leaves a sampler from within; not an error, so that no ``except Exception`` stops it."""


def setup_img2img_steps(p: Any, steps: int | None = None) -> tuple[int, int]:
    """(steps of the whole schedule, how many of them - 1 are made): denoising strength 0.5 makes the second half."""
    if opts.img2img_fix_steps or steps is not None:
        requested = steps or p.steps
        whole = int(requested / min(p.denoising_strength, 0.999)) if p.denoising_strength > 0 else 0
        return whole, requested - 1
    return p.steps, int(min(p.denoising_strength, 0.999) * p.steps)


def samples_to_images_tensor(sample: torch.Tensor, approximation: int | None = None, model: Any = None) -> torch.Tensor:
    """Latents to pictures in [-1, 1], batch x 3 x height x width; by the VAE, or by a linear guess for previews."""
    if approximation is None or (state.interrupted and approximation != 0):
        approximation = approximation_indexes[opts.show_progress_type]
    if approximation == 2:
        return sd_vae_approx.cheap_approximation(sample)
    model = shared.sd_model if model is None else model
    # The VAE is what overflows in half precision; its format is decode_latent_batch's affair.
    with torch.no_grad(), devices.without_autocast():
        return model.decode_first_stage(sample.to(devices.dtype_vae))


def decode_first_stage(model: Any, x: torch.Tensor) -> torch.Tensor:
    x = x.to(devices.dtype_vae)
    return samples_to_images_tensor(x, approximation_indexes[opts.sd_vae_decode_method], model)


def tensor_to_image(x_sample: torch.Tensor) -> Image.Image:
    """A picture (channels x height x width, [0, 1]) in 8 bits; fractions are cut off, as upstream does."""
    x_sample = x_sample.float().cpu().clamp(0.0, 1.0)
    if x_sample.shape[0] == 1:
        x_sample = x_sample.expand(3, -1, -1)
    return Image.fromarray((255.0 * np.moveaxis(x_sample.numpy(), 0, 2)).astype(np.uint8))


def single_sample_to_image(sample: torch.Tensor, approximation: int | None = None) -> Image.Image:
    return tensor_to_image(samples_to_images_tensor(sample.unsqueeze(0), approximation)[0] * 0.5 + 0.5)


def sample_to_image(samples: torch.Tensor, index: int = 0, approximation: int | None = None) -> Image.Image:
    return single_sample_to_image(samples[index], approximation)


def samples_to_image_grid(samples: torch.Tensor, approximation: int | None = None) -> Image.Image:
    return images.image_grid([single_sample_to_image(sample, approximation) for sample in samples])


def images_tensor_to_samples(image: torch.Tensor, approximation: int | None = None, model: Any = None) -> torch.Tensor:
    """Pictures in [0, 1] to latents, one by one: encoding draws noise, and a batch is to equal single runs."""
    model = shared.sd_model if model is None else model
    model.first_stage_model.to(devices.dtype_vae)
    image = image.to(devices.device, dtype=devices.dtype_vae) * 2 - 1
    if image.shape[1] != _picture_channels(model):
        image = image.mean(dim=1, keepdim=True)
    rows = [model.get_first_stage_encoding(model.encode_first_stage(row.unsqueeze(0)))[0] for row in image]
    return torch.stack(rows)


def _picture_channels(model: Any) -> int:
    return int(getattr(model, "picture_channels", 3))


def store_latent(decoded: torch.Tensor) -> None:
    """Leaves the latent for the live preview, which is made when a page asks for it."""
    state.current_latent = decoded


class TorchHijack:
    """``torch``, but its ``randn_like`` draws each image's noise from that image's own generator.

    Put in place of the global ``torch`` of the module with the samplers, it makes a batch equal single runs.
    """

    def __init__(self, p: Any) -> None:
        self.rng = p.rng

    def __getattr__(self, name: str) -> Any:
        if name == "randn_like":
            return self.randn_like
        return getattr(torch, name)

    def randn_like(self, x: torch.Tensor) -> torch.Tensor:
        return self.rng.next().to(x)


class Sampler:
    """Base of ``KDiffusionSampler`` and ``CompVisSampler``: ``func`` samples, ``model_wrap_cfg`` denoises."""

    eta_option_field = "eta_ancestral"
    eta_infotext_field = "Eta"
    eta_default = 1.0

    def __init__(self, funcname: Any) -> None:
        self.funcname = funcname
        self.func = funcname
        self.config: SamplerData | None = None
        """Set by ``sd_samplers.create_sampler``."""
        self.extra_params: list[str] = []
        self.eta: float | None = None
        self.s_min_uncond = 0.0
        self.last_latent: torch.Tensor | None = None
        self.p: Any = None
        self.model_wrap_cfg: Any = None
        self.model_wrap: Any = None
        self.sampler_extra_args: dict[str, Any] = {}

    def callback_state(self, d: dict[str, Any]) -> None:
        """Called by the sampling function at each step ``d["i"]``."""
        state.sampling_step = d["i"]

    def launch_sampling(self, steps: int, func: Callable[[], torch.Tensor]) -> torch.Tensor:
        """Calls ``func``; when it is interrupted, the result is the last denoised latent."""
        assert self.config is not None
        self.model_wrap_cfg.steps = steps
        self.model_wrap_cfg.total_steps = self.config.total_steps(steps)
        state.sampling_steps = steps
        state.sampling_step = 0
        try:
            return func()
        except InterruptedException:
            assert self.last_latent is not None
            return self.last_latent
        finally:
            # Noise for whoever samples next without a request is ordinary noise again.
            sampling.torch = torch

    def initialize(self, p: Any) -> dict[str, Any]:
        """Gets ready for ``p``; the arguments that ``func`` has parameters for."""
        self.p = p
        denoiser = self.model_wrap_cfg
        denoiser.p = p
        denoiser.mask = getattr(p, "mask", None)
        denoiser.nmask = getattr(p, "nmask", None)
        denoiser.step = 0
        self.eta = p.eta if p.eta is not None else getattr(opts, self.eta_option_field)
        self.s_min_uncond = p.s_min_uncond
        sampling.torch = TorchHijack(p)

        parameters = inspect.signature(self.func).parameters
        arguments: dict[str, Any] = {name: getattr(p, name) for name in self.extra_params if name in parameters}
        for name, label, default in (
            ("s_churn", "Sigma churn", 0.0),
            ("s_tmin", "Sigma tmin", 0.0),
            ("s_tmax", "Sigma tmax", float("inf")),
            ("s_noise", "Sigma noise", 1.0),
        ):
            if name in arguments and arguments[name] != default:
                p.extra_generation_params[label] = arguments[name]
        if "eta" in parameters:
            if self.eta != self.eta_default:
                p.extra_generation_params[self.eta_infotext_field] = self.eta
            arguments["eta"] = self.eta
        return arguments

    def create_noise_sampler(self, x: torch.Tensor, sigmas: torch.Tensor, p: Any) -> Any:
        """Brownian motion by seed: noise of an SDE sampler that does not depend on the batch."""
        sigma_min, sigma_max = sigmas[sigmas > 0].min(), sigmas.max()
        seeds = p.all_seeds[p.iteration * p.batch_size : (p.iteration + 1) * p.batch_size]
        return sampling.BrownianTreeNoiseSampler(x, sigma_min, sigma_max, seed=seeds)

    def sample(self, p: Any, x: torch.Tensor, conditioning: Any, unconditional_conditioning: Any) -> torch.Tensor:
        """Latents from noise ``x``."""
        raise NotImplementedError

    def sample_img2img(
        self,
        p: Any,
        x: torch.Tensor,
        noise: torch.Tensor,
        conditioning: Any,
        unconditional_conditioning: Any,
        steps: int | None = None,
    ) -> torch.Tensor:
        """Latents from the latents ``x``, with as much of ``noise`` as ``p.denoising_strength`` says."""
        raise NotImplementedError

    def add_infotext(self, p: Any) -> None:
        if self.model_wrap_cfg.padded_cond_uncond:
            p.extra_generation_params["Pad conds"] = True
