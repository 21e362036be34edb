"""DDIM, PLMS and UniPC; mirrors ``modules.sd_samplers_timesteps_impl`` of webui 1.10.1.

``model(x, t, **extra_args)`` predicts the noise in ``x`` (batch x channels x height x width) at the times ``t``
(batch); ``timesteps`` rise, and are visited from the last to the first. ``callback`` is called after each step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ..k_diffusion import sampling
from . import shared, uni_pc

Callback = Callable[[dict[str, Any]], None] | None


def _schedule(model: Any, timesteps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """abar at each time, and at the time before it; in double precision, as it is divided by."""
    abar = model.inner_model.inner_model.alphas_cumprod
    before = torch.nn.functional.pad(timesteps[:-1], pad=(1, 0))
    return abar[timesteps].double(), abar[before].double()


def _tell(callback: Callback, x: torch.Tensor, step: int, denoised: torch.Tensor) -> None:
    if callback is not None:
        callback({"x": x, "i": step, "sigma": 0, "sigma_hat": 0, "denoised": denoised})


@torch.no_grad()
def ddim(
    model: Any,
    x: torch.Tensor,
    timesteps: torch.Tensor,
    extra_args: dict[str, Any] | None = None,
    callback: Callback = None,
    eta: float = 0.0,
) -> torch.Tensor:
    """Song, Meng and Ermon, Denoising Diffusion Implicit Models, arXiv 2010.02502, equations 12 and 16.

    x_prev = sqrt(abar_prev) x0 + sqrt(1 - abar_prev - s^2) eps + s z,
    s = eta sqrt((1 - abar_prev) / (1 - abar)) sqrt(1 - abar / abar_prev)
    """
    abar, abar_prev = _schedule(model, timesteps)
    s = eta * torch.sqrt((1 - abar_prev) / (1 - abar) * (1 - abar / abar_prev))
    s_in = x.new_ones([x.shape[0]])
    for step in range(len(timesteps) - 1):
        index = len(timesteps) - 1 - step
        a, a_prev, s_t = abar[index].item(), abar_prev[index].item(), s[index].item()
        eps = model(x, timesteps[index].item() * s_in, **(extra_args or {}))
        pred_x0 = (x - (1 - a) ** 0.5 * eps) / a**0.5
        # The noise is drawn even where eta is 0, so that the setting does not change what follows.
        noise = s_t * sampling.torch.randn_like(x)
        x = a_prev**0.5 * pred_x0 + (1 - a_prev - s_t**2) ** 0.5 * eps + noise
        _tell(callback, x, step, pred_x0)
    return x


@torch.no_grad()
def plms(
    model: Any,
    x: torch.Tensor,
    timesteps: torch.Tensor,
    extra_args: dict[str, Any] | None = None,
    callback: Callback = None,
) -> torch.Tensor:
    """Liu et al., Pseudo Numerical Methods for Diffusion Models on Manifolds, arXiv 2202.09778: DDIM's step along
    an Adams-Bashforth combination of the last four noises; the first step is a pseudo improved Euler step."""
    abar, abar_prev = _schedule(model, timesteps)
    s_in = x.new_ones([x.shape[0]])
    old: list[torch.Tensor] = []
    weights = {1: (3 / 2, -1 / 2), 2: (23 / 12, -16 / 12, 5 / 12), 3: (55 / 24, -59 / 24, 37 / 24, -9 / 24)}

    def moved(eps: torch.Tensor, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        a, a_prev = abar[index].item(), abar_prev[index].item()
        pred_x0 = (x - (1 - a) ** 0.5 * eps) / a**0.5
        return a_prev**0.5 * pred_x0 + (1 - a_prev) ** 0.5 * eps, pred_x0

    for step in range(len(timesteps) - 1):
        index = len(timesteps) - 1 - step
        eps = model(x, timesteps[index].item() * s_in, **(extra_args or {}))
        if old:
            combined = sum(weight * each for weight, each in zip(weights[len(old)], [eps, *reversed(old)], strict=True))
        else:
            ahead = model(moved(eps, index)[0], timesteps[max(index - 1, 0)].item() * s_in, **(extra_args or {}))
            combined = (eps + ahead) / 2
        old = [*old, eps][-3:]
        x, pred_x0 = moved(combined, index)
        _tell(callback, x, step, pred_x0)
    return x


@torch.no_grad()
def unipc(
    model: Any,
    x: torch.Tensor,
    timesteps: torch.Tensor,
    extra_args: dict[str, Any] | None = None,
    callback: Callback = None,
    is_img2img: bool = False,
) -> torch.Tensor:
    """Zhao et al., arXiv 2302.04867, at ``len(timesteps)`` even times from the last one, or from the very start."""
    abar = model.inner_model.inner_model.alphas_cumprod
    schedule = uni_pc.NoiseScheduleVP(abar)
    steps = len(timesteps)
    if steps == 0:
        return x
    start = (timesteps[-1].item() + 1) / len(abar) if is_img2img else 1.0
    s_in = x.new_ones([x.shape[0]])

    def noise(x: torch.Tensor, t: float) -> torch.Tensor:
        # Continuous time t of (0, 1] is training time t * N - 1.
        return model(x, (t * len(abar) - 1) * s_in, **(extra_args or {}))

    return uni_pc.sample(
        noise,
        x,
        schedule,
        steps,
        start,
        order=min(shared.opts.uni_pc_order, steps),
        lower_order_final=shared.opts.uni_pc_lower_order_final,
        after_update=lambda x, x0, step: _tell(callback, x, step, x0),
    )
