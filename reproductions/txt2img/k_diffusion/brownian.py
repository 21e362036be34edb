"""Noise of SDE samplers as increments of one Brownian path; for ``BrownianTreeNoiseSampler`` of k-diffusion.

Steps that share an interval must share its noise: a path is drawn, not each increment. Upstream takes torchsde's tree;
here a path remembers its values where it was asked, and a new one between two others is drawn as a Brownian bridge.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence

import torch


class BrownianPath:
    """W with W(t0) = 0 on [t0, t1], of the shape of ``like``; equal seeds and equal questions give equal answers."""

    def __init__(self, t0: float, t1: float, like: torch.Tensor, seed: int) -> None:
        self._like = like
        self._generator = torch.Generator(like.device).manual_seed(seed % 2**63)
        self._times = [t0, t1]
        self._values = [torch.zeros_like(like), self._normal() * (t1 - t0) ** 0.5]

    def _normal(self) -> torch.Tensor:
        like = self._like
        return torch.randn(like.shape, device=like.device, generator=self._generator).to(like.dtype)

    def __call__(self, t: float) -> torch.Tensor:
        t = min(max(t, self._times[0]), self._times[-1])
        place = bisect.bisect_left(self._times, t)
        if self._times[place] == t:
            return self._values[place]
        (before, after), (low, high) = self._times[place - 1 : place + 1], self._values[place - 1 : place + 1]
        share = (t - before) / (after - before)
        value = low + share * (high - low) + self._normal() * ((t - before) * (after - t) / (after - before)) ** 0.5
        self._times.insert(place, t)
        self._values.insert(place, value)
        return value


class BrownianTreeNoiseSampler:
    """``sampler(sigma, sigma_next)``: standard normal noise of the shape of ``x``, that of the path between the two.

    ``seed`` may be a list, one for each of the batch, which then has paths of its own.
    """

    def __init__(
        self, x: torch.Tensor, sigma_min: torch.Tensor, sigma_max: torch.Tensor, seed: Sequence[int] | int | None = None
    ) -> None:
        t0, t1 = float(sigma_min), float(sigma_max)
        if seed is None:
            seed = int(torch.randint(0, 2**62, []).item())
        seeds = [seed] if isinstance(seed, int) else list(seed)
        self._batched = not isinstance(seed, int)
        like = x[0] if self._batched else x
        self._paths = [BrownianPath(t0, t1, like, each) for each in seeds]

    def __call__(self, sigma: torch.Tensor, sigma_next: torch.Tensor) -> torch.Tensor:
        t0, t1 = float(sigma), float(sigma_next)
        increments = [path(t1) - path(t0) for path in self._paths]
        noise = torch.stack(increments) if self._batched else increments[0]
        return noise / abs(t1 - t0) ** 0.5
