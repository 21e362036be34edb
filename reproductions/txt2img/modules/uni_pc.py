"""UniPC, a predictor and corrector of the same order; mirrors ``modules.models.diffusion.uni_pc`` of webui 1.10.1.

Zhao et al., UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models, arXiv 2302.04867;
data prediction, multistep, B(h) = h ("bh1").
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch


class NoiseScheduleVP:
    """x_t = alpha_t x_0 + sigma_t eps for continuous t in [1/N, 1], log alpha interpolated between the N times."""

    def __init__(self, alphas_cumprod: torch.Tensor) -> None:
        self.log_alphas = 0.5 * np.log(alphas_cumprod.double().cpu().numpy())
        self.times = np.arange(1, len(self.log_alphas) + 1) / len(self.log_alphas)

    def marginal(self, t: float) -> tuple[float, float, float]:
        """alpha, sigma and lambda = log(alpha / sigma)."""
        log_alpha = float(np.interp(t, self.times, self.log_alphas))
        alpha = math.exp(log_alpha)
        sigma = math.sqrt(1.0 - math.exp(2.0 * log_alpha))
        return alpha, sigma, log_alpha - math.log(sigma)


def _coefficients(ratios: list[float], h: float) -> tuple[np.ndarray, np.ndarray]:
    """The linear system of equation 9, for exponents -h of data prediction: sum of rho_i ratio_i^(k-1) = b_k."""
    order = len(ratios)
    hh = -h
    phi = math.expm1(hh) / hh - 1.0
    factorial = 1
    rows, right = [], []
    for k in range(1, order + 1):
        rows.append([ratio ** (k - 1) for ratio in ratios])
        right.append(phi * factorial / hh)
        factorial *= k + 1
        phi = phi / hh - 1.0 / factorial
    return np.array(rows), np.array(right)


def sample(
    noise: Callable[[torch.Tensor, float], torch.Tensor],
    x: torch.Tensor,
    schedule: NoiseScheduleVP,
    steps: int,
    start: float = 1.0,
    order: int = 3,
    lower_order_final: bool = True,
    after_update: Callable[[torch.Tensor, torch.Tensor, int], None] | None = None,
) -> torch.Tensor:
    """From time ``start`` to 1/N in ``steps`` even steps; ``noise(x, t)`` is called once a step, none at the end."""

    def denoised(x: torch.Tensor, t: float) -> torch.Tensor:
        alpha, sigma, _ = schedule.marginal(t)
        return (x - sigma * noise(x, t)) / alpha

    times = np.linspace(start, float(schedule.times[0]), steps + 1).tolist()
    seen_times, seen = [times[0]], [denoised(x, times[0])]
    for step in range(1, steps + 1):
        step_order = min(order, step)
        if lower_order_final:
            step_order = min(step_order, steps + 1 - step)
        model: Callable[[torch.Tensor, float], torch.Tensor] | None = denoised if step < steps else None
        x, latest = _update(x, seen, seen_times, times[step], step_order, schedule, model)
        if after_update is not None:
            after_update(x, seen[-1] if latest is None else latest, step - 1)
        if latest is not None:
            seen, seen_times = [*seen, latest][-order:], [*seen_times, times[step]][-order:]
    return x


def _update(
    x: torch.Tensor,
    seen: list[torch.Tensor],
    seen_times: list[float],
    t: float,
    order: int,
    schedule: NoiseScheduleVP,
    model: Callable[[torch.Tensor, float], torch.Tensor] | None,
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """One step to ``t``: predicted, and corrected by what ``model`` says there, unless it is None."""
    latest = seen[-1]
    _, sigma_before, lambda_before = schedule.marginal(seen_times[-1])
    alpha, sigma, lambda_t = schedule.marginal(t)
    h = lambda_t - lambda_before
    ratios, differences = [], []
    for back in range(2, order + 1):
        ratio = (schedule.marginal(seen_times[-back])[2] - lambda_before) / h
        ratios.append(ratio)
        differences.append((seen[-back] - latest) / ratio)
    system, right = _coefficients([*ratios, 1.0], h)

    def along(weights: np.ndarray) -> torch.Tensor:
        total = torch.zeros_like(x)
        for weight, difference in zip(weights, differences, strict=False):
            total = total + float(weight) * difference
        return total

    straight = sigma / sigma_before * x - alpha * math.expm1(-h) * latest
    predictor = _solved(system[:-1, :-1], right[:-1], is_half=order == 2)
    predicted = straight + alpha * h * along(predictor)
    if model is None:
        return predicted, None
    there = model(predicted, t)
    corrector = _solved(system, right, is_half=order == 1)
    return straight + alpha * h * (along(corrector[:-1]) + float(corrector[-1]) * (there - latest)), there


def _solved(system: np.ndarray, right: np.ndarray, is_half: bool) -> np.ndarray:
    """The weights; with a single one it is 1/2 in the limit of small steps, and taken so."""
    return np.array([0.5]) if is_half else np.linalg.solve(system, right) if len(right) else np.zeros(0)
