"""Claim: more steps help as they should. Each sampler's error on a problem with a known solution falls with its order.

Data are one normal distribution, N(m, s^2): then D(x, sigma) = (s^2 x + sigma^2 m) / (s^2 + sigma^2), and the path of
the probability flow from x at sigma_0 is m + (x - m) sqrt((s^2 + sigma^2) / (s^2 + sigma_0^2)).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

from .k_diffusion import sampling
from .modules import sd_samplers_timesteps_impl, uni_pc

MEAN, DEVIATION = 0.5, 0.7
SIGMA_MAX, SIGMA_END = 10.0, 0.1
STEPS = (10, 20, 40, 80, 160, 320)
EXPECTED = {"Euler": 1, "DDIM": 1, "Heun": 2, "DPM++ 2M": 2, "PLMS": 2, "UniPC": 3}
"""Orders as their papers have them; PLMS begins with a step of second order."""

TOLERANCE = 0.35


def denoise(x: torch.Tensor, sigma: Any, **_: Any) -> torch.Tensor:
    sigma = torch.as_tensor(sigma, dtype=x.dtype)
    sigma = sigma.reshape(-1, *[1] * (x.ndim - 1)) if sigma.ndim else sigma
    return (DEVIATION**2 * x + sigma**2 * MEAN) / (DEVIATION**2 + sigma**2)


def exact(x: torch.Tensor, start: float, end: float) -> torch.Tensor:
    return MEAN + (x - MEAN) * math.sqrt((DEVIATION**2 + end**2) / (DEVIATION**2 + start**2))


def _start() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(4, 4, 2, 2, generator=generator, dtype=torch.float64) * SIGMA_MAX


def _sigmas(n: int) -> torch.Tensor:
    """n steps, even in log sigma, that end above 0: the last step to 0 has an error of its own."""
    return torch.linspace(math.log(SIGMA_MAX), math.log(SIGMA_END), n + 1, dtype=torch.float64).exp()


def _by_sigma(function: Callable[..., torch.Tensor], n: int) -> float:
    x = _start()
    return _error(function(denoise, x, _sigmas(n)), exact(x, SIGMA_MAX, SIGMA_END))


def _error(found: torch.Tensor, wanted: torch.Tensor) -> float:
    return (found - wanted).abs().max().item()


class _VariancePreserving:
    """The same problem for samplers that think in times: abar falls so that log sigma is even in time."""

    def __init__(self, n: int) -> None:
        sigma = torch.linspace(math.log(SIGMA_END), math.log(SIGMA_MAX), n, dtype=torch.float64).exp()
        self.alphas_cumprod = 1 / (1 + sigma**2)
        # What CFGDenoiserTimesteps holds two levels down.
        self.inner_model = SimpleNamespace(inner_model=self)

    def __call__(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """The noise in x = sqrt(abar) (x_0 + sigma eps), at whole times and, in log sigma, between them."""
        log = ((1 - self.alphas_cumprod) / self.alphas_cumprod).log() / 2
        place = t.double().clamp(0, len(log) - 1)
        low = place.floor().long()
        high = (low + 1).clamp(max=len(log) - 1)
        sigma = (log[low] + (place - low) * (log[high] - log[low])).exp()[:, None, None, None]
        scaled = x * (1 + sigma**2).sqrt()
        return (scaled - denoise(scaled, sigma.flatten())) / sigma

    def error(self, found: torch.Tensor, x: torch.Tensor) -> float:
        scale = math.sqrt(1 + SIGMA_END**2)
        return _error(found * scale, exact(x, SIGMA_MAX, SIGMA_END))


def _by_time(function: Callable[..., torch.Tensor], n: int) -> float:
    # Time 0 is visited twice by upstream's samplers, whose step before the first is time 0 again.
    model = _VariancePreserving(n + 1)
    x = _start()
    found = function(model, x / math.sqrt(1 + SIGMA_MAX**2), torch.arange(n + 1))
    return model.error(found, x)


def _by_unipc(n: int) -> float:
    model = _VariancePreserving(4001)
    x = _start()
    schedule = uni_pc.NoiseScheduleVP(model.alphas_cumprod)

    def noise(x: torch.Tensor, t: float) -> torch.Tensor:
        return model(x, torch.tensor([t * 4001 - 1], dtype=torch.float64).expand(len(x)))

    found = uni_pc.sample(noise, x / math.sqrt(1 + SIGMA_MAX**2), schedule, n, order=3, lower_order_final=False)
    return model.error(found, x)


SAMPLERS: dict[str, Callable[[int], float]] = {
    "Euler": lambda n: _by_sigma(sampling.sample_euler, n),
    "DDIM": lambda n: _by_time(sd_samplers_timesteps_impl.ddim, n),
    "Heun": lambda n: _by_sigma(sampling.sample_heun, n),
    "DPM++ 2M": lambda n: _by_sigma(sampling.sample_dpmpp_2m, n),
    "PLMS": lambda n: _by_time(sd_samplers_timesteps_impl.plms, n),
    "UniPC": _by_unipc,
}


def errors() -> dict[str, list[float]]:
    """The largest error of each sampler at each number of ``STEPS``."""
    return {name: [error(n) for n in STEPS] for name, error in SAMPLERS.items()}


def slope(values: list[float]) -> float:
    """The order: how many halvings of the error a doubling of the steps brings, at the end of the curve.

    Below a millionth UniPC's error is that of its schedule, which is interpolated between whole times.
    """
    pairs = [(a, b) for a, b in itertools.pairwise(values) if b > 1e-6]
    return sum(math.log2(a / b) for a, b in pairs[-2:]) / len(pairs[-2:])


def check(found: dict[str, list[float]]) -> tuple[bool, str]:
    orders = {name: slope(values) for name, values in found.items()}
    held = all(order > EXPECTED[name] - TOLERANCE for name, order in orders.items())
    return held, ", ".join(f"{name} {order:.2f}" for name, order in orders.items())


def table(found: dict[str, list[float]]) -> str:
    head = f"{'error at steps':<16}" + "".join(f"{n:>10}" for n in STEPS) + f"{'order':>8}"
    rows = [
        f"{name:<16}" + "".join(f"{value:>10.1e}" for value in values) + f"{slope(values):>8.2f}"
        for name, values in found.items()
    ]
    return "\n".join([head, *rows])


def write_png(found: dict[str, list[float]], path: Path) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 5))
    for name, values in found.items():
        axes.loglog(STEPS, values, marker="o", label=f"{name}: order {slope(values):.2f}")
    axes.set_xlabel("steps")
    axes.set_ylabel("largest error against the exact solution")
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
