"""Noise by seed, image by image; mirrors ``modules.rng`` of webui 1.10.1.

Every image of a batch has a generator of its own, so that it comes out as if it were made alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from . import devices, shared
from .geometry import opt_f


def _noise_device() -> torch.device:
    """Generators of GPUs and CPUs draw different numbers: the setting says whose a seed means."""
    return devices.cpu if shared.opts.randn_source == "CPU" else devices.device


def create_generator(seed: int) -> torch.Generator:
    return torch.Generator(_noise_device()).manual_seed(int(seed))


def randn(seed: int, shape: Sequence[int], generator: torch.Generator | None = None) -> torch.Tensor:
    """Normal noise, the first that ``seed`` gives, or the next of ``generator``."""
    generator = generator or create_generator(seed)
    return torch.randn(tuple(shape), device=_noise_device(), generator=generator).to(devices.device)


def randn_without_seed(shape: Sequence[int], generator: torch.Generator) -> torch.Tensor:
    return torch.randn(tuple(shape), device=_noise_device(), generator=generator).to(devices.device)


def slerp(val: float, low: torch.Tensor, high: torch.Tensor) -> torch.Tensor:
    """From ``low`` (val 0) to ``high`` (val 1) on a great circle, which keeps the norm of noise; along dimension 1.

    Shoemake, Animating Rotation with Quaternion Curves, 1985.
    """
    low_norm = low / torch.norm(low, dim=1, keepdim=True)
    high_norm = high / torch.norm(high, dim=1, keepdim=True)
    dot = (low_norm * high_norm).sum(1)
    if dot.mean() > 0.9995:
        return low * (1 - val) + high * val
    omega = torch.acos(dot.clamp(-1, 1))
    so = torch.sin(omega)
    return (torch.sin((1.0 - val) * omega) / so).unsqueeze(1) * low + (torch.sin(val * omega) / so).unsqueeze(1) * high


class ImageRNG:
    """Noise of shape batch x ``shape`` (channels, height, width of a latent), one seed an image.

    A subseed's noise is mixed in by ``subseed_strength``. Where ``seed_resize_from_*`` (pixels) are set, the noise of
    that size sits in the middle of the picture, which then resembles the one of that size.
    """

    def __init__(
        self,
        shape: Sequence[int],
        seeds: Sequence[int],
        subseeds: Sequence[int] | None = None,
        subseed_strength: float = 0.0,
        seed_resize_from_h: int = 0,
        seed_resize_from_w: int = 0,
    ) -> None:
        self.shape = tuple(int(size) for size in shape)
        self.seeds = seeds
        self.subseeds = subseeds
        self.subseed_strength = subseed_strength
        self.seed_resize_from_h = seed_resize_from_h
        self.seed_resize_from_w = seed_resize_from_w
        self.generators = [create_generator(seed) for seed in seeds]
        self.is_first = True

    def first(self) -> torch.Tensor:
        """The noise that sampling starts from."""
        noise_shape = self.shape
        if self.seed_resize_from_h > 0 and self.seed_resize_from_w > 0:
            noise_shape = (self.shape[0], self.seed_resize_from_h // opt_f, self.seed_resize_from_w // opt_f)
        resized = noise_shape != self.shape
        images = []
        for index, (seed, generator) in enumerate(zip(self.seeds, self.generators, strict=True)):
            noise = randn(seed, noise_shape, None if resized else generator)
            if self.subseeds is not None and self.subseed_strength != 0:
                subseed = self.subseeds[index] if index < len(self.subseeds) else 0
                noise = slerp(self.subseed_strength, noise, randn(subseed, noise_shape))
            if resized:
                noise = _in_the_middle(randn(seed, self.shape, generator), noise)
            images.append(noise)
        delta = shared.opts.eta_noise_seed_delta
        if delta:
            self.generators = [create_generator(seed + delta) for seed in self.seeds]
        return torch.stack(images)

    def next(self) -> torch.Tensor:
        """The noise of the start, then that of each step that needs some."""
        if self.is_first:
            self.is_first = False
            return self.first()
        return torch.stack([randn_without_seed(self.shape, generator) for generator in self.generators])


def _in_the_middle(whole: torch.Tensor, part: torch.Tensor) -> torch.Tensor:
    """``whole`` with ``part`` over its middle; of a larger ``part`` its own middle."""
    place, source = [slice(None)], [slice(None)]
    for size, inner in zip(whole.shape[1:], part.shape[1:], strict=True):
        shift = (size - inner) // 2
        length = inner if shift >= 0 else inner + 2 * shift
        place.append(slice(max(shift, 0), max(shift, 0) + length))
        source.append(slice(max(-shift, 0), max(-shift, 0) + length))
    whole[tuple(place)] = part[tuple(source)]
    return whole
