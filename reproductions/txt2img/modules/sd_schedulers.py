"""Which noise levels sampling visits; mirrors ``modules.sd_schedulers`` of webui 1.10.1.

A scheduler gives n falling levels sigma and a final 0, from the model's largest level to its smallest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ..k_diffusion import sampling
from . import shared


@dataclass(frozen=True)
class Scheduler:
    """``function(n=, sigma_min=, sigma_max=, device=)``, with ``inner_model=`` too where it is needed."""

    name: str
    label: str
    function: Callable[..., torch.Tensor] | None
    default_rho: float = -1
    need_inner_model: bool = False
    aliases: tuple[str, ...] = ()


def _levels(sigmas: list[Any], device: torch.device) -> torch.Tensor:
    return torch.tensor([float(sigma) for sigma in sigmas] + [0.0], dtype=torch.float32, device=device)


def uniform(n: int, sigma_min: float, sigma_max: float, inner_model: Any, device: torch.device) -> torch.Tensor:
    """At equal distances of training time, both ends included."""
    return inner_model.get_sigmas(n).to(device)


def sgm_uniform(n: int, sigma_min: float, sigma_max: float, inner_model: Any, device: torch.device) -> torch.Tensor:
    """As uniform over n + 1 levels, without the smallest: Stability's generative-models."""
    start = inner_model.sigma_to_t(torch.tensor(sigma_max))
    end = inner_model.sigma_to_t(torch.tensor(sigma_min))
    return _levels([inner_model.t_to_sigma(t) for t in torch.linspace(start, end, n + 1)[:-1]], device)


def get_align_your_steps_sigmas(n: int, sigma_min: float, sigma_max: float, device: torch.device) -> torch.Tensor:
    """Levels optimised for Stable Diffusion 1.5, interpolated log-linearly: Sabour et al., arXiv 2404.14507."""
    table = [14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029]
    if n == len(table):
        return _levels(table, device)
    places = np.linspace(0, 1, len(table))
    levels = np.exp(np.interp(np.linspace(0, 1, n), places, np.log(table[::-1])))[::-1]
    return _levels(list(levels), device)


def kl_optimal(n: int, sigma_min: float, sigma_max: float, device: torch.device) -> torch.Tensor:
    """tan of an angle that falls evenly: Sabour et al., arXiv 2404.14507, theorem 3.1."""
    angle_min = torch.arctan(torch.tensor(sigma_min, device=device))
    angle_max = torch.arctan(torch.tensor(sigma_max, device=device))
    share = torch.arange(n + 1, device=device) / n
    return torch.tan(share * angle_min + (1.0 - share) * angle_max)


def simple_scheduler(
    n: int, sigma_min: float, sigma_max: float, inner_model: Any, device: torch.device
) -> torch.Tensor:
    """Every k-th of the model's levels, from the largest down."""
    stride = len(inner_model.sigmas) / n
    return _levels([inner_model.sigmas[-(1 + int(step * stride))] for step in range(n)], device)


def normal_scheduler(
    n: int, sigma_min: float, sigma_max: float, inner_model: Any, device: torch.device
) -> torch.Tensor:
    """At equal distances of time between the given ends."""
    start = inner_model.sigma_to_t(torch.tensor(sigma_max))
    end = inner_model.sigma_to_t(torch.tensor(sigma_min))
    return _levels([inner_model.t_to_sigma(t) for t in torch.linspace(start, end, n)], device)


def ddim_scheduler(n: int, sigma_min: float, sigma_max: float, inner_model: Any, device: torch.device) -> torch.Tensor:
    """The times that DDIM visits: 1, 1 + k, 1 + 2 k, ..."""
    stride = max(len(inner_model.sigmas) // n, 1)
    return _levels([inner_model.sigmas[t] for t in range(1, len(inner_model.sigmas), stride)][::-1], device)


def beta_scheduler(n: int, sigma_min: float, sigma_max: float, inner_model: Any, device: torch.device) -> torch.Tensor:
    """Quantiles of a beta distribution: dense at both ends. Lee et al., arXiv 2407.12173."""
    from scipy import stats

    shares = stats.beta.ppf(1 - np.linspace(0, 1, n), shared.opts.beta_dist_alpha, shared.opts.beta_dist_beta)
    return _levels([sigma_min + share * (sigma_max - sigma_min) for share in shares], device)


schedulers = [
    Scheduler("automatic", "Automatic", None),
    Scheduler("uniform", "Uniform", uniform, need_inner_model=True),
    Scheduler("karras", "Karras", sampling.get_sigmas_karras, default_rho=7.0),
    Scheduler("exponential", "Exponential", sampling.get_sigmas_exponential),
    Scheduler("polyexponential", "Polyexponential", sampling.get_sigmas_polyexponential, default_rho=1.0),
    Scheduler("sgm_uniform", "SGM Uniform", sgm_uniform, need_inner_model=True, aliases=("SGMUniform",)),
    Scheduler("kl_optimal", "KL Optimal", kl_optimal),
    Scheduler("align_your_steps", "Align Your Steps", get_align_your_steps_sigmas),
    Scheduler("simple", "Simple", simple_scheduler, need_inner_model=True),
    Scheduler("normal", "Normal", normal_scheduler, need_inner_model=True),
    Scheduler("ddim", "DDIM", ddim_scheduler, need_inner_model=True),
    Scheduler("beta", "Beta", beta_scheduler, need_inner_model=True),
]
schedulers_map = {name: each for each in schedulers for name in (each.name, each.label)}
