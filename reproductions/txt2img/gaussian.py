"""A diffusion that can be solved on paper: the data are a normal distribution. Samplers are measured against it.

For data of mean m and variance v the best denoiser is known, D(x, sigma) = m + v / (v + sigma^2) (x - m), and so is the
path that every deterministic sampler approximates: x - m stretches with sqrt(v + sigma^2) (Karras et al., arXiv
2206.00364, appendix B).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .k_diffusion import sampling

MEAN, VARIANCE = 0.7, 0.35
SIGMA_MIN, SIGMA_MAX = 0.03, 10.0
STEPS = (16, 32, 64, 128, 256)
REFERENCE = 1000
TOLERANCE = 0.25
ORDERS: Mapping[str, float] = {"sample_euler": 1.0, "sample_heun": 2.0, "sample_dpmpp_2m": 2.0}
"""What each sampler's error is to fall with: the inverse of the number of steps to this power."""


def denoiser(x: Tensor, sigma: Tensor) -> Tensor:
    """The mean of the data given that they were seen under noise of level ``sigma`` as ``x``."""
    share = VARIANCE / (VARIANCE + sigma.view(-1, *(1,) * (x.ndim - 1)) ** 2)
    return MEAN + share * (x - MEAN)


def solution(x: Tensor, sigma_from: float, sigma_to: float) -> Tensor:
    """Where the probability flow leads from ``x``."""
    return MEAN + (x - MEAN) * math.sqrt((VARIANCE + sigma_to**2) / (VARIANCE + sigma_from**2))


@dataclass(frozen=True)
class Order:
    """Errors (largest absolute) by number of steps, and the slope of their logarithms: the order that was seen."""

    sampler: str
    expected: float
    steps: tuple[int, ...]
    errors: tuple[float, ...]
    reference_error: float
    """The error of the 1000-step run, which serves as the reference for models that nobody can solve."""

    @property
    def seen(self) -> float:
        xs, ys = [math.log(each) for each in self.steps], [math.log(each) for each in self.errors]
        mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
        up = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
        return -up / sum((x - mean_x) ** 2 for x in xs)

    @property
    def held(self) -> bool:
        """At least the order that is expected, but for the tolerance, falling at every doubling, and the reference
        better than all."""
        falling = all(later < earlier for earlier, later in zip(self.errors, self.errors[1:], strict=False))
        return falling and self.seen >= self.expected - TOLERANCE and self.reference_error < min(self.errors)


def measured(name: str, steps: Sequence[int] = STEPS) -> Order:
    """One sampler on the noise levels of ``karras``, in float64, without the last step to 0: at 0 every sampler takes
    the denoised latent, which is no longer a matter of order."""
    sampler: Callable[..., Tensor] = getattr(sampling, name)
    x = SIGMA_MAX * torch.linspace(-2, 2, 9, dtype=torch.float64)[:, None]

    def error(count: int) -> float:
        sigmas = sampling.get_sigmas_karras(count + 1, SIGMA_MIN, SIGMA_MAX).double()[:-1]
        end = sampler(lambda latent, sigma, **_: denoiser(latent, sigma), x, sigmas, disable=True)
        return float((end - solution(x, float(sigmas[0]), float(sigmas[-1]))).abs().max())

    return Order(name, ORDERS[name], tuple(steps), tuple(error(count) for count in steps), error(REFERENCE))


def all_orders() -> list[Order]:
    return [measured(name) for name in ORDERS]


def detail(orders: Sequence[Order]) -> str:
    """Every sampler's order, as one line."""
    return ", ".join(f"{each.sampler.removeprefix('sample_')} {each.seen:.2f} of {each.expected:g}" for each in orders)


def plot(orders: Sequence[Order], target: Path) -> None:
    """Errors against steps, both logarithmic, with the slopes that are expected."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    axes: Any = figure.subplots()
    for each, marker in zip(orders, "os^", strict=False):
        label = f"{each.sampler.removeprefix('sample_')}: order {each.seen:.2f}"
        (line,) = axes.loglog(each.steps, each.errors, marker=marker, label=label)
        ideal = [each.errors[0] * (each.steps[0] / count) ** each.expected for count in each.steps]
        axes.loglog(each.steps, ideal, linestyle=":", color=line.get_color(), linewidth=1)
    axes.set_xticks(STEPS, [str(each) for each in STEPS])
    axes.minorticks_off()
    axes.set_xlabel("steps")
    axes.set_ylabel("largest error")
    axes.set_title("Samplers on a Gaussian that can be solved; dotted: the expected slope")
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(target, dpi=110)
